"""How MAX_CONCURRENT_JOBS is spread over the shards of the slot counter."""

CLAIMS_PER_SHARD = 100  # jobs that share one counter: their claims and ends take turns on it
MOST_SHARDS = 64


def shares(limit: int, reserved: int, at_least: int = 0) -> list[tuple[int, int]]:
    """(limit, reserved) of each shard; they add up exactly. Shards beyond those needed get 0 and run dry."""
    needed = min(MOST_SHARDS, max(1, -(-limit // CLAIMS_PER_SHARD)))
    empty = [(0, 0)] * max(0, at_least - needed)
    kept = _spread(min(reserved, limit), needed)
    return [*zip(_spread(limit, needed), kept, strict=True), *empty]


def _spread(total: int, count: int) -> list[int]:
    """As even as whole numbers can be."""
    return [total // count + (index < total % count) for index in range(count)]
