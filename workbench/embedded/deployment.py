"""Create the translated template on the endpoint, and read back what came to be: names, environments, routes, sources.

Intrinsics (Ref, GetAtt, Sub, If) are resolved there, so nothing here has an opinion on them.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import NULL_MODELS, get_model_map

from workbench.embedded.clients import ACCOUNT, Clients
from workbench.embedded.faults import TemplateRefused
from workbench.embedded.front.routes import Route, routes_of
from workbench.embedded.manners import Manner, manners_of
from workbench.embedded.pollers import EventSource
from workbench.embedded.schedules import Schedule
from workbench.embedded.translate import CODE_BUCKET, REGION, Translation
from workbench.embedded.workers.environment import overridden
from workbench.embedded.workers.function import Function

STACK_NAME = "roughcut"


@dataclass(frozen=True, slots=True)
class Deployment:
    """Everything of the stack that moto only stores and we run, and the physical `names` by logical id."""

    functions: tuple[Function, ...]
    sources: tuple[EventSource, ...]
    schedules: tuple[Schedule, ...]
    routes: tuple[Route, ...]
    outputs: Mapping[str, str]
    names: Mapping[str, str]
    manners: Mapping[str, Manner]


def deploy(
    translation: Translation, clients: Clients, parameters: Mapping[str, str], environment: Mapping[str, str]
) -> Deployment:
    """Raises `TemplateRefused`. `environment` overrides the functions' variables of the same names."""
    clients.get("s3").create_bucket(Bucket=CODE_BUCKET)
    put_code(translation, clients.get("s3"))
    _create(translation, parameters)
    return read_back(translation, clients, environment)


def read_back(translation: Translation, clients: Clients, environment: Mapping[str, str]) -> Deployment:
    """What is there now."""
    names = _physical_names(clients.get("cloudformation"))
    versions = dict(_versions(translation.cloudformation["Resources"], names))
    functions = [
        replace(
            _function(names[logical], versions.get(logical), folder, clients.get("lambda"), environment),
            own_log_group=_log_group(translation.cloudformation["Resources"][logical]["Properties"], names),
        )
        for logical, folder in translation.code.items()
    ]
    return Deployment(
        tuple(functions),
        tuple(_sources(clients)),
        tuple(_schedules(clients.get("events"))),
        tuple(routes_of(translation.cloudformation, names)),
        _outputs(clients.get("cloudformation")),
        names,
        manners_of(translation.cloudformation["Resources"], names),
    )


def put_code(translation: Translation, s3: Any) -> None:
    """The objects that the template takes for code."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as placeholder:
        placeholder.writestr("README", "Handlers run from their folders.")
    for key in translation.keys:
        s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=archive.getvalue())


def _create(translation: Translation, parameters: Mapping[str, str]) -> None:
    """Past the API: what moto cannot create ends there as a 500 without a word, here as what was wrong."""
    template = json.dumps(known_to_moto(translation.cloudformation))
    backend = cloudformation_backends[ACCOUNT][REGION]
    try:
        stack = backend.create_stack(STACK_NAME, template, dict(parameters))
    except Exception as problem:
        reason = f"{type(problem).__name__}: {' '.join(str(problem).split())}"
        raise TemplateRefused(f"CloudFormation cannot create the template ({reason}).") from problem
    if stack.status != "CREATE_COMPLETE":
        raise TemplateRefused(f"CloudFormation ended with {stack.status}.")


def known_to_moto(template: dict[str, Any]) -> dict[str, Any]:
    """The template with every resource that moto has no model of as a parameter, so that references to it resolve.

    tests/rules/unmodelled.txt lists them, and why nothing is missed.
    """
    resources = template["Resources"]
    known = {*get_model_map(), *NULL_MODELS}
    unknown = [name for name, resource in resources.items() if resource["Type"] not in known]
    stand_ins = {name: {"Type": "String", "Default": "embedded"} for name in unknown}
    return {
        **template,
        "Parameters": {**template.get("Parameters", {}), **stand_ins},
        "Resources": {name: resource for name, resource in resources.items() if name not in unknown},
    }


def _stack(cloudformation: Any) -> dict[str, Any]:
    stack: dict[str, Any] = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    return stack


def _physical_names(cloudformation: Any) -> dict[str, str]:
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    return {
        resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
        for page in pages
        for resource in page["StackResourceSummaries"]
    }


def _outputs(cloudformation: Any) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in _stack(cloudformation).get("Outputs", [])}


def _versions(resources: dict[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(logical id of a function, ARN of the version of it that the template publishes)"""
    for logical, resource in resources.items():
        if resource["Type"] == "AWS::Lambda::Version":
            yield resource["Properties"]["FunctionName"]["Ref"], names[logical]


def _function(name: str, version: str | None, folder: Path, lambdas: Any, overrides: Mapping[str, str]) -> Function:
    answer = lambdas.get_function(FunctionName=version or name)
    found = answer["Configuration"]
    declared = {key: _text(value) for key, value in found.get("Environment", {}).get("Variables", {}).items()}
    return Function(
        name=found["FunctionName"],
        arn=found["FunctionArn"],
        handler=found["Handler"],
        folder=folder,
        timeout=float(found["Timeout"]),
        memory_mb=int(found["MemorySize"]),
        environment=overridden(declared, overrides),
        reserved=_reserved(answer),
        version=found["Version"],
        role=found["Role"],
    )


def _log_group(properties: dict[str, Any], names: Mapping[str, str]) -> str | None:
    """From the template, because moto forgets it."""
    group = properties.get("LoggingConfig", {}).get("LogGroup")
    return names[group["Ref"]] if isinstance(group, dict) and "Ref" in group else group


def _text(value: object) -> str:
    """Environment variables are strings, whatever YAML made of them."""
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _reserved(answer: dict[str, Any]) -> int | None:
    value = answer.get("Concurrency", {}).get("ReservedConcurrentExecutions")
    return None if value is None else int(value)


def _sources(clients: Clients) -> list[EventSource]:
    mappings = clients.get("lambda").list_event_source_mappings()["EventSourceMappings"]
    return [_source(mapping, clients.get("sqs")) for mapping in mappings if mapping["State"] == "Enabled"]


def _source(mapping: dict[str, Any], sqs: Any) -> EventSource:
    arn = mapping["EventSourceArn"]
    if ":sqs:" not in arn:
        raise TemplateRefused(f"The event source {arn} is not a queue; only SQS queues are polled here.")
    return EventSource(
        queue_arn=arn,
        queue_url=sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"],
        function=mapping["FunctionArn"].split(":")[6],
        batch_size=int(mapping.get("BatchSize", 10)),
        window=float(mapping.get("MaximumBatchingWindowInSeconds", 0)),
        concurrency=int(mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 2)),
        partial="ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()),
        region=REGION,
    )


def _schedules(events: Any) -> list[Schedule]:
    rules = events.list_rules()["Rules"]
    timed = [rule for rule in rules if rule.get("ScheduleExpression") and rule["State"] == "ENABLED"]
    return [
        Schedule.parse(rule["Name"], rule["ScheduleExpression"], target["Arn"], target.get("Input"))
        for rule in timed
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    ]
