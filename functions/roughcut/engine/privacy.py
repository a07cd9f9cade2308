"""Keeps this process to itself: it holds credentials, and an encoder it starts runs as the same user."""

import ctypes
import sys

_PR_SET_DUMPABLE = 4


def refuse_inspection() -> None:
    """No other process of the user may read this one's memory or environment (on Linux), nor may a core be dumped."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
