"""Whoever listens on the event bus hears of every job: real rules, real jobs, on the embedded AWS."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.https_receiver import Receiver, receiver
from tests.embedded.waiting import until
from tests.machines.running import TEMPLATE, Job, WatchedStack

Event = dict[str, Any]


SECRET = "a-secret-of-the-tests"


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """A webhook's receiver whose certificate this process trusts."""
    with (
        receiver(tmp_path_factory.mktemp("hook"), SECRET) as (ours, certificate),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("SSL_CERT_FILE", str(certificate))
        yield ours


@pytest.fixture(scope="module")
def stack(hook: Receiver) -> Iterator[WatchedStack]:
    """With a webhook, the topic of jobs' ends, a queue that subscribes to it, and a queue behind a rule for all of our
    events."""
    with WatchedStack(TEMPLATE, {"JobTopic": "true", "WebhookUrl": hook.url(), "WebhookSecret": SECRET}) as running:
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
    found = list[Event]()

    def listen() -> bool:
        found.extend(event for event in taken(stack, name) if event["detail"]["job_id"] == job["job_id"])
        return len(found) >= count

    assert until(listen), found
    return found


def taken(stack: WatchedStack, name: str) -> list[Event]:
    """Events off the queue, which then has them no more; as they are, or in a topic's notifications."""
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for message in messages:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    bodies = [json.loads(message["Body"]) for message in messages]
    return [json.loads(body["Message"]) if "Message" in body else body for body in bodies]


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


def of_session(stack: WatchedStack, name: str, session_id: str, ended: set[str]) -> list[Event]:
    """All events of the session on the queue, once each job of `ended` has ended and what came before that is there."""
    found = list[Event]()

    def listen() -> bool:
        found.extend(event for event in taken(stack, name) if event["detail"]["session_id"] == session_id)
        return {event["detail"]["job_id"] for event in found if event["detail"].get("finished_at")} >= ended

    assert until(listen), found
    listen()
    return found


@pytest.mark.contract("doors.events", "doors.webhook", "doors.topic")
@pytest.mark.like_aws(
    "EventBridge", "An API destination of a template gets a rule's events with the secret of its connection"
)
def test_each_transition_is_told_once_and_each_end_is_posted_once(stack: WatchedStack, hook: Receiver) -> None:
    missing = {"job_type": "stitch_video", "payload": {"videos": ["gone.mp4"]}}
    made = stack.film("once", job_type="generate_slides", payload={"slides": ["intro.png"]})
    failed = stack.film("once", **missing)
    waiting = stack.ask("submit", session_id="once", **missing)
    stack.ask("cancel", session_id="once", job_id=waiting["job_id"])
    cancelled = stack.ended("once", waiting["job_id"])
    jobs = {job["job_id"]: job for job in (made, failed, cancelled)}
    ends = {job_id: f"Job {job['status'].title()}" for job_id, job in jobs.items()}

    told = of_session(stack, "all", "once", set(jobs))

    ids = [event["detail"]["event_id"] for event in told]
    assert len(ids) == len(set(ids))
    titles = sorted((event["detail"]["job_id"], event["detail-type"]) for event in told)
    assert len(titles) == len(set(titles))
    assert {title for _, title in titles} == {
        f"Job {word}" for word in ("Queued", "Started", "Progressed", "Completed", "Failed", "Cancelled")
    }
    told_ends = {event["detail"]["job_id"]: event for event in told if event["detail"].get("finished_at")}
    assert {job_id: event["detail-type"] for job_id, event in told_ends.items()} == ends
    for door in (of_session(stack, "ends", "once", set(jobs)), posted(hook, "once", 3)):
        assert len(door) == 3
        assert {event["detail"]["job_id"]: event["detail"] for event in door} == {
            job_id: event["detail"] for job_id, event in told_ends.items()
        }
    assert hook.refused == 0


def posted(hook: Receiver, session_id: str, count: int) -> list[Event]:
    """What the webhook's receiver got of the session, once it is `count`."""

    def look() -> list[Event]:
        return [event for _, event in hook.got if event["detail"]["session_id"] == session_id]

    until(lambda: len(look()) >= count)
    return look()
