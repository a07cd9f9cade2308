"""The pytest fixture for other people's projects (docs/testing.md).

    from workbench.embedded import stack  # noqa: F401

A test process has one stack, from the first test that asks for it to the end of the session; with xdist each worker has
its own. Its ports are those that the system gives out, which the defaults of `roughcut up` are not among.
"""

import logging
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pytest

from workbench.embedded.faults import StackError
from workbench.own_template import TEMPLATE

OPTIONS = "stack_options"
_KINDS: dict[str, tuple[type, ...]] = {
    "template": (str, Path),
    "parameters": (Mapping,),
    "environment": (Mapping,),
    "workers": (int,),
}
_LOG = logging.getLogger("roughcut")


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A running `workbench.embedded.running.Stack`: Roughcut's own, or as the fixture `stack_options` says."""
    options = check_options(_options(request))
    # Here, because moto and the translator take a second, which a run without such tests should not.
    from workbench.embedded.running import Stack

    # Functions log at INFO, which pytest shows with a failed test once the logger lets it through.
    _LOG.setLevel(logging.INFO)
    with Stack(Path(options.pop("template", TEMPLATE)), **options, on_log=_log) as running:
        yield running


def check_options(options: Any) -> dict[str, Any]:
    """A copy of what `stack_options` returned. Raises `StackError` for a name or a type that it may not have."""
    if not isinstance(options, Mapping):
        raise StackError(f"The fixture {OPTIONS} returned {options!r}; it must return a mapping.")
    for name, value in options.items():
        if name not in _KINDS:
            near = get_close_matches(str(name), _KINDS, 1)
            raise StackError(
                f"The fixture {OPTIONS} has no option {name!r}"
                + (f"; did you mean {near[0]}?" if near else f"; it has {', '.join(_KINDS)}.")
            )
        if not isinstance(value, _KINDS[name]):
            wanted = " or ".join(kind.__name__ for kind in _KINDS[name])
            raise StackError(f"The option {name} of the fixture {OPTIONS} is {value!r}; it must be a {wanted}.")
    return dict(options)


def _options(request: pytest.FixtureRequest) -> Any:
    """What the project's own fixture says, if it has one; no default of ours could be imported along with `stack`."""
    try:
        return request.getfixturevalue(OPTIONS)
    except pytest.FixtureLookupError as problem:
        if problem.argname != OPTIONS:
            raise
        return {}


def _log(function: str, line: str) -> None:
    _LOG.getChild(function).info(line)
