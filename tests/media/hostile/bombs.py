"""Small files that ask for much: pixels, time, streams, metadata, memory, depth."""

import struct
import zlib
from pathlib import Path

from tests.media.clips import H264, ffmpeg
from tests.media.hostile.atoms import (
    box,
    content,
    element,
    full_box,
    inserted,
    matroska,
    number,
    png,
    replaced,
    riff,
    text,
    u32,
)

HUGE = 0x18000000  # times 4 bytes it is more than `-max_alloc` grants, and less than an int overflows at


def bombs(mp4: bytes, folder: Path) -> dict[str, bytes]:
    return {**_pixels(mp4), **_time(mp4), **_counts(mp4), **_depth(mp4), **_strange(mp4), **_made(folder)}


def _pixels(mp4: bytes) -> dict[str, bytes]:
    return {
        "raw-60000-square": _avi(60_000, 60_000, b"\0\0\0\0", bytes(999)),
        "raw-huge-and-flat": _avi(2_000_000_000, 1, b"\0\0\0\0", bytes(999)),
        "jpeg-65500-square": _avi(64, 64, b"MJPG", _jpeg_head(65_500, 65_500)),
        "png-30000-square": _avi(64, 64, b"MPNG", _png_head(30_000, 30_000)),
        "vp9-65536-square": _mkv_video("V_VP9", bytes.fromhex("824983420000ffffffff") + bytes(40)),
        "vp8-16383-square": _mkv_video("V_VP8", bytes.fromhex("1000009d012aff3fff3f") + bytes(40)),
        "mp4-header-65535-square": _sized(mp4, 65_535, 65_535),
        "mp4-of-no-size": _sized(mp4, 0, 0),
        "pixel-aspect": inserted_entry(mp4, box("pasp", u32(1, 4_000_000_000))),
        "pixel-aspect-zero": inserted_entry(mp4, box("pasp", u32(0, 0))),
    }


def _time(mp4: bytes) -> dict[str, bytes]:
    return {
        "mkv-400000-seconds": _mkv_raw(0, 400_001_000),
        "mkv-a-thousand-years": _mkv_raw(0, 31_556_952_000_000),
        "mkv-says-it-is-long": _mkv_raw(0, 40, duration=1e15),
        "mkv-backwards": _mkv_raw(400_000, 0),
        "mkv-tick-of-a-century": _mkv_raw(0, 40, scale=2**62),
        "mkv-frame-of-no-time": _mkv_raw(0, 40, default=1),
        "mp4-68-years": replaced(mp4, "stts", full_box("stts", u32(1, 25, 0x7FFFFFFF))),
        "mp4-all-at-once": replaced(mp4, "stts", full_box("stts", u32(1, 25, 0))),
        "mp4-tick-zero": _ticking(mp4, 0),
        "mp4-tick-tiny": _ticking(mp4, 0xFFFFFFFF),
        "mp4-moved-by-an-edit": _edited(mp4, full_box("elst", u32(1, 1000, 0x7FFFFFFF, 0x10000))),
        "mp4-delayed-by-an-edit": _edited(mp4, full_box("elst", u32(2, 0x7FFFFFFF, 0xFFFFFFFF, 65536, 1000, 0, 65536))),
        "mp4-5000-edits": _edited(mp4, full_box("elst", u32(5_000), u32(1, 0, 0x10000) * 5_000)),
    }


def _counts(mp4: bytes) -> dict[str, bytes]:
    return {
        "mp4-stsz": replaced(mp4, "stsz", full_box("stsz", u32(0, HUGE), bytes(99))),
        "mp4-stco": replaced(mp4, "stco", full_box("stco", u32(HUGE), bytes(99))),
        "mp4-stts": replaced(mp4, "stts", full_box("stts", u32(HUGE), bytes(99))),
        "mp4-stsc": replaced(mp4, "stsc", full_box("stsc", u32(HUGE), bytes(99))),
        "mp4-equal-sizes": replaced(mp4, "stsz", full_box("stsz", u32(1, 0x7FFFFFFF))),
        "mp4-3000-tracks": inserted(mp4, "moov", box("trak", content(mp4, "trak")) * 3000),
        "mkv-3000-tracks": matroska(element("1654ae6b", *(_track(index, "V_VP8") for index in range(1, 3000)))),
        "ts-programs": b"".join(_pat(index) for index in range(60)),
        "mp4-title-of-a-book": inserted(mp4, "moov", title(b"x" * 4_000_000)),
        "mp4-line-breaks": inserted(mp4, "moov", title(b"[error] no\n" * 100_000)),
        "mkv-100000-tags": _mkv_raw(0, 40, extra=(element("1254c367", *[_tag("a", "b" * 40)] * 100_000),)),
        "mkv-compressed": _mkv_raw(0, 40, packed=zlib.compress(bytes(300_000_000), 9)),
        "mp4-compressed-header": box("moov", box("cmov", _packed(bytes(100_000_000), 0x7FFFFFF0))),
        "avi-index": _avi(64, 64, b"MJPG", b"", riff(b"idx1", bytes(16) * 200_000)),
        "flv-arrays": _flv(b"\x0a\x7f\xff\xff\xff" * 40),
    }


