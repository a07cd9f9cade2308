"""The rows that tests claim by their marks, read from their text: no test is imported, and nothing is run.

`like_aws(service, behaviour, differs=...)`: our code relies on this, the test holds it here, and on AWS it is the same
but for `differs`. `unlike_aws(service, feature, here)`: the embedded AWS has this otherwise, and the test keeps us from
using it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[1]
LIKE, UNLIKE = "like_aws", "unlike_aws"


@dataclass(frozen=True, order=True)
class Row:
    """One claim; `note` is what differs, empty where nothing does."""

    service: str
    behaviour: str
    note: str
    module: Path
    test: str


def rows(mark: str, tests: Path = TESTS) -> list[Row]:
    """Every claim of the name `mark` in the test modules below `tests`, by service and behaviour."""
    return sorted(row for module in sorted(tests.rglob("test_*.py")) for row in _rows_of(module, mark))


def _rows_of(module: Path, mark: str) -> Iterator[Row]:
    text = module.read_text(encoding="utf-8")
    if mark not in text:
        return
    for test in ast.walk(ast.parse(text)):
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            for decorator in test.decorator_list:
                if ast.unparse(getattr(decorator, "func", decorator)) == f"pytest.mark.{mark}":
                    yield _row(decorator, module, test.name)


def _row(call: ast.expr, module: Path, test: str) -> Row:
    if not isinstance(call, ast.Call):
        raise ValueError(f"{module.name}: the mark of {test} names no service and behaviour")
    said = [ast.literal_eval(value) for value in (*call.args, *(word.value for word in call.keywords))]
    if not 2 <= len(said) <= 3 or not all(isinstance(word, str) and word for word in said):
        raise ValueError(f"{module.name}: the mark of {test} needs a service, a behaviour and perhaps what differs")
    service, behaviour, *note = said
    return Row(service, behaviour, note[0] if note else "", module, test)
