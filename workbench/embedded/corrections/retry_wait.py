"""moto sleeps between retries, deaf to StopExecution: a stopped job's thread stays for up to its whole backoff.

Upstream: none found.
"""

import contextvars
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import moto.stepfunctions.parser.asl.component.common.retry.retrier_decl as retrier
from moto.stepfunctions.parser.asl.eval.environment import Environment

from workbench.embedded.corrections.replacing import replace

_waiting: contextvars.ContextVar[Environment] = contextvars.ContextVar("the environment whose retrier is waiting")


def apply() -> None:
    """The retrier's sleep becomes a wait for the end of its execution."""
    module: Any = retrier
    module.time = SimpleNamespace(sleep=_wait)
    replace(retrier.RetrierDecl, "_eval_body", _build)


def _build(stock: Callable[..., Any]) -> Callable[..., Any]:
    def evaluate(declaration: Any, env: Environment) -> None:
        token = _waiting.set(env)
        try:
            stock(declaration, env)
        finally:
            _waiting.reset(token)

    return evaluate


def _wait(seconds: float) -> None:
    env = _waiting.get()
    if env.is_running():
        env.program_state_event.wait(seconds)
