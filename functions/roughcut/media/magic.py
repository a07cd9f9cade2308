"""What a file is, from its first bytes: the only thing that decides which demuxer opens it."""

SNIFFED_BYTES = 4 + 188 * 3

_MP4_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")
_VIDEO = (
    ("matroska", 0, b"\x1a\x45\xdf\xa3"),
    ("mpeg", 0, b"\x00\x00\x01\xba"),
    ("asf", 0, bytes.fromhex("3026b2758e66cf11")),
    ("flv", 0, b"FLV\x01"),
    ("ogg", 0, b"OggS"),
)
_IMAGE = (("png_pipe", b"\x89PNG\r\n\x1a\n"), ("jpeg_pipe", b"\xff\xd8\xff"))
_NOT_MEDIA = (
    (b"#EXTM3U", "a playlist"),
    (b"ffconcat", "a playlist"),
    (b"[playlist]", "a playlist"),
    (b"<?xml", "an XML document"),
    (b"<MPD", "a playlist"),
    (b"<svg", "an SVG drawing"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)


def video_demuxer(head: bytes) -> str | None:
    """FFmpeg's name for the container, None if it is not one we open."""
    if head[4:8] in _MP4_BOXES:
        return "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if _is_transport_stream(head):
        return "mpegts"
    return next((name for name, offset, magic in _VIDEO if head[offset:].startswith(magic)), None)


def image_demuxer(head: bytes) -> str | None:
    """FFmpeg's name for the picture format, None if it is none of PNG, JPEG, WebP."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp_pipe"
    return next((name for name, magic in _IMAGE if head.startswith(magic)), None)


def described(head: bytes) -> str:
    """In words, what a file is that is not media: "text", "a playlist", "empty"."""
    if not head:
        return "empty"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    known = next((words for magic, words in _NOT_MEDIA if start.startswith(magic)), None)
    return known or ("text" if _is_text(head) else "of no known format")


def _is_transport_stream(head: bytes) -> bool:
    """Sync bytes every 188 bytes, or every 192 with a 4-byte prefix (camcorders)."""
    return any(
        len(head) > offset + step and all(head[i] == 0x47 for i in range(offset, len(head), step))
        for offset, step in ((0, 188), (4, 192))
    )


def _is_text(head: bytes) -> bool:
    try:
        return "\0" not in head.decode("utf-8", "strict" if len(head) < SNIFFED_BYTES else "ignore")
    except UnicodeDecodeError:
        return False
