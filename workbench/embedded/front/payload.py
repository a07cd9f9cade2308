"""Between HTTP and a function: the event of payload format 2.0, and the answer of a handler.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
import time
import uuid
from typing import Any

from werkzeug.wrappers import Request, Response

from workbench.embedded.clients import ACCOUNT
from workbench.embedded.front.routes import Route

_TEXT = ("text/", "application/json", "application/javascript", "application/xml", "application/x-www-form-urlencoded")


def event_of(request: Request, route: Route, parameters: dict[str, str]) -> dict[str, Any]:
    """Fields that the request has nothing for are left out, as API Gateway does."""
    body, encoded = _body_of(request)
    event = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": request.path,
        "rawQueryString": request.query_string.decode("latin-1"),
        "cookies": [cookie.strip() for cookie in request.headers.get("Cookie", "").split(";") if cookie.strip()],
        "headers": _headers_of(request),
        "queryStringParameters": {name: ",".join(values) for name, values in request.args.lists()},
        "requestContext": _context_of(request, route),
        "pathParameters": parameters,
        "body": body,
        "isBase64Encoded": encoded,
    }
    optional = ("cookies", "queryStringParameters", "pathParameters", "body")
    return {name: value for name, value in event.items() if value or name not in optional}


def response_of(answer: Any) -> Response:
    """What a handler returned, as the client sees it; without a statusCode it is the body. Raises `ValueError`."""
    if not isinstance(answer, dict) or "statusCode" not in answer:
        return Response(json.dumps(answer), 200, content_type="application/json")
    body = answer.get("body") or ""
    if not isinstance(body, str):
        raise ValueError(f"The function's body is a {type(body).__name__}; it must be a string.")
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    response = Response(content, int(answer["statusCode"]))
    headers = {str(name): str(value) for name, value in (answer.get("headers") or {}).items()}
    response.headers.update({"Content-Type": "application/json"} | headers)
    for cookie in answer.get("cookies") or ():
        response.headers.add("Set-Cookie", str(cookie))
    return response


def message(status: int, text: str) -> Response:
    """API Gateway's own answers."""
    return Response(json.dumps({"message": text}), status, content_type="application/json")


def _headers_of(request: Request) -> dict[str, str]:
    names = {name.lower() for name in request.headers.keys() if name.lower() != "cookie"}  # noqa: SIM118 - not a dict
    return {name: ",".join(request.headers.getlist(name)) for name in names}


def _body_of(request: Request) -> tuple[str | None, bool]:
    raw = request.get_data()
    if not raw:
        return None, False
    try:
        if request.mimetype.startswith(_TEXT) or not request.mimetype:
            return raw.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode(), True
    return base64.b64encode(raw).decode(), True


def _context_of(request: Request, route: Route) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": ACCOUNT,
        "apiId": "embedded",
        "domainName": request.host,
        "domainPrefix": request.host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": request.path,
            "protocol": request.environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
            "sourceIp": request.remote_addr,
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route.key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
