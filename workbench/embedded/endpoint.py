"""The AWS endpoint: moto's server, corrected, on 127.0.0.1."""

import ctypes
import socket
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from workbench.embedded import corrections
from workbench.embedded.access.guard import Guard
from workbench.embedded.clients import ACCOUNT
from workbench.embedded.connections import KeepingHandler
from workbench.embedded.door import OUR_NAMES, Door
from workbench.embedded.gate import Gate
from workbench.embedded.keeping import keeper
from workbench.embedded.serving import Serving
from workbench.embedded.translate import REGION

# glibc's mallopt(3): blocks from this size on are returned to the system when they are freed.
_M_MMAP_THRESHOLD, _LARGE_BLOCK = -3, 1024 * 1024


class Handler(KeepingHandler, MotoRequestHandler):
    """moto's reading of headers, our keeping of connections."""


def serve(
    bound: socket.socket, guard: Guard, gate: Callable[[WSGIApplication], WSGIApplication] | None = None
) -> Serving:
    """Answer as AWS on `bound`, with nothing in it yet. `guard` says who may what; `gate` comes before moto."""
    keeper.watch()
    corrections.apply_all()
    forget_everything()
    _return_large_blocks()
    application: WSGIApplication = DomainDispatcherApplication(create_backend_app)
    if gate is not None:
        application = gate(application)
    # Any page of this machine may call, whatever its port: the run page uploads to S3 straight from the browser.
    return Serving(Door(Gate(application, guard), _is_this_machine), bound, Handler)


def abort_executions() -> None:
    """Tell the thread of every running execution to end after its step; nothing is announced."""
    machines: Any = stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
    for execution in [execution for machine in machines for execution in machine.executions]:
        worker = execution.exec_worker
        if worker is not None and worker.env is not None:
            worker.env.set_stop(stop_date=None, cause=None, error=None)


def forget_everything() -> None:
    """Empty every service: moto's state is the process's, and outlives the server."""
    BackendDict.reset()


def _return_large_blocks() -> None:
    """Bodies of uploads come on many threads, and glibc would keep what each thread has freed for its next."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)


def _is_this_machine(name: str, _port: int | None) -> bool:
    # Old S3 clients put the bucket before the name: bucket.localhost.
    return name in OUR_NAMES or name.endswith(".localhost")
