"""What a PNG's header says. Source: the PNG specification, section 11.2.2 (IHDR is the first chunk)."""

from roughcut.media.sizes import Size


def png_size(picture: bytes) -> Size:
    """Of a PNG of our own making."""
    return Size(int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24]))
