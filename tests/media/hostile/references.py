"""Containers that name other files, and files that are two things at once."""

import struct
from pathlib import Path

from tests.media.clips import H264, ffmpeg
from tests.media.hostile.atoms import (
    box,
    element,
    full_box,
    number,
    png,
    replaced,
    riff,
    text,
    u32,
)


def with_references(mp4: bytes, mkv: bytes, avi: bytes, secret: str, port: int) -> dict[str, bytes]:
    url = f"http://127.0.0.1:{port}/a.mov\0".encode()
    return {
        "mov-url-of-a-file": _elsewhere(mp4, full_box("url ", f"file://{secret}\0".encode())),
        "mov-url-of-a-server": _elsewhere(mp4, full_box("url ", url)),
        "mov-alias": _elsewhere(mp4, _alias(secret)),
        "mov-reference-movie": box("moov", box("rmra", box("rmda", _reference(f"file://{secret}\0".encode())))),
        "mov-reference-server": box("ftyp", b"qt  ", u32(0)) + box("moov", box("rmra", box("rmda", _reference(url)))),
        "mkv-linked-segments": _with_info(mkv, text("3e83ab", f"file://{secret}"), element("3eb923", bytes(16))),
        "mkv-segment-name": _with_info(mkv, text("7384", secret)),
        "mkv-ordered-chapters": _appended(mkv, _ordered_chapters()),
        "mkv-attachments": _appended(mkv, _attachment("../../../escaped.ttf"), _attachment(secret)),
        "avi-playlist-as-subtitles": _with_subtitles(avi, f"#EXTM3U\n#EXTINF:9,\nfile://{secret}\n".encode()),
    }


def polyglots(mp4: bytes) -> dict[str, bytes]:
    return {
        "png-then-mp4": png(16, 16, rows=bytes(49 * 16)) + mp4,
        "mp4-with-html": mp4 + box("free", b"<html><script src='http://127.0.0.1/'></script></html>"),
        "mp4-then-zip": mp4 + b"PK\x03\x04" + bytes(100) + b"PK\x05\x06" + bytes(18),
        "mp4-named-playlist": box("free", b"#EXTM3U\nfile:///etc/hostname\n") + mp4,
        "pdf-then-mp4": b"%PDF-1.7\n" + mp4,
        "playlist-with-a-magic": b"#EXTftyp" + b"M3U\n#EXTINF:9,\nfile:///etc/hostname\n" * 9,
        "concat-with-a-magic": b"ffcomoovversion 1.0\nfile /etc/hostname\n",
        "playlist-with-sync-bytes": _synced(b"#EXTM3U\n#EXTINF:9,\nfile:///etc/hostname\n"),
    }


def samples(folder: Path) -> dict[str, bytes]:
    """Small good clips, one of each container, with sound."""
    made = {}
    for name, video in _CONTAINERS.items():
        path = folder / f"sample.{name}"
        inputs = ("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1:r=44100")
        ffmpeg(*inputs, *video, "-shortest", path)
        made[name] = path.read_bytes()
    return made


_CONTAINERS = {
    "mp4": (*H264, "-c:a", "aac"),
    "mov": (*H264, "-c:a", "pcm_s16le"),
    "mkv": (*H264, "-c:a", "libopus"),
    "webm": ("-c:v", "libvpx", "-c:a", "libvorbis"),
    "ts": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "mpg": ("-c:v", "mpeg2video", "-c:a", "mp2"),
    "avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "flv": ("-c:v", "flv", "-c:a", "libmp3lame"),
    "wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
    "ogv": ("-c:v", "libtheora", "-c:a", "libvorbis"),
}


def _elsewhere(mp4: bytes, entry: bytes) -> bytes:
    """Its samples lie in another file, it says."""
    return replaced(mp4, "dref", full_box("dref", u32(1), entry))


def _alias(path: str) -> bytes:
    """A QuickTime alias record: volume and file name, directory levels, then the path by type."""
    name = path.encode()
    head = bytes(10) + bytes([3]) + b"vol".ljust(27, b"\0") + bytes(12) + bytes([len(name[:63])]) + name[:63].ljust(63)
    tail = bytes(16) + struct.pack(">HH", 1, 9) + bytes(10) + struct.pack(">HH", 2, len(name)) + name
    return full_box("alis", head, tail + b"\0" * (len(name) % 2), struct.pack(">HH", 18, len(name)), name, b"\xff\xff")


def _reference(url: bytes) -> bytes:
    return full_box("rdrf", b"url ", u32(len(url)), url)


def _with_info(mkv: bytes, *elements: bytes) -> bytes:
    """A second Info element in the segment, which is what its readers take last."""
    return _appended(mkv, element("1549a966", number("2ad7b1", 1_000_000), *elements))


def _appended(mkv: bytes, *elements: bytes) -> bytes:
    """Elements put before all others of the segment."""
    at = mkv.index(bytes.fromhex("18538067")) + 12
    return mkv[: at - 8] + b"\x01" + b"\xff" * 7 + b"".join(elements) + mkv[at:]


def _ordered_chapters() -> bytes:
    atom = element("b6", number("73c4", 1), number("91", 0), element("6e67", bytes(range(16))))
    return element("1043a770", element("45b9", number("45dd", 1), atom))


def _attachment(name: str) -> bytes:
    body = (text("466e", name), text("4660", "font/ttf"), element("465c", bytes(4000)), number("46ae", 1))
    return element("1941a469", element("61a7", *body))


def _with_subtitles(avi: bytes, playlist: bytes) -> bytes:
    """A subtitle stream whose first packet is a file of its own (GAB2): the way in of 2017."""
    gab2 = b"GAB2\0" + struct.pack("<HI", 2, 0) + struct.pack("<HI", 4, len(playlist)) + playlist
    header = riff(b"strh", b"txts" + bytes(16) + struct.pack("<II", 1, 1) + bytes(28)) + riff(b"strf", bytes(40))
    at = avi.index(b"movi")
    stream = riff(b"LIST", b"strl" + header)
    return avi[: at - 8] + riff(b"LIST", b"hdrl" + stream) + avi[at - 8 : at + 4] + riff(b"02sb", gab2) + avi[at + 4 :]


def _synced(body: bytes) -> bytes:
    """A text with 0x47 wherever a transport stream has its sync byte."""
    padded = bytearray(body.ljust(188 * 6, b"\n"))
    padded[::188] = b"G" * len(padded[::188])
    return bytes(padded)
