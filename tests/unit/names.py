"""Names of files that are hard on URLs, headers, shells and Unicode."""

import unicodedata

NAMES = [
    "a b+c %20 'single'.mp4",
    'say "hi" & <b>; a=b?c#d.mp4',
    "émoji 🎬 (1).mp4",
    unicodedata.normalize("NFC", "é.mp4"),
    unicodedata.normalize("NFD", "é.mp4"),
    "-dash.mp4",
    " spaces at both ends .mp4 ",
    "..mp4",
    "...",
    "é" * 125 + "a.mp4",
    "${filename}.mp4",
    "日本語のビデオ.mp4",
]
