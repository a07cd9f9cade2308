"""Job ids and execution names."""

from collections.abc import Callable
from hashlib import sha256

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LENGTH = 26


def fresh_job_id(now_ms: int, randomness: Callable[[int], bytes]) -> str:
    """A ULID: 48 bits of time, 80 of chance. Sorts by time. Source: the ULID specification."""
    return _base32((now_ms << 80) | int.from_bytes(randomness(10)))


def keyed_job_id(session_id: str, idempotency_key: str) -> str:
    """The same session and key always name the same job: the conditional put of its row is the idempotency."""
    digest = sha256(f"{session_id}\0{idempotency_key}".encode()).digest()
    return _base32(int.from_bytes(digest[:16]))


def execution_name(job_id: str, attempt: int, created_ms: int) -> str:
    """Step Functions remembers a name for 90 days; a row may be younger than that, so the name bears its birth."""
    return f"{job_id}-{attempt}-{created_ms}"


def _base32(number: int) -> str:
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_LENGTH)))
