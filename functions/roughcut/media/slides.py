"""What slides a request asks for, before any is drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

from roughcut.media.sizes import Size
from roughcut.media.titles import title_from_name, type_from_name

PAGE = Size(1920, 1080)  # what slides are drawn on; a request's canvas changes the shape, not the short side
LONGEST_SIDE = 3840  # of a slide, uploaded or drawn: that of the largest canvas
SECONDS = {"title": Fraction(4), "section": Fraction(3), "end": Fraction(5), "image": Fraction(3)}
DEFAULT_THEME = "midnight"


@dataclass(frozen=True, slots=True)
class SlideSpec:
    """A slide to be made. `content` by type as in the contract; an image's is {"name": file below slides/}."""

    id: str
    type: str
    content: Mapping[str, Any]
    seconds: Fraction
    theme: str = DEFAULT_THEME
    fade: Fraction = Fraction(0)

    @property
    def longest_text(self) -> tuple[str, int]:
        """The field with the most characters, and how many."""
        lengths = {name: len(text) for name, text in self.content.items() if isinstance(text, str)}
        return max(lengths.items(), key=lambda item: item[1], default=("title", 0))


def slide_specs(slides: Iterable[str | Mapping[str, Any]], uploaded: set[str]) -> list[SlideSpec]:
    """From `payload.slides`; `uploaded` are the names of images below the session's slides/."""
    return [_named(slide, uploaded) if isinstance(slide, str) else _described(slide) for slide in slides]


def named_images(slides: Iterable[str | Mapping[str, Any]]) -> set[str]:
    """The names that may be uploaded images; an image slide's must be."""
    names = (slide if isinstance(slide, str) else slide["content"].get("name") for slide in slides)
    return {name for name in names if name}


def page_for(canvas: Size | None) -> Size:
    """The shape of the canvas asked for, and the default page's short side unless that makes a ribbon."""
    if canvas is None:
        return PAGE
    longest = Fraction(LONGEST_SIDE, max(canvas.width, canvas.height))
    scale = min(Fraction(PAGE.short_side, canvas.short_side), longest)
    return Size(max(1, round(canvas.width * scale)), max(1, round(canvas.height * scale)))


def _named(name: str, uploaded: set[str]) -> SlideSpec:
    stem = PurePosixPath(name).stem
    if name in uploaded:
        return SlideSpec(stem, "image", {"name": name}, SECONDS["image"])
    layout = type_from_name(name)
    return SlideSpec(stem, layout, {"title": title_from_name(name)}, SECONDS[layout])


def _described(slide: Mapping[str, Any]) -> SlideSpec:
    seconds = Fraction(str(slide["duration"])) if "duration" in slide else SECONDS[slide["type"]]
    theme, fade = slide.get("theme", DEFAULT_THEME), Fraction(str(slide.get("fade", 0)))
    return SlideSpec(slide["id"], slide["type"], slide["content"], seconds, theme, fade)
