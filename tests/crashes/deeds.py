"""Every use case that writes, as the function that does it is called, and what it may change about the end."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from roughcut.jobs.job import Job, JobKey, execution_input
from tests.crashes.account import Account
from tests.crashes.starts import CANCELLED, DONE, FAILED, SESSION, Start, ask_for, cancel_it, its_key, retry_it

Ends = tuple[tuple[str, int], ...]

CANCELLABLE = {
    "queued",
    "claimed, not started",
    "started, not begun",
    "running",
    "about to fail",
    "its execution failed",
    "its execution was aborted",
    "its execution timed out",
    "its execution was interrupted",
    "interrupted before it began",
    "overdue",
    "its machine is gone",
    "poisoned",
    "three classes queued",
    "a tenant's two jobs queued",
    "a tenant's second job held",
}
CANCELLABLE_AGAIN = {"queued again", "running again"}
RETRIABLE = {"failed", "timed out", "cancelled"}
WITHOUT_THE_ONE = {
    "nothing",
    "three classes queued",
    "three finished",
    "a tenant's two jobs queued",
    "a tenant's second job held",
    "held though there is room",
}


@dataclass(frozen=True, slots=True)
class Deed:
    """`ends`: how the jobs of a start end once it was done. `is_message`: SQS offers it again, however late.

    `quarantines`: messages that it makes visible as no jobs.
    """

    name: str
    do: Callable[[Account], None]
    ends: Callable[[Start], Ends] = lambda start: start.ends
    is_message: bool = False
    quarantines: Callable[[Start], int] = lambda _: 0


def doorbell(key: JobKey) -> str:
    return json.dumps({"v": 1, "session_id": key.session_id, "job_id": key.job_id})


def end(job: Job) -> str:
    return json.dumps({"detail": {"input": execution_input(job, 0)}})


def submit_it(account: Account) -> None:
    ask_for(account)


def ring(account: Account) -> None:
    """The doorbell of the job; where there is none, of one that never was."""
    account.hand_over(doorbell(its_key(account)))


def end_event(account: Account) -> None:
    """EventBridge says that the job's execution has closed, whether it has or not."""
    for job in account.jobs()[:1]:
        account.hand_over(end(job))


def event_of_the_first_attempt(account: Account) -> None:
    """Late, when another attempt may be under way."""
    for job in account.jobs()[:1]:
        account.hand_over(end(replace(job, attempt=1)))


def everything_at_once(account: Account) -> None:
    """The doorbells of all jobs and an end in one batch, one of them twice."""
    bells = [doorbell(job.key) for job in account.jobs()]
    ends = [end(job) for job in account.jobs()[:1]]
    account.hand_over(*bells, *ends, *bells[:1])


def request_of_others(account: Account) -> None:
    """A submit request that somebody else put on a job queue; only its message id tells that it comes again."""
    payload = {"slides": ["intro.png"]}
    account.hand_over(json.dumps({"session_id": SESSION, "job_type": "generate_slides", "payload": payload}))


def garbage(account: Account) -> None:
    account.hand_over("no job at all")


def process(account: Account) -> None:
    account.ask("process", max_jobs=10)


def gates_and_ends(account: Account) -> None:
    """The state machine itself: every gate's write is a call."""
    account.machine.work()


def after_submit(start: Start) -> Ends:
    return (*start.ends, DONE) if start.name in WITHOUT_THE_ONE else start.ends


def after_cancel(start: Start) -> Ends:
    if start.name in CANCELLABLE_AGAIN:
        return (("cancelled", 2),)
    return (CANCELLED, *start.ends[1:]) if start.name in CANCELLABLE else start.ends


def after_retry(start: Start) -> Ends:
    return (("completed", 2),) if start.name in RETRIABLE else start.ends


def after_request_of_others(start: Start) -> Ends:
    return (*start.ends, FAILED if start.name == "its machine is gone" else DONE)


DEEDS = (
    Deed("submit", submit_it, after_submit),
    Deed("doorbell", ring, is_message=True, quarantines=lambda start: not start.ends),
    Deed("end event", end_event, is_message=True),
    Deed("event of attempt 1", event_of_the_first_attempt, is_message=True),
    Deed("batch", everything_at_once, is_message=True),
    Deed("sweep", Account.sweep),
    Deed("cancel", cancel_it, after_cancel),
    Deed("retry", retry_it, after_retry),
    Deed("process", process),
    Deed("request of others", request_of_others, after_request_of_others, is_message=True),
    Deed("garbage", garbage, is_message=True, quarantines=lambda _: 1),
    Deed("gates", gates_and_ends),
)
