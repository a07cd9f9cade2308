"""Every row of docs/contract.md is held by a test that names it."""

from pathlib import Path

import pytest

from tests.conformance.contract import held, promised

HELD = held()


@pytest.mark.parametrize("row", promised())
def test_every_row_has_a_test(row: str) -> None:
    assert HELD.get(row), f"no test bears @pytest.mark.contract({row!r})"


def test_no_test_bears_a_row_that_is_not_promised() -> None:
    assert set(HELD) - set(promised()) == set()


def test_no_row_stands_twice() -> None:
    assert len(promised()) == len(set(promised())) > 50


def test_rows_are_read_from_the_text_of_tests(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        'import pytest\n@pytest.mark.contract("a.b", "c")\ndef test_one(): ...\n'
        '@pytest.mark.contract("a.b")\nclass Nothing: ...\n'
    )
    assert held(tmp_path) == {"a.b": ["test_it.py::test_one"], "c": ["test_it.py::test_one"]}
