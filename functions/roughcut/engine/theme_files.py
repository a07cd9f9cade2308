"""Where themes are: the packaged ones, and those of a folder of one's own."""

from difflib import get_close_matches
from pathlib import Path

PACKAGED = Path(__file__).with_name("themes")
LIBRARY = PACKAGED / "packages"  # what `#import "@roughcut/slides:1.0.0": *` finds


def theme_file(name: str, own: Path | None) -> Path | None:
    """The file of a theme; one's own comes before a packaged one of the same name."""
    return _themes(own).get(name)


def unknown_theme(name: str, own: Path | None) -> str:
    """`there is no theme 'papr': did you mean paper?`"""
    known = sorted(_themes(own))
    near = get_close_matches(name, known, n=2)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known here: {', '.join(known)}."
    return f"there is no theme {name!r}: {hint}"


def _themes(own: Path | None) -> dict[str, Path]:
    folders = [PACKAGED, *([own] if own else [])]
    return {path.stem: path for folder in folders for path in folder.glob("*.typ")}
