"""Clips and slides for tests of the arithmetic: no files behind them."""

from fractions import Fraction

from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.sizes import Size
from roughcut.media.sources import Clip, Look, Slide


def a_clip(name: str = "a.mp4", *, seconds: float = 10, rate: str = "30", size: str = "1280x720", **other) -> Clip:
    width, height = map(int, size.split("x"))
    facts = {"demuxer": "mov", "etag": f"etag-{name}", "start_us": 0, "has_audio": True, "size_bytes": 1}
    facts |= {"look": Look(Size(width, height)), "end_us": facts["start_us"] + round(seconds * 1_000_000)}
    return Clip(name=name, key=f"sessions/s/videos/{name}", rate=Fraction(rate), **(facts | other))


def a_slide(name: str = "intro", layout: str = "title", seconds: int = 4) -> Slide:
    key = f"sessions/s/jobs/j/1/slides/{name}.png"
    return Slide(id=name, type=layout, key=key, digest="0" * 64, size=Size(1920, 1080), seconds=Fraction(seconds))


def an_edit(*frames: int, rate: str = "30", size: str = "1280x720") -> Edit:
    """Parts of so many frames: clips and slides in turn."""
    width, height = map(int, size.split("x"))
    sources = tuple(a_clip(f"{i}.mp4") if i % 2 == 0 else a_slide(f"s{i}") for i in range(len(frames)))
    parts = tuple(Part(i, 5 if i % 2 == 0 else 0, count) for i, count in enumerate(frames))
    return Edit(Canvas(Size(width, height), Fraction(rate)), sources, parts)
