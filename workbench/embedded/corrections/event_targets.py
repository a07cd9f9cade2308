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

from workbench.embedded.corrections import host
from workbench.embedded.corrections.replacing import replace


def apply() -> None:
    """Only enabled rules whose pattern matches; functions and topics are served by us, other targets by moto."""
    replace(Rule, "send_to_targets", _build)


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def send(rule: Any, event: dict[str, Any], transform_input: bool = True) -> None:
        if rule.state != "ENABLED" or not rule.event_pattern.get_pattern():
            return
        ours = {target["Arn"]: target for target in rule.targets if target["Arn"].split(":")[2] in _OURS}
        if ours and rule.event_pattern.matches_event(event):
            for arn, target in ours.items():
                _OURS[arn.split(":")[2]](arn, json.dumps(_body(target, event)))
        others = copy.copy(rule)
        others.targets = [target for target in rule.targets if target["Arn"] not in ours]
        stock(others, event, transform_input)

    return send


def _invoke(arn: str, body: str) -> None:
    host.current().run_function_later(arn.split(":")[6], body.encode())


def _publish(arn: str, body: str) -> None:
    _, _, _, region, account, _ = arn.split(":")
    sns_backends[account][region].publish(message=body, arn=arn)


_OURS: dict[str, Callable[[str, str], None]] = {"lambda": _invoke, "sns": _publish}


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
