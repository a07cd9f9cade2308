"""Who asks, and whether they may: signatures of keys that we know, and the policies of the roles behind them."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from workbench.embedded.access.grants import Grant, is_allowed
from workbench.embedded.access.keys import Key, Keyring
from workbench.embedded.access.links import WRONG, check_link
from workbench.embedded.access.needs import Need, needs_of
from workbench.embedded.access.policies import Allowance, check_form
from workbench.embedded.access.roles import Roles, hash_key
from workbench.embedded.access.signing import Signed, is_right
from workbench.embedded.calls import Call, Models, NotUnderstood, call_of
from workbench.embedded.refusals import Refused


class Guard:
    """The account's owner, and anybody whose key is unknown here, may do everything; a role what its policies say."""

    def __init__(self, keys: Keyring, models: Models, clock: Callable[[], float] = time.time) -> None:
        self.keys, self.models, self._roles, self._clock = keys, models, Roles(), clock

    def admit(self, signed: Signed, environ: dict[str, Any], body: bytes | None) -> Refused | None:
        """Raises `Refused`. What it gives back is the answer for a missing object, of which a role may not know."""
        key = self.keys.find(signed.key_id)
        if key is None or key.role is None:
            return None
        self.check_signature(key, signed, environ, body)
        return self._check_call(key, signed.service, environ, body)

    def admit_link(self, environ: dict[str, Any]) -> Refused | None:
        """Of S3: the same for a request whose signature, if any, is in its query."""
        key = check_link(environ, self.keys, self._clock)
        return self._check_call(key, "s3", environ, None) if key and key.role else None

    def admit_form(self, put: dict[str, Any], fields: Mapping[str, str], bucket: str) -> Allowance:
        """Of S3: a form (POST), `put` being the PutObject that it means. Raises `Refused`."""
        allowance = check_form(fields, bucket, self.keys, self._clock)
        if allowance.key and allowance.key.role:
            self._check_call(allowance.key, "s3", put, None)
        return allowance

    def _check_call(self, key: Key, service: str, environ: dict[str, Any], body: bytes | None) -> Refused | None:
        try:
            call = call_of(service, environ, body, self.models)
            return self.check(key, service, call) if call else None
        except (NotUnderstood, KeyError, TypeError, ValueError, AttributeError):
            # Malformed, so it needs no permission: it is refused for that.
            return None

    def check_signature(self, key: Key, signed: Signed, environ: dict[str, Any], body: bytes | None) -> None:
        """Raises `Refused`."""
        if signed.token != key.token:
            raise Refused("InvalidClientTokenId", "The security token included in the request is invalid.", 403)
        if not is_right(signed, key.secret, environ, body):
            raise Refused("SignatureDoesNotMatch", WRONG, 403)

    def check(self, key: Key, service: str, call: Call) -> Refused | None:
        """Raises `Refused` for what the role may not do; else as `admit`."""
        grants = self._roles.grants(str(key.role))
        for need in needs_of(service, call.operation, call.params, hash_key):
            if not is_allowed(grants, need):
                raise denial(key, need, grants)
        if service == "s3" and call.operation in ("GetObject", "HeadObject"):
            listing = Need("s3:ListBucket", f"arn:aws:s3:::{call.params['Bucket']}")
            return None if is_allowed(grants, listing) else denial(key, listing, grants)
        return None

    def require(self, role: str, session: str, need: Need) -> None:
        """Raises `Refused` if the role (its ARN) may not."""
        key = self.keys.issue(role, session)
        grants = self._roles.grants(str(key.role))
        if not is_allowed(grants, need):
            raise denial(key, need, grants)


def denial(key: Key, need: Need, grants: Iterable[Grant]) -> Refused:
    """AWS's sentence, and what we do not know of the policy if that is the reason."""
    said = f"User: {key.principal} is not authorized to perform: {need.action} on resource: {need.resource}"
    denied = any(grant.effect == "Deny" and grant.covers(need) for grant in grants)
    reason = (
        "with an explicit deny in an identity-based policy"
        if denied
        else f"because no identity-based policy allows the {need.action} action"
    )
    unknown = sorted({name for grant in grants if grant.action == need.action for name in grant.unknown_operators})
    note = (
        f" (the condition operator {unknown[0]} is not known to the embedded AWS, and never holds)" if unknown else ""
    )
    return Refused("AccessDenied", f"{said} {reason}{note}", 403)
