"""checkov on the template as AWS would get it. No network: every attempt to reach one is an error.

`python .ci/review_template.py translated.json`, in the environment of .ci/checkov.txt. The stack is checked as a
careful owner would set it up: with the parameters of CAREFUL.
"""

import json
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

CAREFUL = {
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000",
    "AccessLogBucketName": "access-logs",
}
NOTHING = {"Ref": "AWS::NoValue"}
# At most three, each with its reason.
SKIPPED = {
    "CKV_AWS_117": "no function in a VPC: they reach AWS services only; a VPC would need an endpoint for each",
    "CKV_AWS_115": "no reserved concurrency by default: a new account has 10, and MaxConcurrentJobs bounds what runs",
    "CKV_AWS_21": "no versions in the bucket: films and chunks can be made again, and every version would be paid for",
}


def refuse(*address: object) -> None:
    raise OSError(f"checkov wants the network: {address}")


def main(template: Path) -> int:
    socket.socket.connect = socket.getaddrinfo = refuse  # type: ignore[assignment,method-assign]
    from checkov.cloudformation.runner import Runner
    from checkov.runner_filter import RunnerFilter

    with tempfile.TemporaryDirectory() as folder:
        careful = Path(folder) / "template.json"
        careful.write_text(json.dumps(decided(json.loads(template.read_text())), indent=1))
        report = Runner().run(
            root_folder=None, files=[str(careful)], runner_filter=RunnerFilter(framework=["cloudformation"])
        )
    failed = [check for check in report.failed_checks if check.check_id not in SKIPPED]
    unused = set(SKIPPED) - {check.check_id for check in report.failed_checks}
    for check in failed:
        print(f"{check.check_id} {check.resource}: {check.check_name}")
    for check_id in sorted(unused):
        print(f"{check_id} is skipped, and nothing fails it: remove the skip")
    print(f"checkov: {len(report.passed_checks)} passed, {len(failed)} failed, {len(SKIPPED)} skipped by name")
    return 1 if failed or unused or not report.passed_checks else 0


def decided(document: dict[str, Any]) -> dict[str, Any]:
    """The template with every Fn::If decided; checkov itself decides some of them only."""
    for name, value in CAREFUL.items():
        document["Parameters"][name]["Default"] = value
    values = {name: declared.get("Default") for name, declared in document["Parameters"].items()}
    holds = {name: is_true(condition, values) for name, condition in document.pop("Conditions").items()}
    resources = {n: r for n, r in document["Resources"].items() if holds.get(r.get("Condition"), True)}
    document["Resources"] = choose(resources, holds)
    return document


def is_true(condition: dict[str, Any], values: dict[str, Any]) -> bool:
    """Fn::Equals, Fn::Not, Fn::And and Fn::Or, which are what a template of ours may use."""
    ((function, terms),) = condition.items()
    if function == "Fn::Equals":
        left, right = (text(term, values) for term in terms)
        return left == right
    decide = {"Fn::Not": lambda told: not told[0], "Fn::And": all, "Fn::Or": any}[function]
    return bool(decide([is_true(term, values) for term in terms]))


def text(term: Any, values: dict[str, Any]) -> str:
    """A literal, a parameter, or the items of a parameter that is a list."""
    if isinstance(term, dict) and "Fn::Join" in term:
        separator, items = term["Fn::Join"]
        return text(items, values).replace(",", separator)
    return str(values[term["Ref"]] if isinstance(term, dict) else term)


def choose(value: Any, holds: dict[str, bool]) -> Any:
    """`value` with the branch of each Fn::If that applies, and without what is AWS::NoValue."""
    if isinstance(value, list):
        return [chosen for chosen in (choose(each, holds) for each in value) if chosen != NOTHING]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::If"}:
        condition, then, otherwise = value["Fn::If"]
        return choose(then if holds[condition] else otherwise, holds)
    chosen = {name: choose(each, holds) for name, each in value.items()}
    return {name: each for name, each in chosen.items() if each != NOTHING}


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
