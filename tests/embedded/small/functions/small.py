"""Handlers that do what tests need done: answer, fail in every way there is, take messages."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

SOMETHING_LONG = 60


class EncodeFailed(Exception):
    """An error of the handler's own, whose name must arrive."""


def echo(event: Any, context: Any) -> dict[str, Any]:
    """Everything a handler can see."""
    return {
        "event": event,
        "environment": dict(os.environ),
        "context": {
            "request": context.aws_request_id,
            "name": context.function_name,
            "arn": context.invoked_function_arn,
            "memory": int(context.memory_limit_in_mb),
            "remaining_ms": context.get_remaining_time_in_millis(),
        },
        "pid": os.getpid(),
        "folder": str(Path.cwd()),
        "modules": sorted(name for name in sys.modules if name.startswith(("workbench", "moto"))),
    }


def act(event: dict[str, Any], _context: Any) -> Any:
    """Do what the event says."""
    return ACTS[event["do"]](event)


def consume(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Note every message; fail those whose body is "bad", and the whole batch for "worst"."""
    bodies = {record["messageId"]: record["body"] for record in event["Records"]}
    for body in bodies.values():
        _count(body)
    if "worst" in bodies.values():
        raise EncodeFailed("a batch with the worst in it")
    return {"batchItemFailures": [{"itemIdentifier": key} for key, body in bodies.items() if body == "bad"]}


def _raise(_event: Any) -> NoReturn:
    raise EncodeFailed("the encoder said no")


def _leave(_event: Any) -> NoReturn:
    os._exit(3)


def _leave_politely(_event: Any) -> NoReturn:
    sys.exit(0)


def _crash(_event: Any) -> None:
    os.kill(os.getpid(), 11)


def _wait(event: Any) -> str:
    time.sleep(event.get("seconds", SOMETHING_LONG))
    return "awake"


def _hog(_event: Any) -> NoReturn:
    hoard = []
    while True:
        hoard.append(bytearray(1024 * 1024))
        time.sleep(0.002)


def _hog_in_a_child(_event: Any) -> None:
    script = "import time; hoard = bytearray(200_000_000); time.sleep(60)"
    subprocess.run([sys.executable, "-c", script], check=True)


def _child(event: Any) -> int:
    """Leave a process behind, in a group of its own as ffmpeg is, and wait, crash or return."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], process_group=0)
    if event.get("note"):
        Path(event["note"]).write_text(f"{os.getpid()} {child.pid}")
    if event.get("then"):
        act({"do": event["then"]}, None)
    return child.pid


def _escape(_event: Any) -> int:
    """A process in a session of its own, that holds our output open: what a daemon does."""
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True).pid


_DAEMON = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    os._exit(0)
os.setsid()
if os.fork():
    os._exit(0)
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
os.close(1), os.close(2)
time.sleep(60)
"""


def _become_daemon(event: Any) -> str:
    """A process whose parent is dead, in a session of its own, without our output, that ignores SIGTERM."""
    subprocess.run([sys.executable, "-c", _DAEMON, event["note"]], check=True)
    return "left alone"


def _fork(_event: Any) -> int:
    """A copy of this process that lives on."""
    pid = os.fork()
    if pid == 0:
        time.sleep(SOMETHING_LONG)
        os._exit(0)
    return pid


def _print_without_end(_event: Any) -> NoReturn:
    text = "x" * 1_000_000
    while True:
        sys.stdout.write(f"{text}\n")


def _close_stdout(_event: Any) -> str:
    os.close(1)
    os.close(2)
    return "silent"


def _speak_garbage(event: Any) -> list[int]:
    """What the Runtime API answers to requests that no runtime makes: their status codes."""
    import http.client

    def code(method: str, path: str, body: str = "", length: str | None = None) -> int:
        connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"], timeout=5)
        connection.putrequest(method, path)
        connection.putheader("Content-Length", length or str(len(body)))
        connection.endheaders(body.encode())
        return connection.getresponse().status

    base = "/2018-06-01/runtime"
    return [
        code("POST", f"{base}/invocation/not-mine/response", '"stolen"'),
        code("POST", f"{base}/invocation"),
        code("POST", f"{base}/invocation/not-mine/error", "{", length="many"),
        code("GET", "/elsewhere"),
    ]


def _leave_a_file(_event: Any) -> str:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        return file.name


def _count(key: str) -> None:
    import boto3

    boto3.client("dynamodb").update_item(
        TableName=os.environ["TABLE_NAME"],
        Key={"id": {"S": key}},
        UpdateExpression="ADD times :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def _note(event: Any) -> str:
    _count(event["id"])
    return event["id"]


ACTS = {
    "return": lambda event: event,
    "environment": lambda _event: dict(os.environ),
    "raise": _raise,
    "leave": _leave,
    "leave politely": _leave_politely,
    "crash": _crash,
    "wait": _wait,
    "hog": _hog,
    "hog in a child": _hog_in_a_child,
    "child": _child,
    "file": _leave_a_file,
    "pid": lambda _event: os.getpid(),
    "print": lambda event: sys.stdout.write(event["line"]),
    "escape": _escape,
    "daemon": _become_daemon,
    "fork": _fork,
    "print without end": _print_without_end,
    "close stdout": _close_stdout,
    "garbage": _speak_garbage,
    "large": lambda event: "x" * event["size"],
    "ignore the end": lambda _event: signal.signal(signal.SIGTERM, signal.SIG_IGN) and None,
    "unspeakable": lambda _event: {"a": object()},
    "decimal": lambda _event: {"whole": Decimal(7), "broken": Decimal("0.5")},
    "note": _note,
    "http": lambda _event: {
        "statusCode": 201,
        "headers": {"x-made-by": "small"},
        "cookies": ["a=1", "b=2"],
        "body": "made",
    },
}
