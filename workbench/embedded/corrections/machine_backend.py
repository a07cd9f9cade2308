"""CloudFormation puts state machines where moto only pretends to run them; this puts them where its interpreter is.

Upstream: none found.
"""

from typing import Any

import moto.stepfunctions.models as machines
import moto.stepfunctions.urls as urls
from moto.core.config import default_user_config
from moto.stepfunctions.parser.models import StepFunctionsParserBackend, stepfunctions_parser_backends


def apply() -> None:
    """One backend for the template and the API, and it executes."""

    def url_module(_backend: Any) -> Any:
        return urls

    settings: Any = default_user_config
    settings["stepfunctions"]["execute_state_machine"] = True
    module: Any = machines
    module.stepfunctions_backends = stepfunctions_parser_backends
    # moto derives the module of its URLs from the backend's, which for the interpreter does not exist.
    interpreter: Any = StepFunctionsParserBackend
    interpreter._url_module = property(url_module)
