"""Production code with one guard taken away, by name. A mutant is a piece of source text and what stands there instead.

Text that is not found once is an error: a guard that was moved or reworded must be looked at again.
"""

import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import FunctionType
from typing import Any
from unittest.mock import patch

from roughcut import ports
from roughcut.aws import board, effects, event_bus, executions, job_store, progress
from roughcut.dispatch import (
    announcing,
    audit,
    cancel,
    candidates,
    drain,
    intake,
    reconcile,
    retry,
    starting,
    sweep,
    tenants,
)
from roughcut.jobs import announcement, ids, slots
from tests.property.dispatch import gates

_USERS = ("roughcut.", "dispatcher.", "tests.property.dispatch.world")  # whoever imports the functions by name

Change = tuple[Any, str, str]  # a function, or the name of a state; its text; what stands there instead


@dataclass(frozen=True, slots=True)
class Mutant:
    """`within` names the setting whose programs find it."""

    name: str
    changes: tuple[Change, ...]
    within: str


def mutant(name: str, *changes: Change, within: str = "few") -> Mutant:
    return Mutant(name, changes, within)


def always(condition: str) -> str:
    """True of every item that has the attribute, and still names all that the call defines."""
    return f"({condition} OR {condition.replace(' <= ', ' > ') if '<=' in condition else condition.replace('=', '<>')})"


@contextmanager
def applied(which: Mutant) -> Iterator[None]:
    """Production code is the mutant."""
    with ExitStack() as stack:
        for where, old, new in which.changes:
            for change in _patches(where, old, new):
                stack.enter_context(change)
        yield


def _patches(where: Any, old: str, new: str) -> list[Any]:
    if isinstance(where, str):
        parameters = gates.states()[where]["Parameters"]
        return [patch.dict(parameters, ConditionExpression=_replaced(parameters["ConditionExpression"], old, new))]
    if isinstance(where, property):
        return [_patched_property(where, old, new)]
    changed = _rewritten(where, old, new)
    if "." in where.__qualname__:
        return [patch.object(_owner(where), where.__name__, changed)]
    users = [module for name, module in sys.modules.items() if name.startswith(_USERS)]
    return [patch.object(user, where.__name__, changed) for user in users if vars(user).get(where.__name__) is where]


def _patched_property(where: property, old: str, new: str) -> Any:
    assert where.fget is not None
    return patch.object(_owner(where.fget), where.fget.__name__, property(_rewritten(where.fget, old, new)))


def _owner(function: Callable[..., Any]) -> type:
    owner: type = vars(sys.modules[function.__module__])[function.__qualname__.split(".")[0]]
    return owner


def _rewritten(function: Any, old: str, new: str) -> FunctionType:
    source = _replaced(textwrap.dedent(inspect.getsource(function)), old, new).removeprefix("@property\n")
    made: dict[str, FunctionType] = {}
    exec(compile(source, function.__name__, "exec"), function.__globals__, made)  # our own source
    return made[function.__name__]


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in\n{text}"
    return text.replace(old, new)


ROW, SLOT = effects._row_update, effects._take_slots
LIMIT = board.BoardTable.set_limit

