"""moto delivers to an event source's function inside SendMessage: on the sender's thread, one message at a time, once,
with no delay, no retry and no dead letters. Our pollers deliver instead, as Lambda's do.

Upstream: getmoto/moto#9948, closed, is about a mapping that is disabled.
"""

from typing import Any

from moto.sqs.models import Queue


def apply() -> None:
    """No queue knows a consumer."""

    def none(_queue: Queue) -> dict[str, Any]:
        return {}

    def forget(_queue: Queue, _consumers: dict[str, Any]) -> None:
        """The mapping itself stays listed by the Lambda API, which is where the pollers find it."""

    queue: Any = Queue
    queue.lambda_event_source_mappings = property(none, forget)
