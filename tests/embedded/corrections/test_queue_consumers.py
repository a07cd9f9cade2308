import pytest

from workbench.embedded.running import Stack


@pytest.mark.like_aws("SQS", "SendMessage invokes nothing: Lambda polls")
def test_sending_a_message_invokes_nothing(stack: Stack) -> None:
    sqs = stack.client("sqs")
    url = sqs.create_queue(QueueName="unpolled")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    # Made after the start: nobody polls for it.
    stack.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName="consumer")

    sqs.send_message(QueueUrl=url, MessageBody="still here")

    assert [message["Body"] for message in sqs.receive_message(QueueUrl=url)["Messages"]] == ["still here"]
