"""An Edit as lines for people."""

from fractions import Fraction

from roughcut.media.edit import Edit, Part
from roughcut.media.rates import decimal
from roughcut.media.sources import Clip, Slide


def edit_lines(edit: Edit) -> list[str]:
    """The canvas, each part with the moment it begins, and the warnings."""
    canvas, count = edit.canvas, len(edit.parts)
    length = f"{clock(edit.duration)} in {edit.frames:,} frames"
    lines = [f"{canvas.size} at {decimal(canvas.rate):g} fps, {length}, {count} part{'s' if count > 1 else ''}"]
    lines += [
        f"{clock(start / canvas.rate):>11}  {part_words(edit, part)}"
        for start, part in zip(edit.starts, edit.parts, strict=True)
    ]
    return lines + [f"warning: {warning}" for warning in edit.warnings]


def part_words(edit: Edit, part: Part) -> str:
    source = edit.sources[part.source]
    if isinstance(source, Slide):
        return f"{seconds(part.frames / edit.canvas.rate)} of the {source.type} slide {source.id}"
    stretch = "" if is_whole(edit, part, source) else f" from {clock(part.first / edit.canvas.rate)}"
    return f"{seconds(part.frames / edit.canvas.rate)} of {source.name}{stretch}, {manner(source, part)}"


def is_whole(edit: Edit, part: Part, clip: Clip) -> bool:
    """To within a frame."""
    return part.first == 0 and part.frames + 1 >= clip.duration * edit.canvas.rate


def manner(clip: Clip, part: Part) -> str:
    """How a clip gets into the film."""
    look = f"{clip.look.display_size} at {decimal(clip.rate):g} fps{'' if clip.has_audio else ', without sound'}"
    return f"copied ({look})" if part.is_copied else f"conformed from {look}"


def clock(time: Fraction) -> str:
    """ "1:02:03.456"; minutes and seconds alone below an hour."""
    milliseconds = round(time * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    ahead = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{ahead}:{rest // 1000:02}.{rest % 1000:03}"


def seconds(time: Fraction) -> str:
    return f"{float(time):.3f} s"
