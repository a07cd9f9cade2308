"""The FFmpeg command for a run of sound: every part decoded, conformed and cut to its exact samples."""

from fractions import Fraction
from pathlib import Path

from roughcut.media.chunks import Piece, Span, pieces
from roughcut.media.edit import Edit
from roughcut.media.inputs import early_seek, opened
from roughcut.media.loudness import measuring
from roughcut.media.rates import SAMPLE_RATE, microseconds_at, sample_at
from roughcut.media.sources import Clip

FILE = "audio.flac"
_FORMAT = f"aformat=sample_rates={SAMPLE_RATE}:channel_layouts=stereo:sample_fmts=s16"
# Mixed to stereo in floating point, where FFmpeg keeps the level (ITU-R BS.775) instead of leaving room for the loudest
# sum; the limiter then changes nothing but sums above full scale. Gaps in the clock longer than 30 ms are kept.
_CONFORMED = (
    f"aresample={SAMPLE_RATE}:async=1:min_hard_comp=0.03:first_pts=0:osf=fltp:ochl=stereo,"
    "alimiter=limit=1:level=false:latency=true"
)
_BOTH_SIDES = "pan=stereo|c0=c0|c1=c0,"  # one channel at full level on either side, as browsers play it
# Beside the sound, not in its way: it is the same whether anybody asks for its loudness.
_MEASURED = f"asplit[out][heard];[heard]{measuring()}[measured]"
_SILENCE = f"anullsrc=channel_layout=stereo:sample_rate={SAMPLE_RATE}"


def run_samples(edit: Edit, span: Span) -> int:
    """How many samples a run has. Rounded from the film's start, so that runs add up to the film."""
    return sample_at(span.end, edit.canvas.rate) - sample_at(span.first, edit.canvas.rate)


def heard_sources(edit: Edit, span: Span) -> list[int]:
    """The sources whose sound a run needs."""
    return [piece.source for piece in pieces(edit, span) if _is_heard(edit, piece)]


def audio_command(edit: Edit, span: Span, files: dict[int, Path]) -> list[str]:
    """FFmpeg's arguments: one FLAC, 48 kHz stereo of 16 bits, `run_samples` long, and what `measuring` says of it, into
    the current folder."""
    shown = pieces(edit, span)
    heard = [piece for piece in shown if _is_heard(edit, piece)]
    chains = [_sound(edit, piece, heard.index(piece)) if piece in heard else _silence(edit, piece) for piece in shown]
    labelled = ";".join(f"{chain}[p{index}]" for index, chain in enumerate(chains))
    labels = "".join(f"[p{index}]" for index in range(len(shown)))
    return [
        *("-copyts", "-filter_complex_threads", "2"),
        *(argument for piece in heard for argument in _input(edit, piece, files[piece.source])),
        *("-filter_complex", f"{labelled};{labels}concat=n={len(shown)}:v=0:a=1,{_MEASURED}"),
        *("-map", "[out]", "-c:a", "flac", "-map_metadata", "-1", "-fflags", "+bitexact", FILE),
        *("-map", "[measured]", "-f", "null", "-"),
    ]


def _is_heard(edit: Edit, piece: Piece) -> bool:
    source = edit.sources[piece.source]
    return isinstance(source, Clip) and source.has_audio


def _input(edit: Edit, piece: Piece, path: Path) -> list[str]:
    source = edit.sources[piece.source]
    assert isinstance(source, Clip)
    return opened(path, source.demuxer, *early_seek(source, piece.first, edit.canvas.rate))


def _sound(edit: Edit, piece: Piece, index: int) -> str:
    """From the part's first moment by the file's clock: late sound is preceded by silence, short sound followed."""
    source = edit.sources[piece.source]
    assert isinstance(source, Clip)
    start = Fraction(source.start_us + microseconds_at(piece.first, edit.canvas.rate), 1_000_000)
    # And no sound later than a second after: the hole before it, perhaps of hours, would be filled with silence.
    end = start + piece.frames / edit.canvas.rate + 1
    return ",".join(
        [
            f"[{index}:a:0]atrim=start={float(start):.6f}:end={float(end):.6f}",
            f"asetpts=PTS-{float(start):.6f}/TB",
            f"{_BOTH_SIDES if source.is_mono else ''}{_CONFORMED}",
            _FORMAT,
            "apad",
            f"atrim=end_sample={_samples(edit, piece)}",
            "asetpts=N/SR/TB",
        ]
    )


def _silence(edit: Edit, piece: Piece) -> str:
    return f"{_SILENCE},{_FORMAT},atrim=end_sample={_samples(edit, piece)},asetpts=N/SR/TB"


def _samples(edit: Edit, piece: Piece) -> int:
    return run_samples(edit, Span(piece.at, piece.frames))
