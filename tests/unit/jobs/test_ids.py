import re

from hypothesis import given
from hypothesis import strategies as st

from roughcut.jobs.ids import execution_name, fresh_job_id, keyed_job_id


def test_fresh_ids_sort_by_time():
    ids = [fresh_job_id(now, lambda size: b"\xff" * size) for now in (1, 2, 1_795_000_000_000)]
    assert ids == sorted(ids)


@given(st.integers(min_value=0, max_value=2**48 - 1), st.binary(min_size=10, max_size=10))
def test_an_id_is_26_characters_that_no_one_misreads(now, chance):
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", fresh_job_id(now, lambda _: chance))


@given(st.text(), st.text(), st.text(), st.text())
def test_a_key_names_one_job_in_one_session(session, key, other_session, other_key):
    same = (session, key) == (other_session, other_key)
    assert (keyed_job_id(session, key) == keyed_job_id(other_session, other_key)) == same or "\0" in session + key


def test_an_execution_name_fits_step_functions():
    name = execution_name("0" * 26, 99, 1_795_000_000_000)
    assert len(name) <= 80 and re.fullmatch("[A-Za-z0-9-]+", name)
