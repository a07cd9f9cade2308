"""AWS calls as the permissions that IAM asks for: action, resource, and the keys that conditions look at."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

REGION_ACCOUNT = "us-east-1:123456789012"
# Operations whose action has another name. All others are called as their action.
ACTIONS = {
    "s3": {
        "HeadObject": "GetObject",
        "CopyObject": "PutObject",
        "CreateMultipartUpload": "PutObject",
        "UploadPart": "PutObject",
        "UploadPartCopy": "PutObject",
        "CompleteMultipartUpload": "PutObject",
        "ListParts": "ListMultipartUploadParts",
        "DeleteObjects": "DeleteObject",
        "HeadBucket": "ListBucket",
        "ListObjects": "ListBucket",
        "ListObjectsV2": "ListBucket",
        "ListBuckets": "ListAllMyBuckets",
    },
    "lambda": {"Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction"},
    "sqs": {
        "SendMessageBatch": "SendMessage",
        "DeleteMessageBatch": "DeleteMessage",
        "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
    },
    "sns": {"PublishBatch": "Publish"},
}
# Their names before the colon of an action, where that is not the name that signs.
_PREFIXES = {"monitoring": "cloudwatch"}
# (table, index or None) -> the attribute that partitions it
HashKey = Callable[[str, str | None], str]
_WORDS_OF_EXPRESSIONS = re.compile(
    r"\b(SET|REMOVE|ADD|DELETE|AND|OR|NOT|BETWEEN|IN|attribute_not_exists|attribute_exists|attribute_type|if_not_exists"
    r"|list_append|begins_with|contains|size)\b"
)


@dataclass(frozen=True)
class Need:
    """`keys`: the values of each condition key that the call has."""

    action: str
    resource: str
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False, compare=False)

    def value_of(self, key: str) -> frozenset[str]:
        """The values of a condition key, whose name is not case-sensitive; none where the call has none."""
        wanted = key.lower()
        return next((values for name, values in self.keys.items() if name.lower() == wanted), frozenset())


def needs_of(service: str, operation: str, params: Mapping[str, Any], hash_key: HashKey) -> Iterator[Need]:
    """All of them must be allowed. `service` is the name that signs, as in "s3" or "states"."""
    action = f"{_PREFIXES.get(service, service)}:{ACTIONS.get(service, {}).get(operation, operation)}"
    if service == "s3":
        yield from _object_needs(operation, action, params)
    elif service == "dynamodb":
        yield from _table_needs(operation, params, hash_key)
    elif service == "events" and operation == "PutEvents":
        yield from _event_needs(action, params)
    else:
        yield Need(action, _resource(service, params))


def _resource(service: str, params: Mapping[str, Any]) -> str:
    if service == "sqs":
        name = params.get("QueueUrl", params.get("QueueName", "")).rpartition("/")[2]
        return f"arn:aws:sqs:{REGION_ACCOUNT}:{name}" if name else "*"
    if service == "ssm" and "Name" in params:
        return f"arn:aws:ssm:{REGION_ACCOUNT}:parameter/{str(params['Name']).lstrip('/')}"
    if service == "lambda" and "FunctionName" in params:
        return _function_arn(params["FunctionName"], params.get("Qualifier"))
    names = ("stateMachineArn", "executionArn", "activityArn", "TopicArn", "TargetArn")
    return next((str(params[name]) for name in names if name in params), "*")


def _function_arn(name: str, qualifier: str | None) -> str:
    """FunctionName may be a name, name:qualifier, account:function:name, or an ARN."""
    whole = (
        name if name.startswith("arn:") else f"arn:aws:lambda:{REGION_ACCOUNT}:function:{name.split('function:')[-1]}"
    )
    return f"{whole}:{qualifier}" if qualifier and whole.count(":") == 6 else whole


def _event_needs(action: str, params: Mapping[str, Any]) -> Iterator[Need]:
    for entry in params["Entries"]:
        bus = str(entry.get("EventBusName", "default")).rpartition("/")[2]
        keys = {"events:source": frozenset([entry["Source"]]), "events:detail-type": frozenset([entry["DetailType"]])}
        yield Need(action, f"arn:aws:events:{REGION_ACCOUNT}:event-bus/{bus}", keys)


def _object_needs(operation: str, action: str, params: Mapping[str, Any]) -> Iterator[Need]:
    bucket = f"arn:aws:s3:::{params['Bucket']}" if "Bucket" in params else "*"
    if operation == "DeleteObjects" and "Delete" in params:
        for entry in params["Delete"]["Objects"]:
            yield Need(action, f"{bucket}/{entry['Key']}")
        return
    keys = {"s3:prefix": frozenset([params["Prefix"]])} if "Prefix" in params else {}
    yield Need(action, f"{bucket}/{params['Key']}" if "Key" in params else bucket, keys)
    if "CopySource" in params:
        source = params["CopySource"]
        named = source if isinstance(source, str) else f"{source['Bucket']}/{source['Key']}"
        yield Need("s3:GetObject", f"arn:aws:s3:::{named.lstrip('/').partition('?')[0]}")


def _table_needs(operation: str, params: Mapping[str, Any], hash_key: HashKey) -> Iterator[Need]:
    if operation in ("TransactWriteItems", "TransactGetItems"):
        for entry in params["TransactItems"]:
            ((kind, item),) = entry.items()
            yield _item_need("ConditionCheckItem" if kind == "ConditionCheck" else f"{kind}Item", item, hash_key)
    elif operation == "BatchGetItem":
        for table, asked in params["RequestItems"].items():
            for key in asked["Keys"]:
                yield _item_need(operation, {"TableName": table, "Key": key}, hash_key)
    elif operation == "BatchWriteItem":
        for table, requests in params["RequestItems"].items():
            for request in requests:
                ((_, item),) = request.items()
                yield _item_need(operation, {"TableName": table, **item}, hash_key)
    else:
        yield _item_need(operation, params, hash_key)


def _item_need(operation: str, params: Mapping[str, Any], hash_key: HashKey) -> Need:
    action = f"dynamodb:{operation}"
    if "TableName" not in params:
        return Need(action, "*")
    table, index = str(params["TableName"]).rpartition("/")[2], params.get("IndexName")
    item = params.get("Key") or params.get("Item") or {}
    leading = _leading(item, params, hash_key(table, index))
    keys = {
        "dynamodb:LeadingKeys": frozenset([leading] if leading else []),
        "dynamodb:Attributes": frozenset({*item, *attributes(params)}),
    }
    return Need(action, f"arn:aws:dynamodb:{REGION_ACCOUNT}:table/{table}{f'/index/{index}' if index else ''}", keys)


def _leading(item: Mapping[str, Any], params: Mapping[str, Any], key: str) -> str | None:
    """The value of the partition key: an item's own, or the one that a query names."""
    value = item.get(key)
    names = params.get("ExpressionAttributeNames", {})
    for name, placeholder in re.findall(r"([#\w]+)\s*=\s*(:\w+)", params.get("KeyConditionExpression", "")):
        if names.get(name, name) == key:
            value = params.get("ExpressionAttributeValues", {}).get(placeholder)
    return str(next(iter(value.values()))) if value else None


def attributes(params: Mapping[str, Any]) -> set[str]:
    """The attributes that an item's expressions name."""
    names = params.get("ExpressionAttributeNames", {})
    texts = [params.get(name, "") for name in ("UpdateExpression", "ConditionExpression", "ProjectionExpression")]
    plain = _WORDS_OF_EXPRESSIONS.sub(" ", " ".join(texts))
    words = re.findall(r"[:#]?\w+", plain)
    return {names.get(word, word) for word in words if not word.startswith(":")}
