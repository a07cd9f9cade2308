"""Put on a worker's PYTHONPATH: writes every AWS call of the function, a line of JSON each, to the file $CALLS.

A call is written when its answer is there, because a missing object (404) asks for another permission than one that is
there.
"""

import json
import os
from typing import Any

import boto3


def keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context["recorded"] = {name: value for name, value in params.items() if name != "Body"}


def write(http_response: Any, model: Any, context: dict[str, Any], **_: Any) -> None:
    call = {
        "function": os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        "service": model.service_model.signing_name,
        "operation": model.name,
        "status": http_response.status_code,
        "params": context["recorded"],
    }
    line = (json.dumps(call, default=repr) + "\n").encode()
    # One write to a file opened for appending: lines of several workers do not mix.
    file = os.open(os.environ["CALLS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, line)
    os.close(file)


boto3.setup_default_session()
events = boto3.DEFAULT_SESSION.events
events.register("provide-client-params.*.*", keep)
events.register("after-call.*.*", write)
