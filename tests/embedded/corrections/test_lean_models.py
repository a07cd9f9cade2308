from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import FakeKey, s3_backends

from tests.embedded.corrections.conftest import table_by_id
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.running import Stack
from workbench.embedded.translate import REGION

BUCKET = "small-media"


@pytest.mark.saves
def test_items_share_the_names_of_their_attributes(stack: Stack) -> None:
    table = table_by_id(stack, "named")
    for number in "12":
        table.put_item(TableName="named", Item={"id": {"S": number}, "a long name": {"S": "x"}})

    items = dynamodb_backends[ACCOUNT][REGION].get_table("named").all_items()

    first, second = ([name for name in item.attrs if name == "a long name"] for item in items)
    assert first[0] is second[0]


@pytest.mark.saves
def test_an_object_has_no_field_for_what_nobody_said(stack: Stack) -> None:
    s3 = stack.client("s3")
    for name in ("plain", "plainer"):
        s3.put_object(Bucket=BUCKET, Key=name, Body=b"some")

    keys: Any = s3_backends[ACCOUNT]["aws"].get_bucket(BUCKET).keys
    plain, plainer = keys["plain"], keys["plainer"]

    assert len(vars(plain)) <= 21  # with one more, Python doubles the table
    assert plain.acl is plainer.acl
    assert (plain.encryption, plain.multipart, plain.version_id, plain.is_locked(False)) == (None, None, "null", False)


def test_fields_that_somebody_said_are_there() -> None:
    key = FakeKey("said", b"", ACCOUNT, REGION, version_id="seven", is_versioned=True, encryption="AES256")

    assert (key.version_id, key._is_versioned, key.encryption) == ("seven", True, "AES256")


def test_an_access_list_of_one_object_is_not_that_of_another(stack: Stack) -> None:
    s3 = stack.client("s3")
    for name in ("open", "shut"):
        s3.put_object(Bucket=BUCKET, Key=name, Body=b"some")

    s3.put_object_acl(Bucket=BUCKET, Key="open", ACL="public-read")

    assert [len(s3.get_object_acl(Bucket=BUCKET, Key=name)["Grants"]) for name in ("open", "shut")] == [2, 1]
