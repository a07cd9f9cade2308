"""The rows of docs/contract.md, and the tests that bear them by `@pytest.mark.contract("row", ...)`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conformance.marks import TESTS

PAGE = TESTS.parent / "docs/contract.md"
MARK = "pytest.mark.contract"
_ROW = re.compile(r"^\| `([a-z0-9.-]+)` \|", re.MULTILINE)


def promised(page: Path = PAGE) -> list[str]:
    """The rows' names, in the page's order."""
    return _ROW.findall(page.read_text(encoding="utf-8"))


def held(tests: Path = TESTS) -> dict[str, list[str]]:
    """By row: the names of its tests."""
    found: dict[str, list[str]] = {}
    for module in sorted(tests.rglob("test_*.py")):
        text = module.read_text(encoding="utf-8")
        for row, test in _marks(text) if MARK in text else ():
            found.setdefault(row, []).append(f"{module.name}::{test}")
    return found


def _marks(text: str) -> Iterator[tuple[str, str]]:
    for test in ast.walk(ast.parse(text)):
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            for mark in test.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == MARK:
                    yield from ((ast.literal_eval(row), test.name) for row in mark.args)
