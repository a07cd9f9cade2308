"""moto keeps the names of a DynamoDB item's attributes once for each item, and of each S3 object some forty fields,
most of them as usual, in a table and with an access list of its own: 8 KB of a finished job.

Upstream: none found.
"""

import functools
import sys
from collections.abc import Callable
from typing import Any

from moto.dynamodb.models.dynamo_type import LimitedSizeDict
from moto.s3 import models
from moto.s3.models import FakeKey

from workbench.embedded.corrections.replacing import replace

# What a field of an object is unless somebody said otherwise.
_USUAL = {
    "website_redirect_location": None,
    "checksum_algorithm": None,
    "checksum_value": None,
    "checksum_type": None,
    "checksum_parts": None,
    "multipart": None,
    "encryption": None,
    "kms_key_id": None,
    "bucket_key_enabled": None,
    "lock_mode": None,
    "lock_legal_status": None,
    "lock_until": None,
    "disposed": False,
    "partition": "aws",
    "model_name": "s3::keyrestore",
    "_storage_class": "STANDARD",
    "_status": None,
    "_tick": 0,
    "_expiry": None,
    "_version_id": None,
    "_is_versioned": False,
}


def apply() -> None:
    """One string for each name, and the usual fields in the class."""
    replace(LimitedSizeDict, "__setitem__", _build_set)
    for name, value in _USUAL.items():
        setattr(FakeKey, name, value)
    replace(FakeKey, "__init__", _build_init)
    # Another list replaces one; nothing changes it.
    replace(models, "get_canned_acl", functools.cache)


def _build_set(stock: Callable[..., None]) -> Callable[..., None]:
    def set_item(items: Any, name: str, value: Any) -> None:
        stock(items, sys.intern(name), value)

    return set_item


def _build_init(stock: Callable[..., None]) -> Callable[..., None]:
    def init(key: Any, *args: Any, **named: Any) -> None:
        stock(key, *args, **named)
        key.__dict__ = {name: value for name, value in key.__dict__.items() if _USUAL.get(name, key) != value}

    return init
