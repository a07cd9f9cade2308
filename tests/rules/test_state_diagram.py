"""docs/dispatch.md says what the code says: the drawn states, the listed transitions, the tests that it names."""

import re

import pytest

from roughcut.jobs.status import Status
from tests.rules.tree import functions_of, modules, parse
from workbench.state_diagram import BEGIN, BY, COMMAND, PAGE, edges, placed

TEXT = PAGE.read_text(encoding="utf-8")
STATES = "|".join(Status)
ROW = re.compile(rf"^\| ((?:{STATES})(?:, (?:{STATES}))*) -> ((?:{STATES})(?:, (?:{STATES}))*) \|", re.MULTILINE)


def test_the_drawn_states_are_those_of_the_code():
    assert placed(TEXT) == TEXT, f"docs/dispatch.md is behind the code: run .venv/bin/{COMMAND}"


def test_every_transition_is_drawn_with_who_makes_it_and_no_other():
    assert set(BY) == set(edges())


def test_the_table_of_guards_has_each_transition_once():
    listed = [
        (Status(before), Status(after))
        for many, ends in ROW.findall(TEXT)
        for before in many.split(", ")
        for after in ends.split(", ")
    ]
    assert sorted(listed) == sorted(edges())


def test_a_page_whose_diagram_was_changed_by_hand_is_set_right():
    assert placed(TEXT.replace("QUEUED --> STARTING", "QUEUED --> RUNNING")) == placed(TEXT) == TEXT


def test_a_page_without_a_place_for_the_diagram_is_refused():
    with pytest.raises(ValueError, match="the page needs the lines"):
        placed(TEXT.replace(BEGIN, ""))


def test_every_test_that_the_page_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    written = {node.name for module in modules("tests") for node in functions_of(parse(module))}
    assert named and not named - written
