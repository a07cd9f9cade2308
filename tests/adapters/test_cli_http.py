"""The operations over HTTP, against a real server on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from workbench.cli import exit_code

JOB = {"job_id": "J1", "session_id": "abc", "job_type": "full_pipeline", "priority": 5, "status": "queued"}
LISTED = JOB | {"submitted_at": "2026-11-24T04:05:06.789Z"}
QUEUED = {"high": 0, "normal": 1, "low": 0, "total": 1}
STATS = {
    "queued": QUEUED,
    "processing": 0,
    "max_concurrent": 3,
    "completed_24h": 0,
    "failed_24h": 0,
    "dead_lettered": 0,
}
FAILURE = {"code": "SlideFailed", "message": "The slide intro does not fit.", "stage": "slides"}


QUOTE = {
    "usd": 0.0123,
    "usd_range": [0.007, 0.018],
    "seconds": 14.2,
    "renditions": [{"resolution": "720p", "width": 1280, "height": 720}],
    "skipped": [],
    "chunks": 2,
    "state_transitions": 15,
}


class Api(ThreadingHTTPServer):
    """Answers each route with what it was told; keeps what it was sent."""

    def __init__(self, answers: dict[str, tuple[int, bytes]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.received = answers, list[Any]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Api

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if size:
            self.server.received.append(json.loads(self.rfile.read(size)))
        status, body = self.server.answers[f"{self.command} {self.path}"]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_arguments: object) -> None:
        """Quiet."""


def good(data: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"success": True, "data": data}).encode()


@pytest.fixture
def api() -> Iterator[Api]:
    missing = {"code": "NotFound", "message": "There is no session 'nobody'.", "field": "session_id"}
    answers = {
        "POST /jobs": good(JOB),
        "GET /sessions/abc": good({"session_id": "abc", "status": "queued", "jobs": [JOB]}),
        "GET /sessions/abc/jobs/J1": good(JOB | {"status": "failed", "error": FAILURE}),
        "GET /sessions/nobody": (404, json.dumps({"success": False, "error": missing}).encode()),
        "GET /stats": good(STATS),
        "POST /quote": good(QUOTE),
        "POST /process": good({"started": ["J1"], "free_slots": 2, "queued": 0}),
        "POST /sessions/abc/jobs/J1/cancel": good({"status": "processing", "cancelling": True}),
        "POST /sessions/abc/jobs/J1/retry": good({"job_id": "J1", "status": "queued", "attempt": 2, "position": 1}),
        "GET /jobs?status=queued&session_id=abc&limit=1&cursor=W10%3D": good({"jobs": [LISTED], "cursor": "W11="}),
        "GET /sessions/html": (200, b"<html>"),
        "GET /sessions/gateway": (404, b'{"message": "Not Found"}'),
    }
    with Api(answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def roughcut(api: Api, *arguments: str) -> int:
    return exit_code([*arguments, "--endpoint", api.url])


def test_submit_sends_the_request_and_prints_the_job(api, capsys):
    arguments = ["--video", "a.mp4", "--slide", "intro.png", "--resolution", "720p", "--priority", "high"]
    assert roughcut(api, "submit", "abc", *arguments, "--idempotency-key", "k1") == 0
    assert api.received == [
        {
            "session_id": "abc",
            "job_type": "full_pipeline",
            "priority": "HIGH",
            "payload": {"videos": ["a.mp4"], "slides": ["intro.png"], "resolutions": ["720p"]},
            "idempotency_key": "k1",
        }
    ]
    assert capsys.readouterr().out == "J1  full_pipeline  queued\n"


def test_submit_takes_a_payload_from_a_file_and_options_over_it(api, tmp_path):
    (tmp_path / "payload.json").write_text('{"videos": ["a.mp4"], "fps": 25}')
    assert roughcut(api, "submit", "abc", "--payload", str(tmp_path / "payload.json"), "--video", "b.mp4") == 0
    assert api.received[0]["payload"] == {"videos": ["b.mp4"], "fps": 25}


@pytest.mark.contract("cli.wait")
def test_submit_wait_follows_to_the_end_and_fails_with_the_job(api, capsys):
    assert roughcut(api, "submit", "abc", "--slide", "intro.png", "--wait", "--json") == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out)["status"] == "failed"
    assert captured.err.splitlines() == [
        "failed: 0 %",
        "roughcut: The job J1 failed: The slide intro does not fit (SlideFailed).",
    ]


def test_status_lists_the_session(api, capsys):
    assert roughcut(api, "status", "abc") == 0
    assert capsys.readouterr().out == "J1  full_pipeline  queued\n"


def test_status_of_a_failed_job_is_itself_no_failure(api, capsys):
    assert roughcut(api, "status", "abc", "J1") == 0
    assert "SlideFailed: The slide intro does not fit." in capsys.readouterr().out


def test_stats_as_json_are_the_answers_data(api, capsys):
    assert roughcut(api, "stats", "--json") == 0
    assert json.loads(capsys.readouterr().out) == STATS


def test_process_names_what_it_started(api, capsys):
    assert roughcut(api, "process", "--max-jobs", "5") == 0
    assert api.received == [{"max_jobs": 5}]
    assert capsys.readouterr().out == "started J1; 2 slots free\n"


def test_cancel_says_that_a_running_job_is_on_its_way(api, capsys):
    assert roughcut(api, "cancel", "abc", "J1") == 0
    assert capsys.readouterr().out == "J1  cancelling\n"
    assert roughcut(api, "cancel", "abc", "J1", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"status": "processing", "cancelling": True}


@pytest.mark.parametrize(("options", "body"), [([], {"from": "failure"}), (["--from-start"], {"from": "start"})])
def test_retry_says_where_from_and_prints_the_new_attempt(api, capsys, options, body):
    assert roughcut(api, "retry", "abc", "J1", *options) == 0
    assert api.received == [body]
    assert capsys.readouterr().out == "J1  queued, number 1 in line, attempt 2\n"


def test_list_prints_jobs_on_stdout_and_how_to_go_on_on_stderr(api, capsys):
    wanted = ["--status", "queued", "--session", "abc", "--limit", "1", "--cursor", "W10="]
    assert roughcut(api, "list", *wanted) == 0
    captured = capsys.readouterr()
    assert captured.out == "2026-11-24T04:05:06Z  abc  J1  full_pipeline  queued\n"
    assert captured.err == "there are more: --cursor W11=\n"


def test_list_as_json_is_the_answers_data_and_nothing_else(api, capsys):
    wanted = ["--status", "queued", "--session", "abc", "--limit", "1", "--cursor", "W10="]
    assert roughcut(api, "list", *wanted, "--json") == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"jobs": [LISTED], "cursor": "W11="}
    assert captured.err == ""


def test_a_refused_request_is_its_sentence(api, capsys):
    assert roughcut(api, "status", "nobody") == 1
    assert capsys.readouterr().err == "roughcut: There is no session 'nobody'. (field session_id)\n"


@pytest.mark.parametrize(("session", "said"), [("html", "200 and no JSON"), ("gateway", "404 Not Found")])
def test_a_stranger_behind_the_endpoint_is_recognised(api, capsys, session, said):
    assert roughcut(api, "status", session) == 1
    assert f"with {said}: is it a Roughcut API?" in capsys.readouterr().err


def test_doctor_sees_that_the_endpoint_answers(api, capsys):
    roughcut(api, "doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(capsys.readouterr().out)}
    assert findings["endpoint"]["state"] == "ok"


@pytest.mark.parametrize("command", [["stats"], ["list"], ["cancel", "abc", "J1"], ["retry", "abc", "J1"]])
def test_nobody_at_the_endpoint_is_said_with_the_cure(api, capsys, command):
    url = api.url
    api.server_close()
    assert exit_code([*command, "--endpoint", url]) == 1
    assert f"No Roughcut answers at {url}" in capsys.readouterr().err


def test_a_quote_takes_what_submit_takes_and_tells_price_time_and_rungs(api, capsys):
    film = ["abc", "--video", "talk.mp4", "--max-usd", "0.5"]
    assert roughcut(api, "quote", *film) == roughcut(api, "submit", *film) == 0
    quoted, submitted = api.received
    assert quoted == submitted and quoted["max_usd"] == 0.5
    assert capsys.readouterr().out.splitlines()[:3] == [
        "$0.012300 ($0.007000 to $0.018000)",
        "14 s, 2 chunks, 15 state transitions",
        "makes 720p",
    ]
