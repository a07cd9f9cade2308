"""moto's CloudFormation knows neither connections nor API destinations, so a template's webhook would be a stand-in;
an event for an API destination is posted without its body, secret, retries or dead letter, if at all.

Upstream: none found.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Self

from moto.cloudformation.parsing import get_model_map, get_name_type_map
from moto.core.common_models import CloudFormationModel
from moto.events.models import events_backends

from workbench.embedded.corrections import host
from workbench.embedded.webhooks import Delivery

# EventBridge's own where the target says nothing.
_RETRIES = 185


def apply() -> None:
    """CloudFormation learns both types. Events come here by `event_targets`."""
    for model in (_Connection, _Destination):
        get_model_map()[model.cloudformation_type()] = model
        get_name_type_map()[model.cloudformation_type()] = model.cloudformation_name_type()


def is_api_destination(target: Mapping[str, Any]) -> bool:
    """Whether the target of a rule is one."""
    return str(target["Arn"]).split(":")[5].startswith("api-destination/")


def post(rule: Any, target: Mapping[str, Any], body: str) -> None:
    """Accept the event's delivery. A destination or connection that was deleted meanwhile gets nothing, as on AWS."""
    backend = events_backends[rule.account_id][rule.region_name]
    destination = next((one for one in backend.destinations.values() if one.arn == target["Arn"]), None)
    connection = destination and next(
        (one for one in backend.connections.values() if one.arn == destination.connection_arn), None
    )
    if not destination or not connection:
        return
    host.current().deliver(
        Delivery(
            rule=rule.arn,
            target=target["Arn"],
            method=destination.http_method,
            url=destination.invocation_endpoint,
            headers=_secret(connection.auth_parameters),
            body=body,
            per_second=float(destination.invocation_rate_limit_per_second or 300),
            retries=int(target.get("RetryPolicy", {}).get("MaximumRetryAttempts", _RETRIES)),
            dead_letters=target.get("DeadLetterConfig", {}).get("Arn"),
        )
    )


def _secret(parameters: Mapping[str, Any]) -> dict[str, str]:
    key = parameters.get("ApiKeyAuthParameters")
    return {key["ApiKeyName"]: key["ApiKeyValue"]} if key else {}


class _Made(CloudFormationModel):
    """A resource of a template, by its ARN; moto's events backend has the thing itself."""

    def __init__(self, name: str, arn: str) -> None:
        self.name, self.arn = name, arn

    @property
    def physical_resource_id(self) -> str:
        return self.name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr == "Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return {"Arn": self.arn}[attribute_name]

    @staticmethod
    def cloudformation_name_type() -> str:
        return "Name"

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_more: Any
    ) -> Self:
        backend = events_backends[account_id][region_name]
        return cls(resource_name, cls.make(backend, resource_name, cloudformation_json["Properties"]))

    @classmethod
    def update_from_cloudformation_json(
        cls, _original: Any, new_resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> Self:
        return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

    @classmethod
    @abstractmethod
    def make(cls, backend: Any, name: str, properties: Mapping[str, Any]) -> str:
        """Create the thing in moto's backend; its ARN."""


class _Connection(_Made):
    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::Events::Connection"

    @classmethod
    def make(cls, backend: Any, name: str, properties: Mapping[str, Any]) -> str:
        made = backend.create_connection(
            name, properties.get("Description", ""), properties["AuthorizationType"], properties["AuthParameters"]
        )
        return str(made.arn)

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, _cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        events_backends[account_id][region_name].delete_connection(resource_name)


class _Destination(_Made):
    @staticmethod
    def cloudformation_type() -> str:
        return "AWS::Events::ApiDestination"

    @classmethod
    def make(cls, backend: Any, name: str, properties: Mapping[str, Any]) -> str:
        made = backend.create_api_destination(
            name,
            properties.get("Description", ""),
            properties["ConnectionArn"],
            properties["InvocationEndpoint"],
            properties.get("InvocationRateLimitPerSecond"),
            properties["HttpMethod"],
        )
        return str(made["ApiDestinationArn"])

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, _cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        events_backends[account_id][region_name].delete_api_destination(resource_name)
