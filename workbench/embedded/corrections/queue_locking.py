"""moto's queues are read and rewritten by many threads without a lock: one message can go to two receivers, and a
deletion can drop a message that is just being sent.

Upstream: getmoto/moto#519, closed in 2016: duplicates under threads.
"""

from collections.abc import Callable
from typing import Any

from moto.sqs.models import Queue, SQSBackend

from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """One call at a time per queue. Its own lock is a condition, so a long poll lets others in while it waits."""
    for name in ("receive_message", "change_message_visibility", "purge_queue"):
        replace(SQSBackend, name, _locked(lambda backend, queue_name, *_: backend.get_queue(queue_name)))
    replace(Queue, "delete_message", _locked(lambda queue, *_: queue))
    replace(Queue, "add_message", _locked(lambda queue, *_: queue))


def _locked(queue_of: Callable[..., Queue]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def build(stock: Callable[..., Any]) -> Callable[..., Any]:
        def method(owner: Any, *args: Any, **named: Any) -> Any:
            with queue_of(owner, *args, *named.values())._messages_lock:
                return stock(owner, *args, **named)

        return method

    return build
