"""Which parts of a film are copied: their packets go into it as they are, without a generation of loss.

A track has one avcC record for all of it, and a player reads it once. So copied parts must agree with one another and
with what is encoded beside them, byte for byte. What is copied is also nothing that our own encoder could not have
written: 8-bit 4:2:0, progressive, square pixels, no HDR.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.mp4 import PictureEntry
from roughcut.media.packets import Stream, streams
from roughcut.media.rates import snapped
from roughcut.media.sources import Clip

_PROFILES = (66, 77, 100)  # Baseline, Main, High: all that every player decodes
DEEPEST_REORDERING = 16  # frames; source: H.264's largest picture buffer
MOST_KEY_FRAMES = 10_000  # of a clip: each is decoded to prove the copy, within one worker's time
LARGEST_COPY = 4 << 30  # bytes of all copied parts: packaging has them and the film on a disk of 10 GB
_SLACK = Fraction(2, 5)  # of a frame: a picture nearer than this to its own canvas frame is shown in no other
_ALL, _IDR, _SETS = range(3)  # streams of the listing, see `packets_command`


@dataclass(frozen=True, slots=True)
class Copyable:
    """A clip that could be copied. `times`: when its pictures are shown, in seconds after the file's start, sorted."""

    entry: PictureEntry
    times: tuple[Fraction, ...]


def copyable(clip: Clip, entry: PictureEntry | None, listing: Sequence[str]) -> Copyable | None:
    """None if no film could show this clip's packets as they are. `listing` is what `packets_command` writes."""
    found = streams(listing)
    if entry is None or not _is_plain(clip, entry) or not _is_self_contained(found, listing):
        return None
    start = Fraction(clip.start_us, 1_000_000)
    return Copyable(entry, tuple(time - start for time in sorted(found[_ALL].shown_times)))


def depth_of(stream: Stream) -> int:
    """How many pictures are decoded before the first is shown, so that none is late."""
    order = sorted(range(len(stream.packets)), key=lambda index: stream.packets[index].shown_at)
    return max(decoded - shown for shown, decoded in enumerate(order))


def with_copies(edit: Edit, found: Mapping[str, Copyable], own: Callable[[], PictureEntry | None]) -> Edit:
    """The Edit with its copied parts marked. `found` by the clip's name; `own` tells what our encoder would write.

    If all parts fit and agree, the whole film is copied; else what agrees with our encoder's record. Nothing is if it
    would be too much for one disk: encoded, it is smaller.
    """
    entries = [_entry_of(edit, part, found) for part in edit.parts]
    if not any(entries):
        return edit
    record = entries[0] if len(set(entries)) == 1 else own()
    parts = tuple(
        replace(part, is_copied=entry is not None and entry == record)
        for part, entry in zip(edit.parts, entries, strict=True)
    )
    copied = [edit.sources[part.source] for part in parts if part.is_copied]
    is_too_much = sum(source.size_bytes for source in copied if isinstance(source, Clip)) > LARGEST_COPY
    return edit if is_too_much else replace(edit, parts=parts)


def _entry_of(edit: Edit, part: Part, found: Mapping[str, Copyable]) -> PictureEntry | None:
    """Of the part's clip, if the part is all of it, on this canvas."""
    source = edit.sources[part.source]
    if not isinstance(source, Clip) or source.name not in found:
        return None
    clip = found[source.name]
    return clip.entry if _is_whole(part, source, clip.times, edit.canvas) else None


def _is_whole(part: Part, clip: Clip, times: Sequence[Fraction], canvas: Canvas) -> bool:
    """Whether rendering would show each picture of the clip once, and no more: then packets may stand for it."""
    fits = clip.look.display_size == canvas.size and snapped(clip.rate) == canvas.rate
    return fits and part.first == 0 and part.frames == len(times) and _is_even(times, canvas.rate)


def _is_even(times: Sequence[Fraction], rate: Fraction) -> bool:
    return all(abs(time * rate - index) < _SLACK for index, time in enumerate(times))


def _is_plain(clip: Clip, entry: PictureEntry) -> bool:
    look = clip.look
    return entry.profile in _PROFILES and not look.is_interlaced and look.sample_aspect == 1 and not look.is_hdr


def _is_self_contained(found: Mapping[int, Stream], listing: Sequence[str]) -> bool:
    """All that is decoded is shown, and needs nothing but the avcC record."""
    if _ALL not in found or _SETS in found:
        return False
    shown = found[_ALL].packets
    is_all_shown = sum(line.startswith(f"{_ALL},") for line in listing) == len(shown)
    is_provable = sum(packet.is_key for packet in shown) <= MOST_KEY_FRAMES
    return is_all_shown and is_provable and _begins_with_idr(found) and depth_of(found[_ALL]) <= DEEPEST_REORDERING


def _begins_with_idr(found: Mapping[int, Stream]) -> bool:
    """Anything else, a recovery point say, may need pictures that are not there."""
    return _IDR in found and found[_IDR].shown_times[0] == found[_ALL].shown_times[0]
