import json

import pytest

from roughcut.jobs.failure import failure_of


def cause(name, message="A sentence."):
    return json.dumps({"errorType": name, "errorMessage": message})


@pytest.mark.contract("status.errors")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("PlanTooLarge", "PlanTooLarge"),
        ("EncoderKilled", "EncodeFailed"),
        ("ChunkUnfinished", "TimedOut"),
        ("Sandbox.Timedout", "TimedOut"),
        ("KeyError", "Internal"),
    ],
)
def test_an_error_that_was_tried_in_vain_has_a_code_of_the_contract(name, code):
    assert failure_of("FAILED", name, cause(name), "full_pipeline", None).code == code
