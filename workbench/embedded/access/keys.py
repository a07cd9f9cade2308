"""The access keys whose secrets are known here: our own, each role's, and those that IAM and STS have made."""

import secrets
import threading
from dataclasses import dataclass

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from workbench.embedded.clients import ACCOUNT, CREDENTIALS


@dataclass(frozen=True, slots=True)
class Key:
    """`role` is the name of the role that it acts for, None for the account's owner; `session` names the session."""

    id: str
    secret: str
    token: str | None = None
    role: str | None = None
    session: str = ""

    @property
    def principal(self) -> str:
        """The ARN of a role's session."""
        return f"arn:aws:sts::{ACCOUNT}:assumed-role/{self.role}/{self.session}"

    @property
    def variables(self) -> dict[str, str]:
        """As a process finds it in its environment."""
        own = {"AWS_ACCESS_KEY_ID": self.id, "AWS_SECRET_ACCESS_KEY": self.secret}
        return {**own, "AWS_SESSION_TOKEN": self.token} if self.token else own


OWNER = Key(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])


class Keyring:
    """One key for each session of a role, made when it is first asked for, good for as long as the stack runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_sessions: dict[tuple[str, str], Key] = {}
        self._keys = {OWNER.id: OWNER}

    def issue(self, role: str, session: str) -> Key:
        """`role`: its name or ARN."""
        name = role.rpartition("/")[2]
        with self._lock:
            if (name, session) not in self._of_sessions:
                made = Key(
                    f"ASIA{secrets.token_hex(8).upper()}",
                    secrets.token_urlsafe(30),
                    secrets.token_urlsafe(120),
                    name,
                    session,
                )
                self._of_sessions[name, session] = self._keys[made.id] = made
            return self._of_sessions[name, session]

    def find(self, access_key: str) -> Key | None:
        """None for a key of which nobody here has ever told the secret."""
        return self._keys.get(access_key) or _made_by_moto(access_key)


def _made_by_moto(access_key: str) -> Key | None:
    made = iam_backends[ACCOUNT]["aws"].access_keys.get(access_key)
    if made is not None:
        return Key(access_key, made.secret_access_key)
    for assumed in sts_backends[ACCOUNT]["aws"].assumed_roles:
        if assumed.access_key_id == access_key:
            return Key(access_key, assumed.secret_access_key, assumed.session_token)
    return None
