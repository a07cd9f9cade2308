"""Good files cut short and with bits turned: the same ones every time."""

import random
from collections.abc import Iterator, Mapping


def truncated(samples: Mapping[str, bytes]) -> dict[str, bytes]:
    """Each container cut at its head, its middle and just before its end."""
    return {
        f"{name}-{share}": body[: len(body) * share // 100] for name, body in samples.items() for share in (3, 50, 97)
    }


def flipped(samples: Mapping[str, bytes], seeds: range) -> Iterator[tuple[str, bytes]]:
    """A container of each seed with a few of its bytes changed, most of them where headers are."""
    names = sorted(samples)
    for seed in seeds:
        name = names[seed % len(names)]
        yield f"{name}-seed-{seed}", mutated(samples[name], random.Random(seed))


def mutated(body: bytes, chance: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(chance.choice((1, 4, 16, 64, 256))):
        at = chance.randrange(len(changed)) if chance.random() < 0.4 else chance.randrange(min(2000, len(changed)))
        kind = chance.randrange(4)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[at] = chance.choice((0, 0xFF, 0x7F, 0x80))
        elif kind == 2:
            changed[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", chance.randbytes(4)))
        else:
            size = chance.randrange(1, 64)
            source = chance.randrange(len(changed))
            changed[at : at + size] = changed[source : source + size]
    return bytes(changed)
