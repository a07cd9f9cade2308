"""How MAX_CONCURRENT_JOBS is spread over the shards of the slot counter."""

from collections.abc import Sequence

CLAIMS_PER_SHARD = 100  # jobs that share one counter: their claims and ends take turns on it
MOST_SHARDS = 64


def shares(limit: int, reserved: int, running: Sequence[int] = ()) -> list[tuple[int, int]]:
    """(limit, reserved) of each shard, given how many slots of each are in use now.

    The limits add up to `limit`, or to less while a shard uses more than its even part: whatever is claimed and freed
    under them, in any order, never are more than `limit` in use, unless they were before. `reserved` leaves one slot
    to all classes: reserving every slot would starve the others for ever.
    """
    needed = min(MOST_SHARDS, max(1, -(-limit // CLAIMS_PER_SHARD)))
    count = max(needed, len(running))
    used = _padded(running, count)
    limits = _limits(limit, _padded(_spread(limit, needed), count), used)
    kept = _padded(_spread(min(reserved, max(0, limit - 1)), needed), count)
    return [(share, min(share, kept_back)) for share, kept_back in zip(limits, kept, strict=True)]


def _limits(limit: int, even: Sequence[int], used: Sequence[int]) -> list[int]:
    spare = limit - sum(used)
    if spare < 0:  # a shard may claim again once it alone has made up for the excess, whatever the others do
        return [max(0, min(part, now + spare)) for part, now in zip(even, used, strict=True)]
    limits = []
    for part, now in zip(even, used, strict=True):
        more = min(spare, max(0, part - now))
        limits.append(min(part, now) + more)
        spare -= more
    return limits


def _spread(total: int, count: int) -> list[int]:
    """As even as whole numbers can be."""
    return [total // count + (index < total % count) for index in range(count)]


def _padded(numbers: Sequence[int], count: int) -> list[int]:
    return [*numbers, *[0] * (count - len(numbers))]
