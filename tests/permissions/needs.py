"""AWS calls as the permissions that IAM asks for: action, resource, and the keys that conditions look at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

REGION_ACCOUNT = "us-east-1:123456789012"
# Operations whose action has another name. All others are called as their action.
ACTIONS = {
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}


@dataclass(frozen=True)
class Need:
    action: str
    resource: str
    keys: dict[str, frozenset[str]] = field(default_factory=dict, hash=False, compare=False)


def needs_of(call: dict[str, Any]) -> Iterator[Need]:
    service, params = call["service"], call["params"]
    action = f"{service}:{ACTIONS.get(call['operation'], call['operation'])}"
    if service == "s3":
        yield from _object_needs(action, params, call["status"])
    elif service == "dynamodb":
        yield from _table_needs(call["operation"], params)
    elif service == "events":
        keys = {"events:source": frozenset(entry["Source"] for entry in params["Entries"])}
        yield Need(action, f"arn:aws:events:{REGION_ACCOUNT}:event-bus/default", keys)
    elif service == "sqs":
        yield Need(action, f"arn:aws:sqs:{REGION_ACCOUNT}:{params['QueueUrl'].rpartition('/')[2]}")
    else:
        (arn,) = (value for name, value in params.items() if name in ("stateMachineArn", "executionArn"))
        yield Need(action, arn)


def _object_needs(action: str, params: dict[str, Any], status: int) -> Iterator[Need]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    yield Need(action, f"{bucket}/{params['Key']}" if "Key" in params else bucket)
    if status == 404:
        yield Need("s3:ListBucket", bucket)


def _table_needs(operation: str, params: dict[str, Any]) -> Iterator[Need]:
    if operation == "TransactWriteItems":
        for entry in params["TransactItems"]:
            ((kind, item),) = entry.items()
            yield _item_need(f"{kind}Item", item)
    elif operation == "BatchGetItem":
        for table, asked in params["RequestItems"].items():
            for key in asked["Keys"]:
                yield _item_need(operation, {"TableName": table, "Key": key})
    elif operation == "BatchWriteItem":
        for table, requests in params["RequestItems"].items():
            for request in requests:
                yield _item_need(operation, {"TableName": table, **request["DeleteRequest"]})
    else:
        yield _item_need(operation, params)


def _item_need(operation: str, params: dict[str, Any]) -> Need:
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    item = params.get("Key") or params.get("Item") or {}
    leading = item.get("session_id", {}).get("S")
    keys = {
        "dynamodb:LeadingKeys": frozenset([leading] if leading else []),
        "dynamodb:Attributes": frozenset({*item, *attributes(params)}),
    }
    return Need(f"dynamodb:{operation}", f"arn:aws:dynamodb:{REGION_ACCOUNT}:table/{params['TableName']}{index}", keys)


def attributes(params: dict[str, Any]) -> set[str]:
    """The attributes that an item's expressions name."""
    names = params.get("ExpressionAttributeNames", {})
    texts = [params.get(name, "") for name in ("UpdateExpression", "ConditionExpression")]
    plain = re.sub(
        r"\b(SET|REMOVE|ADD|AND|OR|attribute_not_exists|attribute_exists|if_not_exists)\b", " ", " ".join(texts)
    )
    words = re.findall(r"[:#]?\w+", plain)
    return {names.get(word, word) for word in words if not word.startswith(":")}
