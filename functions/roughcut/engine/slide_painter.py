"""Draws slides with Typst. Text reaches a theme as data, never as markup; fonts of the machine are not seen."""

import json
import os
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

from roughcut.engine.theme_files import LIBRARY, theme_file, unknown_theme
from roughcut.jobs.errors import SlideFailed
from roughcut.media.png import png_size
from roughcut.media.sizes import Size
from roughcut.media.slides import DEFAULT_THEME, PAGE, SlideSpec

_FONT_PACKAGES = ("fontpkg_inter", "manimgx_fonts", "manimgx_fonts_cjk")
_PIXELS_PER_INCH = 72.0  # a Typst point is then one pixel
_TOO_LONG = "text does not fit"  # what the themes' library panics with


def paint(spec: SlideSpec, page: Size, own_themes: Path | None = None) -> bytes:
    """A PNG of the page's size. `own_themes` is a folder with further themes.

    Raises `SlideFailed` for a theme that does not exist or fails, and for text that does not fit at its smallest size.
    """
    theme = theme_file(spec.theme, own_themes)
    if theme is None:
        raise SlideFailed(f"Slide {spec.id!r}: {unknown_theme(spec.theme, own_themes)}")
    data = {"type": spec.type, "width": page.width, "height": page.height, "content": dict(spec.content)}
    try:
        drawn, _ = _compiler(theme, own_themes).compile_with_warnings(
            format="png", ppi=_PIXELS_PER_INCH, sys_inputs={"data": json.dumps(data)}
        )
    except typst.TypstError as problem:
        raise SlideFailed(_sentence(spec, str(problem.message))) from problem
    if not isinstance(drawn, bytes) or png_size(drawn) != page:
        raise SlideFailed(f"Slide {spec.id!r}: theme {spec.theme!r} does not draw one page of {page}.")
    return drawn


def warm_up() -> None:
    """The first slide of a process loads the fonts: have that over before a job comes."""
    paint(SlideSpec("warm-up", "title", {"title": "Aa"}, Fraction(1), DEFAULT_THEME), PAGE)


@cache
def _compiler(theme: Path, own_themes: Path | None) -> typst.Compiler:
    return typst.Compiler(
        str(theme),
        root=str(theme.parent),  # a theme may read what lies beside it, a logo say, and nothing else
        font_paths=_fonts(own_themes),
        ignore_system_fonts=True,
        package_path=str(LIBRARY),
        package_cache_path=os.devnull,  # nothing is fetched: no folder can be made below it
    )


@cache
def _fonts(own_themes: Path | None) -> typst.Fonts:
    folders = [folder for package in _FONT_PACKAGES for folder in _folders(package)]
    folders += [str(own_themes)] if own_themes else []
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
    return f"Slide {spec.id!r} cannot be drawn by theme {spec.theme!r}: {message}"
