"""What the tests of slides share: slides to paint, and their pixels."""

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np

from roughcut.engine.theme_files import PACKAGED
from roughcut.media.sizes import Size
from roughcut.media.slides import DEFAULT_THEME, PAGE, SlideSpec

THEMES = sorted(path.stem for path in PACKAGED.glob("*.typ"))
LAYOUTS = ["title", "section", "end"]
PAGES = [PAGE, Size(1080, 1920), Size(1080, 1080)]
HALF_PAGES = [Size(page.width // 2, page.height // 2) for page in PAGES]  # everything on them is half as large
FIELDS = {
    "title": ("title", "subtitle", "project_name"),
    "section": ("title", "description"),
    "end": ("title", "message", "url"),
}


def spec(layout: str = "title", theme: str = DEFAULT_THEME, **content: Any) -> SlideSpec:
    return SlideSpec("s1", layout, content, Fraction(3), theme)


def filled(layout: str, theme: str, text: str) -> SlideSpec:
    """Every field of a layout holds the same text."""
    number = {"number": 12} if layout == "section" else {}
    return spec(layout, theme, **dict.fromkeys(FIELDS[layout], text), **number)


def pixels(png: bytes) -> np.ndarray:
    """Height x width x red, green, blue."""
    with av.open(io.BytesIO(png)) as container:
        return next(container.decode(video=0)).to_ndarray(format="rgb24")


def ink(png: bytes, ground: bytes) -> np.ndarray:
    """Where two slides differ."""
    return np.abs(pixels(png).astype(int) - pixels(ground)).max(axis=2) > 24
