"""The sizes and names of the house style, which are a bar and not a wish."""

import ast
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.rules.tree import ROOT, functions_of, modules, parse, texts

PRODUCT = modules("functions", "workbench", "run.py")
TESTS = [module for module in modules("tests") if module.name.startswith("test_")]
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
# Assembled, so that this file does not hold them.
UNFINISHED = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "raise Not" + "Implemented"]
REGISTRY_HOSTS = ["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org", "deb." + "debian.org"]
MACHINE_PATHS = ["/" + top + "/" for top in ("work", "farm", "root", "home", "Users")]


def named(path: Path) -> str:
    return path.as_posix()


def lengths() -> list[int]:
    return [node.end_lineno - node.lineno + 1 for module in PRODUCT for node in functions_of(parse(module))]


def line_count(module: Path) -> int:
    return len((ROOT / module).read_text().splitlines())


def test_half_of_the_functions_have_8_lines_or_fewer():
    assert median(lengths()) <= 8


def test_nine_of_ten_functions_have_20_lines_or_fewer():
    assert quantiles(lengths(), n=10)[8] <= 20


@pytest.mark.parametrize("module", PRODUCT, ids=named)
def test_no_function_has_more_than_40_lines(module):
    long = [node.name for node in functions_of(parse(module)) if node.end_lineno - node.lineno + 1 > 40]
    assert not long


@pytest.mark.parametrize("module", PRODUCT, ids=named)
def test_no_module_has_more_than_250_lines(module):
    assert line_count(module) <= 250


def test_nine_of_ten_modules_have_150_lines_or_fewer():
    long = [f"{module}: {line_count(module)}" for module in PRODUCT if line_count(module) > 150]
    assert len(long) <= len(PRODUCT) / 10, long


def test_run_py_has_150_lines_or_fewer():
    assert line_count(Path("run.py")) <= 150


@pytest.mark.parametrize("module", [*PRODUCT, *modules("tests")], ids=named)
def test_no_module_has_a_name_that_could_hold_anything(module):
    assert not FORBIDDEN_NAMES & set(module.with_suffix("").parts)


@pytest.mark.parametrize("module", TESTS, ids=named)
def test_every_test_states_something(module):
    tests = [node for node in functions_of(parse(module)) if node.name.startswith("test_")]
    assert not [test.name for test in tests if not states_something(test)]


def states_something(test: ast.AST) -> bool:
    return any(isinstance(node, ast.Assert) or is_claim(node) for node in ast.walk(test))


def is_claim(node: ast.AST) -> bool:
    """A call such as `pytest.raises(...)` or `check_invariants(...)`."""
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name == "raises" or name.startswith(("assert_", "check", "expect", "verify"))


@pytest.mark.parametrize("module", TESTS, ids=named)
def test_no_test_sleeps_or_mocks(module):
    tree = parse(module)
    called = {getattr(n.func, "attr", getattr(n.func, "id", "")) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    mocks = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and (n.module or "").startswith("unittest")]
    assert "sleep" not in called and not mocks


def test_nothing_is_left_unfinished_in_the_code():
    kinds = {".py", ".sh", ".yaml", ".toml", ".typ", ".json", ""}
    assert not found(UNFINISHED, {path: text for path, text in texts() if path.suffix in kinds})


def test_no_file_names_a_package_registry():
    assert not found(REGISTRY_HOSTS, dict(texts()))


def test_no_file_holds_a_path_of_somebodys_machine():
    quoted = {path: f" {text}".replace('"', " ").replace("'", " ").replace("`", " ") for path, text in texts()}
    assert not found([" " + path for path in MACHINE_PATHS], quoted)


def found(words: list[str], contents: dict[Path, str]) -> list[str]:
    return [f"{path}: {word.strip()}" for path, text in contents.items() for word in words if word in text]
