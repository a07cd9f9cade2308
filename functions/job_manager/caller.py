"""Whose request it is: that of the tenant in the token, or the operators'."""

from collections.abc import Mapping
from typing import Any

from roughcut.jobs.request import RequestRefused
from roughcut.jobs.tenancy import OPERATORS, is_tenant


def caller_of(event: Mapping[str, Any], claim: str) -> str:
    """The tenant. `claim` names where a token says it. Raises `RequestRefused` for a token that names none.

    API Gateway has checked the token; without one the request was signed by somebody of the account.
    """
    token = event.get("requestContext", {}).get("authorizer", {}).get("jwt")
    if token is None:
        return OPERATORS
    told = token.get("claims", {}).get(claim)
    if told is None:
        raise _refused(claim, f"the token has no claim {claim}")
    if told == OPERATORS:
        raise _refused(claim, f"the token's claim {claim} is {OPERATORS!r}, which is the operators' own name")
    if not is_tenant(told):
        raise _refused(claim, f"the token's claim {claim} is {str(told)[:80]!r}")
    return str(told)


def _refused(claim: str, problem: str) -> RequestRefused:
    right = "it must name your tenant: 1 to 64 letters, digits, _ or -, the first a letter or digit."
    return RequestRefused("InvalidRequest", f"{problem}; {right}", claim)
