"""Playlists and storyboards with links in place of their neighbours' names, and the header that names a download."""

import re
from collections.abc import Callable
from urllib.parse import quote

_URI = re.compile(r'(?<=URI=")[^"]+(?=")')
_NEIGHBOUR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")  # what we name files ourselves: nothing that leads elsewhere
_TILE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*\.jpg)(#xywh=[0-9,]+)$", re.MULTILINE)

Link = Callable[[str], str]


def linked_playlist(text: str, link: Link) -> str:
    """Of an HLS playlist: lines that are URIs, and the attribute URI of tags (EXT-X-MAP, -MEDIA, I-frame lists)."""
    return "\n".join(_linked_line(line, link) for line in text.split("\n"))


def linked_storyboard(text: str, link: Link) -> str:
    """Of a WebVTT storyboard: the sheet of each cue, whose tile stays named."""
    return _TILE.sub(lambda found: link(found[1]) + found[2], text)


def attachment(name: str) -> str:
    """A Content-Disposition by which a browser saves the file as `name`. Source: RFC 6266 and RFC 8187."""
    plain = re.sub(r"[^A-Za-z0-9 ._()\[\]{}!@$&+,=~-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _linked_line(line: str, link: Link) -> str:
    if line.startswith("#EXT"):
        return _URI.sub(lambda found: _linked_name(found[0], link), line)
    return line if line.startswith("#") else _linked_name(line, link)


def _linked_name(name: str, link: Link) -> str:
    return link(name) if _NEIGHBOUR.fullmatch(name) else name
