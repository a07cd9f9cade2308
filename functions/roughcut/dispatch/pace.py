"""Looks at many rows at the pace that DescribeExecution allows."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from roughcut.jobs.board import Due

# Source: Step Functions quotas of the regions with the smallest bucket that refill at the rate of the largest.
DESCRIBES_PER_SECOND = 15
DESCRIBES_AT_ONCE = 250
_THREADS = 10  # as many as the connections that a boto3 client keeps


def side_by_side(do: Callable[[Due], None], entries: Sequence[Due], *, pause: Callable[[float], None]) -> None:
    """Several rows at a time; beyond a burst no faster than the quota refills. `pause` takes seconds."""
    with ThreadPoolExecutor(_THREADS) as threads:
        for number, entry in enumerate(entries):
            if number >= DESCRIBES_AT_ONCE:
                pause(1 / DESCRIBES_PER_SECOND)
            threads.submit(do, entry)
