"""What moto knows of the template comes up on the embedded AWS; what it does not know is on an explained list."""

from collections import Counter
from collections.abc import Callable

from tests.permissions.recorded import RecordedStack
from tests.rules.tree import ROOT, cloudformation
from workbench.embedded.deployment import STACK_NAME

EXPLAINED = [
    line.split(maxsplit=1)
    for line in (ROOT / "tests" / "rules" / "unmodelled.txt").read_text().splitlines()
    if not line.startswith("#")
]


def test_what_is_not_created_is_explained(stack: RecordedStack, tell: Callable[[str], None]) -> None:
    pages = stack.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=STACK_NAME)
    created = {
        each["LogicalResourceId"]: each["ResourceStatus"] for page in pages for each in page["StackResourceSummaries"]
    }
    declared = {name: resource["Type"] for name, resource in expected().items()}

    missing = Counter(kind for name, kind in declared.items() if name not in created)

    listed = ", ".join(f"{kind} {count}" for kind, count in sorted(missing.items()))
    tell(f"resources on the embedded AWS: {len(created)} of {len(declared)}; not {listed}")
    assert set(created.values()) == {"CREATE_COMPLETE"}
    assert set(missing) == {kind for kind, _ in EXPLAINED}
    assert all(reason for _, reason in EXPLAINED)


def expected() -> dict[str, dict[str, str]]:
    """The resources of a stack with its parameters' defaults."""
    return {name: each for name, each in cloudformation()["Resources"].items() if "Condition" not in each}
