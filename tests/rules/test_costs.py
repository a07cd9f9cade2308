"""The workers that a plan reckons with are those of the template and the state machine."""

import pytest

from roughcut.engine import workroom
from roughcut.media.costs import ENCODER, MOST_ENCODERS, MOST_PACKAGERS, PACKAGER
from roughcut.media.foresight import MOST_ITEMS
from tests.rules.tree import machine, resources, template

EVENTS_OF_AN_ITEM = 7  # source: the history of an execution whose Map ran
MOST_EVENTS = 25_000  # source: quotas of Step Functions


def function(name):
    (found,) = (
        f for f in resources("AWS::Serverless::Function").values() if f["FunctionName"]["Fn::Sub"].endswith(name)
    )
    return found


@pytest.mark.parametrize("worker", [ENCODER, PACKAGER], ids=lambda worker: worker.name)
def test_a_worker_has_the_time_the_memory_and_the_disk_of_its_function(worker):
    given = function(worker.name)
    assert worker.seconds == given["Timeout"] - workroom._RESERVE_MS / 1000
    assert worker.memory_mib == given["MemorySize"] - workroom._OWN_MIB
    assert worker.disk_mib == given["EphemeralStorage"]["Size"]


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
