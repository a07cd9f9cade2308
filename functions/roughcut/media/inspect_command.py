"""FFmpeg commands that look at files without writing any."""

from pathlib import Path

from roughcut.media.inputs import opened


def probe_command(path: Path, demuxer: str) -> list[str]:
    """Decodes the first pictures through `showinfo` (stderr) and lists every packet of picture and sound (stdout)."""
    return [
        *("-v", "level+info", "-nostats", "-copyts"),
        *opened(path, demuxer),
        *("-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-copyinkf", "-f", "framecrc", "pipe:1"),
        *("-map", "0:V:0", "-frames:v", "4", "-vf", "showinfo=checksum=0:udu_sei_as_ascii=0", "-f", "null", "-"),
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
    fit = f"scale=w='min(iw,{side})':h='min(ih,{side})':force_original_aspect_ratio=decrease:flags=lanczos"
    flat = "split[front][back];[back]drawbox=c=black:t=fill:replace=1[black];[black][front]overlay=format=gbrp"
    return [
        *("-v", "error"),
        *opened(path, demuxer),
        *("-frames:v", "1", "-filter_complex", f"[0:v:0]{fit},setsar=1,format=gbrap,{flat},format=rgb24"),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-update", "1", written),
    ]
