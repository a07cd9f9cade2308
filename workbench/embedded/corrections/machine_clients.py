"""moto makes a boto3 client for every task it runs, tens of milliseconds each, on a session that is not thread-safe.

And it reaches itself by the name localhost, which may lead to another address than ours, with nobody's keys.

Upstream: none found.
"""

import sys
import threading
from typing import Any

import moto.stepfunctions.parser.models  # noqa: F401 - brings in every module that holds the function

from workbench.embedded.clients import Clients
from workbench.embedded.corrections import host

_lock = threading.Lock()
_clients: dict[tuple[str, str], Clients] = {}


def apply() -> None:
    """Each module took the function by name, so each gets ours."""
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.parser") and hasattr(module, "boto_client_for"):
            holder: Any = module
            holder.boto_client_for = _client_for


def _client_for(region: str, service: str, state_credentials: Any = None) -> Any:  # noqa: ARG001 - moto's signature
    ours = host.current()
    role = state_credentials.role_arn if state_credentials else None
    credentials = ours.credentials_of(role)
    place = (ours.aws_url, credentials["AWS_ACCESS_KEY_ID"])
    with _lock:
        for stale in [other for other in _clients if other[0] != ours.aws_url]:
            _clients.pop(stale).close()
        if place not in _clients:
            # The machine's own names for parameters are checked by the service, not by the SDK.
            _clients[place] = Clients(ours.aws_url, parameter_validation=False, credentials=credentials)
        return _clients[place].get(service)
