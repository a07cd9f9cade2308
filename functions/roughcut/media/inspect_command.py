"""FFmpeg commands that look at files without writing any."""

from pathlib import Path

from roughcut.media.inputs import opened

# Else FFmpeg repeats a megabyte of title for each output, perhaps after the lines that are looked for.
_WITHOUT_TEXTS = ("-map_metadata", "-1", "-map_chapters", "-1")


def probe_command(path: Path, demuxer: str) -> list[str]:
    """Decodes the first pictures through `showinfo` (stderr), and the first sound, so that what cannot be decoded is
    refused here; lists every packet of both (stdout)."""
    return [
        *("-v", "level+info", "-nostats", "-copyts"),
        *opened(path, demuxer, "-threads", "1"),  # each thread of a decoder holds pictures of its own
        *("-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-copyinkf", *_WITHOUT_TEXTS, "-f", "framecrc", "pipe:1"),
        *("-map", "0:V:0", "-frames:v", "4", "-vf", "showinfo=checksum=0:udu_sei_as_ascii=0"),
        *("-map", "0:a:0?", "-frames:a", "4", *_WITHOUT_TEXTS, "-f", "null", "-"),
    ]


def proof_command(films: list[Path]) -> list[str]:
    """Lists every packet of our own films (stdout) and decodes their key frames; anything on stderr is a fault."""
    maps = [argument for index in range(len(films)) for argument in ("-map", f"{index}:v:0")]
    return [
        *("-v", "error", "-xerror"),
        *(argument for film in films for argument in opened(film, "mov", "-skip_frame", "nokey")),
        *(*maps, "-c", "copy", "-f", "framecrc", "pipe:1"),
        *(*maps, "-fps_mode", "passthrough", "-f", "null", "-"),
    ]


def image_command(path: Path, demuxer: str, side: int, written: str) -> list[str]:
    """An uploaded picture as an opaque PNG, no side longer than `side`, transparency over black."""
    share = f"min(1,{side}/max(iw,ih))"
    fit = f"scale=w='max(1,round(iw*{share}))':h='max(1,round(ih*{share}))':flags=lanczos"
    flat = "split[front][back];[back]drawbox=c=black:t=fill:replace=1[black];[black][front]overlay=format=gbrp"
    return [
        *("-v", "error"),
        *opened(path, demuxer),
        *("-frames:v", "1", "-filter_complex", f"[0:v:0]{fit},setsar=1,format=gbrap,{flat},format=rgb24"),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-update", "1", written),
    ]
