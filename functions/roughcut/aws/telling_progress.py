"""Progress that tells of each quarter of its job, whichever worker reached it."""

from collections.abc import Callable
from typing import Any

from roughcut.aws.progress import TOLD, DynamoProgress
from roughcut.jobs.board import Progress
from roughcut.jobs.job import JobKey
from roughcut.jobs.progress import quarter
from roughcut.jobs.spent import Meter


class TellingProgress(DynamoProgress):
    """`tell` gets the attempt's progress while a quarter of it is reached (by `percent_of`) that nobody has told of.

    The quarter is noted once it was told, so that when its worker dies in between, the next report tells of it again.
    """

    def __init__(
        self,
        client: Any,
        table: str,
        key: JobKey,
        attempt: int,
        *,
        percent_of: Callable[[Progress], float],
        tell: Callable[[Progress], None],
        meter: Meter | None = None,
    ) -> None:
        super().__init__(client, table, key, attempt, meter)
        self._percent_of, self._tell = percent_of, tell
        self._is_heard = True

    def _written(self, progress: Progress) -> None:
        reached = quarter(self._percent_of(progress))
        if reached <= progress.told or not self._is_heard:
            return
        try:
            self._tell(progress)
        except Exception:
            # Its work matters more than who listens: the next worker tells of the quarter.
            self._is_heard = False
        else:
            self._write(TOLD, reached)
