"""The workers that a plan reckons with are those of the template and the state machine."""

import pytest

from roughcut.engine import workroom
from roughcut.jobs.board import Progress
from roughcut.jobs.spending import spent_on
from roughcut.jobs.status import Status
from roughcut.media.costs import ENCODER, LOOKER, MOST_ENCODERS, MOST_PACKAGERS, PACKAGER, PAINTER
from roughcut.media.foresight import MOST_ITEMS
from tests.fakes.jobs import NOW, queued_job
from tests.rules.tree import machine, resources, states_entered, template

EVENTS_OF_AN_ITEM = 7  # source: the history of an execution whose Map ran
MOST_EVENTS = 25_000  # source: quotas of Step Functions


def function(name):
    (found,) = (
        f for f in resources("AWS::Serverless::Function").values() if f["FunctionName"]["Fn::Sub"].endswith(name)
    )
    return found


@pytest.mark.parametrize("worker", [ENCODER, PACKAGER, LOOKER, PAINTER], ids=lambda worker: worker.name)
def test_a_worker_has_the_time_the_memory_and_the_disk_of_its_function(worker):
    given = function(worker.name)
    assert worker.seconds == given["Timeout"] - workroom._RESERVE_MS / 1000
    assert worker.memory_mib == given["MemorySize"] - workroom._OWN_MIB
    assert worker.disk_mib == given.get("EphemeralStorage", {"Size": 512})["Size"]
    assert worker.gb == given["MemorySize"] / 1024


def test_as_many_work_at_once_as_the_maps_let():
    encoders = template()["Parameters"]["MapConcurrency"]
    assert encoders["Default"] == encoders["MaxValue"] == MOST_ENCODERS
    assert machine()["States"]["PackageRungs"]["MaxConcurrency"] == MOST_PACKAGERS


@pytest.mark.parametrize("name", ["EncodeChunks", "PackageRungs"])
def test_an_item_that_fails_in_passing_is_tried_again_by_itself(name):
    ((_, task),) = machine()["States"][name]["ItemProcessor"]["States"].items()
    assert "EncoderKilled" in {error for retry in task["Retry"] for error in retry["ErrorEquals"]}


def test_a_chunk_may_be_halved_often_enough_to_come_down_to_its_gops():
    """The longest chunk has twenty GOPs: 19 calls take too long at worst, if each halves but one."""
    task = machine()["States"]["EncodeChunks"]["ItemProcessor"]["States"]["EncodeChunk"]
    (retry,) = (retry for retry in task["Retry"] if retry["ErrorEquals"] == ["ChunkUnfinished"])
    assert retry["MaxAttempts"] >= 19


def test_the_history_of_an_execution_has_room_for_every_item():
    assert MOST_ITEMS * EVENTS_OF_AN_ITEM < MOST_EVENTS * 0.9


GROUPS = {"GenerateSlides": "slides", "StitchVideo": "stitch", "PlanFilm": "plan", "FinishFilm": "finish"}
MAPS = {"EncodeChunks": ["chunk-0", "chunk-1"], "PackageRungs": ["package-720p"]}


@pytest.mark.parametrize("slides", [0, 2])
@pytest.mark.parametrize("job_type", ["generate_slides", "stitch_video", "optimize_video", "full_pipeline"])
def test_the_states_of_a_cost_are_those_that_the_machine_enters(job_type, slides):
    if job_type == "generate_slides" and not slides:
        return  # there is no such job
    entered = [name for name, _ in states_entered({"job_type": job_type, "slides": slides})]
    calls = [call for name in entered for call in MAPS.get(name, [GROUPS[name]] if name in GROUPS else [])]
    job = queued_job(job_type=job_type, slides=slides, status=Status.SUCCEEDED, started_ms=NOW, passed=True)
    spent = spent_on(job, Progress(1, {}, {}, spent={f"{call}~a": 1 for call in calls}))
    in_maps = sum(len(MAPS.get(name, [])) for name in entered)
    assert spent.transitions == len(entered) + in_maps


def test_a_failed_execution_enters_three_states_more():
    states = machine()["States"]
    path = [
        states["StitchVideo"]["Catch"][0]["Next"],
        states["RecordFailure"]["Next"],
        states["IsErrorOurs"]["Default"],
    ]
    assert states[path[-1]]["Type"] == "Fail"
    job = queued_job(slides=0, status=Status.FAILED, started_ms=NOW, passed=True)
    failed = spent_on(job, Progress(1, {}, {}, spent={"stitch~a": 1}))
    assert failed.transitions == len(["BeginJob", "HasSlides", "StitchVideo", *path])
