"""What a deployed stack takes in a month without jobs: its sweeps are counted, the rest is read off the template."""

import io
import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

from benchmarks.job_costs import CONTROL_SECONDS, Invocation, of_functions
from dispatcher import app as dispatcher
from tests.adapters.counted import SWEEP, Counted
from tests.rules.tree import resources

MINUTES = 730 * 60  # of a month
WATCHED = 60  # sweeps that are counted: each audits another part of the counters
POLLS = 5 * 3  # of an empty queue, a minute: five pollers that wait for 20 s; from memory, unverified


def of_idle_month(counted: Counted, machine: str) -> dict[str, float]:
    """By the name of the price. `counted` has an empty table."""
    lines = _sweeps(counted)
    sweep = of_functions([Invocation("DispatcherFunction", CONTROL_SECONDS)], machine)
    taken: dict[str, float] = {name: count * MINUTES for name, count in sweep.items() if count}
    taken |= {name: count * MINUTES / WATCHED for name, count in sorted(counted.units.items())}
    return taken | {
        "sqs_request": POLLS * MINUTES * _polled_queues(),
        "trace": MINUTES,
        "logs_gb": sum(map(len, lines)) * MINUTES / WATCHED / 1e9,
        "metric_month": len({series for line in lines for series in _series(json.loads(line))}),
        "alarm_metric_month": sum(map(_metrics, resources("AWS::CloudWatch::Alarm").values())),
        "dashboard_month": len(resources("AWS::CloudWatch::Dashboard")),
    }


def _sweeps(counted: Counted) -> list[str]:
    """Their lines in the log."""
    log = io.StringIO()
    with redirect_stdout(log):
        for _ in range(WATCHED):
            counted.clock.now_ms += 60_000
            dispatcher.handler(SWEEP, None)
    return log.getvalue().splitlines()


def _series(line: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """CloudWatch takes a figure with each value of its dimension for a metric of its own."""
    for directive in line["_aws"]["CloudWatchMetrics"]:
        values = [line[name] for names in directive["Dimensions"] for name in names]
        yield from ((metric["Name"], *values) for metric in directive["Metrics"])


def _metrics(alarm: dict[str, Any]) -> int:
    return sum("MetricStat" in entry for entry in alarm["Metrics"]) if "Metrics" in alarm else 1


def _polled_queues() -> int:
    events = resources("AWS::Serverless::Function")["DispatcherFunction"]["Events"].values()
    return sum(event["Type"] == "SQS" for event in events)
