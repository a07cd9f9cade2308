"""Messages of SQS queues: what was sent once, and, apart from it because it changes, how often it was received."""

from collections.abc import Callable, Iterable
from typing import Any

from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from workbench.embedded.clients import ACCOUNT
from workbench.embedded.corrections.replacing import replace
from workbench.embedded.keeping.journal import Journal, Thing
from workbench.embedded.keeping.recorder import current, dumped, loaded
from workbench.embedded.translate import REGION

MESSAGE, DELIVERY = "message", "delivery"
_SENT = (
    "body",
    "message_attributes",
    "system_attributes",
    "sender_id",
    "sent_timestamp",
    "deduplication_id",
    "group_id",
    "sequence_number",
    "delayed_until",
)
_RECEIVED = (
    "receipt_handle",
    "_old_receipt_handles",
    "approximate_first_receive_timestamp",
    "approximate_receive_count",
)


def watch() -> None:
    """Note what is sent, received, moved to a dead-letter queue and deleted, under the lock of the queue."""
    replace(Queue, "add_message", _build_add)
    replace(Queue, "delete_message", _build_delete)
    replace(SQSBackend, "receive_message", _build_receive)
    replace(SQSBackend, "purge_queue", _build_purge)


def restore(journal: Journal, queues: dict[str, str]) -> None:
    """Messages into the queues, by logical id. All are visible: whoever had one in hand is gone."""
    names = {logical: name for name, logical in queues.items()}
    deliveries = {thing.key: loaded(value) for thing, value in journal.all_of(DELIVERY)}
    for thing, value in journal.all_of(MESSAGE):
        received = deliveries[thing.key]
        name = names.get(received.pop("queue"))
        if name is not None:
            message = Message(thing.key, "")
            message.__dict__.update(loaded(value) | received)
            sqs_backends[ACCOUNT][REGION].get_queue(name).add_message(message)


def _build_add(stock: Callable[..., Any]) -> Callable[..., Any]:
    def add(queue: Queue, message: Message) -> None:
        stock(queue, message)
        recorder = current()
        # A FIFO queue drops what it has had already.
        if recorder is None or not queue._messages or queue._messages[-1] is not message:
            return
        if queue.name in recorder.queues:
            recorder.journal.note(
                {_thing(MESSAGE, message): _part(message, _SENT), **_delivery(message, recorder.queues[queue.name])}
            )
        else:
            _forget([message])

    return add


def _build_receive(stock: Callable[..., Any]) -> Callable[..., Any]:
    def receive(backend: SQSBackend, queue_name: str, *args: Any, **named: Any) -> Any:
        messages = stock(backend, queue_name, *args, **named)
        recorder = current()
        if recorder is not None and messages and queue_name in recorder.queues:
            place = recorder.queues[queue_name]
            recorder.journal.note(
                {thing: value for message in messages for thing, value in _delivery(message, place).items()}
            )
        return messages

    return receive


def _build_delete(stock: Callable[..., Any]) -> Callable[..., Any]:
    def delete(queue: Queue, receipt_handle: str) -> None:
        gone = []
        if current() is not None:
            gone = [next((m for m in queue._messages if m.had_receipt_handle(receipt_handle)), None)]
        stock(queue, receipt_handle)
        _forget(message for message in gone if message is not None)

    return delete


def _build_purge(stock: Callable[..., Any]) -> Callable[..., Any]:
    def purge(backend: SQSBackend, queue_name: str) -> None:
        gone = list(backend.get_queue(queue_name)._messages)
        stock(backend, queue_name)
        _forget(gone)

    return purge


def _forget(messages: Iterable[Message]) -> None:
    recorder = current()
    changes = {_thing(kind, message): None for message in messages for kind in (MESSAGE, DELIVERY)}
    if recorder is not None and changes:
        recorder.journal.note(changes)


def _delivery(message: Message, place: str) -> dict[Thing, bytes]:
    return {_thing(DELIVERY, message): dumped({"queue": place, **_fields(message, _RECEIVED)})}


def _part(message: Message, names: Iterable[str]) -> bytes:
    return dumped(_fields(message, names))


def _fields(message: Message, names: Iterable[str]) -> dict[str, Any]:
    return {name: message.__dict__[name] for name in names}


def _thing(kind: str, message: Message) -> Thing:
    # Not by queue: a message that moves to the dead-letter queue stays one thing.
    return Thing(kind, "", message.id)
