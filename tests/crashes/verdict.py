"""What must be true of an account in which everything has ended."""

from collections import Counter

from roughcut.jobs.job import Job
from roughcut.jobs.status import Status
from tests.crashes.account import Account


def problems(account: Account) -> list[str]:
    """What is not as it must be, in words."""
    return [
        *account.ledger.broken,
        *_left_in_counters(account),
        *_wrong_executions(account),
        *_wrong_events(account),
        *(problem for job in account.jobs() for problem in _of_job(account, job)),
    ]


def _left_in_counters(account: Account) -> list[str]:
    board = account.desk.jobs.board()
    loads = [account.desk.jobs.tenant_load(tenant) for tenant in ("default", "acme")]
    left = {
        "slots": board.running,
        "queue counters": sum(board.queued.values()),
        "tenants' loads": sum(load.queued + load.running for load in loads),
        "indexes": sum("ready_shard" in item or "active_shard" in item for item in account.table.items.values()),
    }
    told = Counter(dict(zip(("completed", "failed"), account.desk.jobs.ended_since(0), strict=True)))
    counted = Counter({word: n for word, n in account.ledger.endings().items() if word != "cancelled"})
    wrong = [f"the day's figures are {dict(told)}, not {dict(counted)}"] if +told != +counted else []
    return [f"{count} left in {place}" for place, count in left.items() if count] + wrong


def _wrong_executions(account: Account) -> list[str]:
    return [f"{n} executions of attempt {attempt}" for (_, attempt), n in account.machine.attempts.items() if n != 1]


def _wrong_events(account: Account) -> list[str]:
    told, due = account.bus.ids(), account.ledger.events()
    return [f"events: {sorted(due - told)} were never told, {sorted(told - due)} never happened"] if told != due else []


def _of_job(account: Account, job: Job) -> list[str]:
    published = sum(
        account.ledger.count(job.job_id, attempt, Status.FINISHING) for attempt in range(1, job.attempt + 1)
    )
    wanted = int(job.status is Status.SUCCEEDED)
    found = [] if published == wanted else [f"{job.status}, and published {published} times"]
    if (job.result_key is not None) != bool(wanted) or not (job.result_key or job.prefix).startswith(job.prefix):
        found.append(f"{job.status}, and its result is {job.result_key}")
    return found
