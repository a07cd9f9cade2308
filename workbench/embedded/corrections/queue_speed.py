"""moto asks the time through datetime arithmetic, for every message in the queue, on every call: 11 messages a second
with 1,500 queued. `time.time()` answers the same question.

Upstream: none found.
"""

import time
from typing import Any

import moto.sqs.models as sqs


def apply() -> None:
    """Give moto's queues a plain clock."""

    def seconds(_moment: Any = None) -> float:
        return time.time()

    def milliseconds(_moment: Any = None) -> float:
        return time.time() * 1000

    def fresh(backend: Any, queue_name: str, message: Any) -> bool:
        kept: float = backend.get_queue(queue_name).message_retention_period
        return bool(message.sent_timestamp / 1000 + kept > time.time())

    module: Any = sqs
    module.unix_time, module.unix_time_millis = seconds, milliseconds
    module.SQSBackend.is_message_valid_based_on_retention_period = fresh
