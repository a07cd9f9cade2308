"""The repository as the rules read it: its files, its Python modules, its template and its state machine."""

import ast
import json
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from workbench.embedded.translate import load, translate

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"
TEMPLATE = ROOT / "template.yaml"
ACCOUNT = "123456789012"


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or could be, committed."""
    ignored = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split())]
    return tuple(sorted(_walk(ROOT, ignored)))


def _walk(folder: Path, ignored: list[str]) -> Iterator[Path]:
    for path in folder.iterdir():
        # A pattern that begins with a slash means the root's own entry.
        if any(fnmatch(path.name, pattern) or path == ROOT / pattern.lstrip("/") for pattern in ignored):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        else:
            yield path


def texts() -> Iterator[tuple[Path, str]]:
    """Every file that is text, by its path from the root."""
    for path in files():
        try:
            yield path.relative_to(ROOT), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def modules(*tops: str) -> list[Path]:
    """Python files below the folders (or of the names) `tops`, from the root."""
    relative = (path.relative_to(ROOT) for path in files() if path.suffix == ".py")
    return [path for path in relative if path.parts[0] in tops]


def parse(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), filename=str(module))


def functions_of(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def imports(module: Path) -> set[str]:
    """Full names of what a module imports, wherever in it: `a.b` for `import a.b` and `from a import b` alike."""
    nodes = list(ast.walk(parse(module)))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    members = {
        f"{node.module}.{name.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module
        for name in node.names
    }
    return plain | members


@cache
def template() -> dict[str, Any]:
    return load(TEMPLATE)


@cache
def cloudformation() -> dict[str, Any]:
    return translate(TEMPLATE).cloudformation


def resources(kind: str, document: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Logical id -> properties of the resources of the type `kind`, by default of the template as written."""
    found = (document or template())["Resources"]
    return {name: resource["Properties"] for name, resource in found.items() if resource["Type"] == kind}


@cache
def definition() -> str:
    """The state machine's text with plausible values for its substitutions."""
    (machine,) = resources("AWS::StepFunctions::StateMachine", cloudformation()).values()
    _, pieces = machine["DefinitionString"]["Fn::Join"]
    return "".join(piece if isinstance(piece, str) else _plausible(piece) for piece in pieces)


def _plausible(intrinsic: dict[str, Any]) -> str:
    versions = resources("AWS::Lambda::Version", cloudformation())
    if intrinsic["Ref"] in versions:
        function = versions[intrinsic["Ref"]]["FunctionName"]["Ref"]
        return f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{function}:1"
    return str(intrinsic["Ref"])


@cache
def machine() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(definition())
    return document


def states(of: dict[str, Any] | None = None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every state by name, those inside Map and Parallel states too."""
    for name, state in (of or machine())["States"].items():
        yield name, state
        inner = [state["ItemProcessor"]] if "ItemProcessor" in state else state.get("Branches", [])
        for branch in inner:
            yield from states(branch)


def tasks() -> list[tuple[str, dict[str, Any]]]:
    return [(name, state) for name, state in states() if state["Type"] == "Task"]


def states_entered(job: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The states of a job without faults, in order; those inside a Map are entered once for each item, and not here."""
    name, path = machine()["StartAt"], []
    while True:
        state = machine()["States"][name]
        path.append((name, state))
        if state["Type"] == "Succeed":
            return path
        name = _chosen(state, job) if state["Type"] == "Choice" else state["Next"]


def _chosen(choice: dict[str, Any], job: dict[str, Any]) -> str:
    for rule in choice["Choices"]:
        value = job[rule["Variable"].removeprefix("$.job.")]
        if value == rule.get("StringEquals") or ("NumericGreaterThan" in rule and value > rule["NumericGreaterThan"]):
            return str(rule["Next"])
    return str(choice["Default"])


def plain(value: Any) -> Any:
    """A name without its prefix parameter; the default for a parameter."""
    if isinstance(value, dict) and "Fn::Sub" in value:
        return value["Fn::Sub"].replace("${NamePrefix}", "")
    if isinstance(value, dict) and value.get("Ref") in template()["Parameters"]:
        return template()["Parameters"][value["Ref"]]["Default"]
    return value


def names(kind: str, key: str) -> set[str]:
    return {plain(properties[key]) for properties in resources(kind).values()}
