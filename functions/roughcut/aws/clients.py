"""One boto3 client per service and process."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

# Three tries with the SDK's jitter: what still fails then is retried by SQS, the state machine or the sweep.
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=5, read_timeout=60)

# Jobs must not wait for who listens to them: what the bus does not take at once, the sweep sends.
_HASTY = Config(retries={"mode": "standard", "total_max_attempts": 2}, connect_timeout=1, read_timeout=2)

# Presigned URLs must bear the region's own address and the signature that every region takes.
_SIGNED = _CONFIG.merge(Config(signature_version="s3v4"))

# Who asked waits: a call that is repeated would do the work twice. API Gateway waits 30 s.
_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=25)
_OWN = {"events": _HASTY, "lambda": _ONCE, "s3": _SIGNED}


@cache
def client(service: str) -> Any:
    """Region and credentials come from the Lambda environment; AWS_ENDPOINT_URL leads to the embedded AWS."""
    return boto3.client(service, config=_OWN.get(service, _CONFIG))
