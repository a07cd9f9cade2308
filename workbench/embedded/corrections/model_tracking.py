"""moto keeps every model object ever made (messages, items, objects) for its dashboard: 14 KB per step of a job.

Upstream: none found.
"""

from typing import Any

from moto.core.common_models import BaseModel


def apply() -> None:
    """Let deleted things be collected."""

    def plain(cls: type, *_args: Any, **_named: Any) -> Any:
        return object.__new__(cls)

    model: Any = BaseModel
    model.__new__ = staticmethod(plain)
