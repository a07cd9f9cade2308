"""Ports."""

import pytest

from workbench.embedded.faults import PortTaken
from workbench.embedded.listening import listen


def test_port_0_is_a_free_one_of_this_machine_only() -> None:
    with listen(0, "tests") as bound:
        address, port = bound.getsockname()

    assert address == "127.0.0.1"
    assert port > 0


def test_a_taken_port_is_named_and_the_next_free_one_offered() -> None:
    with listen(0, "tests") as bound, pytest.raises(PortTaken) as refusal:
        listen(bound.getsockname()[1], "the door")

    sentence = str(refusal.value)
    offered = int(sentence.rpartition(" ")[2].rstrip("."))
    assert "for the door is taken by another program; the next free one is" in sentence
    with listen(offered, "tests") as free:
        assert free.getsockname()[1] == offered


def test_a_port_is_free_again_when_its_owner_has_gone() -> None:
    with listen(0, "tests") as bound:
        port = bound.getsockname()[1]

    with listen(port, "tests") as again:
        assert again.getsockname()[1] == port


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_does_not_exist_is_refused(port: int) -> None:
    with pytest.raises(PortTaken, match=f"Port {port} for tests does not exist"):
        listen(port, "tests")
