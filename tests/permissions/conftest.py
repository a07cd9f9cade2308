"""The product's stack with every AWS call of its functions written down, and the jobs that make them call."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.waiting import until
from tests.machines.running import ENDED, TEMPLATE, Job, WatchedStack
from tests.media.clips import flash
from tests.permissions.grants import Grant, grants_of
from tests.permissions.needs import Need, needs_of
from tests.rules.tree import cloudformation, resources
from workbench.embedded.deployment import STACK_NAME, Deployment
from workbench.embedded.faults import FunctionFailed
from workbench.embedded.workers.outcome import Throttled

RECORDING = Path(__file__).parent / "recording"
LADDER = {"videos": ["wide.mp4", "large.mp4"], "slides": ["intro.png"], "resolutions": ["240p"], "storyboard": True}


class RecordedStack(WatchedStack):
    """`needs[function]`: every permission that the function needed so far."""

    def __init__(self, template: Path, calls: Path) -> None:
        super().__init__(template)
        self.calls = calls

    def _run_functions(self, deployment: Deployment) -> None:
        recording = {"PYTHONPATH": str(RECORDING), "CALLS": str(self.calls)}
        functions = [replace(f, environment={**f.environment, **recording}) for f in deployment.functions]
        super()._run_functions(replace(deployment, functions=tuple(functions)))

    def needs(self) -> dict[str, set[Need]]:
        found: dict[str, list[Need]] = {}
        for line in self.calls.read_text().splitlines():
            call = json.loads(line)
            found.setdefault(call["function"], []).extend(needs_of(call))
        return found

    def grants(self, function: str) -> set[Grant]:
        return self.grants_of_role(self.client("lambda").get_function(FunctionName=function)["Configuration"]["Role"])

    def grants_of_role(self, arn: str) -> set[Grant]:
        listed = self.client("cloudformation").list_stack_resources(StackName=STACK_NAME)["StackResourceSummaries"]
        physical = {resource["LogicalResourceId"]: resource.get("PhysicalResourceId") for resource in listed}
        role = arn.rpartition("/")[2]
        (properties,) = (
            p for name, p in resources("AWS::IAM::Role", cloudformation()).items() if physical[name] == role
        )
        attached = [physical[policy["Ref"]] for policy in properties.get("ManagedPolicyArns", [])]
        return grants_of(self.client("iam"), role, attached)


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordedStack]:
    folder = tmp_path_factory.mktemp("recorded")
    flash(folder / "wide.mp4", size="320x180", rate="30", seconds=1)
    flash(folder / "large.mp4", size="1280x720", rate="30", seconds=8)
    with RecordedStack(TEMPLATE, folder / "calls") as running:
        running.warm()
        run_everything(running, folder)
        yield running


def run_everything(stack: RecordedStack, clips: Path) -> None:
    """Every operation, every door, every stage, and what goes wrong on purpose."""
    stack.upload("films", clips / "wide.mp4", clips / "large.mp4")
    assert stack.film("films", job_type="full_pipeline", payload=LADDER)["status"] == "completed"
    again = stack.film("films", job_type="optimize_video", payload={"resolutions": ["240p"]})
    assert again["status"] == "completed"
    missing = stack.film("films", job_type="stitch_video", payload={"videos": ["gone.mp4"]})
    assert missing["error"]["code"] == "SourceMissing"
    stack.ask("retry", session_id="films", job_id=missing["job_id"])
    stack.ended("films", missing["job_id"])
    cancel_one(stack)
    garbage(stack)
    process_one(stack)
    overdue(stack)
    lost_edit(stack, again)
    for operation in ("stats", "list"):
        stack.ask(operation)
    stack.ask("status", session_id="films")
    stack.client("dynamodb").put_item(TableName="Sessions", Item=held_by_nobody())
    stack.invoke("job-dispatcher", {"door": "sweep"})


def cancel_one(stack: RecordedStack) -> None:
    job_id = submit(stack, "large.mp4")
    until(lambda: stack.ask("status", session_id="films", job_id=job_id)["status"] == "processing")
    stack.ask("cancel", session_id="films", job_id=job_id)
    stack.ended("films", job_id)


def process_one(stack: RecordedStack) -> None:
    """Jobs of every class while the dispatcher is throttled: `process` starts them."""

    def refuse() -> None:
        raise Throttled("job-dispatcher")

    stack.before["job-dispatcher"] = refuse
    waiting = [submit(stack, "gone.mp4", priority=priority) for priority in (1, 5, 10)]
    assert stack.ask("process")["started"]
    del stack.before["job-dispatcher"]
    for job_id in waiting:
        swept(stack, job_id)


def swept(stack: RecordedStack, job_id: str) -> None:
    """Nobody heard that the execution ended: the sweep sees it."""

    def look() -> bool:
        stack.invoke("job-dispatcher", {"door": "sweep"})
        return bool(stack.ask("status", session_id="films", job_id=job_id)["status"] in ENDED)

    until(look)


def overdue(stack: RecordedStack) -> None:
    """A job whose deadline has passed is stopped by the next sweep."""
    stack.before["video-stitcher"] = (over := threading.Event()).wait
    job_id = submit(stack, "wide.mp4")
    until(lambda: stack.ask("status", session_id="films", job_id=job_id)["status"] == "processing")
    stack.client("dynamodb").update_item(
        TableName="Sessions",
        Key={"session_id": {"S": "films"}, "job_id": {"S": job_id}},
        UpdateExpression="SET deadline_ms = :past, check_at = :past",
        ExpressionAttributeValues={":past": {"N": "0"}},
    )
    stack.invoke("job-dispatcher", {"door": "sweep"})
    over.set()
    del stack.before["video-stitcher"]
    assert stack.ended("films", job_id)["error"]["code"] == "TimedOut"


def lost_edit(stack: RecordedStack, job: Job) -> None:
    """What a stage was told of is not there any more."""
    started = json.loads(stack.execution(job)["input"])
    with pytest.raises(FunctionFailed, match="SourceMissing"):
        stack.invoke("video-optimizer", {"step": "plan", **started, "edit_key": "sessions/films/gone.json"})


def submit(stack: RecordedStack, clip: str, **fields: Any) -> str:
    request = {"session_id": "films", "job_type": "stitch_video", "payload": {"videos": [clip]}}
    job_id: str = stack.ask("submit", **request, **fields)["job_id"]
    return job_id


def garbage(stack: RecordedStack) -> None:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="video-jobs-low")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="no job")
    until(lambda: any(job["session_id"] == "_quarantine" for job in stack.ask("list")["jobs"]))


def held_by_nobody() -> dict[str, Any]:
    return {"session_id": {"S": "_held"}, "job_id": {"S": "acme"}, "jobs": {"N": "0"}}
