"""Handlers that can be stopped in the middle: before and after every call that they make of AWS.

A handler runs whole unless it was given a point at which to freeze. A frozen one is later thawed, killed or throttled,
and others run meanwhile. (Switching at every call instead finds far less: most programs then never get anywhere.)
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from greenlet import getcurrent, greenlet

from roughcut.jobs.request import RequestRefused


class Killed(BaseException):
    """The function died here."""


def throttled() -> ClientError:
    """What every service says when it is busy, and what a lost answer looks like."""
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "injected"}}, "any")


class Handler(greenlet):
    """One run of a function. `freeze_at`: the number of the point to stop at, 0 for never."""

    def __init__(self, do: Callable[[], Any], freeze_at: int) -> None:
        super().__init__()
        self._do, self.freeze_at = do, freeze_at
        self.points: list[str] = []
        self.was_frozen = self.was_hurt = False
        self.answer: Any = None
        self.refusal: RequestRefused | None = None

    def run(self) -> None:
        try:
            self.answer = self._do()
        except RequestRefused as refused:
            self.refusal = refused
        except Killed:
            self.was_hurt = True
        except ClientError as error:
            self.was_hurt = True
            if "injected" not in str(error):
                raise

    def go_on(self, freeze_at: int = 0) -> None:
        """Start, or thaw; until the end or the given point further on."""
        self.freeze_at = len(self.points) + freeze_at if freeze_at else 0
        self.switch()

    def hurt(self, how: BaseException) -> None:
        """Let the call at which it is frozen raise."""
        self.was_hurt, self.freeze_at = True, 0
        self.throw(how)

    def pass_point(self, name: str) -> None:
        self.points.append(name)
        if len(self.points) == self.freeze_at:
            self.was_frozen = True
            assert self.parent is not None
            self.parent.switch()


class Points:
    """Puts points around the calls of clients, and counts what passes."""

    def __init__(self, skipped: frozenset[str] = frozenset()) -> None:
        self.skipped, self.calls = skipped, Counter[str]()

    def around(self, client: Any) -> Any:
        return _Pointed(client, self)

    def pass_point(self, name: str) -> None:
        current = getcurrent()
        if isinstance(current, Handler):
            current.pass_point(name)


class _Pointed:
    def __init__(self, client: Any, points: Points) -> None:
        self._client, self._points = client, points

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._client, name)
        if not callable(attribute) or name == "arn":
            return attribute
        points = self._points

        def call(*arguments: Any, **options: Any) -> Any:
            points.calls[name] += 1
            if name in points.skipped:
                return attribute(*arguments, **options)
            points.pass_point(f"before {name}")
            answer = attribute(*arguments, **options)
            points.pass_point(f"after {name}")
            return answer

        return call