MUTANTS = [
    # ---- the row's guard
    mutant("row: status", (ROW, "#status = :from", always("#status = :from"))),
    mutant("row: held", (effects._as_held, "job.status is not Status.QUEUED", "True"), within="tenants"),
    mutant("row: is new", (effects.creation, "attribute_not_exists(session_id)", "attribute_not_exists(nothing)")),
    # ---- slots
    mutant("cap: none", (SLOT, "running <= :bound", always("running <= :bound"))),
    mutant(
        "cap: <> for <=",
        (SLOT, '"running <= :bound AND', '"running <> :bound AND'),
        (SLOT, "slot.limit - kept_back - count", "slot.limit"),
    ),
    mutant("cap: of an older limit", (SLOT, "#limit = :limit", always("#limit = :limit"))),
    mutant("cap: a batch counts once", (effects.claims, "slot, len(pairs), kept_back", "slot, 1, kept_back")),
    mutant("reserve: in the claim", (effects.claims, "else slot.reserved", "else 0"), within="tenants"),
    mutant("slot: never freed", (effects._followers, "if slot:", "if slot > 0:")),
    mutant("slot: freed on requeue only", (effects._followers, "if slot:", "if slot and queued:")),
    # ---- counters and tenants
    mutant("queue counter: never down", (effects._followers, "if queued:", "if queued > 0:")),
    mutant("tenant load: not freed", (effects._followers, "if slot or queued:", "if queued:"), within="tenants"),
    mutant(
        "tenant cap: running",
        (effects.claims, 'bound=caps.running and ("running", caps.running)', "bound=0"),
        within="tenants",
    ),
    mutant(
        "tenant cap: queued",
        (effects.creation, 'bound=caps.queued and ("queued", caps.queued)', "bound=0"),
        within="tenants",
    ),
    mutant(
        "held count: never down",
        (effects._followers, "to.held != job.held", "to.held and not job.held"),
        within="tenants",
    ),
    mutant(
        "held: never forgotten", (board.BoardTable.holding_tenants, "if not jobs)", "if jobs < 0)"), within="tenants"
    ),
    mutant(
        "tenant: brought back over the cap",
        (tenants.bring_back, "cap - desk.jobs.tenant_load(tenant).running", "9"),
        within="tenants",
    ),
    # ---- fences
    mutant("fence: not set", (effects._followers, "to.status is not Status.SUCCEEDED", "False")),
    mutant("fence: old attempt in the new one", (effects._fresh_progress, "to.attempt", "1")),
    mutant(
        "worker: fence ignored", (progress.DynamoProgress._write, "attribute_not_exists(is_over)", "attempt = :attempt")
    ),
    mutant(
        "worker: attempt ignored",
        (progress.DynamoProgress._write, "attempt = :attempt AND", f"{always('attempt = :attempt')} AND"),
    ),
    # ---- evidence
    mutant("evidence: missing is over", (reconcile.reconcile, "execution is not None and", "execution is None or")),
    mutant("evidence: running is over", (ports.Execution.is_closed, 'self.status != "RUNNING"', "True")),
    mutant("evidence: cancelling needs none", (reconcile.reconcile, "and not job.passed", "and True")),
    mutant("outcome: published and failed", (reconcile._outcome, "job.status is Status.FINISHING", "False")),
    mutant("outcome: interrupted is failed", (reconcile._outcome, "execution.error == INTERRUPTED", "False")),
    mutant("outcome: cancelled is failed", (reconcile._outcome, "job.status is Status.CANCELLING", "False")),
    # ---- nursing
    mutant("nurse: cancelled is not stopped", (reconcile._nurse, "job.status is Status.CANCELLING", "False")),
    mutant("nurse: lost start is not repeated", (reconcile._nurse, "execution is None", "False")),
    # ---- attempts and names
    mutant("requeue: same attempt", (starting.requeued, "job.attempt + 1", "job.attempt")),
    mutant(
        "requeue: still fenced input",
        (
            starting.as_starting,
            "execution_input(job, deadline)",
            "job.execution_input or execution_input(job, deadline)",
        ),
        (starting.requeued, "execution_input=None", "execution_input=job.execution_input"),
    ),
    mutant("name: no attempt", (ids.execution_name, "{attempt}", "x")),
    mutant("name: new each time", (ids.execution_name, "-{created_ms}", "-{id(object())}")),
    mutant("start: request not stored", (starting.start, "desk.media.write", "(lambda *_: None)")),
    mutant("start: busy is refused", (executions.StepFunctionsExecutions.start, "in _PERMANENT", "not in ()")),
    # ---- requests
    mutant("retry: of any job", (retry.retry, "job.status not in _ENDED_BADLY", "False")),
    mutant(
        "cancel: after publishing",
        (cancel.cancel, "(Status.STARTING, Status.RUNNING)", "(Status.STARTING, Status.RUNNING, Status.FINISHING)"),
    ),
    mutant("cancel: waiting as if running", (cancel._cancelled, "job.status is Status.QUEUED", "False")),
    mutant("stranger: not keyed by message", (intake.take_in, "message {message_id}", "message")),
    mutant("garbage: no row", (intake.quarantine, "return desk.jobs.quarantine(job, body[:_SHOWN])", "return True")),
    # ---- order
    mutant(
        "order: newest first",
        (candidates.candidates, "key=lambda job: job.order)", "key=lambda job: job.order, reverse=True)"),
    ),
    mutant("ready: held, too", (candidates._is_ready, "and not job.held", ""), within="tenants"),
    mutant("ready: claimed, too", (candidates._is_ready, "job.status is Status.QUEUED", "True")),
    mutant("poison: at once", (drain._poisoned, "job.tries < MAX_TRIES", "job.tries < 1")),
    # ---- the sweep, the limit and the audit
    mutant("sweep: does not look", (sweep._look, "desk.side_by_side(look, due)", "pass")),
    mutant("sweep: does not drain", (sweep.sweep, "swept.started.extend(drain(desk, trust_counts=False))", "None")),
    mutant("sweep: does not publish the limit", (LIMIT, "board.limit == limit and", "board.slots or")),
    mutant("limit: all slots reserved", (slots.shares, "max(0, limit - 1)", "limit"), within="tenants"),
    mutant(
        "audit: repairs at first sight",
        (audit._settle, "counter.suspected != counter.changes", "False"),
        (audit._settle, ">= _LONGEST_LAG_MS", ">= 0"),
    ),
    # ---- what is told
    mutant("events: not with the transition", (effects._followers, "yield from _outbox(table, job, to)", "")),
    mutant(
        "events: held is told", (announcement.announcement, "before.status is job.status", "False"), within="tenants"
    ),
    mutant("events: one id for all attempts", (announcement.Announcement.event_id, "{self.job.attempt}", "1")),
    mutant("events: refused is sent", (event_bus.EventBridgeBus.publish, 'if "ErrorCode" not in entry', "")),
    mutant("events: taken out, sent or not", (announcing._tell, "if each.event_id in taken", "")),
    mutant("events: the sweep leaves them", (sweep.sweep, "lambda: announce_left(desk)", "lambda: None")),
    # ---- the gates
    mutant("Begin: attempt", ("BeginJob", "attempt = :attempt", always("attempt = :attempt"))),
    mutant("Begin: status", ("BeginJob", "#status = :starting", always("#status = :starting"))),
    mutant("Begin: not twice for itself", ("BeginJob", "execution = :me", "(execution = :me AND execution <> :me)")),
    mutant(
        "Publish: status",
        (
            "PublishResult",
            "(#status = :running OR #status = :finishing)",
            f"({always('#status = :running')} OR #status = :finishing)",
        ),
    ),
]

