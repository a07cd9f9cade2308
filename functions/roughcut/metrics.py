"""Figures for CloudWatch, as lines of the log in its embedded metric format: no call, no waiting.

docs/operations.md tells what each figure is for. Dimensions have few values; a job's id is a property to search for.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE = "Roughcut"  # where the template does not name another


class Figure(NamedTuple):
    """How a figure is counted, and what it is told apart by ("" is nothing)."""

    unit: MetricUnit
    dimension: str = ""


FIGURES: Mapping[str, Figure] = {
    # by the sweep, each minute
    "Swept": Figure(MetricUnit.Count),
    "SweepRepairs": Figure(MetricUnit.Count),
    "SweepTroubles": Figure(MetricUnit.Count),
    "SlotsUsed": Figure(MetricUnit.Count),
    "SlotLimit": Figure(MetricUnit.Count),
    "OldestQueuedSeconds": Figure(MetricUnit.Seconds),
    "Queued": Figure(MetricUnit.Count, "Class"),
    # by whoever moved a job
    "WaitSeconds": Figure(MetricUnit.Seconds, "Class"),
    "JobsEnded": Figure(MetricUnit.Count, "Status"),
    "Failures": Figure(MetricUnit.Count, "Code"),
    "JobSeconds": Figure(MetricUnit.Seconds, "JobType"),
    # by each call of a stage
    "StageSeconds": Figure(MetricUnit.Seconds, "Stage"),
    "LambdaGbSeconds": Figure(MetricUnit.NoUnit, "Stage"),
    "CostUsd": Figure(MetricUnit.NoUnit, "Stage"),
    "EncodeSpeed": Figure(MetricUnit.NoUnit, "Kind"),
}


def tell(figures: Mapping[str, float], *, of: str = "", **properties: Any) -> None:
    """One line with figures of the same dimension; `of` is its value."""
    line = EphemeralMetrics()
    line.namespace = line.namespace or NAMESPACE
    (dimension,) = {FIGURES[name].dimension for name in figures}
    if dimension:
        line.add_dimension(dimension, of)
    for name, value in figures.items():
        line.add_metric(name, FIGURES[name].unit, value)
    for name, known in properties.items():
        line.add_metadata(name, known)
    line.flush_metrics()
