"""moto does a transaction again that comes a second time with its ClientRequestToken, as the SDK sends it when an
answer was lost: counters move twice, and a condition that the first one made true refuses the second.

On AWS a token that succeeded stands for ten minutes: the same request does nothing more, and another one is refused.

Upstream: none found.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any, cast

from moto.core.responses import ActionResult
from moto.dynamodb.exceptions import DynamodbException
from moto.dynamodb.responses import DynamoHandler

from workbench.embedded.corrections.replacing import replace

KEPT_SECONDS = 600

# One transaction at a time, so that of two with one token the second meets what the first did.
_one_at_a_time = threading.RLock()


class AnotherRequest(DynamodbException):
    """The token was another request's."""

    def __init__(self) -> None:
        super().__init__(
            "com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException",
            "Request parameters do not match the parameters of the request that had this ClientRequestToken.",
        )


def apply() -> None:
    """Remember what each token stood for."""
    replace(DynamoHandler, "transact_write_items", _build)


def now() -> float:
    """Seconds of a clock that only goes forward."""
    return time.monotonic()


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def transact(request: Any) -> ActionResult:
        token = request.body.get("ClientRequestToken")
        if not token:
            return cast(ActionResult, stock(request))
        # moto has made bytes of what is binary.
        asked = hashlib.sha256(
            json.dumps(request.body["TransactItems"], sort_keys=True, default=repr).encode()
        ).digest()
        with _one_at_a_time:
            done = _remembered(request.dynamodb_backend)
            if token in done and done[token][0] != asked:
                raise AnotherRequest
            if token in done:
                return ActionResult({"ConsumedCapacity": [], "ItemCollectionMetrics": {}})
            answer = cast(ActionResult, stock(request))
            done[token] = (asked, now())
            return answer

    return transact


def _remembered(backend: Any) -> dict[str, tuple[bytes, float]]:
    """Token -> what was asked with it and when, the oldest first; what is too old is forgotten here."""
    done: dict[str, tuple[bytes, float]] = backend.__dict__.setdefault("transaction_tokens", {})
    while done and (oldest := next(iter(done))) and now() - done[oldest][1] > KEPT_SECONDS:
        del done[oldest]
    return done
