"""One contract, three stores: the table in moto and the fakes that fast tests use must not be told apart."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from roughcut.aws.effects import TenantCaps
from roughcut.aws.job_store import DynamoJobStore
from roughcut.ports import JobStore
from tests.fakes.dynamo_client import DynamoClient
from tests.fakes.job_store import FakeJobStore
from workbench.embedded.translate import translate

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
TABLE = "Sessions"
CAPS = TenantCaps(queued=3, running=2)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """moto in this process; gives a function that makes clients."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield boto3.client


@pytest.fixture
def table(aws: Any) -> Any:
    """A DynamoDB client with the table of the template behind it."""
    taken = ("AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes", "BillingMode")
    client = aws("dynamodb")
    client.create_table(TableName=TABLE, **{name: table_properties()[name] for name in taken})
    return client


@cache
def table_properties() -> dict[str, Any]:
    """The table as the template describes it."""
    properties: dict[str, Any] = translate(TEMPLATE).cloudformation["Resources"]["SessionsTable"]["Properties"]
    return properties


@pytest.fixture(params=["fake", "memory", "moto"])
def store(request: pytest.FixtureRequest) -> JobStore:
    """A fake of the port; the production adapter over a fake of the client; the same over moto."""
    if request.param == "fake":
        return FakeJobStore(CAPS)
    in_memory = request.param == "memory"
    client = DynamoClient(TABLE, table_properties()) if in_memory else request.getfixturevalue("table")
    return DynamoJobStore(client, TABLE, CAPS, pause=lambda _: None)
