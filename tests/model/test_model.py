"""Every state of the model of docs/model: the laws hold, and each guard is needed."""

import re

import pytest

from roughcut.jobs.status import TRANSITIONS, Status
from tests.model.configurations import CONFIGURATIONS, MUTANTS, SPARE
from tests.model.spin import ENDLESS, MODEL, search

needs_spin = [pytest.mark.program("spin"), pytest.mark.program("gcc")]
TEXT = MODEL.read_text(encoding="utf-8")


def marked(names):
    return [pytest.param(name, marks=needs_spin) for name in names]


@pytest.mark.parametrize("name", marked(CONFIGURATIONS))
def test_the_laws_hold_in_every_state(name, tmp_path, tell):
    configuration = CONFIGURATIONS[name]
    verdict = search(configuration.options, tmp_path)
    tell(f"model, {name}: {verdict.states:,} states, {verdict.seconds:.1f} s ({configuration.about})")
    assert verdict.broken is None
    assert verdict.complete
    assert verdict.states >= configuration.least


@pytest.mark.parametrize("names", marked(MUTANTS))
def test_without_a_guard_its_law_breaks(names, tmp_path, tell):
    where, law = MUTANTS[names]
    verdict = search(CONFIGURATIONS[where].options, tmp_path, names.split(), quick=True)
    tell(f"model, {where} without {names}: {verdict.broken}")
    assert verdict.broken == law


@pytest.mark.parametrize("names", marked(SPARE))
def test_a_spare_guard_is_backed_by_the_others(names, tmp_path, tell):
    where, why = SPARE[names]
    verdict = search(CONFIGURATIONS[where].options, tmp_path, names.split())
    tell(f"model, {where} without {names}: nothing breaks ({why})")
    assert verdict.broken is None
    assert verdict.complete
    assert verdict.states >= CONFIGURATIONS[where].least


def test_every_guard_of_the_model_is_removed_once():
    guards = set(re.findall(r"(?:KEPT|REMOVED)\((M_[A-Z_]+)\b", TEXT))
    assert guards == {name for names in [*MUTANTS, *SPARE] for name in names.split()}


def test_every_law_of_the_model_is_broken_by_some_mutant():
    laws = {*re.findall(r"CHECK\(L_\w+, (\w+)\)", TEXT), ENDLESS}
    assert laws == {law for _, law in MUTANTS.values()}


def test_every_law_is_watched():
    laws = set(re.findall(r"#define (L_\w+)", TEXT))
    together = TEXT[TEXT.index("#define LAWFUL") : TEXT.index("#ifndef FAULTS\n/* Names")]
    assert laws == set(re.findall(r"\bL_\w+", together)) == set(re.findall(r"CHECK\((L_\w+),", TEXT))


def test_the_paths_of_the_model_are_those_of_the_code():
    words = {Status.TIMED_OUT: Status.FAILED}  # one status to the model
    coded = {(words.get(old, old), words.get(new, new)) for old, news in TRANSITIONS.items() for new in news}
    path = TEXT[TEXT.index("#define PATH") : TEXT.index("/* ---- The writes")]
    modelled = set()
    for old, rest in re.findall(r"\(from == (\w+) && (.*)\)", path):
        modelled |= {(old, new) for new in re.findall(r"to == (\w+)", rest)}
    assert modelled - {("NEW", "QUEUED")} == {(str(old), str(new)) for old, new in coded}
