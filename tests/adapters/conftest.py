"""One contract, two stores: the table in moto and the fake that fast tests use must not be told apart."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from roughcut.aws.effects import TenantCaps
from roughcut.aws.job_store import DynamoJobStore
from roughcut.ports import JobStore
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
    properties = translate(TEMPLATE).cloudformation["Resources"]["SessionsTable"]["Properties"]
    taken = ("AttributeDefinitions", "KeySchema", "LocalSecondaryIndexes", "GlobalSecondaryIndexes", "BillingMode")
    client = aws("dynamodb")
    client.create_table(TableName=TABLE, **{name: properties[name] for name in taken})
    return client


@pytest.fixture(params=["fake", "moto"])
def store(request: pytest.FixtureRequest) -> JobStore:
    if request.param == "fake":
        return FakeJobStore(CAPS)
    return DynamoJobStore(request.getfixturevalue("table"), TABLE, CAPS, pause=lambda _: None)
