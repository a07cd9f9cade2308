"""How `roughcut up` ends."""

import subprocess
import sys

# The worst moment: the thread that waits is asleep, and the signal reaches another one, which cannot wake it.
SCRIPT = """
import signal, sys, threading, traceback
from workbench.commands.up import wait_for_interrupt

def interrupt():
    while "wait_for_interrupt wait wait" not in calls():
        continue
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)

def calls():
    return " ".join(frame.name for frame in traceback.extract_stack(sys._current_frames()[main]))

main = threading.get_ident()
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Thread(target=interrupt, daemon=True).start()
wait_for_interrupt()
"""


def test_an_interrupt_that_reaches_another_thread_ends_it_too():
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=30)

    assert (ended.returncode, ended.stderr) == (0, "stopping\n")
