"""The doorbells on moto's SQS."""

import json

from roughcut.aws.queues import SqsQueues
from roughcut.jobs.order import Priority
from tests.fakes.jobs import queued_job


def test_a_ring_goes_to_the_queue_of_the_jobs_class_and_carries_ids_only(aws):
    client = aws("sqs")
    urls = {p: client.create_queue(QueueName=f"video-jobs-{p.name.lower()}")["QueueUrl"] for p in Priority}
    queues = SqsQueues(client, urls, urls[Priority.LOW])
    queues.ring(queued_job("01HIGH", priority=Priority.HIGH))
    (message,) = client.receive_message(QueueUrl=urls[Priority.HIGH])["Messages"]
    assert json.loads(message["Body"]) == {"v": 1, "session_id": "abc123", "job_id": "01HIGH"}
    assert queues.dead_lettered() == 0
    queues.ring(queued_job("01LOW", priority=Priority.LOW))
    assert queues.dead_lettered() == 1
