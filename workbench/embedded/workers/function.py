"""A function as the template describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Function:
    """`handler`: module.path.name below `folder`; `timeout` in seconds; `memory_mb` as Lambda counts it.

    `reserved`: reserved concurrency, None for as much as there is. `version`: the published one that this is.
    """

    name: str
    arn: str
    handler: str
    folder: Path
    timeout: float = 3
    memory_mb: int = 128
    environment: Mapping[str, str] = field(default_factory=dict)
    reserved: int | None = None
    version: str = "$LATEST"

    @property
    def qualified(self) -> str:
        """`name`, or `name:version` of a published one."""
        return self.name if self.version == "$LATEST" else f"{self.name}:{self.version}"
