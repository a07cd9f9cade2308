"""The FFmpeg commands of copying: look whether a clip can be copied, copy it, and see what our own encoder writes."""

from pathlib import Path

from roughcut.media.chunk_command import x264
from roughcut.media.conform import SETTLED
from roughcut.media.copying import DEEPEST_REORDERING, MOST_KEY_FRAMES
from roughcut.media.edit import Canvas
from roughcut.media.inputs import opened
from roughcut.media.ladder import Rung
from roughcut.media.sources import Clip
from roughcut.media.timescale import ticks_per_frame, ticks_per_second


def packets_command(path: Path) -> list[str]:
    """Lists an H.264 track's packets three times: all, those with an IDR picture, those with parameter sets.

    Decodes its key frames too; anything on stderr is a fault.
    """
    tracks = ("-map", "0:V:0") * 3
    chosen = ("-bsf:v:1", "filter_units=pass_types=5", "-bsf:v:2", "filter_units=pass_types=7-8|15")
    return [
        *("-v", "error", "-xerror", "-copyts"),
        *opened(path, "mov", "-skip_frame", "nokey"),
        *(*tracks, "-c", "copy", *chosen, "-copyinkf", "-f", "framecrc", "pipe:1"),
        *("-map", "0:V:0", "-fps_mode", "passthrough", "-frames:v", str(MOST_KEY_FRAMES), "-f", "null", "-"),
    ]


def copy_command(canvas: Canvas, clip: Clip, path: Path, film: Path) -> list[str]:
    """The clip's pictures as a film of their own, each packet as it is but for its time: that of its canvas frame."""
    tick, scale = ticks_per_frame(canvas.rate), ticks_per_second(canvas.rate)
    start = round(clip.start_us * scale / 1_000_000)
    # Times in the film's ticks. The depth is too large for most clips: `on_grid` sets the film's own at the end.
    shown = f"{tick}*round((PTS-({start}))/{tick})"
    return [
        *("-v", "error", "-copyts"),
        *opened(path, clip.demuxer),
        *("-map", "0:V:0", "-c", "copy", "-copyinkf", "-bsf:v"),
        f"setts=time_base=1/{scale}:prescale=1:pts='{shown}':dts={tick}*(N-{DEEPEST_REORDERING}):duration={tick}",
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-video_track_timescale", str(scale), f"file:{film}"),
    ]


def on_grid(canvas: Canvas, depth: int) -> list[str]:
    """Arguments by which joined packets are decoded one a frame, `depth` frames before the first is shown."""
    tick = ticks_per_frame(canvas.rate)
    return ["-bsf:v", f"setts=pts=PTS:dts={tick}*(N-{depth}):duration={tick}"]


def sample_command(canvas: Canvas, rung: Rung, film: Path) -> list[str]:
    """One black frame from our own encoder, for its avcC record: that depends on settings, not on pictures."""
    rate = canvas.rate
    return [
        *("-v", "error", "-filter_complex", f"color=black:size={rung.size}:rate={rate},{SETTLED}[out]"),
        *("-map", "[out]", "-r", str(rate), "-frames:v", "1", *x264(rung, rate)),
        *("-video_track_timescale", str(ticks_per_second(rate)), f"file:{film}"),
    ]
