"""Imports moto's EC2, as moto's CloudFormation and Step Functions do, without its tables: 80 MB of what can be rented
where, and three readings of botocore's endpoints, for a service that no stack here has.

Comes before anything else that imports moto. Who does use EC2, in a test beside a stack, finds the tables filled.
"""

import functools
import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import boto3.session
import moto.utilities.utils

_TABLES = "ec2/resources/instance_type"


def _import_ec2() -> None:
    with _without_tables(), _one_reading():
        from moto.ec2.models import EC2Backend, instance_types
    stock: Any = EC2Backend.__init__

    @functools.wraps(stock)
    def begin(backend: Any, *args: Any, **named: Any) -> None:
        if not instance_types.INSTANCE_TYPES:
            _fill(instance_types)
        stock(backend, *args, **named)

    backend: Any = EC2Backend
    backend.__init__ = begin


@contextmanager
def _without_tables() -> Iterator[None]:
    module: Any = moto.utilities.utils
    stock: Callable[[str], Any] = module.load_resource
    module.load_resource = lambda name: {} if name.startswith(_TABLES) else stock(name)
    try:
        yield
    finally:
        module.load_resource = stock


@contextmanager
def _one_reading() -> Iterator[None]:
    """Every boto3 session would read anew which regions there are."""
    kind: Any = boto3.session.Session
    stock, reader = kind.get_available_regions, kind()
    kind.get_available_regions = lambda _session, *args, **named: stock(reader, *args, **named)
    try:
        yield
    finally:
        kind.get_available_regions = stock


def _fill(tables: Any) -> None:
    spec = importlib.util.find_spec(tables.__name__)
    assert spec is not None  # it has been imported
    assert spec.loader is not None
    full: Any = ModuleType(tables.__name__)
    full.__file__, full.__package__ = spec.origin, spec.parent
    spec.loader.exec_module(full)
    tables.INSTANCE_TYPES.update(full.INSTANCE_TYPES)
    tables.INSTANCE_FAMILIES.extend(full.INSTANCE_FAMILIES)
    tables.INSTANCE_TYPE_OFFERINGS.update(full.INSTANCE_TYPE_OFFERINGS)
    tables.InstanceTypeBackend.instance_types.extend(map(tables.InstanceType, full.INSTANCE_TYPES))


_import_ec2()
