"""Pictures for slides that ask for much, or are none."""

import struct
import zlib
from pathlib import Path

from tests.media.clips import ffmpeg
from tests.media.hostile.atoms import png, png_chunk


def stills(folder: Path, mp4: bytes, secret: str) -> dict[str, bytes]:
    good = _with()
    jpeg, webp = _made(folder)
    return {
        "png-20000-square": png(20_000, 20_000, rows=bytes(20_000 * 200), kind=0),
        "png-of-2-to-31": png(0x7FFFFFFF, 0x7FFFFFFF, rows=bytes(99)),
        "png-of-no-size": png(0, 0, rows=b""),
        "png-flat-and-wide": png(60_000_000, 1, rows=bytes(60_000_001), kind=0),
        "png-rows-missing": png(7_900, 7_900, rows=bytes(99)),
        "png-more-than-it-shows": png(64, 64, rows=bytes(200_000_000)),
        "png-text-bomb": png(
            64, 64, png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(500_000_000), 9)), rows=b"\0" * 12_352
        ),
        "png-profile-bomb": png(
            64, 64, png_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(300_000_000), 9)), rows=b"\0" * 12_352
        ),
        "png-text-that-is-a-path": png(64, 64, png_chunk(b"tEXt", b"profile\0" + secret.encode()), rows=b"\0" * 12_352),
        "png-of-a-million-frames": _animated(good),
        "png-chunk-of-2-to-32": good[:33] + b"\xff\xff\xff\xffIDAT" + good[41:],
        "png-wrong-sum": good[:-20] + bytes([good[-20] ^ 1]) + good[-19:],
        "png-half": good[: len(good) // 2],
        "png-alone": b"\x89PNG\r\n\x1a\n",
        "jpeg-65535-square": _resized(jpeg, 65_535, 65_535),
        "jpeg-of-no-size": _resized(jpeg, 0, 0),
        "jpeg-half": jpeg[: len(jpeg) // 2],
        "jpeg-alone": b"\xff\xd8\xff",
        "jpeg-comments": jpeg[:2] + b"\xff\xfe\xff\xff" + b"x" * 65_533 + jpeg[2:],
        "jpeg-camera-data-of-itself": jpeg[:2] + _camera_data() + jpeg[2:],
        "webp-16384-square": _webp_resized(webp, 16_383, 16_383),
        "webp-half": webp[: len(webp) // 2],
        "webp-says-it-is-long": webp[:4] + b"\xff\xff\xff\xff" + webp[8:],
        "webp-alone": b"RIFF\xff\xff\xff\xffWEBP",
        "webp-chunks": b"RIFF" + struct.pack("<I", 800_004) + b"WEBP" + b"ABCD\0\0\0\0" * 100_000,
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg"><image href="file://{secret}"/></svg>'.encode(),
        "playlist": f"#EXTM3U\nfile://{secret}\n".encode(),
        "film": mp4,
        "gif": b"GIF89a\xff\xff\xff\xff" + bytes(400),
        "one-byte": b"\x89",
        "empty": b"",
    }


def _with(*chunks: bytes) -> bytes:
    """A good PNG with some chunks more."""
    return png(64, 64, *chunks, rows=bytes(193 * 64))


def _made(folder: Path) -> tuple[bytes, bytes]:
    for name in ("good.jpg", "good.webp"):
        ffmpeg("-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1", folder / name)
    return (folder / "good.jpg").read_bytes(), (folder / "good.webp").read_bytes()


def _animated(good: bytes) -> bytes:
    control = png_chunk(b"acTL", struct.pack(">II", 1_000_000, 0))
    frame = png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 64, 64, 0, 0, 1, 30, 0, 0))
    return good[:33] + control + frame * 10_000 + good[33:]


def _resized(jpeg: bytes, width: int, height: int) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def _camera_data() -> bytes:
    """EXIF whose directory's next directory is itself, with an entry of 2^32 values."""
    entry = struct.pack(">HHII", 0x010E, 2, 0xFFFFFFFF, 8)
    body = b"Exif\0\0MM\0\x2a" + struct.pack(">I", 8) + struct.pack(">H", 1) + entry + struct.pack(">I", 8)
    return b"\xff\xe1" + struct.pack(">H", 2 + len(body)) + body


def _webp_resized(webp: bytes, width: int, height: int) -> bytes:
    """The size in the key frame's header of a lossy picture."""
    at = webp.index(b"\x9d\x01\x2a") + 3
    return webp[:at] + struct.pack("<HH", width, height) + webp[at + 4 :]
