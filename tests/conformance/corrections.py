"""The corrections of moto as their files describe themselves: why, and in the last line the upstream issue."""

import ast
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.marks import TESTS

FOLDER = TESTS.parent / "workbench/embedded/corrections"
TEST_FOLDER = TESTS / "embedded/corrections"
# These are parts of how a correction is made.
TOOLS = {"__init__", "host", "replacing"}
UPSTREAM = "Upstream: "


@dataclass(frozen=True)
class Correction:
    """One file: `why` is its first paragraph, `upstream` the issues that were found, or that none was."""

    name: str
    why: str
    upstream: str

    @property
    def test(self) -> Path:
        return TEST_FOLDER / f"test_{self.name}.py"


def corrections(folder: Path = FOLDER) -> list[Correction]:
    """Raises `ValueError` for a file without a reason or without a word on upstream."""
    return [_described(path) for path in sorted(folder.glob("*.py")) if path.stem not in TOOLS]


def _described(path: Path) -> Correction:
    paragraphs = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")
    if len(paragraphs) < 2 or not paragraphs[-1].startswith(UPSTREAM):
        raise ValueError(
            f"{path.name} must say in its docstring why it is, and last '{UPSTREAM}' and an issue, or none."
        )
    why, upstream = (" ".join(paragraph.split()) for paragraph in (paragraphs[0], paragraphs[-1]))
    return Correction(path.stem, why, upstream.removeprefix(UPSTREAM))
