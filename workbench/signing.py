"""What a deployed HTTP API asks of a request: a SigV4 signature, or a token."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from workbench.problem import Problem

TOKEN_VARIABLE = "ROUGHCUT_TOKEN"  # noqa: S105 - the name of a variable


def credentials_for(
    method: str, url: str, body: bytes | None, environment: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The headers that let a request in. Nothing for plain http, which only this machine's API speaks.

    A token in ROUGHCUT_TOKEN is for a stack with JwtIssuer; otherwise the request is signed for execute-api with the
    credentials that AWS's tools find. Raises `Problem` if there are none, or no region.
    """
    if urlsplit(url).scheme != "https":
        return {}
    if environment.get(TOKEN_VARIABLE):
        return {"Authorization": f"Bearer {environment[TOKEN_VARIABLE]}"}
    return _signed(method, url, body)


def _signed(method: str, url: str, body: bytes | None) -> dict[str, str]:
    # Imported here because they take half a second, which a request to this machine's API should not.
    import boto3
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    session = boto3.session.Session()
    credentials, region = session.get_credentials(), _region(url) or session.region_name
    if credentials is None:
        raise Problem(
            f"{url} needs a signature, and there are no AWS credentials: log in (aws configure, aws sso login), or put "
            f"a token in {TOKEN_VARIABLE}."
        )
    if region is None:
        raise Problem(f"{url} names no region: set AWS_DEFAULT_REGION to that of the stack.")
    request = AWSRequest(method, url, {"Content-Type": "application/json"}, body)
    SigV4Auth(credentials.get_frozen_credentials(), "execute-api", region).add_auth(request)
    return {name: value for name, value in request.headers.items() if name != "Content-Type"}


def _region(url: str) -> str | None:
    """https://abc.execute-api.eu-west-1.amazonaws.com -> eu-west-1; a domain of one's own tells none."""
    parts = (urlsplit(url).hostname or "").split(".")
    return parts[2] if len(parts) > 3 and parts[1] == "execute-api" else None
