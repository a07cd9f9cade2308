"""A slide from nothing but a name: "section1.png" becomes the section "Section 1"."""

import re
from pathlib import PurePosixPath

_BY_NAME = (
    ("section", ("section", "chapter", "part")),
    ("end", ("end", "ending", "outro", "thanks", "credits")),
)


def title_from_name(name: str) -> str:
    """intro.png -> "Intro", section1.png -> "Section 1", my_first-talk.png -> "My first talk"."""
    words = re.sub(r"(?<=\D)(?=\d)|(?<=\d)(?=[^\W\d_])", " ", PurePosixPath(name).stem)
    text = " ".join(re.split(r"[\s_.-]+", words)).strip() or name
    return text[:1].upper() + text[1:]


def type_from_name(name: str) -> str:
    """The layout its first word asks for: "title" unless the word is one for a section or an end."""
    word = title_from_name(name).split(" ")[0].lower()
    return next((layout for layout, words in _BY_NAME if word in words), "title")
