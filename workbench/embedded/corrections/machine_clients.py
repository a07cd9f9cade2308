"""moto makes a boto3 client for every task it runs, tens of milliseconds each, on a session that is not thread-safe.

And it reaches itself by the name localhost, which may lead to another address than ours.

Upstream: none found.
"""

import sys
import threading
from typing import Any

import moto.stepfunctions.parser.models  # noqa: F401 - brings in every module that holds the function

from workbench.embedded.clients import Clients
from workbench.embedded.corrections import host

_lock = threading.Lock()
_clients: dict[str, Clients] = {}


def apply() -> None:
    """Each module took the function by name, so each gets ours."""
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.parser") and hasattr(module, "boto_client_for"):
            holder: Any = module
            holder.boto_client_for = _client_for


def _client_for(region: str, service: str, state_credentials: Any = None) -> Any:  # noqa: ARG001 - moto's signature
    url = host.current().aws_url
    with _lock:
        if url not in _clients:
            while _clients:
                _clients.popitem()[1].close()
            # The machine's own names for parameters are checked by the service, not by the SDK.
            _clients[url] = Clients(url, parameter_validation=False)
        return _clients[url].get(service)
