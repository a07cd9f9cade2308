"""Whoever listens on the event bus hears of every job: real rules, real jobs, on the embedded AWS."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.waiting import until
from tests.machines.running import TEMPLATE, Job, WatchedStack

Event = dict[str, Any]


@pytest.fixture(scope="module")
def stack() -> Iterator[WatchedStack]:
    """With the topic of jobs' ends, a queue that subscribes to it, and a queue behind a rule for all of our events."""
    with WatchedStack(TEMPLATE, {"JobTopic": "true"}) as running:
        running.warm()
        events, sns = running.client("events"), running.client("sns")
        pattern = {"source": ["roughcut"], "resources": [running.outputs["StateMachineArn"]]}
        events.put_rule(Name="all", EventPattern=json.dumps(pattern))
        events.put_targets(Rule="all", Targets=[{"Id": "all", "Arn": queue(running, "all")}])
        sns.subscribe(TopicArn=running.outputs["JobTopicArn"], Protocol="sqs", Endpoint=queue(running, "ends"))
        yield running


def queue(stack: WatchedStack, name: str) -> str:
    """A new queue's ARN."""
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn: str = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return arn


def heard(stack: WatchedStack, name: str, job: Job, count: int) -> list[Event]:
    """The first `count` events about the job."""
    sqs, found = stack.client("sqs"), list[Event]()
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]

    def listen() -> bool:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            body = json.loads(message["Body"])
            event = json.loads(body["Message"]) if "Message" in body else body
            found.extend([event] if event["detail"]["job_id"] == job["job_id"] else [])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(found) >= count

    assert until(listen), found
    return found


@pytest.mark.contract("doors.events")
@pytest.mark.like_aws("EventBridge", "A rule's pattern on source, detail-type and resources picks our events")
def test_a_jobs_course_is_told_with_the_job_as_status_shows_it(stack: WatchedStack) -> None:
    job = stack.film("told", job_type="generate_slides", payload={"slides": ["intro.png"]})

    events = {event["detail-type"]: event for event in heard(stack, "all", job, 4)}

    words = {"Queued": "queued", "Started": "started", "Progressed": "progressed-75", "Completed": "completed"}
    assert {title: event["detail"].pop("event_id") for title, event in events.items()} == {
        f"Job {title}": f"{job['job_id']}-1-{word}" for title, word in words.items()
    }
    assert events["Job Queued"]["detail"]["status"] == "queued"
    assert events["Job Started"]["detail"]["started_at"] == job["started_at"]
    assert events["Job Completed"]["detail"].items() <= job.items()
    assert events["Job Completed"]["detail"]["finished_at"]


@pytest.mark.contract("doors.events")
def test_a_film_tells_of_the_quarters_on_its_way(stack: WatchedStack, clips: Path) -> None:
    stack.upload("quarters", clips / "large.mp4")
    job = stack.film("quarters", payload={"videos": ["large.mp4"], "resolutions": ["360p"]})

    told = [event["detail"] for event in heard(stack, "all", job, 4) if event["detail-type"] == "Job Progressed"]

    quarters = {int(detail["event_id"].rpartition("-")[2]) for detail in told}
    assert quarters and quarters <= {25, 50, 75}
    assert all(detail["progress"] >= int(detail["event_id"].rpartition("-")[2]) for detail in told)
    assert {(detail["status"], detail["attempt"], detail["stage"]) for detail in told} == {
        ("processing", 1, "optimize")
    }


def test_a_failure_is_told_with_its_error_and_a_retry_is_another_event(stack: WatchedStack) -> None:
    job = stack.film("told", job_type="stitch_video", payload={"videos": ["gone.mp4"]})
    (failed,) = (event for event in heard(stack, "all", job, 3) if event["detail-type"] == "Job Failed")
    assert failed["detail"]["error"] == job["error"]

    stack.ask("retry", session_id="told", job_id=job["job_id"])
    stack.ended("told", job["job_id"])

    again = {event["detail"]["event_id"] for event in heard(stack, "all", job, 3)}
    assert again == {f"{job['job_id']}-2-{word}" for word in ("queued", "started", "failed")}


@pytest.mark.contract("doors.topic")
def test_the_topic_tells_of_ends_alone(stack: WatchedStack) -> None:
    job = stack.film("topic", job_type="generate_slides", payload={"slides": ["intro.png"]})

    (event,) = heard(stack, "ends", job, 1)

    assert (event["detail-type"], event["detail"]["status"]) == ("Job Completed", "completed")
