"""moto's interpreter remembers every thread it started, in a list that nobody empties: one per state of every job.

Upstream: none found.
"""

import sys
from threading import Thread
from typing import Any

import moto.stepfunctions.parser.models  # noqa: F401 - brings in every module that holds the list


class Forgetful(list[Thread]):
    """Takes threads and keeps none."""

    def append(self, thread: Thread) -> None:
        """Nothing is kept: a thread that ran out is only memory."""


def apply() -> None:
    """Each module took the list by name, so each gets the forgetful one."""
    roster = Forgetful()
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.parser") and hasattr(module, "TMP_THREADS"):
            holder: Any = module
            holder.TMP_THREADS = roster
