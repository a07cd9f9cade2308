"""In moto a long poll outlives its queue: it waits up to 20 s for messages of a queue that was deleted.

Upstream: none found.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Any

from moto.sqs.exceptions import QueueDoesNotExist
from moto.sqs.models import Queue, SQSBackend

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
    """Asks the queue, not moto: under the lock of a queue nothing may wait for moto's, nor the other way round."""
    return bool(queue.__dict__.get("is_gone"))


def _build_delete(stock: Callable[..., Any]) -> Callable[..., Any]:
    def delete(backend: SQSBackend, queue_name: str) -> None:
        queue = backend.get_queue(queue_name)
        stock(backend, queue_name)
        _end(queue)

    return delete


def _build_reset(stock: Callable[..., Any]) -> Callable[..., Any]:
    def reset(backend: SQSBackend) -> None:
        queues = list(backend.queues.values())
        stock(backend)
        # Whoever resets moto holds its lock.
        threading.Thread(target=_end_all, args=(queues,), name="queue-ends", daemon=True).start()

    return reset


def _end(queue: Any) -> None:
    with queue._messages_lock:
        queue.is_gone = True
        queue._messages_lock.notify_all()


def _end_all(queues: Iterable[Any]) -> None:
    for queue in queues:
        _end(queue)
