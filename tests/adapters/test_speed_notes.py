from roughcut.aws.speed_notes import SpeedNotes
from tests.adapters.conftest import TABLE


def test_what_jobs_note_is_told_by_part_for_their_rung_and_processor_only(table):
    notes = SpeedNotes(table, TABLE, "aarch64")
    assert notes.learned("720p") == {}
    notes.note("720p", 3, {"encoding": 1.25, "others": 0.5})
    notes.note("720p", 7, {"encoding": 1.5})
    assert notes.learned("720p") == {"encoding": [1.25, 1.5], "others": [0.5]}
    assert notes.learned("480p") == SpeedNotes(table, TABLE, "x86_64").learned("720p") == {}


def test_the_same_note_twice_is_the_same_as_once_and_a_later_job_takes_its_place(table):
    notes = SpeedNotes(table, TABLE, "aarch64")
    for ratio in (2.0, 2.0, 3.0):
        notes.note("720p", 3, {"joining": ratio})
    assert notes.learned("720p") == {"joining": [3.0]}
