"""Which characters the packaged fonts have. Source: OpenType specification, cmap, formats 4 and 12."""

import struct
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("fontpkg_inter", "manimgx_fonts", "manimgx_fonts_cjk")


@cache
def characters() -> frozenset[str]:
    """Of all fonts together."""
    folders = [Path(folder) for name in PACKAGES for folder in find_spec(name).submodule_search_locations]
    files = [path for folder in folders for path in folder.rglob("*.tt[fc]")]
    return frozenset(chr(code) for path in files for code in _codes(_table(path.read_bytes(), b"cmap")))


def _table(font: bytes, wanted: bytes) -> bytes:
    """Of the first face of a file."""
    start = _long(font, 12) if font[:4] == b"ttcf" else 0
    for at in range(start + 12, start + 12 + 16 * _short(font, start + 4), 16):
        if font[at : at + 4] == wanted:
            return font[_long(font, at + 8) :][: _long(font, at + 12)]
    raise ValueError(f"the font has no table {wanted!r}")


def _codes(cmap: bytes):
    for record in range(4, 4 + 8 * _short(cmap, 2), 8):
        yield from _codes_of(cmap[_long(cmap, record + 4) :])


def _codes_of(subtable: bytes):
    if _short(subtable, 0) == 12:
        for group in range(16, 16 + 12 * _long(subtable, 12), 12):
            yield from range(_long(subtable, group), _long(subtable, group + 4) + 1)
    if _short(subtable, 0) == 4:
        doubled = _short(subtable, 6)
        for segment in range(14, 14 + doubled, 2):
            yield from range(_short(subtable, segment + doubled + 2), min(_short(subtable, segment), 0xFFFE) + 1)


def _short(data: bytes, at: int) -> int:
    return struct.unpack_from(">H", data, at)[0]


def _long(data: bytes, at: int) -> int:
    return struct.unpack_from(">I", data, at)[0]
