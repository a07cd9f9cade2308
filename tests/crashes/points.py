"""Every AWS call is a point at which a function can die, be turned away, or lose the answer."""

import threading
from collections.abc import Callable
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError, ReadTimeoutError


class Mishap(Enum):
    """What becomes of one call."""

    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"
    THROTTLED = "throttled"
    UNANSWERED = "unanswered"  # it was done, but the function does not hear of it


class Killed(BaseException):
    """The function is dead: nothing it still does reaches AWS."""


class Points:
    """Lists the calls since the last `arm`, and breaks one of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.arm()

    def arm(self, at: int | str | None = None, mishap: Mishap | None = None) -> None:
        """Break a call: number `at`, counted from now, or the first of that name; without arguments none."""
        self.calls: list[str] = []
        self._at, self._mishap, self._is_dead = at, mishap, False
        self.struck = False

    def around(self, client: Any) -> "Watched":
        return Watched(client, self)

    def call(self, name: str, call: Callable[[], Any]) -> Any:
        """One after the other, whatever threads a function has: the clients behind are not made for more."""
        with self._lock:
            if self._is_dead:
                raise Killed
            mishap = self._mishap if self._at in (name, len(self.calls)) and not self.struck else None
            self.struck = self.struck or mishap is not None
            self.calls.append(name)
            return self._suffer(mishap, call)

    def _suffer(self, mishap: Mishap | None, call: Callable[[], Any]) -> Any:
        if mishap is Mishap.KILLED_BEFORE:
            self._die()
        if mishap is Mishap.THROTTLED:
            raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "any")
        try:
            answer = call()
        finally:
            if mishap is Mishap.KILLED_AFTER:
                self._die()
        if mishap is Mishap.UNANSWERED:
            raise ReadTimeoutError(endpoint_url="an AWS endpoint")
        return answer

    def _die(self) -> None:
        self._is_dead = True
        raise Killed


class Watched:
    """A client whose calls are points."""

    def __init__(self, client: Any, points: Points) -> None:
        self._client, self._points = client, points
        self.exceptions = getattr(client, "exceptions", None)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        return lambda **call: self._points.call(name, lambda: method(**call))
