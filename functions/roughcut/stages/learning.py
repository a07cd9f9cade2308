"""What a finished film tells of its workers' speed."""

from collections.abc import Callable, Mapping

from roughcut.jobs.board import Progress
from roughcut.jobs.speed import place_of, ratios
from roughcut.media.foresight import Crew
from roughcut.media.ladder import class_of
from roughcut.media.plan import Plan
from roughcut.media.quoting import foreseen_film
from roughcut.ports import MediaStore
from roughcut.stages.documents import read_document
from roughcut.stages.stage_job import StageJob

Note = Callable[[str, int, Mapping[str, float]], None]


def learn_speed(
    job: StageJob, plan_key: str, slides: int, seen: Progress, *, media: MediaStore, crew: Crew, note: Note
) -> None:
    """Compare what its calls took (`seen`) with what the plan foresaw; `note` gets the rung, a place and the ratios."""
    plan = Plan.from_dict(read_document(media, plan_key))
    foreseen = foreseen_film(plan, job.job_type, slides, crew).work
    found = ratios(seen.spent, seen.expected, foreseen)
    if found and not plan.has_copies:
        note(class_of(plan.rungs[0]), place_of(job.job_id), found)
