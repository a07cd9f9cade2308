"""Foresees the same of every job, or refuses it."""

from typing import Any

from roughcut.jobs.foreseen import Foreseen, NotPlanned
from roughcut.jobs.request import SubmitRequest

FORESEEN = Foreseen(
    work={"encoding": 100, "joining": 20, "others": 10},
    seconds={"encoding": 20, "joining": 6, "others": 4},
    calls=8,
    transitions=15,
)


class FakePlanner:
    """`refuses` is what it raises instead."""

    def __init__(self, refuses: NotPlanned | None = None) -> None:
        self.refuses = refuses
        self.asked: list[SubmitRequest] = []

    def foresee(self, request: SubmitRequest) -> dict[str, Any]:
        self.asked.append(request)
        if self.refuses:
            raise self.refuses
        rungs = [{"resolution": "720p", "width": 1280, "height": 720}]
        return {"renditions": rungs, "skipped": [], "chunks": 2, "kind": "720p", "foreseen": FORESEEN.as_dict()}
