"""Nothing outlives a stack that is killed: neither a worker, nor its ffmpeg, nor their files."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.embedded.small import FUNCTIONS
from tests.embedded.waiting import until
from tests.embedded.workers.test_limits import is_over, pids_in
from workbench.embedded.workers.guardian import Guardian

ROOT = Path(__file__).parents[3]
OWNER = """
import json, sys, threading
from pathlib import Path
from workbench.embedded.workers.function import Function
from workbench.embedded.workers.pool import Pool

folder, note, official = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "official"
function = Function("actor", "arn", "small.act", folder, timeout=60)
pool = Pool([function], {}, lambda name, line: None, limit=2, official=official)
child = json.dumps({"do": "child", "note": note, "then": "wait"}).encode()
threading.Thread(target=pool.invoke, args=("actor", child)).start()
print(pool.invoke("actor", b'{"do": "file"}').value, flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("bootstrap", ["official", "own"])
def test_a_killed_owner_leaves_no_process_and_no_file(tmp_path: Path, bootstrap: str) -> None:
    note = tmp_path / "pids"
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(FUNCTIONS), str(note), bootstrap],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout
        file = Path(owner.stdout.readline().strip())
        until(lambda: len(pids_in(note)) == 2)
        assert file.exists()

        owner.send_signal(signal.SIGKILL)
        owner.wait()

    assert until(lambda: all(map(is_over, pids_in(note))))
    assert until(lambda: not file.parent.parent.exists())


def test_a_killed_guardian_is_followed_by_one_that_knows_as_much(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    guardian = Guardian(folder)
    guardian.watch(sleeper.pid)
    first = guardian.pid
    os.kill(first, signal.SIGKILL)

    until(lambda: guardian.pid != first)
    guardian.close()

    assert sleeper.wait(10) == -signal.SIGKILL
    assert not folder.exists()
