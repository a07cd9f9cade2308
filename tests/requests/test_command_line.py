"""Five thousand generated requests as command lines, in process: the job manager's handler on fakes is behind them.

A failure names its block and number: the block's seed makes the same command lines again.
"""

import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random
from typing import Any

import pytest

from job_manager import app
from roughcut import wiring
from roughcut.contracts.routes import ROUTES
from roughcut.settings import Settings
from tests.answers import check_answer
from tests.fakes.desk import fake_desk
from tests.requests import generated, laws
from tests.requests.command import command_line
from workbench.cli import exit_code
from workbench.commands import asking
from workbench.operations import by_invocation, route

BLOCKS, EACH = range(100, 120), 250
Said = tuple[int, str, str]


def handled(_: str, request: Mapping[str, Any]) -> Any:
    """The answer to a request that also has a route, as it comes over the wire."""
    route(request)
    return json.loads(json.dumps(app.handler(json.loads(json.dumps(request)), None)))


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands ask a handler whose AWS are fakes."""
    desk = fake_desk(limit=2)
    monkeypatch.setattr(wiring, "desk", lambda: desk)
    monkeypatch.setattr(wiring, "settings", lambda: Settings.from_env({}))
    monkeypatch.setattr(asking, "open_door", lambda endpoint, function: by_invocation(handled))


@pytest.mark.parametrize("block", BLOCKS)
def test_every_law_holds_for_every_command_line(block: int, door: None, tmp_path: Path) -> None:
    random = Random(block)
    jobs: list[str] = []
    codes = set()
    for number, (request, words) in enumerate(requests(random, jobs, tmp_path)):
        as_json = random.random() < 0.7
        try:
            code, out, err = said([words[0], *(["--json"] if as_json else []), *words[1:]])
            hold(code, out, err)
            answer = json.loads(out) if as_json and code == 0 else None
            if answer is not None:
                fits(request, answer)
        except BaseException as broken:
            pytest.fail(f"block {block}, number {number}: {words!r:.600}: {broken!r:.900}")
        codes.add(code)
        if answer is not None and words[0] == "submit":
            jobs.append(answer["job_id"])
    assert codes == {0, 1, 2}


def requests(random: Random, jobs: list[str], folder: Path) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Requests that a command can say, and its words; of three, two have a fault."""
    made = 0
    while made < EACH:
        request = generated.good(random, jobs)
        if random.random() < 0.7:
            request = generated.faulty(request, random)
        words = command_line(request, folder)
        if words is not None:
            made += 1
            yield request, words


def said(words: list[str]) -> Said:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = exit_code(words)
    return code, out.getvalue(), err.getvalue()


def hold(code: int, out: str, err: str) -> None:
    """Raises AssertionError with the law that the command broke."""
    assert code in (0, 1, 2)
    for text in (out, err):
        bad = [c for c in text if unicodedata.category(c) == "Cc" and c != "\n"]
        assert not bad, f"a control character: {text!r}"
    if code:
        assert err.startswith("roughcut: ") and err.count("\n") == 1, f"not one sentence: {err!r}"
        assert err.rstrip("\n").endswith((".", "?", ")")), f"no sentence: {err!r}"
        assert "something broke" not in err.lower() and not out, (out, err)
    else:
        assert out


def fits(request: dict[str, Any], answer: dict[str, Any]) -> None:
    """What --json prints is the data of the operation's answer."""
    told = laws.route_of(request)
    assert told is not None
    check_answer(told, ROUTES[told].success, {"success": True, "data": answer})
