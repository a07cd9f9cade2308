"""The product's stack with every AWS call of its functions written down."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.machines.running import WatchedStack
from workbench.embedded.access.grants import Grant
from workbench.embedded.access.needs import Need, needs_of
from workbench.embedded.access.roles import Roles, hash_key
from workbench.embedded.deployment import Deployment

RECORDING = Path(__file__).parent / "recording"


class RecordedStack(WatchedStack):
    """`needs[function]`: every permission that the function needed so far."""

    def __init__(self, template: Path, calls: Path) -> None:
        super().__init__(template)
        self.calls = calls

    def _run_functions(self, deployment: Deployment) -> None:
        recording = {"PYTHONPATH": str(RECORDING), "CALLS": str(self.calls)}
        functions = [replace(f, environment={**f.environment, **recording}) for f in deployment.functions]
        super()._run_functions(replace(deployment, functions=tuple(functions)))

    def needs(self) -> dict[str, set[Need]]:
        found: dict[str, list[Need]] = {}
        for line in self.calls.read_text().splitlines():
            call = json.loads(line)
            found.setdefault(call["function"], []).extend(needs(call))
        return found

    def grants(self, function: str) -> set[Grant]:
        return self.grants_of_role(self.client("lambda").get_function(FunctionName=function)["Configuration"]["Role"])

    def grants_of_role(self, arn: str) -> set[Grant]:
        return Roles().grants(arn.rpartition("/")[2])


def needs(call: dict[str, Any]) -> Iterator[Need]:
    """What a recorded call needed: a missing object (404) asks for another permission than one that is there."""
    yield from needs_of(call["service"], call["operation"], call["params"], hash_key)
    if call["service"] == "s3" and call["status"] == 404:
        yield Need("s3:ListBucket", f"arn:aws:s3:::{call['params']['Bucket']}")
