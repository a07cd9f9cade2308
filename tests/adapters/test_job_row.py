"""What only the real table can show: item sizes, sparse indexes, contention."""

from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from roughcut.aws.effects import FIGURES_HASH, bucket
from roughcut.aws.job_store import DynamoJobStore, TransactionContended
from roughcut.aws.progress import DynamoProgress
from roughcut.aws.rows import from_item, key_item, to_item
from roughcut.jobs.errors import AttemptOver, Failure
from roughcut.jobs.job import JobKey, execution_input
from roughcut.jobs.spent import Meter, Spent
from roughcut.jobs.status import Status
from tests.adapters.conftest import CAPS, TABLE, table_properties
from tests.fakes.dynamo_client import DynamoClient
from tests.fakes.jobs import NOW, queued_job

LONGEST = queued_job(
    "0" * 26,
    session_id="s" * 64,
    status=Status.FAILED,
    started_ms=NOW,
    deadline_ms=NOW,
    finished_ms=NOW,
    execution="arn:aws:states:ap-southeast-2:123456789012:execution:a-long-prefix-x-video-pipeline:" + "0" * 42,
)


def size_of(item: dict[str, dict[str, object]]) -> int:
    return sum(len(name.encode()) + len(str(next(iter(value.values()))).encode()) for name, value in item.items())


@pytest.fixture(params=["memory", "moto"])
def table(request, table):
    """The client that other fast tests use must show the same."""
    return DynamoClient(TABLE, table_properties()) if request.param == "memory" else table


@pytest.fixture
def store(table):
    return DynamoJobStore(table, TABLE, CAPS, pause=lambda _: None)


def started(store, job):
    store.set_limit(3, 0)
    store.create(job, b"{}")
    row = replace(job, status=Status.STARTING, started_ms=NOW, check_at=NOW, slot=0)
    store.claim([(job, row)], store.board().slots[0])
    return row


@pytest.mark.like_aws(
    "DynamoDB",
    "An item names in its TTL attribute when it may go",
    differs="it is gone within some days; here it stays",
)
def test_the_figures_of_ten_minutes_expire_after_two_days_and_jobs_do_not(store, table):
    row = started(store, queued_job())
    store.move(row, replace(row, status=Status.SUCCEEDED, finished_ms=NOW, check_at=None, slot=None))
    figures = key_item(JobKey(FIGURES_HASH, bucket(NOW)))
    item = table.get_item(TableName=TABLE, Key=figures)["Item"]
    assert int(item["expires_at"]["N"]) == NOW // 1000 + 2 * 24 * 3600
    assert "expires_at" not in table.get_item(TableName=TABLE, Key=key_item(row.key))["Item"]


def test_a_row_comes_back_as_it_went():
    assert from_item(to_item(queued_job())) == queued_job()


def test_a_row_stays_small_even_with_the_longest_names():
    row = replace(LONGEST, execution_input=execution_input(LONGEST, NOW))
    assert size_of(to_item(row)) < 1400
    usual = replace(queued_job("0" * 26), execution_input=execution_input(queued_job("0" * 26), NOW))
    assert size_of(to_item(usual)) < 1024


def test_only_queued_rows_are_in_ready_and_only_active_ones_in_active(store, table):
    row = started(store, queued_job())
    item = table.get_item(TableName=TABLE, Key=key_item(row.key))["Item"]
    assert "ready_shard" not in item and "ready_order" not in item and "active_shard" in item
    store.move(
        row,
        replace(row, status=Status.FAILED, finished_ms=NOW, check_at=None, slot=None, failure=Failure("Internal", "x")),
    )
    item = table.get_item(TableName=TABLE, Key=key_item(row.key))["Item"]
    assert "active_shard" not in item and "check_at" not in item


def test_a_transaction_that_meets_another_is_tried_again_and_then_given_up(store, table, monkeypatch):
    tries = []

    def contended(*, TransactItems):  # noqa: N803  # the API's
        tries.append(1)
        reasons = [*[{"Code": "None"}] * (len(TransactItems) - 1), {"Code": "TransactionConflict"}]
        raise table.exceptions.TransactionCanceledException(
            {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}, "TransactWriteItems"
        )

    monkeypatch.setattr(table, "transact_write_items", contended)
    with pytest.raises(TransactionContended):
        store.create(queued_job(), b"{}")
    assert len(tries) == 8


def test_a_worker_keeps_its_greatest_value(store, table):
    row = started(store, queued_job())
    sink = DynamoProgress(table, TABLE, row.key, attempt=1)
    for fraction in (0.25, 0.5, 0.1):
        sink.advance("chunk-0", fraction)
    sink.expect("chunk", 4)
    progress = store.progress([row.key])[row.key]
    assert progress.parts == {"chunk-0": 5000}
    assert progress.expected == {"chunk": 4}


def test_each_report_notes_what_its_call_took_and_a_retried_call_has_an_entry_of_its_own(store, table):
    row = started(store, queued_job())
    for call, lasted in (("a", 1000), ("b", 3000)):
        meter = Meter(call, 1024, NOW, lambda lasted=lasted: NOW + lasted)
        DynamoProgress(table, TABLE, row.key, attempt=1, meter=meter).advance("chunk-0", 0.5)
    assert store.progress([row.key])[row.key].spent == {"chunk-0~a": 1000, "chunk-0~b": 3000}


def test_a_call_that_fails_notes_what_it_took_though_its_attempt_is_over_but_not_for_the_next_one(store, table):
    row = started(store, queued_job())
    sink = DynamoProgress(table, TABLE, row.key, attempt=1, meter=Meter("a", 1024, NOW, lambda: NOW + 1000))
    failed = replace(row, status=Status.FAILED, finished_ms=NOW, check_at=None, slot=None)
    store.move(row, failed)
    sink.note_spent("chunk-0")
    assert store.progress([row.key])[row.key].spent == {"chunk-0~a": 1000}
    again = replace(queued_job(), attempt=2, spent=Spent(1000, 1, 3))
    store.move(failed, again)
    assert store.get(row.key).spent == Spent(1000, 1, 3)
    store.claim([(again, replace(row, attempt=2, spent=again.spent))], store.board().slots[0])
    sink.note_spent("chunk-1")
    assert store.progress([row.key])[row.key].spent == {}


def test_a_worker_of_an_older_attempt_is_told_that_it_is_over(store, table):
    row = started(store, queued_job())
    with pytest.raises(AttemptOver):
        DynamoProgress(table, TABLE, row.key, attempt=2).advance("slides", 0.5)


def test_a_worker_of_an_ended_attempt_is_told_that_it_is_over(store, table):
    row = started(store, queued_job())
    sink = DynamoProgress(table, TABLE, row.key, attempt=1)
    sink.advance("slides", 0.5)
    store.move(row, replace(row, status=Status.CANCELLING))
    with pytest.raises(AttemptOver):
        sink.advance("slides", 0.6)


def test_an_error_that_is_no_refusal_is_not_swallowed(table):
    store = DynamoJobStore(table, "NoSuchTable", CAPS, pause=lambda _: None)
    with pytest.raises(ClientError):
        store.create(queued_job(), b"{}")
