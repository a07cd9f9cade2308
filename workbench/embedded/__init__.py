"""An AWS for one template, in one process. `from workbench.embedded import stack` in a conftest.py is a pytest fixture.

The fixture is fetched when it is asked for: nothing else in here needs pytest.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.embedded.fixtures import stack

__all__ = ["stack"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from workbench.embedded import fixtures

    return fixtures.stack