def _depth(mp4: bytes) -> dict[str, bytes]:
    deep = b""
    for _ in range(3_000):
        deep = element("1254c367", deep)
    return {
        "mp4-boxes-in-boxes": _nested("moov", 20_000),
        "mp4-box-of-itself": box("ftyp", b"isom", u32(0)) + struct.pack(">I4s", 0, b"moov") * 5_000,
        "mp4-box-of-2-to-63": box("ftyp", b"isom", u32(0)) + u32(1) + b"moov" + b"\x7f" + b"\xff" * 7 + bytes(99),
        "mp4-box-of-4-bytes": box("ftyp", b"isom", u32(0)) + u32(4) + b"moov" + bytes(99),
        "mp4-user-data": inserted(mp4, "moov", _nested("udta", 4_000)),
        "mkv-elements": matroska(deep),
        "flv-objects": _flv(b"\x03\x00\x01a" * 20_000),
        "asf-object": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + b"\xff" * 8 + bytes(99),
        "mpeg-padding": b"\0\0\1\xba" + b"\0\0\1\xbe\xff\xff" * 9_000,
        "ogg-pages": b"OggS\0\2" + bytes(20) + b"\xff" + b"\xff" * 255 + bytes(900),
    }


def _strange(mp4: bytes) -> dict[str, bytes]:
    return {
        "mp4-rotation": _turned(mp4, u32(*[0x7FFFFFFF] * 9)),
        "mp4-rotation-zero": _turned(mp4, bytes(36)),
        "mp4-encrypted": mp4.replace(b"avc1\0\0", b"encv\0\0"),
        "mp4-unknown-codec": mp4.replace(b"avc1\0\0", b"zzzz\0\0"),
        "mp4-huge-configuration": inserted_entry(mp4, box("avcC", b"\x01\x64\0\x0a\xff\xff" + b"\xff" * 100_000)),
        "mp4-header-alone": mp4[: mp4.index(b"mdat") - 4] + box("moov", content(mp4, "moov")),
        "mp4-data-alone": mp4[: mp4.index(b"moov") - 4],
        "avi-unlisted-codec": _avi(64, 64, b"ASV1", bytes(900)),
        "avi-script-codec": _avi(64, 64, b"XBIN", bytes(900)),
    }


def _made(folder: Path) -> dict[str, bytes]:
    """Those that FFmpeg itself makes."""
    wide, tall = folder / "wide.mp4", folder / "small.ts"
    ffmpeg("-f", "lavfi", "-i", "color=s=9216x9216:r=1:d=1", "-frames:v", "1", *H264, wide)
    parts = []
    for size, frames in (("160x90", 30), ("6000x6200", 1), ("160x90", 10)):
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:r=25", "-frames:v", frames, *H264, tall)
        parts.append(tall.read_bytes())
    return {"h264-9216-square": wide.read_bytes(), "ts-grows-in-the-middle": b"".join(parts), **_sounds(folder)}


def _sounds(folder: Path) -> dict[str, bytes]:
    """Sound of absurd rate, of many channels, and with a hole of ten hours."""
    made = {}
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1")
    for name, source in (("channels", "aevalsrc=0|0|0|0|0|0|0|0:s=8000:d=1"), ("rate", "aevalsrc=0:s=8000:d=1")):
        path = folder / f"{name}.avi"
        ffmpeg(*picture, "-f", "lavfi", "-i", source, "-c:v", "mjpeg", "-c:a", "pcm_s16le", path)
        made[name] = path.read_bytes()
    hole = folder / "hole.mkv"
    late = "aevalsrc=0.1:s=48000:d=2,asetpts=if(gt(T\\,1)\\,PTS+48000*36000\\,PTS)"
    ffmpeg(*picture, "-f", "lavfi", "-i", late, *H264, "-c:a", "flac", hole)
    rate, channels = struct.pack("<I", 8000), struct.pack("<HHI", 1, 1, 8000)
    return {
        "sound-of-2-ghz": made["rate"].replace(channels, struct.pack("<HHI", 1, 1, 0x7FFFFFFF)),
        "sound-of-1-hz": made["rate"].replace(channels, struct.pack("<HHI", 1, 1, 1)),
        "sound-of-65535-channels": made["channels"].replace(struct.pack("<H", 8) + rate, b"\xff\xff" + rate),
        "sound-with-a-hole": hole.read_bytes(),
    }


def inserted_entry(mp4: bytes, extra: bytes) -> bytes:
    """The first sample entry with a box more."""
    entry = content(mp4, "stsd")
    sample = entry[8:]
    return replaced(mp4, "stsd", box("stsd", entry[:8], u32(len(sample) + len(extra)), sample[4:], extra))


def _sized(mp4: bytes, width: int, height: int) -> bytes:
    """Another size in the sample entry than in the pictures."""
    at = mp4.index(b"avc1", mp4.index(b"stsd")) + 4 + 24
    return mp4[:at] + struct.pack(">HH", width, height) + mp4[at + 4 :]


