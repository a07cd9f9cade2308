"""The doorbells in memory."""

from roughcut.jobs.job import Job


class FakeQueues:
    def __init__(self) -> None:
        self.rung: list[Job] = []

    def ring(self, job: Job) -> None:
        self.rung.append(job)

    def dead_lettered(self) -> int:
        return 0
