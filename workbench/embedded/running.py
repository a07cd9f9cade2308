"""AWS for one template, in one process: a moto server with everything of the template created, its functions in worker
processes, its queues polled, its schedules kept, and its HTTP API on a port.

    with Stack(Path("template.yaml")) as stack:
        stack.invoke("job-queue-manager", {"operation": "stats"})
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from workbench.embedded import cheaper_imports, endpoint  # noqa: F401 - before moto is imported
from workbench.embedded.access.guard import Guard
from workbench.embedded.access.identities import Identities
from workbench.embedded.access.keys import Keyring
from workbench.embedded.api_address import at_address
from workbench.embedded.bodies import Bodies
from workbench.embedded.clients import CREDENTIALS, Clients
from workbench.embedded.connections import KeepingHandler
from workbench.embedded.corrections import host
from workbench.embedded.deployment import Deployment, deploy
from workbench.embedded.door import OUR_NAMES, Door
from workbench.embedded.faults import FunctionFailed, StackError
from workbench.embedded.front.application import Application, Page
from workbench.embedded.journal import Journal
from workbench.embedded.keeping.keeper import Keeper
from workbench.embedded.later import Later, sending_by
from workbench.embedded.listening import listen
from workbench.embedded.pollers import Poller, await_end
from workbench.embedded.redeploying import redeploy
from workbench.embedded.schedules import Ticker, Timetable
from workbench.embedded.serving import Serving
from workbench.embedded.translate import REGION, translate
from workbench.embedded.webhooks import Deliveries, Delivery
from workbench.embedded.workers.environment import of_stack
from workbench.embedded.workers.outcome import Outcome
from workbench.embedded.workers.pool import Pool

_SWEEPING_SECONDS = 60

_only_one = threading.Lock()


class Stack:
    """Starts on enter, ends on exit with every process, thread and file it made. One at a time in a process."""

    aws_url: str
    http_url: str
    outputs: Mapping[str, str]
    # Where S3 puts what nobody keeps.
    bodies: Bodies | None = None
    # The folders of the handlers; the template and the files of its state machines.
    code: frozenset[Path]
    documents: frozenset[Path]

    def __init__(
        self,
        template: Path,
        *,
        http_port: int = 0,
        aws_port: int = 0,
        workers: int | None = None,
        environment: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
        on_log: Callable[[str, str], None] | None = None,
        pages: Sequence[Page] = (),
        data: Path | None = None,
        strict_iam: bool = False,
    ) -> None:
        """Port 0: a free one. `workers`: how many processes at once, by default what the machine carries.

        `environment` overrides variables that the template gives its functions; names it does not know are ignored,
        but for ROUGHCUT_ ones. `parameters` are the template's. `on_log` gets (function, line). `pages` answer HTTP
        requests that no route takes. `data`: the directory that keeps what is in the template's tables, queues, buckets
        and state machines for the next stack; without it, all is gone at the end. `strict_iam` holds functions and
        state machines to what their roles may (docs/iam.md).
        """
        self._template, self._ports, self._data = template, (http_port, aws_port), data
        self._workers, self._pages, self._is_strict = workers, pages, strict_iam
        self._keeper: Keeper | None = None
        self._environment, self._parameters = environment or {}, parameters or {}
        self._on_log = on_log or _ignore
        self._pollers: list[Poller] = []
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_problem: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def start(self) -> None:
        """Raises `PortTaken`, `TemplateRefused`, `DataRefused`, and then nothing is left running."""
        if not _only_one.acquire(blocking=False):
            raise StackError(
                "An embedded stack runs in this process already; close it first, or start another process."
            )
        self._closing.callback(_only_one.release)
        try:
            self._start()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End everything, whatever it is doing. Repeatable."""
        self._closing.close()

    @property
    def variables(self) -> dict[str, str]:
        """Environment variables by which any SDK, or the aws CLI, of another process reaches the endpoint."""
        return of_stack(self.aws_url, REGION, CREDENTIALS)

    def client(self, service: str) -> Any:
        """The boto3 client of `service` on the embedded endpoint; cached, thread-safe."""
        return self._clients.get(service)

    def invoke(self, function: str, payload: Mapping[str, Any]) -> Any:
        """What the function returns. Raises `FunctionFailed` with the class name of what it raised."""
        outcome = self.run_function(function, json.dumps(payload).encode())
        if outcome.error:
            report = outcome.value
            raise FunctionFailed(report.get("errorType", "Unknown"), report.get("errorMessage", ""))
        return outcome.value

    def redeploy(self, template: Path) -> None:
        """Functions and state machines become those of `template`, whose code is in folders of its own.

        Executions that run keep to the versions that they began with. Raises `TemplateRefused`.
        """
        translation = at_address(translate(template, self._parameters), self.http_url)
        redeploy(translation, self._clients, self._environment, self._add)

    def renew(self, folder: Path) -> None:
        """The handlers in `folder` changed: what they run is finished, and the next invocations run the new code."""
        self._pool.renew(folder)

    def warm(self) -> None:
        """Start a worker of each function ahead of its first call, all at once, and wait until they are ready."""
        self._pool.warm()

    def credentials_of(self, role: str | None) -> Mapping[str, str]:
        """For moto's state machines: what they call with."""
        return self._identities.of_machine(role)

    def run_function(self, name: str, payload: bytes) -> Outcome:
        """For moto's Lambda: a synchronous invocation."""
        return self._pool.invoke(name, payload)

    def run_function_later(self, name: str, payload: bytes) -> None:
        """For moto's Lambda: an invocation of type Event."""
        self._later.accept(name, payload)

    def deliver(self, delivery: Delivery) -> None:
        """For moto's rules: an event for an API destination."""
        self._deliveries.accept(delivery)

    def _start(self) -> None:
        if self._data is not None:
            self._keeper = Keeper(self._data)
            self._closing.callback(self._keeper.close)
        http_socket, aws_socket = self._listen()
        self.http_url = f"http://127.0.0.1:{http_socket.getsockname()[1]}"
        translation = at_address(translate(self._template, self._parameters), self.http_url)
        self.code, self.documents = frozenset(translation.code.values()), translation.documents
        self._serve_aws(aws_socket)
        deployment = deploy(translation, self._clients, self._parameters, self._environment)
        self.outputs = deployment.outputs
        if self._keeper is not None:
            self._keeper.restore(translation.cloudformation["Resources"], deployment.names)
        self._run_functions(deployment)
        self._serve_http(http_socket, deployment)
        self._deliver(deployment)
        if self._keeper is not None:
            # First at the end, when nobody polls: what the others break by ending is not to be kept.
            self._closing.callback(self._keeper.close)
            for poller in self._pollers:
                self._closing.callback(poller.stop)
            self._take_up(deployment)

    def _take_up(self, deployment: Deployment) -> None:
        """What runs every minute runs at once, for what an earlier process left; `restarted` says so to it."""
        for schedule in deployment.schedules:
            if schedule.period <= _SWEEPING_SECONDS:
                event = {**json.loads(schedule.event), "restarted": True}
                self.run_function_later(schedule.function, json.dumps(event).encode())

    def _listen(self) -> tuple[Any, Any]:
        """Both ports first: a taken one must not cost the seconds of a start."""
        purposes = (("the HTTP API", "--port"), ("the AWS endpoint", "--aws-port"))
        sockets = [listen(port, *purpose) for port, purpose in zip(self._ports, purposes, strict=True)]
        for bound in sockets:
            self._closing.callback(bound.close)
        return sockets[0], sockets[1]

    def _serve_aws(self, bound: Any) -> None:
        gate, mark = (self._keeper.gate, self._keeper.mark) if self._keeper else (None, None)
        self.aws_url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        self._clients = Clients(self.aws_url, mark=mark)
        guard = Guard(Keyring(), self._clients.model)
        self._identities = Identities(guard, is_strict=self._is_strict)
        serving = endpoint.serve(bound, guard, gate)
        host.enter(self)
        for end in (host.leave, self._clients.close, serving.close, lambda: await_end(self._pollers)):
            self._closing.callback(end)
        # Before the server, because this ends the long polls.
        self._closing.callback(endpoint.forget_everything)

    def _run_functions(self, deployment: Deployment) -> None:
        reach, keep = of_stack(self.aws_url, REGION, {}), Journal().keep
        functions = self._identities.workers(deployment)
        self._pool = Pool(functions, reach, self._on_log, limit=self._workers, keep=keep)
        self.bodies = Bodies(self._pool.scratch / "objects", kept=False)
        self._later = Later(self._pool.invoke, sending_by(lambda: self.client("sqs")), self._pool.limit)
        self._later.manners = deployment.manners
        self._closing.callback(self._later.close)
        self._closing.callback(self._pool.close)
        self._closing.callback(self._later.stop)
        self._deliveries = self._closing.enter_context(closing(Deliveries(lambda: self.client("sqs"))))
        self._closing.callback(endpoint.abort_executions)

    def _add(self, deployment: Deployment) -> None:
        self._pool.add(self._identities.workers(deployment))
        self._later.manners = deployment.manners

    def _serve_http(self, bound: Any, deployment: Deployment) -> None:
        port = bound.getsockname()[1]
        application = Application(deployment.routes, self.run_function, self._pages)
        serving = Serving(Door(application, lambda name, at: name in OUR_NAMES and at == port), bound, KeepingHandler)
        self.http_url = serving.url
        self._closing.callback(serving.close)

    def _deliver(self, deployment: Deployment) -> None:
        self._pollers = [Poller(source, self.client("sqs"), self.run_function) for source in deployment.sources]
        ticker = Ticker(Timetable(deployment.schedules, self.run_function_later))
        for poller in self._pollers:
            poller.start()
            self._closing.callback(poller.stop)
        ticker.start()
        self._closing.callback(ticker.stop)


def _ignore(_function: str, _line: str) -> None:
    """Nobody asked for the functions' logs."""