def _turned(mp4: bytes, matrix: bytes) -> bytes:
    at = mp4.index(b"tkhd") + 4 + 4 + 20 + 16
    return mp4[:at] + matrix + mp4[at + 36 :]


def _ticking(mp4: bytes, scale: int) -> bytes:
    """A clock of so many ticks a second, and pictures 500,000 ticks apart."""
    slow = replaced(mp4, "stts", full_box("stts", u32(1, 25, 500_000)))
    return replaced(slow, "mdhd", full_box("mdhd", u32(0, 0, scale, 1000), bytes(4)))


def _edited(mp4: bytes, edits: bytes) -> bytes:
    return replaced(mp4, "edts", box("edts", edits))


def title(title: bytes) -> bytes:
    data = box("data", u32(1, 0), title)
    handler = full_box("hdlr", u32(0), b"mdirappl", bytes(9))
    return box("udta", full_box("meta", handler, box("ilst", box("\xa9nam", data))))


def _nested(kind: str, times: int) -> bytes:
    return b"".join(struct.pack(">I4s", 8 * left, kind.encode()) for left in range(times, 0, -1))


def _packed(data: bytes, claimed: int) -> bytes:
    return box("dcom", b"zlib") + box("cmvd", u32(claimed), zlib.compress(data, 9))


def _mkv_raw(
    *times: int,
    scale: int = 1_000_000,
    duration: float | None = None,
    default: int | None = None,
    packed: bytes = b"",
    extra: tuple[bytes, ...] = (),
) -> bytes:
    """Pictures of 16x16 grey pixels at the given ticks; `packed` is the first, compressed."""
    entries = [number("2ad7b1", scale), *([element("4489", struct.pack(">d", duration))] if duration else [])]
    compression = element("6d80", element("6240", element("5034", number("4254", 0)))) if packed else b""
    size = element("e0", number("b0", 16), number("ba", 16), element("2eb524", b"Y800"))
    frames = [number("23e383", default)] if default else []
    kind = (number("d7", 1), number("73c5", 1), number("83", 1), text("86", "V_UNCOMPRESSED"))
    track = element("ae", *kind, size, compression, *frames)
    clusters = [_cluster(time, packed or bytes(256)) for time in times]
    return matroska(element("1549a966", *entries), element("1654ae6b", track), *extra, *clusters)


def _cluster(time: int, picture: bytes) -> bytes:
    return element("1f43b675", number("e7", time), element("a3", b"\x81\0\0\x80", picture))


def _track(index: int, codec: str) -> bytes:
    size = element("e0", number("b0", 16), number("ba", 16))
    return element("ae", number("d7", index), number("73c5", index), number("83", 1), text("86", codec), size)


def _mkv_video(codec: str, picture: bytes) -> bytes:
    return matroska(element("1549a966"), element("1654ae6b", _track(1, codec)), _cluster(0, picture))


def _tag(name: str, value: str) -> bytes:
    return element("7373", element("63c0"), element("67c8", text("45a3", name), text("4487", value)))


def _avi(width: int, height: int, codec: bytes, picture: bytes, *tail: bytes) -> bytes:
    head = riff(b"avih", struct.pack("<14I", 40_000, 0, 0, 0x10, 1, 0, 1, 0, width, height, 0, 0, 0, 0))
    stream = riff(b"strh", b"vids" + codec + struct.pack("<12I", 0, 0, 0, 1, 25, 0, 1, 0, 0, 0, 0, 0))
    layout = struct.pack("<IiiHH4s5I", 40, width & 0x7FFFFFFF, height, 1, 24, codec, 0, 0, 0, 0, 0)
    lists = riff(b"LIST", b"hdrl", head, riff(b"LIST", b"strl", stream, riff(b"strf", layout)))
    return riff(b"RIFF", b"AVI ", lists, riff(b"LIST", b"movi", *[riff(b"00dc", picture)] * 5), *tail)


def _jpeg_head(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", 2 + len(frame)) + frame + scan + bytes(2000) + b"\xff\xd9"


def _png_head(width: int, height: int) -> bytes:
    return png(width, height, rows=bytes(100_000))


def _pat(program: int) -> bytes:
    """A packet of a transport stream: a table of 40 programs."""
    entries = b"".join(struct.pack(">HH", program * 40 + index, 0xE100 | index) for index in range(40))
    section = b"\0" + struct.pack(">H", 0xB000 | 9 + len(entries)) + b"\0\1\xc1\0\0" + entries + bytes(4)
    return (b"\x47\x40\0\x10\0" + section).ljust(188, b"\xff")


def _flv(values: bytes) -> bytes:
    """A script tag (metadata) with the given AMF values."""
    body = b"\x02\0\x0aonMetaData" + values
    tag = b"\x12" + len(body).to_bytes(3, "big") + bytes(7) + body
    return b"FLV\x01\x05\0\0\0\x09" + bytes(4) + tag + struct.pack(">I", len(tag))
