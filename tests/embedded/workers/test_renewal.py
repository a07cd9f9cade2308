"""Code that changes while workers run."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.waiting import until
from tests.embedded.workers.test_limits import is_over
from workbench.embedded.workers.function import Function
from workbench.embedded.workers.pool import Pool

CODE = """
import os, pathlib, time

def act(event, _context):
    if event:
        pathlib.Path(event["began"]).touch()
        while not pathlib.Path(event["go on"]).exists():
            time.sleep(0.01)
    return [{mark!r}, os.getpid()]
"""


def function(folder: Path, timeout: float = 30) -> Function:
    return Function("changing", "arn", "changing.act", folder, timeout=timeout)


def write(folder: Path, text: str) -> None:
    (folder / "changing.py").write_text(text)


@pytest.fixture
def pool(tmp_path: Path) -> Iterator[Pool]:
    write(tmp_path, CODE.format(mark="old"))
    pool = Pool([function(tmp_path)], {}, lambda _name, _line: None, limit=2)
    yield pool
    pool.close()


def answer(pool: Pool, event: bytes = b"{}") -> Any:
    return pool.invoke("changing", event).value


def test_warm_workers_are_replaced_by_ones_of_the_new_code(pool: Pool, tmp_path: Path) -> None:
    old, pid = answer(pool)
    write(tmp_path, CODE.format(mark="newer"))

    pool.renew(tmp_path)

    assert (old, answer(pool)[0]) == ("old", "newer")
    assert until(lambda: is_over(pid))


def test_an_invocation_in_hand_is_finished_and_its_worker_takes_no_other(pool: Pool, tmp_path: Path) -> None:
    began, go_on = tmp_path / "began", tmp_path / "go on"
    answers: list[Any] = []
    event = f'{{"began": "{began}", "go on": "{go_on}"}}'.encode()
    busy = threading.Thread(target=lambda: answers.append(answer(pool, event)))
    busy.start()
    until(began.exists)
    write(tmp_path, CODE.format(mark="newer"))

    pool.renew(tmp_path)
    go_on.touch()
    busy.join()

    ((old, pid),) = answers
    assert (old, answer(pool)[0]) == ("old", "newer")
    assert until(lambda: is_over(pid))


def test_code_that_cannot_be_read_is_an_error_until_it_is_mended(pool: Pool, tmp_path: Path) -> None:
    write(tmp_path, "def act(:")
    pool.renew(tmp_path)
    broken = [answer(pool)["errorType"] for _ in range(2)]

    write(tmp_path, CODE.format(mark="mended"))
    pool.renew(tmp_path)

    assert broken == ["Runtime.UserCodeSyntaxError"] * 2
    assert answer(pool)[0] == "mended"


def test_a_function_that_is_deployed_with_other_settings_has_workers_of_its_own(pool: Pool, tmp_path: Path) -> None:
    pid = answer(pool)[1]

    pool.add([function(tmp_path)])
    assert answer(pool)[1] == pid

    pool.add([function(tmp_path, timeout=29)])
    assert answer(pool)[1] != pid
