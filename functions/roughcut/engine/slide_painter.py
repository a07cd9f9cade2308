"""Draws slides with Typst. Text reaches a theme as data, never as markup; only the packaged fonts are seen."""

import json
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

from roughcut.jobs.errors import SlideFailed
from roughcut.media.sizes import Size
from roughcut.media.slides import SlideSpec

_THEMES = Path(__file__).with_name("themes")
_FONT_PACKAGES = ("fontpkg_inter", "manimgx_fonts", "manimgx_fonts_cjk")
_PIXELS_PER_INCH = 72.0  # a Typst point is then one pixel
_TOO_LONG = "does not fit"  # what a theme's panic says


def paint(spec: SlideSpec, page: Size) -> bytes:
    """A PNG of the page's size. Raises `SlideFailed` if the text does not fit at the theme's smallest size."""
    data = {"type": spec.type, "width": page.width, "height": page.height, "content": dict(spec.content)}
    try:
        return _compiled(spec.theme, json.dumps(data))
    except typst.TypstError as problem:
        raise SlideFailed(_sentence(spec, str(problem.message))) from problem


def warm_up() -> None:
    """The first slide of a process loads the fonts (0.8 s): have that over before a job comes."""
    _compiled("midnight", json.dumps({"type": "title", "width": 16, "height": 9, "content": {"title": ""}}))


def _compiled(theme: str, data: str) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", typst.TypstWarning)  # a character without a glyph is drawn as a box
        picture = _compiler(theme).compile(format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"data": data})
    assert isinstance(picture, bytes)  # one page, no output path: bytes
    return picture


@cache
def _compiler(theme: str) -> typst.Compiler:
    source = _THEMES / f"{theme}.typ"
    return typst.Compiler(str(source), root=str(_THEMES), font_paths=_fonts(), ignore_system_fonts=True)


@cache
def _fonts() -> typst.Fonts:
    folders = [str(Path(folder)) for name in _FONT_PACKAGES for folder in _folders(name)]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _folders(package: str) -> list[str]:
    """Found without importing: the packages are nothing but their files."""
    spec = find_spec(package)
    if spec is None:
        raise SlideFailed(f"The font package {package} is missing: install it.")
    return list(spec.submodule_search_locations or [])


def _sentence(spec: SlideSpec, message: str) -> str:
    if _TOO_LONG in message:
        field, length = spec.longest_text
        return f"Slide {spec.id!r}: its text does not fit ({field} has {length:,} characters): shorten it."
    return f"Slide {spec.id!r} cannot be drawn: {message}"
