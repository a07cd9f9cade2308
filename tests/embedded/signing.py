"""Clients of the embedded S3 that sign links and forms."""

from typing import Any

import boto3
from botocore.config import Config

from workbench.embedded.access.keys import OWNER
from workbench.embedded.running import Stack

SIGNATURES = ("s3v4", "s3")


def signer(stack: Stack, signature: str = "s3v4", **key: str) -> Any:
    """Without `key` (id, secret, token) the account's owner."""
    return boto3.client(
        "s3",
        endpoint_url=stack.aws_url,
        region_name="us-east-1",
        config=Config(signature_version=signature, s3={"addressing_style": "path"}),
        aws_access_key_id=key.get("id", OWNER.id),
        aws_secret_access_key=key.get("secret", OWNER.secret),
        aws_session_token=key.get("token"),
    )
