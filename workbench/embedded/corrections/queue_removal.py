"""In moto a long poll outlives its queue: it waits up to 20 s for messages of a queue that was deleted.

Upstream: none found.
"""

from collections.abc import Callable
from typing import Any

from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import Queue, SQSBackend, sqs_backends

from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """End the polls of a queue with the queue."""

    def build_wait(_stock: Callable[..., Any]) -> Callable[..., Any]:
        return _wait

    replace(Queue, "wait_for_messages", build_wait)
    replace(SQSBackend, "delete_queue", _build_delete)
    replace(SQSBackend, "reset", _build_reset)


def _wait(queue: Any, timeout: int) -> None:
    with queue._messages_lock:
        queue._messages_lock.wait_for(lambda: _is_gone(queue) or queue.messages, timeout=timeout)
    if _is_gone(queue):
        raise QueueDoesNotExist


def _is_gone(queue: Any) -> bool:
    queues = sqs_backends[queue.account_id][queue.region].queues
    return queues.get(queue.name) is not queue


def _build_delete(stock: Callable[..., Any]) -> Callable[..., Any]:
    def delete(backend: SQSBackend, queue_name: str) -> None:
        queue = backend.get_queue(queue_name)
        stock(backend, queue_name)
        _wake(queue)

    return delete


def _build_reset(stock: Callable[..., Any]) -> Callable[..., Any]:
    def reset(backend: SQSBackend) -> None:
        queues = list(backend.queues.values())
        stock(backend)
        for queue in queues:
            _wake(queue)

    return reset


def _wake(queue: Any) -> None:
    with queue._messages_lock:
        queue._messages_lock.notify_all()
