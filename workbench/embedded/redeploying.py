"""A deploy over a running stack, as CloudFormation does it: new versions beside the old ones, then the state machine.

Queues, tables, schedules and routes stay what they were: only functions and state machines are updated here.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.cloudformation.models import cloudformation_backends

from workbench.embedded.clients import ACCOUNT, Clients
from workbench.embedded.deployment import STACK_NAME, Deployment, known_to_moto, put_code, read_back
from workbench.embedded.faults import TemplateRefused
from workbench.embedded.translate import REGION, Translation

# In CloudFormation's order of dependence; moto adds what is new before it changes what is there.
_ORDER = (
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Function",
    "AWS::Lambda::Version",
    "AWS::StepFunctions::StateMachine",
)

Resources = dict[str, dict[str, Any]]


def redeploy(
    translation: Translation,
    clients: Clients,
    environment: Mapping[str, str],
    between: Callable[[Deployment], None],
) -> None:
    """`between` gets the new functions before the state machine names them. Raises `TemplateRefused`."""
    put_code(translation, clients.get("s3"))
    template = known_to_moto(translation.cloudformation)
    current: Resources = _stack().template_dict["Resources"]
    _refuse_the_rest(current, template["Resources"])
    for kind in _ORDER:
        # What the template names no more stays: versions and layers have DeletionPolicy Retain.
        current = {**current, **{n: r for n, r in template["Resources"].items() if r["Type"] == kind}}
        if kind == _ORDER[-1]:
            between(read_back(translation, clients, environment))
        _update({**template, "Resources": current})


def _refuse_the_rest(old: Resources, new: Resources) -> None:
    changed = [name for name, resource in new.items() if resource["Type"] not in _ORDER and old.get(name) != resource]
    if changed:
        raise TemplateRefused(f"{changed[0]} changed; only functions, layers and state machines are redeployed here.")


def _stack() -> Any:
    return cloudformation_backends[ACCOUNT][REGION].get_stack(STACK_NAME)


def _update(template: dict[str, Any]) -> None:
    try:
        cloudformation_backends[ACCOUNT][REGION].update_stack(STACK_NAME, json.dumps(template), None, [], None)
    except Exception as problem:
        reason = f"{type(problem).__name__}: {' '.join(str(problem).split())}"
        raise TemplateRefused(f"CloudFormation cannot update the stack ({reason}).") from problem
