"""The order of a film, in names; and the Edit that follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from roughcut.jobs.errors import SourceUnreadable
from roughcut.media.canvas import choose_canvas
from roughcut.media.edit import Canvas, Edit, Part
from roughcut.media.rates import frame_at
from roughcut.media.sources import Clip, Slide, Source


@dataclass(frozen=True, slots=True)
class Cut:
    """A clip as a request names it; `start` and `end` in seconds from the clip's start, None = its end."""

    name: str
    start: Fraction = Fraction(0)
    end: Fraction | None = None

    @classmethod
    def asked(cls, video: str | Mapping[str, Any]) -> "Cut":
        if isinstance(video, str):
            return cls(video)
        end = video.get("end")
        return cls(video["name"], Fraction(str(video.get("start", 0))), None if end is None else Fraction(str(end)))

    def seconds_of(self, clip: Clip) -> Fraction:
        """How much of the clip is used."""
        return max(Fraction(0), min(self.end or clip.duration, clip.duration) - self.start)


Step = Slide | Cut


def steps(slides: Sequence[Slide], cuts: Sequence[Cut], timeline: Iterable[Mapping[str, str]] | None) -> list[Step]:
    """The film's order: as given, else slide 1, clip 1, slide 2, clip 2, ..., the longer list's rest, end slides."""
    return _default_order(slides, cuts) if timeline is None else _given_order(slides, cuts, timeline)


def decide(order: Sequence[Step], clips: Mapping[str, Clip], *, size: str | None, rate: float | None) -> Edit:
    """The Edit of an order of slides and clips. Raises `SourceUnreadable` for a cut outside its clip."""
    footage = [(clips[step.name], step.seconds_of(clips[step.name])) for step in order if isinstance(step, Cut)]
    canvas = choose_canvas(footage, size=size, rate=rate)
    sources: list[Source] = list(dict.fromkeys(_source(step, clips) for step in order))
    parts = tuple(_part(step, clips, canvas, sources) for step in order)
    return Edit(canvas, tuple(sources), parts, tuple(_warnings(order, clips)))


def _default_order(slides: Sequence[Slide], cuts: Sequence[Cut]) -> list[Step]:
    body = [slide for slide in slides if slide.type != "end"]
    ends = [slide for slide in slides if slide.type == "end"]
    pairs = [step for pair in zip_longest(body, cuts) for step in pair if step is not None]
    return [*pairs, *ends]


def _given_order(slides: Sequence[Slide], cuts: Sequence[Cut], timeline: Iterable[Mapping[str, str]]) -> list[Step]:
    """A clip that is named several times takes the request's entries of that name in turn, the last one for ever."""
    by_id = {slide.id: slide for slide in slides}
    waiting: dict[str, list[Cut]] = {}
    for cut in cuts:
        waiting.setdefault(cut.name, []).append(cut)
    return [by_id[entry["slide"]] if "slide" in entry else _next(waiting[entry["video"]]) for entry in timeline]


def _next(cuts: list[Cut]) -> Cut:
    return cuts.pop(0) if len(cuts) > 1 else cuts[0]


def _source(step: Step, clips: Mapping[str, Clip]) -> Source:
    return clips[step.name] if isinstance(step, Cut) else step


def _part(step: Step, clips: Mapping[str, Clip], canvas: Canvas, sources: list[Source]) -> Part:
    source = _source(step, clips)
    index = sources.index(source)
    if isinstance(step, Slide):
        return Part(index, 0, max(1, frame_at(step.seconds, canvas.rate)))
    first, frames = _frames(step, clips[step.name], canvas.rate)
    return Part(index, first, frames)


def _frames(cut: Cut, clip: Clip, rate: Fraction) -> tuple[int, int]:
    """The first frame of a cut and how many; a whole clip of less than half a frame still shows one."""
    if cut.start >= clip.duration:
        length, start = float(clip.duration), float(cut.start)
        raise SourceUnreadable(
            f"Clip {cut.name!r} is {length:.3f} s long: start is {start:g}, which leaves nothing of it.", clip=cut.name
        )
    first = frame_at(cut.start, rate)
    return first, max(1, frame_at(cut.start + cut.seconds_of(clip), rate) - first)


def _warnings(order: Sequence[Step], clips: Mapping[str, Clip]) -> Iterable[str]:
    for cut in (step for step in order if isinstance(step, Cut)):
        length = clips[cut.name].duration
        if cut.end is not None and cut.end > length:
            yield f"Clip {cut.name!r} ends at {float(length):.3f} s, before the end asked for ({float(cut.end):g} s)."
