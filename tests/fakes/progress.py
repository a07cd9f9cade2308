"""Progress as a test sees it."""

from roughcut.jobs.errors import AttemptOver


class FakeProgress:
    """Keeps what it is told; after `over_after` reports it says that the attempt is over."""

    def __init__(self, over_after: int | None = None) -> None:
        self.expected: dict[str, int] = {}
        self.reports: list[tuple[str, float]] = []
        self.spent: list[str] = []
        self._over_after = over_after

    def expect(self, group: str, count: int) -> None:
        self.expected[group] = count

    def note_spent(self, worker: str) -> None:
        self.spent.append(worker)

    def advance(self, worker: str, fraction: float) -> None:
        self.reports.append((worker, fraction))
        if self._over_after is not None and len(self.reports) > self._over_after:
            raise AttemptOver("the attempt was cancelled")
