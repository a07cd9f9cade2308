"""A job in every state of the table, and with its execution in every state that goes with it.

Each start is brought about by the use cases themselves, some of them killed on the way; then all messages are lost.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from roughcut.dispatch.announcing import announce
from roughcut.dispatch.cancel import cancel
from roughcut.dispatch.desk import one_by_one
from roughcut.dispatch.drain import drain
from roughcut.dispatch.retry import retry
from roughcut.dispatch.submit import submit
from roughcut.jobs.ids import keyed_job_id
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import Priority
from roughcut.jobs.request import SubmitRequest
from tests.crashes.account import MINUTE, Account, Look
from tests.crashes.points import Mishap

SESSION, KEY = "abc123", "the one"


@dataclass(frozen=True, slots=True)
class Start:
    """`ends`: how each job ends if nothing but sweeps and messages comes: outer word and attempt.

    `in_turn`: jobs that cannot run until another has ended. Where no message tells of that end, a sweep must see it.
    """

    name: str
    make: Callable[[Account], None]
    ends: tuple[tuple[str, int], ...]
    limits: tuple[tuple[str, int], ...] = ()
    in_turn: int = 0

    def account(self, look: Look = one_by_one) -> Account:
        account = Account(look, **dict(self.limits))
        self.make(account)
        account.queue.clear()
        account.desk.fresh.clear()
        return account


def ask_for(account: Account, session: str = SESSION, key: str = KEY, priority: Priority = Priority.NORMAL) -> Job:
    """A client with an idempotency key."""
    request = SubmitRequest(session, "generate_slides", priority, {"slides": ["intro.png"]}, key)
    job = submit(request, account.desk).job
    announce(account.desk)
    return job


def the_job(account: Account) -> Job:
    return account.jobs()[0]


def its_key(account: Account) -> JobKey:
    """That of the job, or of the one that was never made."""
    return account.jobs()[0].key if account.jobs() else JobKey(SESSION, keyed_job_id(SESSION, KEY))


def nothing(account: Account) -> None:
    """Nobody has asked for anything."""


def queued(account: Account) -> None:
    ask_for(account)


def claimed(account: Account) -> None:
    queued(account)
    account.suffer(Account.deliver, "start_execution", Mishap.KILLED_BEFORE)


def opened(account: Account) -> None:
    queued(account)
    account.deliver()


def running(account: Account) -> None:
    opened(account)
    account.machine.step(the_job(account).execution_name)


def finishing(account: Account) -> None:
    running(account)
    account.machine.step(the_job(account).execution_name)


def finished(account: Account) -> None:
    finishing(account)
    account.machine.end(the_job(account).execution_name, "SUCCEEDED")


def about_to_fail(account: Account) -> None:
    running(account)
    account.machine.runs[the_job(account).execution_name].will_fail = True


def broken(account: Account) -> None:
    running(account)
    account.machine.end(the_job(account).execution_name, "FAILED", "EncodeFailed", is_recorded=True)


def aborted(account: Account) -> None:
    running(account)
    account.machine.end(the_job(account).execution_name, "ABORTED", "by hand")


def out_of_time(account: Account) -> None:
    running(account)
    account.machine.end(the_job(account).execution_name, "TIMED_OUT")


def interrupted(account: Account) -> None:
    running(account)
    account.machine.end(the_job(account).execution_name, "FAILED", "Roughcut.Interrupted")


def interrupted_unbegun(account: Account) -> None:
    opened(account)
    account.machine.end(the_job(account).execution_name, "FAILED", "Roughcut.Interrupted")


def overdue(account: Account) -> None:
    running(account)
    account.machine.runs[the_job(account).execution_name].is_stuck = True
    account.clock.now_ms += (account.desk.limits.job_timeout_minutes + 2) * MINUTE


def cancelling(before: Callable[[Account], None]) -> Callable[[Account], None]:
    """Cancelled in the state `before`, and the function died as soon as that was written."""

    def make(account: Account) -> None:
        before(account)
        account.suffer(cancel_it, "transact_write_items", Mishap.KILLED_AFTER)

    return make


def stopped(account: Account) -> None:
    running(account)
    account.suffer(cancel_it, "stop_execution", Mishap.KILLED_AFTER)


def cancel_it(account: Account) -> None:
    """As the operation does: the slot may be free at once."""
    cancel(account.desk, its_key(account))
    drain(account.desk)
    announce(account.desk)


def retry_it(account: Account) -> None:
    retry(account.desk, its_key(account))
    announce(account.desk)


def over(before: Callable[[Account], None]) -> Callable[[Account], None]:
    """From the state `before` to the end."""

    def make(account: Account) -> None:
        before(account)
        account.deliver()
        account.machine.work()
        account.deliver()

    return make


def cancelled(account: Account) -> None:
    queued(account)
    cancel_it(account)


def retried(account: Account) -> None:
    over(broken)(account)
    retry_it(account)


def running_again(account: Account) -> None:
    retried(account)
    account.deliver()
    account.machine.step(the_job(account).execution_name)


def refused(account: Account) -> None:
    queued(account)
    account.machine.refuses = True


def poisoned(account: Account) -> None:
    """As if five starts had come to nothing."""
    queued(account)
    job = the_job(account)
    account.desk.jobs.move(job, replace(job, tries=5))


def three_classes(account: Account) -> None:
    for priority in Priority:
        ask_for(account, key=priority.name, priority=priority)


def three_finished(account: Account) -> None:
    """Three ended executions, of which nobody has heard."""
    three_classes(account)
    account.deliver()
    account.machine.work()


def tenant(account: Account) -> None:
    """Two jobs of a tenant that may run one, neither known to be over its cap yet."""
    for key in ("first", "second"):
        ask_for(account, session="acme.abc", key=key)


def held(account: Account) -> None:
    """One of them runs, the other waits for it apart."""
    tenant(account)
    account.deliver()


def held_and_free(account: Account) -> None:
    """The first has ended, and whoever saw that died before the second was brought back."""
    held(account)
    account.machine.work()
    account.suffer(Account.deliver, "transact_write_items", Mishap.KILLED_AFTER)


DONE, FAILED, CANCELLED = ("completed", 1), ("failed", 1), ("cancelled", 1)
ONE_AT_ONCE = (("tenant_max_running", 1),)

STARTS = (
    Start("nothing", nothing, ()),
    Start("queued", queued, (DONE,)),
    Start("claimed, not started", claimed, (DONE,)),
    Start("started, not begun", opened, (DONE,)),
    Start("running", running, (DONE,)),
    Start("published, not closed", finishing, (DONE,)),
    Start("published and closed", finished, (DONE,)),
    Start("about to fail", about_to_fail, (FAILED,)),
    Start("its execution failed", broken, (FAILED,)),
    Start("its execution was aborted", aborted, (FAILED,)),
    Start("its execution timed out", out_of_time, (FAILED,)),
    Start("its execution was interrupted", interrupted, (("completed", 2),)),
    Start("interrupted before it began", interrupted_unbegun, (("completed", 2),)),
    Start("overdue", overdue, (FAILED,)),
    Start("cancelling, not started", cancelling(claimed), (CANCELLED,)),
    Start("cancelling, not begun", cancelling(opened), (CANCELLED,)),
    Start("cancelling, not stopped", cancelling(running), (CANCELLED,)),
    Start("cancelling, stopped", stopped, (CANCELLED,)),
    Start("succeeded", over(queued), (DONE,)),
    Start("failed", over(broken), (FAILED,)),
    Start("timed out", over(out_of_time), (FAILED,)),
    Start("cancelled", cancelled, (CANCELLED,)),
    Start("queued again", retried, (("completed", 2),)),
    Start("running again", running_again, (("completed", 2),)),
    Start("its machine is gone", refused, (FAILED,)),
    Start("poisoned", poisoned, (FAILED,)),
    Start("three classes queued", three_classes, (DONE, DONE, DONE)),
    Start("three finished", three_finished, (DONE, DONE, DONE)),
    Start("a tenant's two jobs queued", tenant, (DONE, DONE), ONE_AT_ONCE, in_turn=1),
    Start("a tenant's second job held", held, (DONE, DONE), ONE_AT_ONCE),
    Start("held though there is room", held_and_free, (DONE, DONE), ONE_AT_ONCE),
)
