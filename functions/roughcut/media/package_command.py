"""The FFmpeg commands that make films of chunks, without encoding a picture again."""

from pathlib import Path

from roughcut.media.copy_command import on_grid
from roughcut.media.edit import Edit
from roughcut.media.inputs import joined, opened
from roughcut.media.ladder import Rung
from roughcut.media.loudness import measuring
from roughcut.media.rates import gop_frames, microseconds_at
from roughcut.media.timescale import ticks_per_second


def audio_name(rung: Rung) -> str:
    """Of the HLS audio rendition that goes with a rung: "audio-128k"."""
    return f"audio-{rung.audio}k"


def film_command(
    edit: Edit, rung: Rung, pictures: Path, sound: Path, film: Path, *, depth: int | None, filters: str | None = None
) -> list[str]:
    """Chunks and runs of sound, each a listing for the concat demuxer, to one MP4 with its index in front.

    `depth` of reordering is given where chunks differ in it: all are then decoded as early as the deepest needs.
    Sound goes through `filters`, if any.
    """
    return [
        *joined(pictures, "mov"),
        *joined(sound, "flac"),
        *("-map", "0:v:0", "-map", "1:a:0", "-c:v", "copy", "-c:a", "aac", "-b:a", f"{rung.audio}k"),
        *(["-af", filters] if filters else []),
        *(on_grid(edit.canvas, depth) if depth is not None else []),
        *("-video_track_timescale", str(ticks_per_second(edit.canvas.rate))),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart", f"file:{film}"),
    ]


def split_command(edit: Edit, film: Path, video: str | None, audio: str | None, *, measured: bool = False) -> list[str]:
    """Lists a film's packets on stdout; and writes its HLS renditions by these names, if any, into the folder.

    If `measured`, how loud it is as well.
    """
    return [
        *opened(film, "mov"),
        *("-map", "0:v:0", "-map", "0:a:0", "-c", "copy", "-f", "framecrc", "pipe:1"),
        *(_rendition(edit, "0:v:0", video) if video else []),
        *(_rendition(edit, "0:a:0", audio) if audio else []),
        *(("-map", "0:a:0", "-af", measuring(), "-f", "null", "-") if measured else ()),
    ]


def pictures_command(edit: Edit, pictures: Path, name: str, *, depth: int | None) -> list[str]:
    """Writes the HLS rendition that `split_command` would make of a film of these chunks, without that film."""
    grid = on_grid(edit.canvas, depth) if depth is not None else []
    return [*joined(pictures, "mov"), *grid, "-map_metadata", "-1", *_rendition(edit, "0:v:0", name)]


def _rendition(edit: Edit, stream: str, name: str) -> list[str]:
    """One fragmented MP4 whose segments are byte ranges of it.

    Times are kept as they are, with an edit list for the reordering of pictures and the priming of sound. Left alone,
    the muxer delays each by its own, two frames and 21 ms, and sound is 46 ms early.
    """
    segment = microseconds_at(gop_frames(edit.canvas.rate), edit.canvas.rate)
    return [
        *(
            "-map",
            stream,
            "-c",
            "copy",
            "-avoid_negative_ts",
            "disabled",
            "-f",
            "hls",
            "-hls_time",
            f"{segment}us",
            "-hls_playlist_type",
            "vod",
        ),
        *("-hls_segment_type", "fmp4", "-hls_flags", "single_file+independent_segments"),
        *("-hls_segment_filename", f"{name}.mp4", f"{name}.m3u8"),
    ]
