"""Objects of S3 buckets: the newest version, its metadata and tags. Uploads in parts that are not complete are lost."""

import datetime
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeKey, S3Backend, s3_backends
from moto.s3.utils import _VersionedKeyStore

from workbench.embedded.bodies import Bodies, Body
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.corrections.replacing import replace
from workbench.embedded.keeping.directory import reason
from workbench.embedded.keeping.journal import Journal, Thing
from workbench.embedded.keeping.recorder import Recorder, current, dumped, loaded

OBJECT = "object"
_FIELDS = (
    "contentsize",
    "checksum_algorithm",
    "checksum_value",
    "checksum_type",
    "checksum_parts",
    "encryption",
    "kms_key_id",
    "bucket_key_enabled",
    "website_redirect_location",
    "_etag",
    "_storage_class",
    "_version_id",
)
# A name has one object: what is noted of it is what is there.
_changing = threading.Lock()


class _Request(threading.local):
    """moto makes an object first and gives it its metadata later; both are of one request, on one thread."""

    def __init__(self) -> None:
        self.objects: list[FakeKey] = []
        self.problem = ""


_request = _Request()


def watch() -> None:
    """Note every object as it comes and goes; `finish_request` notes what was said about it afterwards."""
    replace(_VersionedKeyStore, "setlist", _build_setlist)
    replace(_VersionedKeyStore, "pop", _build_pop)
    replace(FakeKey, "set_metadata", _build_metadata)
    replace(S3Backend, "put_object_tagging", _build_tagging)


def finish_request() -> str:
    """The request of this thread has done all it will do. Why it could not, if a body found no room."""
    recorder = current()
    objects, _request.objects = _request.objects, []
    problem, _request.problem = _request.problem, ""
    if recorder is not None:
        with _changing:
            for key in objects:
                _note(recorder, key)
    return problem


def restore(journal: Journal, bodies: Bodies, buckets: dict[str, str], now: datetime.datetime) -> None:
    """Objects into the buckets, by logical id, but for those that the bucket's lifecycle has ended by `now`."""
    names = {logical: name for name, logical in buckets.items()}
    kept = []
    for thing, value in journal.all_of(OBJECT):
        fields = loaded(value)
        bucket = _backend().buckets.get(names.get(thing.place, ""))
        kept.append(fields["body"])
        if bucket is not None and is_expired(bucket.rules, thing.key, _moment(fields["modified"]), now):
            journal.note({thing: None}, [bodies.path(fields["body"])])
        elif bucket is not None:
            bucket.keys.setlist(thing.key, [_object(thing.key, bucket, fields, bodies)])
    bodies.remove_all_but(kept)


def _build_setlist(stock: Callable[..., Any]) -> Callable[..., Any]:
    def setlist(store: Any, name: Any, versions: Any) -> None:
        recorder = current()
        versions = list(versions) if isinstance(versions, list | tuple) else [versions]
        newest = versions[-1] if versions else None
        if recorder is None or not isinstance(newest, FakeKey) or newest.bucket_name not in recorder.buckets:
            stock(store, name, versions)
            return
        _keep_body(recorder.bodies, newest)
        with _changing:
            waste = _files(version for version in store.getlist(name, []) if version not in versions)
            stock(store, name, versions)
            recorder.journal.note({_thing(recorder, newest): _value(recorder, newest)}, waste)
        _request.objects.append(newest)

    return setlist


def _build_pop(stock: Callable[..., Any]) -> Callable[..., Any]:
    def pop(store: Any, name: str) -> None:
        recorder = current()
        with _changing:
            versions = [version for version in store.getlist(name, []) if isinstance(version, FakeKey)]
            stock(store, name)
            if recorder is not None and versions and versions[-1].bucket_name in recorder.buckets:
                recorder.journal.note({_thing(recorder, versions[-1]): None}, _files(versions))

    return pop


def _build_metadata(stock: Callable[..., Any]) -> Callable[..., Any]:
    def set_metadata(key: FakeKey, *args: Any, **named: Any) -> None:
        stock(key, *args, **named)
        if current() is not None:
            _request.objects.append(key)

    return set_metadata


def _build_tagging(stock: Callable[..., Any]) -> Callable[..., Any]:
    def tag(backend: S3Backend, key: FakeKey, tags: Any) -> Any:
        if current() is not None:
            _request.objects.append(key)
        return stock(backend, key, tags)

    return tag


def _note(recorder: Recorder, key: Any) -> None:
    bucket = _backend().buckets.get(key.bucket_name)
    is_there = bucket is not None and bucket.keys.get(key.name) is key
    if is_there and key.bucket_name in recorder.buckets and _is_kept(key):
        recorder.journal.note({_thing(recorder, key): _value(recorder, key)})


def _keep_body(bodies: Bodies, key: Any) -> None:
    if _is_kept(key):
        return
    temporary = key._value_buffer
    key.etag  # noqa: B018 - reckoned, and remembered, while the bytes may still be in memory
    try:
        key._value_buffer = bodies.keep(temporary)
    except OSError as problem:
        _request.problem = f"The object cannot be kept: {reason(problem)}."
        raise S3ClientError("InternalError", _request.problem) from problem
    temporary.close()


def _files(versions: Iterable[Any]) -> list[Any]:
    return [version._value_buffer.path for version in versions if _is_kept(version)]


def _is_kept(version: Any) -> bool:
    body = getattr(version, "_value_buffer", None)
    return isinstance(body, Body) and body.kept


def _thing(recorder: Recorder, key: FakeKey) -> Thing:
    return Thing(OBJECT, recorder.buckets[str(key.bucket_name)], key.name)


def _value(recorder: Recorder, key: Any) -> bytes:
    own = {name: getattr(key, name) for name in _FIELDS}
    more = {
        "body": recorder.bodies.name(key._value_buffer),
        "modified": key.last_modified.timestamp(),
        "metadata": dict(key.metadata),
        "tags": _backend().tagger.get_tag_dict_for_resource(key.arn),
    }
    return dumped({**own, **more})


def _object(name: str, bucket: Any, fields: dict[str, Any], bodies: Bodies) -> FakeKey:
    key: Any = FakeKey(name, b"", ACCOUNT, bucket.region_name, bucket_name=bucket.name)
    key._value_buffer.close()
    key._value_buffer = Body(bodies.path(fields["body"]))
    key.last_modified = _moment(fields["modified"]).replace(tzinfo=None)
    for name in _FIELDS:
        if getattr(key, name) != fields[name]:
            setattr(key, name, fields[name])
    key.set_metadata(fields["metadata"], replace=True)
    if fields["tags"]:
        _backend().tagger.tag_resource(key.arn, [{"Key": k, "Value": v} for k, v in fields["tags"].items()])
    made: FakeKey = key
    return made


def is_expired(rules: Iterable[Any], name: str, modified: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether a bucket with these lifecycle rules would have deleted the object by `now`."""
    return any(
        name.startswith(prefix) and now - modified >= datetime.timedelta(days=days)
        for prefix, days in _expirations(rules)
    )


def _expirations(rules: Iterable[Any]) -> Iterator[tuple[str, int]]:
    for rule in rules:
        if rule.status == "Enabled" and rule.expiration_days:
            yield rule.prefix or (rule.filter and rule.filter.prefix) or "", int(rule.expiration_days)


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC)


def _backend() -> Any:
    return s3_backends[ACCOUNT]["aws"]
