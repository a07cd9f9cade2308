"""boto3 clients on the embedded endpoint, with the credentials that nothing there checks."""

import threading
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config
from botocore.model import ServiceModel

from workbench.embedded.translate import REGION

ACCOUNT = "123456789012"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "embedded", "AWS_SECRET_ACCESS_KEY": "embedded"}
# Longer than any function may run (900 s): an Invoke is answered when its function is.
_READ_SECONDS = 1000


class Clients:
    """One client per service, made on first use; safe to share between threads."""

    def __init__(
        self,
        url: str,
        *,
        parameter_validation: bool = True,
        mark: str | None = None,
        credentials: Mapping[str, str] = CREDENTIALS,
    ) -> None:
        """`mark` goes into the User-Agent, where the endpoint knows us by it. `credentials` are named as environment
        variables are."""
        self._url = url
        self._config = Config(
            parameter_validation=parameter_validation,
            max_pool_connections=64,
            read_timeout=_READ_SECONDS,
            # A second try could start a second execution of what has only been slow; whoever calls decides.
            retries={"total_max_attempts": 1},
            inject_host_prefix=False,
            user_agent_extra=mark,
            s3={"addressing_style": "path"},
        )
        self._session = boto3.session.Session(
            credentials["AWS_ACCESS_KEY_ID"],
            credentials["AWS_SECRET_ACCESS_KEY"],
            credentials.get("AWS_SESSION_TOKEN"),
            region_name=REGION,
        )
        self._made: dict[str, Any] = {}
        self._lock = threading.Lock()

    def get(self, service: str) -> Any:
        """The boto3 client for `service`, e.g. "s3"."""
        with self._lock:
            if service not in self._made:
                self._made[service] = self._session.client(service, endpoint_url=self._url, config=self._config)
            return self._made[service]

    def model(self, service: str) -> ServiceModel:
        """What botocore knows of a service's operations. Raises botocore's errors for a service that there is not."""
        model: ServiceModel = self.get(service).meta.service_model
        return model

    def close(self) -> None:
        """Drop every connection."""
        with self._lock:
            for client in self._made.values():
                client.close()
            self._made.clear()
