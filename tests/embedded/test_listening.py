"""Ports."""

import psutil
import pytest

from workbench.embedded.faults import PortTaken
from workbench.embedded.listening import listen


def test_port_0_is_a_free_one_of_this_machine_only() -> None:
    with listen(0, "tests", "--port") as bound:
        address, port = bound.getsockname()

    assert address == "127.0.0.1"
    assert port > 0


def test_the_holder_of_a_taken_port_is_named_and_the_next_free_one_offered() -> None:
    with listen(0, "tests", "--port") as bound, pytest.raises(PortTaken) as refusal:
        port = bound.getsockname()[1]
        listen(port, "the door", "--door-port")

    us = psutil.Process()
    sentence = str(refusal.value)
    said = f"Port {port} for the door is taken by {us.name()} (pid {us.pid}). Free it, or take the next: --door-port "
    assert sentence.startswith(said)
    offered = int(sentence.removeprefix(said).rstrip("."))
    with listen(offered, "tests", "--port") as free:
        assert free.getsockname()[1] == offered


@pytest.mark.parametrize("hidden", [psutil.AccessDenied(), None])
def test_a_holder_whom_we_may_not_look_at_is_not_made_up(
    hidden: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """macOS refuses to tell of other processes at all, Linux leaves their pids out."""

    def connections(_kind: str) -> list[object]:
        if hidden:
            raise hidden
        return []

    monkeypatch.setattr(psutil, "net_connections", connections)
    with listen(0, "tests", "--port") as bound, pytest.raises(PortTaken, match="taken by a program that this user may"):
        listen(bound.getsockname()[1], "the door", "--port")


def test_a_port_is_free_again_when_its_owner_has_gone() -> None:
    with listen(0, "tests", "--port") as bound:
        port = bound.getsockname()[1]

    with listen(port, "tests", "--port") as again:
        assert again.getsockname()[1] == port


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_does_not_exist_is_refused(port: int) -> None:
    with pytest.raises(PortTaken, match=f"Port {port} for tests does not exist"):
        listen(port, "tests", "--port")
