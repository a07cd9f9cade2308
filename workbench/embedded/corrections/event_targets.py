"""In moto a rule without a pattern (a schedule) matches every event, a disabled rule fires, and the caller's PutEvents
fails where the target is a function or a topic: with our sweep in the template, every event would fail.

Upstream: none found.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

from moto.core.utils import iso_8601_datetime_without_milliseconds, utcfromtimestamp
from moto.events.models import Rule
from moto.events.utils import EventTemplateParser
from moto.sns.models import sns_backends

from workbench.embedded.corrections import api_destinations, host
from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """Only enabled rules whose pattern matches; moto serves no functions, topics and API destinations: we do."""
    replace(Rule, "send_to_targets", _build)


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def send(rule: Any, event: dict[str, Any], transform_input: bool = True) -> None:
        if rule.state != "ENABLED" or not rule.event_pattern.get_pattern():
            return
        ours = {target["Id"]: target for target in rule.targets if _kind(target) in _OURS}
        if ours and rule.event_pattern.matches_event(event):
            for target in ours.values():
                _OURS[_kind(target)](rule, target, json.dumps(_body(target, event)))
        others = copy.copy(rule)
        others.targets = [target for target in rule.targets if target["Id"] not in ours]
        stock(others, event, transform_input)

    return send


def _kind(target: dict[str, Any]) -> str:
    return "api-destination" if api_destinations.is_api_destination(target) else str(target["Arn"].split(":")[2])


def _invoke(_rule: Any, target: dict[str, Any], body: str) -> None:
    host.current().run_function_later(target["Arn"].split(":")[6], body.encode())


def _publish(_rule: Any, target: dict[str, Any], body: str) -> None:
    _, _, _, region, account, _ = target["Arn"].split(":")
    sns_backends[account][region].publish(message=body, arn=target["Arn"])


_OURS: dict[str, Callable[[Any, dict[str, Any], str], None]] = {
    "lambda": _invoke,
    "sns": _publish,
    "api-destination": api_destinations.post,
}


def _body(target: dict[str, Any], event: dict[str, Any]) -> Any:
    if target.get("Input"):
        return json.loads(target["Input"])
    dated: Any = {**event, "time": iso_8601_datetime_without_milliseconds(utcfromtimestamp(int(event["time"])))}
    transformer = target.get("InputTransformer")
    if transformer is None:  # moto's own template for this wants the time as a number
        return {name: value for name, value in dated.items() if name != "ingestion-time"}
    return EventTemplateParser.parse(
        input_template=transformer.get("InputTemplate"),
        input_paths_map=transformer.get("InputPathsMap", {}),
        event=dated,
    )
