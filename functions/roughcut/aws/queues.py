"""The class queues as doorbells, and the dead-letter queue's depth."""

import json
from collections.abc import Mapping
from typing import Any

from roughcut.jobs.job import VERSION, Job
from roughcut.jobs.order import Priority


class SqsQueues:
    """Messages carry ids only: the row is the truth, a message may come twice or never."""

    def __init__(self, client: Any, urls: Mapping[Priority, str], dead_letter_url: str) -> None:
        self._client, self._urls, self._dead_letter_url = client, urls, dead_letter_url

    def ring(self, job: Job) -> None:
        body = {"v": VERSION, "session_id": job.session_id, "job_id": job.job_id}
        self._client.send_message(QueueUrl=self._urls[job.priority], MessageBody=json.dumps(body))

    def dead_lettered(self) -> int:
        name = "ApproximateNumberOfMessages"
        answer = self._client.get_queue_attributes(QueueUrl=self._dead_letter_url, AttributeNames=[name])
        return int(answer["Attributes"][name])
