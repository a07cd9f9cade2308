"""docs/embedded.md says what the tests' marks say, and every correction of moto is in it with its test."""

from pathlib import Path

import pytest

from tests.conformance.__main__ import page
from tests.conformance.corrections import Correction, corrections
from tests.conformance.marks import LIKE, UNLIKE, rows
from tests.rules.tree import ROOT
from workbench.embedded.corrections import ALL

CORRECTIONS = {correction.name: correction for correction in corrections()}
MARKED = """import pytest

@pytest.mark.parametrize("n", [1])
@pytest.mark.like_aws("SQS", "a message comes", differs="and may come twice")
def test_it(n): ...

@pytest.mark.like_aws{claim}
def test_that(): ...

@pytest.mark.like_aws("SQS", "of a function that is no test")
def it(): ...
"""


def test_the_page_is_what_the_marks_say() -> None:
    said = "python -m tests.conformance > docs/embedded.md"
    assert (ROOT / "docs/embedded.md").read_text() == page(), f"run {said}"


@pytest.mark.parametrize("mark", [LIKE, UNLIKE])
def test_no_behaviour_is_claimed_twice(mark: str) -> None:
    claims = [(row.service, row.behaviour) for row in rows(mark)]
    assert len(claims) == len(set(claims)) > 0


def test_every_correction_is_described() -> None:
    assert set(CORRECTIONS) == set(ALL)


@pytest.mark.parametrize("correction", CORRECTIONS.values(), ids=CORRECTIONS)
def test_every_correction_has_a_test_and_holds_a_row(correction: Correction) -> None:
    """A correction that only saves time or memory holds none: its tests say so by the mark `saves`."""
    text = correction.test.read_text()
    assert f"@pytest.mark.{LIKE}(" in text or "@pytest.mark.saves" in text


def test_marks_are_read_from_the_text(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(MARKED.replace("{claim}", '("S3", "an object is kept")'))

    found = [(row.service, row.behaviour, row.note, row.test) for row in rows(LIKE, tmp_path)]

    assert found == [
        ("S3", "an object is kept", "", "test_that"),
        ("SQS", "a message comes", "and may come twice", "test_it"),
    ]


@pytest.mark.parametrize("claim", ["", "()", '("SQS")', '("SQS", "")', '("SQS", 1)', '("a", "b", "c", "d")'])
def test_a_mark_that_claims_nothing_is_named(tmp_path: Path, claim: str) -> None:
    (tmp_path / "test_it.py").write_text(MARKED.replace("{claim}", claim))
    with pytest.raises(ValueError, match=r"test_it\.py: the mark of test_that"):
        rows(LIKE, tmp_path)


@pytest.mark.parametrize("docstring", ["", '"""Why."""', '"""Why.\n\nWhat else.\n"""'])
def test_a_correction_that_does_not_say_why_is_named(tmp_path: Path, docstring: str) -> None:
    (tmp_path / "made_up.py").write_text(docstring)
    with pytest.raises(ValueError, match=r"made_up\.py must say"):
        corrections(tmp_path)
