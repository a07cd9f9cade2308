"""A port on 127.0.0.1, bound once and then handed to a server: nobody can take it in between."""

import errno
import socket

import psutil

from workbench.embedded.faults import PortTaken

LOOPBACK = "127.0.0.1"
LAST_PORT = 65535


def listen(port: int, purpose: str, option: str) -> socket.socket:
    """A bound, listening socket; port 0 is any free one.

    Raises `PortTaken`, which names who holds the port, and the next free one as what to give to `option`.
    """
    if not 0 <= port <= LAST_PORT:
        raise PortTaken(f"Port {port} for {purpose} does not exist; a port is a number from 0 (any free one) to 65535.")
    try:
        return _bound(port)
    except OSError as problem:
        if problem.errno == errno.EACCES:
            raise PortTaken(
                f"Port {port} for {purpose} needs administrator rights. Take another: {option} {_free(1024)}."
            ) from problem
        if problem.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"Port {port} for {purpose} is taken by {_holder(port)}. "
            f"Free it, or take the next: {option} {_free(port + 1)}."
        ) from problem


def _holder(port: int) -> str:
    """Who listens there; the system tells only of processes that we may look at."""
    try:
        pid = next(
            connection.pid
            for connection in psutil.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid
        )
        return f"{psutil.Process(pid).name()} (pid {pid})"
    except (psutil.Error, StopIteration):
        return "a program that this user may not look at"


def _free(first: int) -> int:
    """The first free port from `first` on; 0, which takes any, where none is."""
    for port in range(first, LAST_PORT + 1):
        try:
            _bound(port).close()
        except OSError:
            continue
        return port
    return 0


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
