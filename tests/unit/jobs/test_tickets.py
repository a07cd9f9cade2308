"""Tokens of links: only this stack's, whole, and while their time lasts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roughcut.jobs.request import RequestRefused
from roughcut.jobs.tickets import Ticket, seal, unseal

SECRET = b"s" * 32
TICKET = Ticket("sessions/abc/jobs/J/1/renditions/720p.mp4", 1_800_000_000, "é 🎬.mp4")


@given(key=st.text(max_size=80).filter(str.isprintable), until=st.integers(2, 2**40), name=st.text(max_size=40))
def test_a_ticket_comes_out_of_its_token_as_it_went_in(key, until, name):
    ticket = Ticket(key, until, "".join(c for c in name if c.isprintable()))
    token = seal(ticket, SECRET)
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    assert unseal(token, SECRET, until - 1) == ticket


def test_a_link_ends_with_its_second():
    with pytest.raises(RequestRefused, match="the link has expired: ask links for a new one") as refused:
        unseal(seal(TICKET, SECRET), SECRET, TICKET.until)
    assert (refused.value.code, refused.value.field) == ("NotFound", "token")


@given(place=st.integers(0, 10_000), put=st.characters(min_codepoint=33, max_codepoint=126))
def test_a_token_with_any_character_changed_is_none(place, put):
    token = seal(TICKET, SECRET)
    place %= len(token)
    forged = token[:place] + put + token[place + 1 :]
    if forged != token:
        with pytest.raises(RequestRefused, match="there is no such link"):
            unseal(forged, SECRET, 0)


@pytest.mark.parametrize("token", ["", ".", "a.b", "x" * 5000, "é.é", "a" * 5 + ".", f"{seal(TICKET, SECRET)}=", "%00"])
def test_what_is_no_token_is_refused_in_a_sentence(token):
    with pytest.raises(RequestRefused, match="there is no such link"):
        unseal(token, SECRET, 0)


def test_another_stacks_token_is_none():
    with pytest.raises(RequestRefused, match="there is no such link"):
        unseal(seal(TICKET, b"t" * 32), SECRET, 0)
