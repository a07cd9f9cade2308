"""Whose a session is. A tenant's session is stored as `<tenant>.<session_id>`: in the table, the bucket, the chunks.

No session id has a dot, so that no request can spell another tenant's session.
"""

import re

OPERATORS = "default"  # the tenant of direct invocation, queues and IAM-signed HTTP
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


def is_tenant(name: object) -> bool:
    """Whether a token may bear this name; the operators' is none."""
    return isinstance(name, str) and name != OPERATORS and _TENANT.fullmatch(name) is not None


def stored_session(tenant: str, session_id: str) -> str:
    return session_id if tenant == OPERATORS else f"{tenant}.{session_id}"


def outer_session(stored: str) -> str:
    """The session id as its owner knows it."""
    return stored.rpartition(".")[2]


def outer_key(key: str) -> str:
    """A key of the bucket as its owner would write it, `sessions/<session_id>/...`, for sentences."""
    top, slash, below = key.partition("/")
    stored, more, rest = below.partition("/")
    return f"{top}{slash}{outer_session(stored)}{more}{rest}" if more else key


def tenant_of(stored: str) -> str:
    tenant, dot, _ = stored.partition(".")
    return tenant if dot else OPERATORS


def owned(stored: str) -> dict[str, str]:
    """The fields that tell of a session: its id, and its tenant unless that is the operators'."""
    tenant = tenant_of(stored)
    return {"session_id": outer_session(stored), **({} if tenant == OPERATORS else {"tenant": tenant})}