# Found by the interleavings that are written down: chance needs too long.
SCRIPTED = [
    mutant("row: attempt", (ROW, "#attempt = :was", always("#attempt = :was"))),
    mutant("tenant: only its own ends bring back", (sweep.sweep, "in desk.jobs.holding_tenants()", "in ()")),
    mutant("order: lower class first", (candidates._indexed, "sorted(counts)", "sorted(counts, reverse=True)")),
    mutant("audit: does not wait for the index", (audit._settle, ">= _LONGEST_LAG_MS", ">= 0")),
    mutant(
        "audit: repairs what has changed",
        (board.BoardTable._set_if_still, "changes = :seen", always("changes = :seen")),
    ),
    mutant(
        "Publish: attempt and execution",
        (
            "PublishResult",
            "attempt = :attempt AND execution = :me",
            f"{always('attempt = :attempt')} AND {always('execution = :me')}",
        ),
    ),
    mutant("requeue: still passed", (starting.requeued, "passed=False", "passed=job.passed")),
    mutant("tenant: its best is left out", (job_store.DynamoJobStore._spoilt, "len(mine) - 1", "0"), within="tenants"),
    mutant("nurse: overdue is not stopped", (reconcile._nurse, "job.status is Status.RUNNING", "False")),
    mutant(
        "limit: shares that ignore what runs",
        (
            slots.shares,
            "limits = _limits(limit, _padded(_spread(limit, needed), count), used)",
            "limits = _padded(_spread(limit, needed), count)",
        ),
        within="shards",
    ),
    mutant("sweep: stops at trouble", (sweep._whatever_comes, "except Exception", "except ZeroDivisionError")),
    mutant("poison: never", (drain._poisoned, "job.tries < MAX_TRIES", "True")),
    mutant("poison: after any five interruptions", (reconcile._outcome, "if lasted < DEADLY_MS else 0", "")),
]
