"""A job as an item of the table, and back. Docs: docs/architecture.md, "The table"."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from roughcut.jobs.errors import Failure
from roughcut.jobs.job import Job, JobKey
from roughcut.jobs.order import Priority, shard
from roughcut.jobs.spent import Spent
from roughcut.jobs.status import Status

Item = dict[str, dict[str, Any]]  # DynamoDB's typed JSON

_FIELDS = tuple(field.name for field in fields(Job))
_FLAGS = ("held", "fresh", "passed")
_NUMBERS = ("v", "attempt", "created_ms", "submitted_ms", "slides", "tries")
_OPTIONAL_NUMBERS = ("slot", "check_at", "started_ms", "deadline_ms", "finished_ms", "quoted_micros")
_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def typed(values: Mapping[str, Any]) -> Item:
    """Plain values as DynamoDB's typed JSON; None is left out."""
    return {name: _typed(value) for name, value in values.items() if value is not None}


def _typed(value: Any) -> dict[str, Any]:
    """Most values are text, for which boto3 first asks whether they are any of nine other types."""
    return {"S": value} if type(value) is str else _serialize(value)


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value["S"] if "S" in value else _deserialize(value) for name, value in item.items()}


def key_item(key: JobKey) -> Item:
    return typed({"session_id": key.session_id, "job_id": key.job_id})


def to_item(job: Job) -> Item:
    """The whole row of a new job."""
    return typed({**values(job), **_recent(job), **index_values(job)})


def values(job: Job) -> dict[str, Any]:
    """The job's own attributes, in types that DynamoDB takes. What is false is left out: rows stay small."""
    own = {name: getattr(job, name) for name in _FIELDS}
    own |= dict.fromkeys((name for name in _FLAGS if not own[name]), None)
    failure = {k: v for k, v in asdict(job.failure).items() if v is not None} if job.failure else None
    return {
        **own,
        "priority": int(job.priority),
        "status": str(job.status),
        "failure": failure,
        "spent": _listed(job.spent),
    }


def index_values(job: Job) -> dict[str, Any]:
    """The keys of the sparse indexes: `ready` holds queued jobs, `active` those with a slot. None takes a job out."""
    is_queued, is_active = job.status is Status.QUEUED, job.status.holds_slot
    return {
        "ready_shard": _partition(job) if is_queued else None,
        "ready_order": job.order if is_queued else None,
        "active_shard": str(shard(job.job_id)) if is_active else None,
    }


def ready_shard(priority: Priority, number: int) -> str:
    return f"{priority.name}#{number}"


def held_shard(tenant: str, priority: Priority) -> str:
    return f"held#{tenant}#{priority.name}"


def recent_shard(tenant: str, day: str, number: int) -> str:
    return f"{tenant}#{day}#{number}"


def from_item(item: Mapping[str, Any]) -> Job:
    """The job that a row tells of. Attributes of newer versions are ignored."""
    row = plain(item)
    known: dict[str, Any] = {name: row[name] for name in _FIELDS if name in row}
    known |= {name: int(known[name]) for name in _NUMBERS}
    known |= {name: int(known[name]) for name in _OPTIONAL_NUMBERS if name in known}
    known["priority"] = Priority(int(known["priority"]))
    known["status"] = Status(known["status"])
    known["failure"] = Failure(**known["failure"]) if "failure" in known else None
    known["spent"] = Spent(*map(int, known["spent"])) if "spent" in known else None
    return Job(**known)


def _listed(spent: Spent | None) -> list[int] | None:
    return None if spent is None else list(spent)


def _partition(job: Job) -> str:
    return held_shard(job.tenant, job.priority) if job.held else ready_shard(job.priority, shard(job.job_id))


def _recent(job: Job) -> dict[str, str]:
    day = datetime.fromtimestamp(job.submitted_ms / 1000, UTC).date().isoformat()
    return {
        "recent_shard": recent_shard(job.tenant, day, shard(job.job_id)),
        "recent_order": f"{job.submitted_ms:016d}#{job.job_id}",
    }
