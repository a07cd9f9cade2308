"""The Sessions table as a `JobStore`: the writes, and the reads of single rows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from roughcut.aws import effects
from roughcut.aws.board import BoardTable
from roughcut.aws.effects import TenantCaps, Write
from roughcut.aws.index_reads import IndexReads
from roughcut.aws.outbox import OutboxTable
from roughcut.aws.progress import progress_of
from roughcut.aws.rows import from_item, key_item, plain, to_item, typed
from roughcut.jobs.board import Progress, SlotShard
from roughcut.jobs.job import Job, JobKey
from roughcut.ports import Outcome

_BATCH = 100  # keys of one BatchGetItem; source: its API reference
_TRIES = 8  # of a transaction that met another one on the same counter

Refusals = Mapping[tuple[str, str], bool]  # (what was guarded, of which job or tenant) -> True


class TransactionContended(Exception):
    """A transaction met others on the same items, again and again; the caller's own retry comes later."""


class DynamoJobStore(IndexReads, BoardTable, OutboxTable):
    """Every write is one transaction, conditional on the row. `pause` waits a moment between tries of one."""

    def __init__(self, client: Any, table: str, caps: TenantCaps, pause: Callable[[int], None]) -> None:
        super().__init__(client, table)
        self._caps, self._pause = caps, pause

    def create(self, job: Job, request: bytes) -> Outcome:
        refused = self._commit(effects.creation(self._table, job, request, self._caps))
        return _outcome(refused, job)

    def claim(self, pairs: Sequence[tuple[Job, Job]], slot: SlotShard) -> list[Outcome]:
        """Jobs that spoil the transaction are left out of the next try: one lost row costs the others little."""
        outcomes: dict[str, Outcome] = {}
        left = list(pairs)
        while left:
            refused = self._commit(effects.claims(self._table, left, slot, self._caps))
            told = {job.job_id: _outcome(refused, job) for job, _ in left}
            spoilt = self._spoilt([job for job, _ in left], told)
            outcomes |= {name: told[name] for name in spoilt or told}
            left = [pair for pair in left if spoilt and pair[0].job_id not in spoilt]
        return [outcomes[job.job_id] for job, _ in pairs]

    def _spoilt(self, jobs: Sequence[Job], told: Mapping[str, Outcome]) -> set[str]:
        """Who must be left out for the rest to have a chance. A tenant's best jobs stay, as many as its cap takes."""
        spoilt = {name for name, outcome in told.items() if outcome is not Outcome.DONE}
        if Outcome.NO_SLOT in told.values():
            return spoilt
        for tenant in {job.tenant for job in jobs if told[job.job_id] is Outcome.TENANT_FULL}:
            room = self._caps.running - self.tenant_load(tenant).running
            mine = [job.job_id for job in jobs if job.tenant == tenant and job.job_id in spoilt]
            spoilt -= set(mine[: max(0, min(room, len(mine) - 1))])
        return spoilt

    def move(self, job: Job, to: Job) -> Outcome:
        return _outcome(self._commit(effects.transition(self._table, job, to)), job)

    def quarantine(self, job: Job, body: str) -> bool:
        item = to_item(job) | typed({"body": body})
        guard = "attribute_not_exists(session_id)"
        put = {"TableName": self._table, "Item": item, "ConditionExpression": guard}
        return not self._commit([Write({"Put": put}, "row", job.job_id)])

    def get(self, key: JobKey) -> Job | None:
        answer = self._client.get_item(TableName=self._table, Key=key_item(key), ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[JobKey]) -> list[Job]:
        return [from_item(item) for item in self._batch_get(keys)]

    def request(self, key: JobKey) -> bytes:
        item = key_item(effects.request_key(key))
        answer = self._client.get_item(TableName=self._table, Key=item, ConsistentRead=True)
        return bytes(plain(answer["Item"])["request"])

    def postpone(self, job: Job, check_at: int) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key_item(job.key),
                UpdateExpression="SET check_at = :at",
                ConditionExpression="#status = :from AND attempt = :was",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=typed({":at": check_at, ":from": str(job.status), ":was": job.attempt}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # it has moved: whoever moved it set the next look

    def progress(self, keys: Sequence[JobKey]) -> dict[JobKey, Progress]:
        items = map(plain, self._batch_get([effects.progress_key(key) for key in keys]))
        return {JobKey(row["session_id"], row["job_id"].removesuffix("/progress")): progress_of(row) for row in items}

    def _batch_get(self, keys: Sequence[JobKey]) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        for start in range(0, len(keys), _BATCH):
            wanted: Any = [key_item(key) for key in keys[start : start + _BATCH]]
            while wanted:
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}}
                )
                items += answer["Responses"].get(self._table, [])
                wanted = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys")
        return items

    def _commit(self, writes: Sequence[Write]) -> Refusals:
        """What refused the transaction; nothing if it was done. Raises `TransactionContended`."""
        for attempt in range(_TRIES):
            try:
                self._client.transact_write_items(TransactItems=[write.entry for write in writes])
            except self._client.exceptions.TransactionCanceledException as cancelled:
                refused = _refusals(cancelled.response["CancellationReasons"], writes)
                if refused:
                    return refused
                self._pause(attempt)
            else:
                return {}
        raise TransactionContended(f"gave up after {_TRIES} tries")


def _refusals(reasons: Sequence[Mapping[str, Any]], writes: Sequence[Write]) -> Refusals:
    """Empty if it was only another transaction on the same items."""
    told = zip(reasons, writes, strict=True)
    return {(write.guards, write.of): True for reason, write in told if reason.get("Code") == "ConditionalCheckFailed"}


def _outcome(refused: Refusals, job: Job) -> Outcome:
    """What a refused transaction means for one of its jobs; DONE says that this job was not the reason."""
    if ("row", job.job_id) in refused:
        return Outcome.LOST
    if ("tenant", job.tenant) in refused:
        return Outcome.TENANT_FULL
    return Outcome.NO_SLOT if ("slot", "") in refused else Outcome.DONE
