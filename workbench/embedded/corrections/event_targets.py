"""In moto a rule without a pattern (a schedule) matches every event, a disabled rule fires, and a function as target
raises NotImplementedError inside the caller's PutEvents: with our sweep in the template, every event would fail."""

import copy
import json
from collections.abc import Callable
from typing import Any

from moto.core.utils import iso_8601_datetime_without_milliseconds, utcfromtimestamp
from moto.events.models import Rule
from moto.events.utils import EventTemplateParser

from workbench.embedded.corrections import host
from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """Only enabled rules whose pattern matches; functions are invoked by us, other targets by moto."""
    replace(Rule, "send_to_targets", _build)


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def send(rule: Any, event: dict[str, Any], transform_input: bool = True) -> None:
        if rule.state != "ENABLED" or not rule.event_pattern.get_pattern():
            return
        ours = [target for target in rule.targets if ":lambda:" in target["Arn"]]
        if ours and rule.event_pattern.matches_event(event):
            for target in ours:
                _invoke(target, event)
        others = copy.copy(rule)
        others.targets = [target for target in rule.targets if target not in ours]
        stock(others, event, transform_input)

    return send


def _invoke(target: dict[str, Any], event: dict[str, Any]) -> None:
    name = target["Arn"].split(":")[6]
    host.current().run_function_later(name, json.dumps(_body(target, event)).encode())


def _body(target: dict[str, Any], event: dict[str, Any]) -> Any:
    if target.get("Input"):
        return json.loads(target["Input"])
    dated: Any = {**event, "time": iso_8601_datetime_without_milliseconds(utcfromtimestamp(int(event["time"])))}
    transformer = target.get("InputTransformer", {})
    return EventTemplateParser.parse(
        input_template=transformer.get("InputTemplate"),
        input_paths_map=transformer.get("InputPathsMap", {}),
        event=dated,
    )
