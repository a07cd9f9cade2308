import inspect
import os
from typing import Any

import pytest

from workbench.embedded.running import Stack


@pytest.mark.saves
def test_a_request_lists_no_folder_and_no_methods(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    table, looked = stack.client("dynamodb"), []

    def watched(stock: Any) -> Any:
        return lambda *args, **named: looked.append(args) or stock(*args, **named)

    table.list_tables()
    with monkeypatch.context() as patch:
        patch.setattr(os, "listdir", watched(os.listdir))
        patch.setattr(inspect, "getmembers", watched(inspect.getmembers))
        table.list_tables()

    assert looked == []


def test_request_ids_look_like_those_of_aws(stack: Stack) -> None:
    table = stack.client("dynamodb")

    ids = {table.list_tables()["ResponseMetadata"]["RequestId"] for _ in range(5)}

    assert len(ids) == 5
    assert all(len(each) == 52 and each.isascii() and each.isalnum() for each in ids)
