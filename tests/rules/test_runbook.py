"""Alarms, dashboard, saved queries and the runbook name what the code tells, and each other."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from roughcut.metrics import FIGURES
from tests.rules.tree import ROOT, resources, template

RUNBOOK = (ROOT / "docs/operations.md").read_text()
OWN = "${NamePrefix}Roughcut"
ALARMS = resources("AWS::CloudWatch::Alarm")


def alarm_names() -> set[str]:
    return {a["AlarmName"]["Fn::Sub"].removeprefix("${NamePrefix}roughcut-") for a in ALARMS.values()}


def metrics_of(alarm: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "MetricName" in alarm:
        yield alarm
    yield from (entry["MetricStat"]["Metric"] for entry in alarm.get("Metrics", []) if "MetricStat" in entry)


def own_metrics_of_alarms() -> list[tuple[str, list[str]]]:
    return [
        (metric["MetricName"], [dimension["Name"] for dimension in metric.get("Dimensions", [])])
        for alarm in ALARMS.values()
        for metric in metrics_of(alarm)
        if metric["Namespace"] == {"Fn::Sub": OWN}
    ]


def widgets() -> list[dict[str, Any]]:
    (dashboard,) = resources("AWS::CloudWatch::Dashboard").values()
    shown: list[dict[str, Any]] = json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]
    return shown


def own_metrics_of_the_dashboard() -> list[tuple[str, list[str]]]:
    series = [entry for widget in widgets() for entry in widget["properties"]["metrics"]]
    plain = [(entry[1], entry[2::2]) for entry in series if entry[0] == OWN]
    searched = [re.findall(r"\{[^,]+,(\w+)\} MetricName=\"(\w+)\"", str(entry[0])) for entry in series]
    return plain + [(name, [dimension]) for found in searched for dimension, name in found]


def test_each_alarm_has_its_section_of_the_runbook_and_no_section_is_of_another():
    assert alarm_names()
    assert set(re.findall(r"^### Alarm `([a-z-]+)`$", RUNBOOK, re.MULTILINE)) == alarm_names()


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_says_its_section_and_tells_the_topic_if_there_is_one(alarm):
    name = ALARMS[alarm]["AlarmName"]["Fn::Sub"].removeprefix("${NamePrefix}roughcut-")
    topics = {"HasNotificationEmail": "MailTopic", "HasAlarmTopic": "AlarmTopic"}
    told = [{"Fn::If": [given, {"Ref": topic}, {"Ref": "AWS::NoValue"}]} for given, topic in topics.items()]
    assert ALARMS[alarm]["AlarmDescription"].endswith(f"docs/operations.md, alarm {name}.")
    assert ALARMS[alarm]["AlarmActions"] == ALARMS[alarm]["OKActions"] == told


def test_alarms_and_dashboard_show_only_figures_that_the_code_tells():
    shown = own_metrics_of_alarms() + own_metrics_of_the_dashboard()
    assert shown
    assert not [
        entry for entry in shown if entry[1] != ([FIGURES[entry[0]].dimension] if FIGURES[entry[0]].dimension else [])
    ]


def test_the_dashboard_shows_every_figure_that_the_code_tells():
    assert {name for name, _ in own_metrics_of_the_dashboard()} == set(FIGURES)


def test_the_runbook_has_every_figure_with_its_dimension_and_unit():
    rows = set(re.findall(r"^\| `(\w+)` \| (\S+) \| (\S+) \|", RUNBOOK, re.MULTILINE))
    assert rows == {(name, f.unit.value, f.dimension or "-") for name, f in FIGURES.items()}


def test_functions_write_their_figures_where_alarms_and_dashboard_look():
    shared = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert shared["POWERTOOLS_METRICS_NAMESPACE"] == {"Fn::Sub": OWN}


def test_every_saved_query_is_named_in_the_runbook():
    queries = [q["Name"]["Fn::Sub"].partition("/")[2] for q in resources("AWS::Logs::QueryDefinition").values()]
    assert queries and all(f"`roughcut/{name}`" in RUNBOOK for name in queries)
