"""What a piece of work costs: it runs in a process of its own, whose children count as its own."""

import os
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor and wall seconds; `peak` is the memory in MB of the largest process."""

    processor: float
    wall: float
    peak: float


def cost_of(work: Callable[[], object]) -> Cost:
    """Raises RuntimeError if the work raised; it has then said why on stderr."""
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        _work_and_end(work)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError("what was to be measured failed")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024)


def _work_and_end(work: Callable[[], object]) -> None:
    """Never returns, so that the child does not go on as a second benchmark."""
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
