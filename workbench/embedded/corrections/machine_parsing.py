"""moto parses the definition for every execution: 40-110 ms for 20 states.

Parsed programs keep nothing of a run but the keys of their retry counters, which must not change between threads.

Upstream: none found.
"""

import functools
from typing import Any

from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser


def apply() -> None:
    """Parse once."""

    def heap_key(component: EvalComponent) -> str:
        return str(id(component))

    component: Any = EvalComponent
    component.heap_key = property(heap_key)
    parser: Any = AmazonStateLanguageParser
    parser.parse = staticmethod(functools.lru_cache(64)(AmazonStateLanguageParser.parse))
