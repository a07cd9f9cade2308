"""The running stack, as corrections see it: what moto must ask us to do, because only we can."""

from collections.abc import Mapping
from typing import Protocol

from workbench.embedded.bodies import Bodies
from workbench.embedded.webhooks import Delivery
from workbench.embedded.workers.outcome import Outcome


class Host(Protocol):
    """Runs the functions behind moto's Lambda."""

    aws_url: str
    # Where the bytes of objects lie; None while it is being started.
    bodies: Bodies | None

    def credentials_of(self, role: str | None) -> Mapping[str, str]:
        """With what a state machine calls whose role (its ARN) this is."""

    def run_function(self, name: str, payload: bytes) -> Outcome:
        """`name` may be `name:version`.

        Raises `Throttled` at the reserved concurrency, `UnknownFunction` for a name that is not in the template.
        """

    def run_function_later(self, name: str, payload: bytes) -> None:
        """Accept an asynchronous invocation."""

    def deliver(self, delivery: Delivery) -> None:
        """Accept an event for an API destination."""


_hosts: list[Host] = []


def enter(host: Host) -> None:
    """From now on moto's hooks lead to `host`. One at a time: moto's state is the process's."""
    _hosts[:] = [host]


def leave() -> None:
    """No host: hooks that still fire raise `LookupError` on their own thread."""
    _hosts.clear()


def current() -> Host:
    """Raises `LookupError` when no stack runs."""
    if not _hosts:
        raise LookupError("No embedded stack is running in this process.")
    return _hosts[0]
