"""moto builds the grammar of JSONPath anew for every path that a state or an event's target names, at each use.

The paths of a stack are few, and stand in its template.

Upstream: none found.
"""

import functools
from collections.abc import Callable
from typing import Any

import jsonpath_ng.ext
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.utils import json_path

from workbench.embedded.corrections.replacing import replace

# Of each kind; a path that an execution's input names is parsed again at worst.
_PATHS = 1_000


def apply() -> None:
    """Parse each path once."""
    # moto.events imports it where it is used.
    for owner in (jsonpath_ng.ext, json_path, result_path):
        replace(owner, "parse", _remembering)


def _remembering(stock: Callable[..., Any]) -> Callable[..., Any]:
    return functools.lru_cache(_PATHS)(stock)
