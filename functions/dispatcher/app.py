"""job-dispatcher: rung by the job queues and the wake queue, and once a minute by the clock."""

from collections.abc import Mapping
from typing import Any

from dispatcher.messages import read_ended
from roughcut import wiring
from roughcut.dispatch.announcing import announce
from roughcut.dispatch.desk import Desk
from roughcut.dispatch.drain import drain
from roughcut.dispatch.intake import NotAJob, quarantine, take_in
from roughcut.dispatch.reconcile import reconcile
from roughcut.dispatch.stats import load
from roughcut.dispatch.sweep import Swept, sweep
from roughcut.jobs.job import JobKey
from roughcut.jobs.order import Priority
from roughcut.metrics import tell
from roughcut.telemetry import logger, observed


@observed
def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """SQS batches answer with the messages that failed; {"door": "sweep"} with what the sweep did.

    With "restarted": true, as the embedded AWS says at its start, every active row is due: nobody else is at work.
    """
    desk = wiring.desk()
    if event.get("door") == "sweep":
        return _sweep(desk, is_restart=bool(event.get("restarted")))
    failed: list[dict[str, str]] = []
    rung: list[JobKey] = []
    for record in event["Records"]:
        try:
            rung += _take(desk, record)
        except Exception as error:
            _log(record, error)
            failed.append({"itemIdentifier": record["messageId"]})
    started = drain(desk, rung)
    announce(desk)
    logger.info("drained", extra={"started": started, "rung": len(rung), "failed": len(failed)})
    return {"batchItemFailures": failed}


def _take(desk: Desk, record: Mapping[str, Any]) -> list[JobKey]:
    """The job that the record rings for, if it rings. What is no job raises, once its quarantine row stands."""
    ended = read_ended(record)
    if ended is not None:
        reconcile(desk, ended.key, ended.attempt)
        return []
    try:
        return [take_in(desk, record["messageId"], record["body"])]
    except NotAJob as strange:
        quarantine(desk, record["messageId"], record["body"], str(strange))
        raise


def _log(record: Mapping[str, Any], error: Exception) -> None:
    """Back to the queue with it: SQS offers it again, and at the fifth time to the dead-letter queue."""
    if isinstance(error, NotAJob):
        logger.error("message is no job", extra={"message_id": record["messageId"], "why": str(error)})
    else:
        logger.exception("message broke", extra={"message_id": record["messageId"]})


def _sweep(desk: Desk, *, is_restart: bool) -> dict[str, Any]:
    swept = sweep(desk, everything=is_restart)
    announce(desk)
    if swept.repaired:
        logger.error("counters repaired", extra={"repaired": swept.repaired})
    if swept.broken:
        logger.error("sweep met trouble", extra={"broken": swept.broken})
    _tell(desk, swept)
    return {"reconciled": swept.reconciled, "started": swept.started, "repaired": swept.repaired}


def _tell(desk: Desk, swept: Swept) -> None:
    """The minute's figures. No such line for some minutes is itself an alarm."""
    now = load(desk, desk.jobs.board())
    figures = {
        "Swept": swept.reconciled,
        "SweepRepairs": len(swept.repaired),
        "SweepTroubles": len(swept.broken),
        "SlotsUsed": now["processing"],
        "SlotLimit": now["max_concurrent"],
        "OldestQueuedSeconds": now["oldest_queued_seconds"],
    }
    tell(figures)
    for priority in Priority:
        tell({"Queued": now["queued"][priority.name.lower()]}, of=priority.name)
