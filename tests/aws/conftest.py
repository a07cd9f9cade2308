"""The deployed stack that ROUGHCUT_AWS_STACK names; credentials, region and endpoint are of AWS's own variables."""

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config

# The function answers within its own 30 s.
PATIENT = Config(read_timeout=60)


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack, and a session in it that is this run's own."""

    outputs: dict[str, str]
    session_id: str

    def ask(self, operation: str, **fields: Any) -> Any:
        """The data of a successful answer of the job manager."""
        request = json.dumps({"operation": operation, "session_id": self.session_id, **fields})
        functions = boto3.client("lambda", config=PATIENT)
        answer = functions.invoke(FunctionName=self.outputs["JobManagerFunctionName"], Payload=request)
        said = json.load(answer["Payload"])
        assert "FunctionError" not in answer and said["success"], said
        return said["data"]

    def keys(self, prefix: str) -> list[str]:
        pages = boto3.client("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.outputs["MediaBucketName"], Prefix=prefix)
        return [entry["Key"] for page in found for entry in page.get("Contents", [])]

    def clean_up(self) -> None:
        """Delete the session's files and rows."""
        s3, table = boto3.client("s3"), boto3.resource("dynamodb").Table(self.outputs["SessionsTableName"])
        for area in ("sessions", "chunks"):
            for key in self.keys(f"{area}/{self.session_id}/"):
                s3.delete_object(Bucket=self.outputs["MediaBucketName"], Key=key)
        condition = boto3.dynamodb.conditions.Key("session_id").eq(self.session_id)
        for row in table.query(KeyConditionExpression=condition)["Items"]:
            table.delete_item(Key={"session_id": row["session_id"], "job_id": row["job_id"]})


@pytest.fixture(scope="session")
def deployed() -> Iterator[Deployed]:
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName=os.environ["ROUGHCUT_AWS_STACK"])["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    found = Deployed(outputs, f"smoke-{uuid.uuid4().hex[:12]}")
    yield found
    found.clean_up()
