"""The end of a stack while a receiver of events keeps silent."""

import socket
from collections.abc import Iterator

import pytest

from workbench.embedded import webhooks
from workbench.embedded.webhooks import Deliveries, Delivery


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A receiver that takes connections and says nothing, with all the time in the world."""
    monkeypatch.setattr(webhooks, "_ANSWER_SECONDS", 3600.0)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_the_end_waits_for_no_silent_receiver(silent: socket.socket) -> None:
    url = f"https://127.0.0.1:{silent.getsockname()[1]}/hook"
    # A dead letter would need the client, which is not there any more.
    deliveries = Deliveries(lambda: pytest.fail("a dead letter was sent"))
    deliveries.accept(Delivery("rule", "target", "POST", url, {}, "{}", 50, 0, "arn:aws:sqs:us-east-1:1:dead"))
    connection, _ = silent.accept()
    # The first words of TLS: the sender waits for the answer now.
    assert connection.recv(1)

    deliveries.close()

    with connection:
        assert b"".join(iter(lambda: connection.recv(4096), b""))
