"""What people do with the media bucket themselves, by URL and for a while; named for the need, like `ports`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from roughcut.ports import MediaStore


@dataclass(frozen=True, slots=True)
class Form:
    """What an HTML form would send: `fields`, in this order, and then the file."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One of an upload's, numbered from 1; bytes. `etag` is known once it is stored."""

    number: int
    size: int
    etag: str = ""


class MediaDoor(MediaStore, Protocol):
    """The media bucket with its door to the outside. Every URL is good for `seconds` at most."""

    def address(self) -> str:
        """Where the stack's HTTP API is, without a slash at the end."""

    def secret(self) -> bytes:
        """The stack's own, which signs links: the same in every function and after every deploy."""

    def readable(self, key: str, seconds: int, disposition: str | None = None) -> str:
        """A URL that gets the object, with this Content-Disposition."""

    def form(self, key: str, content_type: str, size: int, seconds: int) -> Form:
        """A form that stores an object of this very key, type and size (bytes)."""

    def begin_upload(self, key: str, content_type: str) -> str:
        """The id of an upload in parts."""

    def part_url(self, key: str, upload_id: str, part: Part, seconds: int) -> str:
        """A URL that takes the part by PUT, with its very size."""

    def parts(self, key: str, upload_id: str) -> list[Part] | None:
        """The stored parts; None if there is no such upload (any more)."""

    def finish_upload(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """Make the object of these parts."""
