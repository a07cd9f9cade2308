"""docs/embedded.md: what of AWS our code relies on. `python -m tests.conformance > docs/embedded.md`."""

import importlib.metadata
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from tests.conformance.corrections import corrections
from tests.conformance.marks import LIKE, TESTS, UNLIKE, Row, rows

DOCS = TESTS.parent / "docs"
UNMODELLED = TESTS / "rules/unmodelled.txt"

HEAD = f"""\
# The embedded AWS, and the one it stands for

For whoever develops against `roughcut up`, or wants to know how far a green test can be trusted: each behaviour of AWS
that our code relies on, the test that holds the embedded AWS to it, and what is different on AWS. The embedded AWS is
moto {importlib.metadata.version("moto")} with corrections, the translated `template.yaml`, and worker processes behind
the Lambda Runtime API. No row was compared with an AWS account: "same" means what AWS documents. What is in none of
these tables, nobody looked at.

The page is made from marks on the tests (`python -m tests.conformance > docs/embedded.md`), so a row without a test
cannot be, and a test holds the page to the marks.
"""
NOT_USED = """
## What is otherwise, and not used

A rule test keeps each of these out of the template and the state machine.

| Service | Feature | Here | Kept out by |
|---|---|---|---|
"""
NOT_CREATED = """
## What the template declares and nobody creates

From `tests/rules/unmodelled.txt`; a test of `tests/permissions` keeps the list complete.

| Type | Why nothing is missed |
|---|---|
"""
CORRECTIONS = """
## Corrections of moto

One file each in `workbench/embedded/corrections`, linked to its test. They fit one version of moto: a test fails when
the pin moves. `python -m tests.conformance.needed` leaves out one at a time and expects its test to fail, so that none
is kept which moto no longer needs (docs/development.md).

| Correction | Why | Upstream |
|---|---|---|
"""


def page() -> str:
    """The whole page, as text."""
    return "".join([HEAD, *_relied_on(), NOT_USED, *_lines(UNLIKE), NOT_CREATED, *_unmodelled(), *_corrections()])


def _relied_on() -> Iterator[str]:
    for service, group in groupby(rows(LIKE), key=lambda row: row.service):
        yield f"\n## {service}\n\n| Behaviour | Held by | On AWS |\n|---|---|---|\n"
        yield from (_line(row.behaviour, _link(row), row.note or "same") for row in group)


def _lines(mark: str) -> Iterable[str]:
    return (_line(row.service, row.behaviour, row.note, _link(row)) for row in rows(mark))


def _unmodelled() -> Iterator[str]:
    for line in UNMODELLED.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, why = line.split(maxsplit=1)
            yield _line(f"`{kind}`", why)


def _corrections() -> Iterator[str]:
    yield CORRECTIONS
    for correction in corrections():
        yield _line(f"[{correction.name}]({_from_docs(correction.test)})", correction.why, correction.upstream)


def _link(row: Row) -> str:
    return f"[{row.test.removeprefix('test_').replace('_', ' ')}]({_from_docs(row.module)})"


def _from_docs(path: Path) -> str:
    return Path(os.path.relpath(path, DOCS)).as_posix()


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(page())
