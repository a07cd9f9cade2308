"""What a template says of its functions' failed events: retries, age, dead letters, destination."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.embedded.faults import TemplateRefused


@dataclass(frozen=True, slots=True)
class Manner:
    """How a function's events fail. `age` in seconds; `dead_letters` and `on_failure` are names of queues.

    The figures are Lambda's own for a function without EventInvokeConfig.
    """

    retries: int = 2
    age: float = 6 * 3600.0
    dead_letters: str | None = None
    on_failure: str | None = None


def manners_of(resources: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Manner]:
    """Of each function's name. Raises `TemplateRefused` for a destination that nothing here delivers to."""
    configured = {
        resource["Properties"]["FunctionName"]["Ref"]: resource["Properties"]
        for resource in resources.values()
        if resource["Type"] == "AWS::Lambda::EventInvokeConfig"
    }
    return {
        names[logical]: _manner(logical, resource["Properties"], configured.get(logical, {}), resources, names)
        for logical, resource in resources.items()
        if resource["Type"] == "AWS::Lambda::Function"
    }


def _manner(
    function: str,
    properties: Mapping[str, Any],
    config: Mapping[str, Any],
    resources: Mapping[str, Any],
    names: Mapping[str, str],
) -> Manner:
    def queue(target: Any) -> str | None:
        if target is None:
            return None
        logical = target.get("Fn::GetAtt", [""])[0] if isinstance(target, dict) else ""
        if resources.get(logical, {}).get("Type") == "AWS::SQS::Queue":
            return names[logical].rpartition("/")[2]
        raise TemplateRefused(f"{function}: failed events can go to a queue of the template, not to {target}.")

    destinations = config.get("DestinationConfig", {})
    if "OnSuccess" in destinations:
        raise TemplateRefused(f"{function}: OnSuccess is not delivered here; only OnFailure is, to a queue.")

    def number(name: str, usual: float) -> int:
        value = config.get(name, usual)
        if isinstance(value, dict):
            raise TemplateRefused(f"{function}: {name} of EventInvokeConfig must be a number here, not {value}.")
        return int(value)

    usual = Manner()
    return Manner(
        number("MaximumRetryAttempts", usual.retries),
        number("MaximumEventAgeInSeconds", usual.age),
        queue(properties.get("DeadLetterConfig", {}).get("TargetArn")),
        queue(destinations.get("OnFailure", {}).get("Destination")),
    )
