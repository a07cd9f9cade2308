"""AWS's errors, in the form of each protocol, so that any SDK finds code and message where it looks for them."""

import json
import uuid
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse
from xml.sax.saxutils import escape

# Services of ours that speak JSON without naming the operation in a header.
REST_JSON = frozenset({"lambda", "apigateway", "execute-api", "scheduler", "pipes", "xray"})
# Services that name it there; AWS answers them in JSON even when the header is missing.
TARGETED = frozenset({"dynamodb", "sqs", "states", "events", "logs", "kms", "ssm", "secretsmanager", "kinesis"})


class Refused(Exception):
    """The request is not carried out: AWS's code for why, a sentence, and the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400, **more: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status, self.more = code, message, status, more


def speaks_json(service: str, environ: Mapping[str, Any]) -> bool:
    """Whether the request's service answers in JSON."""
    return "HTTP_X_AMZ_TARGET" in environ or service in REST_JSON or service in TARGETED


def answer(
    refused: Refused, service: str, environ: Mapping[str, Any], start_response: StartResponse
) -> Iterable[bytes]:
    """Send it, and give the body."""
    status, code, body, kind = refused.status, refused.code, "", "text/xml"
    headers: list[tuple[str, str]] = []
    if speaks_json(service, environ):
        # A denial bears another name here than in XML.
        name = {"AccessDenied": "AccessDeniedException"}.get(code, code)
        status = 400 if name == "AccessDeniedException" and service not in REST_JSON else status
        body = json.dumps({"__type": name, "Message": refused.message, "message": refused.message})
        kind = "application/json" if service in REST_JSON else "application/x-amz-json-1.0"
        headers = [("x-amzn-ErrorType", name)]
        if service == "sqs":
            headers.append(("x-amzn-query-error", f"{code};Sender"))
    elif service == "s3":
        body, kind = _xml_of_s3(refused), "application/xml"
    else:
        body = _xml_of_queries(refused)
    content = b"" if environ["REQUEST_METHOD"] == "HEAD" else body.encode()
    headers += [("Content-Type", kind), ("Content-Length", str(len(body.encode()))), ("x-amzn-RequestId", _id())]
    start_response(f"{status} {HTTPStatus(status).phrase}", headers)
    return [content]


def _xml_of_s3(refused: Refused) -> str:
    fields = {
        "Code": refused.code,
        "Message": refused.message,
        **refused.more,
        "RequestId": _id(),
        "HostId": "embedded",
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'


def _xml_of_queries(refused: Refused) -> str:
    inner = f"<Type>Sender</Type><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message>"
    return f"<ErrorResponse><Error>{inner}</Error><RequestId>{_id()}</RequestId></ErrorResponse>"


def _id() -> str:
    return str(uuid.uuid4())
