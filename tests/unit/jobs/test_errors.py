import json

from hypothesis import given
from hypothesis import strategies as st

from roughcut.jobs.board import Progress
from roughcut.jobs.errors import SourceUnreadable, split_details
from roughcut.jobs.failure import MESSAGE_LIMIT, failure_of


def lambda_cause(error: Exception) -> str:
    """As Step Functions passes a Lambda function's error on."""
    return json.dumps({"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": []})


@given(st.text(), st.text(min_size=1))
def test_what_an_error_says_is_read_back(problem, clip):
    assert split_details(str(SourceUnreadable(problem, stage="stitch", clip=clip))) == (
        problem,
        {"stage": "stitch", "clip": clip},
    )


@given(st.text(alphabet=st.characters(exclude_characters="\n")))
def test_a_message_without_details_is_left_alone(message):
    assert split_details(message) == (message, {})


def test_a_stages_error_names_code_stage_and_clip():
    error = SourceUnreadable("b.mp4 is not a video: it is text", stage="stitch", clip="b.mp4")
    failure = failure_of("FAILED", "SourceUnreadable", lambda_cause(error), "full_pipeline", None)
    assert (failure.code, failure.stage, failure.clip) == ("SourceUnreadable", "stitch", "b.mp4")
    assert failure.message == "b.mp4 is not a video: it is text"


def test_a_timeout_is_timed_out_wherever_it_happened():
    for status, error in [("TIMED_OUT", None), ("FAILED", "States.Timeout"), ("FAILED", "Sandbox.Timedout")]:
        assert failure_of(status, error, None, "full_pipeline", None).code == "TimedOut"


def test_a_crash_is_internal_and_its_stage_comes_from_the_progress():
    progress = Progress(attempt=1, parts={"slides": 10_000, "chunk-0": 500}, expected={})
    cause = json.dumps({"errorType": "Runtime.ExitError", "errorMessage": "RequestId: 1 Error: exit status 1"})
    failure = failure_of("FAILED", "Runtime.ExitError", cause, "full_pipeline", progress)
    assert (failure.code, failure.stage) == ("Internal", "optimize")
    assert "exit status 1" in failure.message


def test_an_execution_that_says_nothing_still_gives_a_sentence():
    assert failure_of("ABORTED", None, None, "full_pipeline", None).message == (
        "the execution ended ABORTED (no error name)"
    )


def test_a_long_cause_is_cut_to_fit_the_row():
    assert len(failure_of("FAILED", "X", "y" * 9999, "full_pipeline", None).message) == MESSAGE_LIMIT
