"""Handlers that can stop between any two calls of AWS, for as long as a program likes, and end there in any way.

A handler runs whole unless it was given a freeze; then it runs in a greenlet of its own, which gives its turn back
where it freezes. Threads would do the same, but each turn would wait until the system has woken the other one.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from greenlet import getcurrent, greenlet

from roughcut.aws.job_store import TransactionContended
from roughcut.dispatch.desk import Limits
from roughcut.jobs.request import RequestRefused
from tests.fakes.dynamo_client import TransactionCanceledException

_TELLING = frozenset(
    ["transact_write_items", "update_item", "delete_item", "start_execution", "stop_execution", "describe_execution"]
)


MOST_CALLS = 1500  # of one handler; with a handful of jobs none needs a tenth of that


class Killed(BaseException):
    """The function died: nothing after this point happened."""


@dataclass(frozen=True, slots=True)
class Freeze:
    """At the `number`-th call, before it or after. `telling` counts only calls that write, and looks at executions."""

    number: int
    after: bool = False
    telling: bool = False


class Endless(BaseException):
    """The function goes round and round."""


class Handler:
    """One invocation of one of our functions, with the limits that it was deployed with. `then` checks its answer."""

    def __init__(
        self,
        stage: "Stage",
        name: str,
        do: Callable[[], Any],
        limits: Limits,
        stale: int = 0,
        then: Callable[["Handler"], None] = lambda handler: None,
    ) -> None:
        self.stage, self.name, self.do, self.limits, self.stale, self.then = stage, name, do, limits, stale, then
        self.freeze: Freeze | None = None
        self.fate: BaseException | None = None
        self.call, self.options, self.after = "", dict[str, Any](), False
        self.was_disturbed, self.is_over, self.answer = False, False, None
        self.refusal: BaseException | None = None
        self.broke: BaseException | None = None
        self.calls = 0
        self.looked = -1  # the event after which it last read the board: a commit, or the indexes' catching up
        self.apart: greenlet | None = None

    def live(self) -> None:
        try:
            self.answer = self.do()
        except (Killed, ClientError, BotoCoreError, RequestRefused, TransactionContended) as refusal:
            self.refusal = refusal
        except (Endless, Exception) as error:  # a defect: told on the main thread, with its traceback
            self.broke = error
        self.is_over = True

    def pass_point(self, call: str, options: Mapping[str, Any], after: bool) -> None:
        self.calls += not after
        if self.calls > MOST_CALLS:
            raise Endless(f"{self.name} has made {MOST_CALLS} calls")
        freeze = self.freeze
        if freeze is None or freeze.after is not after or (freeze.telling and call not in _TELLING):
            return
        if freeze.number > 1:
            self.freeze = Freeze(freeze.number - 1, after, freeze.telling)
            return
        self.freeze, self.call, self.options, self.after = None, call, dict(options), after
        getcurrent().parent.switch()
        fate, self.fate = self.fate, None
        if fate is not None:
            self.was_disturbed = True
            raise fate


class Stage:
    """Whose turn it is. Only one handler moves at a time, and the program decides which."""

    def __init__(self, figures: Counter[str]) -> None:
        self.figures, self.current = figures, None
        self.frozen: list[Handler] = []

    current: Handler | None

    def point(self, call: str, options: Mapping[str, Any], after: bool) -> None:
        """Before or after a call of AWS; nothing if it is not a handler that calls."""
        if self.current is not None:
            self.figures["port steps"] += not after
            self.current.pass_point(call, options, after)

    def begin(self, handler: Handler, freeze: Freeze | None) -> None:
        self.figures["handlers"] += 1
        if freeze is None:
            self.current = handler
            handler.live()
            self.current = None
        else:
            handler.freeze, handler.apart = freeze, greenlet(handler.live)
            self._give_turn(handler)

    def resume(self, handler: Handler, fate: BaseException | None = None, freeze: Freeze | None = None) -> None:
        self.frozen.remove(handler)
        handler.fate, handler.freeze = fate, freeze
        self._give_turn(handler)

    def clear(self) -> None:
        for handler in list(self.frozen):
            self.resume(handler, Killed())

    def _give_turn(self, handler: Handler) -> None:
        self.current = handler
        handler.apart.switch()
        self.current = None
        if not handler.is_over:
            self.figures["freezes"] += 1
            self.frozen.append(handler)


class Pointed:
    """A client whose calls are the points at which a handler may freeze."""

    def __init__(self, client: Any, stage: Stage, on_call: Callable[[str, Mapping[str, Any]], None]) -> None:
        self._client, self._stage, self._on_call = client, stage, on_call
        self.exceptions = getattr(client, "exceptions", None)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)

        def pointed(**options: Any) -> Any:
            self._stage.point(name, options, after=False)
            self._on_call(name, options)
            answer = call(**options)
            self._stage.point(name, options, after=True)
            return answer

        self.__dict__[name] = pointed
        return pointed


def busy(call: str) -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "busy"}}, call)


def lost_reply() -> BotoCoreError:
    return ReadTimeoutError(endpoint_url="aws")


def conflict(entries: int) -> TransactionCanceledException:
    """Another transaction on the same items was faster."""
    told = {"Error": {"Code": "TransactionCanceledException", "Message": ""}}
    reasons = {"CancellationReasons": [{"Code": "TransactionConflict"}] * entries}
    return TransactionCanceledException(told | reasons, "TransactWriteItems")
