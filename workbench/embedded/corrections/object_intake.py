"""moto holds the body of an upload in memory, two or three times over: 97 MB and more for a film of 100 MB.

Bodies lie in files before moto sees the request (workbench/embedded/intake), and are copied from there to the object's
own (`object_memory`). Checksums that moto believes or leaves out are reckoned there too.

Upstream: none found.
"""

from collections.abc import Callable
from typing import Any

from moto.s3.responses import S3Response

from workbench.embedded.corrections.replacing import replace
from workbench.embedded.intake.objects import SPOOL


def apply() -> None:
    """Give moto's handlers the file in the place of bytes."""

    def build(stock: Callable[..., Any]) -> Callable[..., Any]:
        def setup_class(response: Any, request: Any, *args: Any, **named: Any) -> None:
            stock(response, request, *args, **named)
            spool = request.environ.get(SPOOL)
            if spool is not None:
                response.body = spool.body()

        return setup_class

    replace(S3Response, "setup_class", build)
