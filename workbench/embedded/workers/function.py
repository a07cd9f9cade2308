"""A function as the template describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Function:
    """`handler`: module.path.name below `folder`; `timeout` in seconds; `memory_mb` as Lambda counts it.

    `reserved`: reserved concurrency, None for as much as there is.
    """

    name: str
    arn: str
    handler: str
    folder: Path
    timeout: float = 3
    memory_mb: int = 128
    environment: Mapping[str, str] = field(default_factory=dict)
    reserved: int | None = None
