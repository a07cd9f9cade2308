"""As whom functions and state machines call: with --strict-iam as their role, else as the account's owner."""

from collections.abc import Mapping
from dataclasses import replace

from workbench.embedded.access.guard import Guard
from workbench.embedded.access.keys import OWNER, Key
from workbench.embedded.access.polling import require_polling
from workbench.embedded.deployment import Deployment
from workbench.embedded.workers.function import Function


class Identities:
    """`guard` knows the keys that are handed out here."""

    def __init__(self, guard: Guard, *, is_strict: bool) -> None:
        self._guard, self._is_strict = guard, is_strict

    def workers(self, deployment: Deployment) -> list[Function]:
        """The functions, each with a key in its variables. Raises `TemplateRefused` for a queue out of reach."""
        if self._is_strict:
            require_polling(deployment, self._guard)
        return [
            replace(each, environment={**each.environment, **self._key(each.role, each.name).variables})
            for each in deployment.functions
        ]

    def of_machine(self, role: str | None) -> Mapping[str, str]:
        """The variables with which a state machine calls whose role (its ARN) this is."""
        return self._key(role, "state-machine").variables if role else OWNER.variables

    def _key(self, role: str, session: str) -> Key:
        return self._guard.keys.issue(role, session) if self._is_strict else OWNER
