"""Who is let in, and what is refused when there is little room."""

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.embedded.keeping.gate import Gate, State
from workbench.embedded.keeping.journal import Journal

SENTENCE = "The disk is nearly full."
ROW = {"session_id": {"S": "s1"}, "job_id": {"S": "01J"}}
PROGRESS = {"session_id": {"S": "s1"}, "job_id": {"S": "01J/progress"}}


def application(_environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"done"]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    journal = Journal(tmp_path / "db")
    yield Gate(application, journal, "roughcut-1", lambda: SENTENCE)
    journal.close()


def ask(gate: Gate, method: str = "GET", path: str = "/", body: Any = None, **headers: str) -> tuple[str, bytes]:
    text, told = json.dumps(body).encode(), list[Any]()
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(text), **headers}
    content = gate(
        {**environ, "CONTENT_LENGTH": str(len(text))}, lambda *begun: told.append(begun) or io.BytesIO().write
    )
    return told[0][0], b"".join(content)


@pytest.mark.parametrize(
    ("state", "agent", "status"),
    [
        (State.STARTING, "Boto3 roughcut-1", "200 OK"),
        (State.STARTING, "Boto3", "503 Service Unavailable"),
        (State.OPEN, "Boto3", "200 OK"),
        (State.CLOSED, "Boto3 roughcut-1", "503 Service Unavailable"),
    ],
)
def test_strangers_are_let_in_when_the_data_are_there(gate: Gate, state: State, agent: str, status: str) -> None:
    gate.state = state

    assert ask(gate, HTTP_USER_AGENT=agent)[0] == status


@pytest.mark.parametrize(
    ("write", "is_taken"),
    [
        ({"Put": {"TableName": "Sessions", "Item": ROW}}, False),
        ({"Put": {"TableName": "Sessions", "Item": PROGRESS}}, True),
        ({"Update": {"TableName": "Sessions", "Key": ROW}}, True),
    ],
)
def test_little_room_is_for_jobs_that_are_there(gate: Gate, write: dict[str, Any], is_taken: bool) -> None:
    gate.state = State.OPEN
    target = "DynamoDB_20120810.TransactWriteItems"

    status, body = ask(gate, "POST", body={"TransactItems": [write]}, HTTP_X_AMZ_TARGET=target)

    assert (status, body) == ("200 OK", b"done") if is_taken else status == "507 Insufficient Storage"
    assert is_taken or json.loads(body) == {"__type": "InsufficientStorage", "message": SENTENCE}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/media/sessions/s1/videos/a.mp4", "507 Insufficient Storage"),
        ("/media/sessions/s1/jobs/01J/1/renditions/1080p.mp4", "200 OK"),
    ],
)
def test_little_room_is_for_the_films_of_clips_that_are_there(gate: Gate, path: str, status: str) -> None:
    gate.state = State.OPEN

    assert ask(gate, "PUT", path)[0] == status
