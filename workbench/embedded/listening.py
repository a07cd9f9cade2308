"""A port on 127.0.0.1, bound once and then handed to a server: nobody can take it in between."""

import errno
import socket

from workbench.embedded.faults import PortTaken

LOOPBACK = "127.0.0.1"
LAST_PORT = 65535


def listen(port: int, purpose: str) -> socket.socket:
    """A bound, listening socket; port 0 is any free one. Raises `PortTaken`, naming the next free port."""
    if not 0 <= port <= LAST_PORT:
        raise PortTaken(f"Port {port} for {purpose} does not exist; a port is a number from 0 (any free one) to 65535.")
    try:
        return _bound(port)
    except OSError as problem:
        if problem.errno == errno.EACCES:
            raise PortTaken(f"Port {port} for {purpose} needs administrator rights; {_offer(1024)}.") from problem
        if problem.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(f"Port {port} for {purpose} is taken by another program; {_offer(port + 1)}.") from problem


def _offer(first: int) -> str:
    for port in range(first, LAST_PORT + 1):
        try:
            _bound(port).close()
        except OSError:
            continue
        return f"the next free one is {port}"
    return "port 0 takes any free one"


def _bound(port: int) -> socket.socket:
    candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # A port whose last owner has just closed is free; one that somebody listens on stays refused.
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        candidate.bind((LOOPBACK, port))
        candidate.listen(128)
    except OSError:
        candidate.close()
        raise
    return candidate
