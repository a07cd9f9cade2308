import io

import pytest

from roughcut.media.sizes import Size
from roughcut.media.stills import is_too_large, still_size

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (20_000).to_bytes(4) + (3).to_bytes(4)
SOI, APP1, DHT = b"\xff\xd8", b"\xff\xe1\x00\x06Exif", b"\xff\xc4\x00\x04\0\0"
SOF2 = b"\xff\xc2\x00\x11\x08" + (3000).to_bytes(2) + (4000).to_bytes(2)
RIFF = b"RIFF\0\0\0\0WEBP"
LOSSLESS = RIFF + b"VP8L\0\0\0\0\x2f" + (99 | 49 << 14).to_bytes(4, "little") + bytes(9)
LOSSY = RIFF + b"VP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + (640).to_bytes(2, "little") + (360 | 1 << 14).to_bytes(2, "little")
EXTENDED = RIFF + b"VP8X\0\0\0\0\0\0\0\0" + (16_382).to_bytes(3, "little") + (9).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("head", "demuxer", "size"),
    [
        (PNG, "png_pipe", Size(20_000, 3)),
        (PNG[:20], "png_pipe", None),
        (SOI + SOF2, "jpeg_pipe", Size(4000, 3000)),
        (SOI + APP1 + DHT + b"\xff" + SOF2, "jpeg_pipe", Size(4000, 3000)),
        (SOI + APP1, "jpeg_pipe", None),
        (SOI + b"\xff\xe1\x00\x00" * 50_000, "jpeg_pipe", None),
        (SOI + b"garbage, not a marker", "jpeg_pipe", None),
        (LOSSLESS, "webp_pipe", Size(100, 50)),
        (LOSSY, "webp_pipe", Size(640, 360)),
        (EXTENDED, "webp_pipe", Size(16_383, 10)),
        (RIFF + b"ALPH" + bytes(30), "webp_pipe", None),
        (RIFF, "webp_pipe", None),
    ],
)
def test_a_header_tells_the_size(head, demuxer, size):
    assert still_size(io.BytesIO(head), demuxer) == size


@pytest.mark.parametrize(
    ("size", "too_large"),
    [
        (Size(1, 1), False),
        (Size(20_000, 3200), False),
        (Size(8000, 8000), False),
        (Size(20_001, 1), True),
        (Size(20_000, 3201), True),
        (Size(20_000, 20_000), True),
    ],
)
def test_a_still_has_20000_pixels_a_side_and_64_million_at_most(size, too_large):
    assert is_too_large(size) is too_large
