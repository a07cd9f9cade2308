"""What a job takes of each thing that AWS asks money for, from its plan, the state machine and the template."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from benchmarks.typical_jobs import TypicalJob
from roughcut.jobs.prices import compute
from roughcut.media.costs import Worker, picture_bytes
from roughcut.media.foresight import steps
from roughcut.media.plan import Item, Plan
from roughcut.media.sources import Clip
from roughcut.media.thumbnails import candidate_frames
from tests.adapters.counted import INDEXES, Counted
from tests.rules.tree import resources, template

CONTROL_SECONDS = 0.5  # of a call of job-queue-manager and of job-dispatcher: reckoned, never measured on AWS
FREE_DISK_MB = 512
_PART = 8 << 20  # bytes of an upload's part; source: boto3's TransferConfig


@dataclass(frozen=True, slots=True)
class Invocation:
    """Of a function, by its logical id."""

    function: str
    seconds: float


def of_job(job: TypicalJob, counted: Counted, machine: str) -> Counter[str]:
    """`counted` has run one job; `machine` as `platform.machine()` would name it."""
    stages = list(_stages(job))
    control = [
        Invocation("JobManagerFunction", CONTROL_SECONDS),
        *[Invocation("DispatcherFunction", CONTROL_SECONDS)] * 2,
    ]
    gates = sum("dynamodb" in state.get("Resource", "") for _, state in job.entered)
    taken = Counter(of_functions([*stages, *control], machine)) + Counter(counted.units)
    # Each stage writes its progress once a second (roughcut/stages/reporter.py).
    taken["dynamodb_write_unit"] += gates * (1 + INDEXES) + round(sum(stage.seconds for stage in stages))
    taken["state_transition"] = _own_states(job) + len(stages)
    taken["sqs_request"] = 3 * 2  # sent, received and deleted: the doorbell, and the event of the end
    taken["s3_put"] = counted.calls["PutObject"] + _puts(job)
    taken["s3_get"] = _gets(job)
    taken["trace"] = 1 + len(control)  # of the execution with its stages, and of the others
    return taken


def of_functions(invocations: Iterable[Invocation], machine: str) -> Counter[str]:
    taken: Counter[str] = Counter()
    for one in invocations:
        given = template()["Globals"]["Function"] | _functions()[one.function]
        disk_mb = given.get("EphemeralStorage", {"Size": FREE_DISK_MB})["Size"] - FREE_DISK_MB
        taken["lambda_request"] += 1
        taken[compute(machine)] += one.seconds * given["MemorySize"] / 1024
        taken["lambda_disk_gb_second"] += one.seconds * disk_mb / 1024
    return taken


@cache
def _functions() -> dict[str, dict[str, Any]]:
    return resources("AWS::Serverless::Function")


def _own_states(job: TypicalJob) -> int:
    """Gates, choices, Maps and the end: all but the stages themselves."""
    return sum("lambda:invoke" not in state.get("Resource", "") for _, state in job.entered)


def _stages(job: TypicalJob) -> Iterator[Invocation]:
    """A stage that costs.py foresees nothing of takes the seconds of any step, and those of fetching the clips."""
    encoding, packaging = steps(job.plan) if job.plan else ([], [])
    seconds = {"StitchVideo": _step(sum(clip.size_bytes for clip in job.plan.edit.clips) if job.plan else 0)}
    for name, state in job.entered:
        if "lambda:invoke" in state.get("Resource", ""):
            yield Invocation(_function(state), seconds.get(name, _step()))
        elif state["Type"] == "Map":
            ((_, task),) = state["ItemProcessor"]["States"].items()
            for step in encoding if name == "EncodeChunks" else packaging:
                yield Invocation(_function(task), step.seconds)


def _step(moved_bytes: float = 0) -> float:
    return Worker("any", 0, 0, 0, 1).seconds_for(0, moved_bytes)


def _function(task: dict[str, Any]) -> str:
    return str(task["Parameters"]["FunctionName"].split(":")[6])


def _puts(job: TypicalJob) -> int:
    """Multipart uploads by their parts and the two calls around them."""
    if not job.plan:
        return job.slides + 2  # slides.json, result.json
    plan = job.plan
    films = (2 if plan.outputs.hls else 1) * sum(_uploads(picture_bytes(plan.edit, rung)) for rung in plan.rungs)
    lists = 3 * len(plan.rungs) if plan.outputs.hls else 0  # the pictures' playlist, the sound and its playlist
    documents = 5 + (1 + job.slides if job.slides else 0)  # edit, plan, result, master, thumbnail; slides
    return documents + films + lists + sum(_puts_of(plan, item) for item in plan.items)


def _puts_of(plan: Plan, item: Item) -> int:
    if item.kind == "audio":
        return 2
    return len(plan.rungs) + len(candidate_frames(plan.edit, item.span)) + 1


def _uploads(size: float) -> int:
    return 1 if size <= _PART else 2 + int(-(-size // _PART))


def _gets(job: TypicalJob) -> int:
    """Of documents and whole files. A long clip is fetched in some ranges more."""
    if not job.plan:
        return 1
    items, rungs = len(job.plan.items), len(job.plan.rungs)
    encoding = items * (3 + sum(isinstance(source, Clip) for source in job.plan.edit.sources))
    return 6 + encoding + rungs * (1 + 3 * items) + items
