"""docs/costs.md: what a deployed stack costs, computed. `python -m benchmarks.cost_table > docs/costs.md`."""

import sys
from collections.abc import Iterator, Mapping

from benchmarks.idle_costs import MINUTES, POLLS, WATCHED, of_idle_month
from benchmarks.job_costs import CONTROL_SECONDS, of_job
from benchmarks.typical_jobs import typical_jobs
from roughcut.jobs.prices import PRICES, REGION, WRITTEN, compute, usd
from tests.adapters.counted import Counted, counted_desk

ARM, X86 = "aarch64", "x86_64"
GROUPS = {
    "Lambda": ("lambda_",),
    "Step Functions": ("state_transition",),
    "DynamoDB": ("dynamodb_",),
    "S3 requests": ("s3_",),
    "SQS, EventBridge, X-Ray": ("sqs_", "eventbridge_", "trace"),
}
HEAD = """\
# Costs

What a deployed stack costs in US dollars, reckoned at list prices of {region} and never compared with a bill: it has
not run in an AWS account. `python -m benchmarks.cost_table` prints this page, and a test holds the page to it.

## A job

Its stages take the seconds that the plan foresees (`roughcut/media/costs.py`: within a half, and a worker is taken to
be half as slow again as the measured processor) at the memory and disk of the template; the others, those of any step.
Its states are those of the state machine. The {calls} AWS calls of its way through dispatch are counted on moto; calls
of `job-queue-manager` and `job-dispatcher` are taken to last {seconds:g} s. Requests to S3 and units of DynamoDB are
reckoned from the plan, rather too many than too few. The films are 1080p30, at the default ladder, with HLS: a busy one
of 10 Mbit/s, and lectures of 1.5 Mbit/s that show slides. On arm64, but for the last column.
"""
MONTH = """
## A month without jobs

A sweep each minute: its reads, its figures and their lines in the log are counted over {watched} sweeps of an empty
table, for {minutes:,} minutes. Lambda is taken to poll each queue {polls} times a minute (from memory, unverified).
"""
NOT_IN_IT = """
## What is not in it

- Data transfer out of AWS: viewers who load films from the bucket may cost more than all of the above.
- Storage and its growth: films stay until they are deleted, chunks for three days ({s3_gb_month} for a GB-month in S3);
  the table, its point-in-time recovery and the stored logs.
- Jobs' lines in the logs ({logs_gb} a GB), and their figures as custom metrics: {metric_month} a month for each.
- Clients' requests: by HTTP {http_request} a million at API Gateway, a call of `job-queue-manager` each, and its reads.
- Retries, halved chunks, cold starts and failed jobs, which cost more. Chunks that an earlier attempt made are free.
- AWS's free tier, which covers most of what small use takes of Lambda; savings plans, KMS keys, mails and taxes.
"""
FOUND = """\
## The prices

Of `functions/roughcut/jobs/prices.json`, {written}. None was read on the live site: check them before you rely on them.
"""


def page() -> str:
    """The whole of docs/costs.md."""
    return "\n".join([*_jobs(), *_month(), NOT_IN_IT.format(**_dollars()), *_prices()]) + "\n"


def _jobs() -> Iterator[str]:
    with counted_desk() as counted:
        counted.run_job()
        yield HEAD.format(region=REGION, calls=counted.calls.total(), seconds=CONTROL_SECONDS)
        yield from _job_table(counted)


def _job_table(counted: Counted) -> Iterator[str]:
    yield from _table("job", "Lambda calls", "GB-seconds", "state transitions", *GROUPS, "sum", "sum on x86_64")
    for job in typical_jobs():
        taken = of_job(job, counted, ARM)
        counts = (taken[name] for name in ("lambda_request", compute(ARM), "state_transition"))
        by_group = (usd(_of(taken, prefixes)) for prefixes in GROUPS.values())
        costs = (*by_group, usd(taken), usd(of_job(job, counted, X86)))
        yield _row(job.name, *(f"{count:,.0f}" for count in counts), *(f"{cost:.5f}" for cost in costs))


def _of(taken: Mapping[str, float], prefixes: tuple[str, ...]) -> dict[str, float]:
    return {name: count for name, count in taken.items() if name.startswith(prefixes)}


def _month() -> Iterator[str]:
    with counted_desk() as counted:
        taken = of_idle_month(counted, ARM)
    yield MONTH.format(watched=WATCHED, minutes=MINUTES, polls=POLLS)
    yield from _table("what", "how much", "USD")
    for name, count in taken.items():
        yield _row(PRICES[name].unit, f"{count:,.{0 if count >= 1 else 2}f}", f"{usd({name: count}):.2f}")
    yield _row("sum", "", f"{usd(taken):.2f}")


def _prices() -> Iterator[str]:
    yield FOUND.format(written=WRITTEN)
    yield from _table("USD", "for", "source")
    for price in PRICES.values():
        yield _row(f"{price.usd:.10f}".rstrip("0").rstrip("."), f"{price.per:,} {price.unit}", price.source)


def _dollars() -> dict[str, str]:
    return {name: f"${price.usd:g}" for name, price in PRICES.items()}


def _table(*names: str) -> tuple[str, str]:
    return _row(*names), "|---" * len(names) + "|"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
