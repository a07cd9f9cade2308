"""A function as the template describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Function:
    """`handler`: module.path.name below `folder`; `timeout` in seconds; `memory_mb` as Lambda counts it.

    `reserved`: reserved concurrency, None for as much as there is. `version`: the published one that this is.
    `own_log_group`: where its lines go, None for the group that Lambda makes.
    `role`: the ARN of its execution role.
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
    own_log_group: str | None = None
    role: str = ""

    @property
    def qualified(self) -> str:
        """`name`, or `name:version` of a published one."""
        return self.name if self.version == "$LATEST" else f"{self.name}:{self.version}"

    @property
    def log_group(self) -> str:
        """Of CloudWatch Logs."""
        return self.own_log_group or f"/aws/lambda/{self.name}"

    def log_stream(self, day: date, worker: str) -> str:
        """Of one worker, as Lambda names it; in a group of one's own the function is named too."""
        function = self.name if self.own_log_group else ""
        return f"{day:%Y/%m/%d}/{function}[{self.version}]{worker}"
