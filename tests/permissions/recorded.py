"""The product's stack with every AWS call of its functions written down."""

import json
from dataclasses import replace
from pathlib import Path

from tests.machines.running import WatchedStack
from tests.permissions.grants import Grant, grants_of
from tests.permissions.needs import Need, needs_of
from tests.rules.tree import cloudformation, resources
from workbench.embedded.deployment import STACK_NAME, Deployment

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
            found.setdefault(call["function"], []).extend(needs_of(call))
        return found

    def grants(self, function: str) -> set[Grant]:
        return self.grants_of_role(self.client("lambda").get_function(FunctionName=function)["Configuration"]["Role"])

    def grants_of_role(self, arn: str) -> set[Grant]:
        listed = self.client("cloudformation").list_stack_resources(StackName=STACK_NAME)["StackResourceSummaries"]
        physical = {resource["LogicalResourceId"]: resource.get("PhysicalResourceId") for resource in listed}
        role = arn.rpartition("/")[2]
        (properties,) = (
            p for name, p in resources("AWS::IAM::Role", cloudformation()).items() if physical.get(name) == role
        )
        attached = [physical[policy["Ref"]] for policy in properties.get("ManagedPolicyArns", [])]
        return grants_of(self.client("iam"), role, attached)
