"""Where a link leads: to a fresh presigned URL, or to a playlist whose own links are signed anew."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from roughcut.dispatch.desk import Desk
from roughcut.dispatch.links import link_to
from roughcut.jobs.errors import SourceMissing
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.tickets import Ticket, unseal
from roughcut.media.linked import Link, attachment, linked_playlist, linked_storyboard

# Players keep the address of a film while they play it: an hour bears a pause.
PRESIGNED_SECONDS = 3600
_FRESH_SECONDS = 300  # so long a browser need not ask again: a player asks for each segment

# What refers to its neighbours: how it is rewritten, and what it is served as.
_REWRITTEN: dict[str, tuple[Callable[[str, Link], str], str]] = {
    "m3u8": (linked_playlist, "application/vnd.apple.mpegurl"),
    "vtt": (linked_storyboard, "text/vtt"),
}


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go to `url`; the answer holds for `fresh` seconds."""

    url: str
    fresh: int


@dataclass(frozen=True, slots=True)
class Document:
    """The object itself, rewritten."""

    text: str
    content_type: str
    fresh: int


def follow(desk: Desk, token: str) -> Redirect | Document:
    """Raises `RequestRefused` (NotFound)."""
    now_s = desk.clock() / 1000
    ticket = unseal(token, desk.media.secret(), now_s)
    left = max(1, int(ticket.until - now_s))
    fresh = min(left, _FRESH_SECONDS)
    rewritten = _REWRITTEN.get(ticket.key.rpartition(".")[2])
    if rewritten is None:
        named = attachment(ticket.file_name) if ticket.file_name else None
        return Redirect(desk.media.readable(ticket.key, min(left, PRESIGNED_SECONDS), named), fresh)
    rewrite, content_type = rewritten
    return Document(rewrite(_text(desk, ticket), _neighbours(desk, ticket)), content_type, fresh)


def _neighbours(desk: Desk, ticket: Ticket) -> Link:
    """Links that end when this one does. Every segment of a film names the same file: each is signed once."""
    folder = ticket.key.rpartition("/")[0]
    known: dict[str, str] = {}

    def link(name: str) -> str:
        if name not in known:
            known[name] = link_to(desk, replace(ticket, key=f"{folder}/{name}", file_name=""))
        return known[name]

    return link


def _text(desk: Desk, ticket: Ticket) -> str:
    try:
        return desk.media.read(ticket.key).decode()
    except SourceMissing as gone:
        message = "what the link leads to is deleted, as MediaRetentionDays of the stack says."
        raise RequestRefused("NotFound", message, "token") from gone
