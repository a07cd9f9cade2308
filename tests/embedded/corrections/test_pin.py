"""Corrections fit one version of moto, and each has its test."""

import importlib
import importlib.metadata
import tomllib
from pathlib import Path

import pytest

from workbench.embedded import corrections

ROOT = Path(__file__).parents[3]


def test_the_corrections_fit_the_moto_that_is_installed() -> None:
    """When this fails: read moto's changes, run each correction's test without it (see conftest), then move the pin."""
    assert importlib.metadata.version("moto") == corrections.MOTO


def test_moto_is_pinned_exactly() -> None:
    dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]

    (moto,) = [dependency for dependency in dependencies if dependency.startswith("moto[")]

    assert moto.endswith(f"]=={corrections.MOTO}")


@pytest.mark.parametrize("name", sorted(corrections.ALL))
def test_every_correction_has_a_test_and_says_why(name: str) -> None:
    assert (Path(__file__).parent / f"test_{name}.py").exists()
    assert importlib.import_module(f"workbench.embedded.corrections.{name}").__doc__


def test_every_correction_file_is_made() -> None:
    files = {path.stem for path in Path(corrections.__file__).parent.glob("*.py")}

    assert files - {"__init__", "host", "replacing"} == set(corrections.ALL)
