import json
from typing import Any

import pytest

from tests.embedded.waiting import until
from workbench.embedded.running import Stack


def put(stack: Stack, source: str, detail: dict[str, Any]) -> dict[str, Any]:
    entry = {"Source": source, "DetailType": "Small Event", "Detail": json.dumps(detail)}
    answer: dict[str, Any] = stack.client("events").put_events(Entries=[entry])
    return answer


@pytest.mark.like_aws("EventBridge", "A rule without a pattern takes no event")
def test_a_schedule_does_not_fire_on_events(stack: Stack) -> None:
    assert put(stack, "anything", {})["FailedEntryCount"] == 0

    item = stack.client("dynamodb").get_item(TableName="Seen", Key={"id": {"S": "nightly"}})
    assert "Item" not in item


@pytest.mark.like_aws("EventBridge", "A disabled rule does nothing")
def test_a_disabled_rule_does_not_fire(stack: Stack) -> None:
    sqs = stack.client("sqs")
    url = sqs.get_queue_url(QueueName="events")["QueueUrl"]
    sqs.purge_queue(QueueUrl=url)

    put(stack, "small", {"nobody": "hears this"})

    bodies = [message["Body"] for message in sqs.receive_message(QueueUrl=url).get("Messages", [])]
    assert not [body for body in bodies if "nobody" in body]


@pytest.mark.like_aws(
    "EventBridge",
    "A function is a target, with its Input or InputTransformer",
    differs="tried for a day, twice at the function by default",
)
def test_a_function_can_be_a_target(stack: Stack) -> None:
    events, dynamodb = stack.client("events"), stack.client("dynamodb")
    arn = stack.client("lambda").get_function(FunctionName="actor")["Configuration"]["FunctionArn"]
    events.put_rule(Name="to-a-function", EventPattern=json.dumps({"source": ["loud"]}))
    note = {"Id": "actor", "Arn": arn, "Input": json.dumps({"do": "note", "id": "by event"})}
    events.put_targets(Rule="to-a-function", Targets=[note])

    assert put(stack, "loud", {})["FailedEntryCount"] == 0

    assert until(lambda: dynamodb.get_item(TableName="Seen", Key={"id": {"S": "by event"}}).get("Item"))


@pytest.mark.like_aws("EventBridge", "A topic is a target", differs="a webhook behind it is called there alone")
def test_a_topic_can_be_a_target(stack: Stack) -> None:
    events, sns, sqs = stack.client("events"), stack.client("sns"), stack.client("sqs")
    topic = sns.create_topic(Name="told")["TopicArn"]
    url = sqs.create_queue(QueueName="told")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    events.put_rule(Name="to-a-topic", EventPattern=json.dumps({"source": ["told"]}))
    events.put_targets(Rule="to-a-topic", Targets=[{"Id": "topic", "Arn": topic}])

    assert put(stack, "told", {"what": "this"})["FailedEntryCount"] == 0

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    event = json.loads(json.loads(message["Body"])["Message"])
    assert (event["detail-type"], event["detail"]) == ("Small Event", {"what": "this"})
