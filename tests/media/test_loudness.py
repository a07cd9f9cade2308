"""`loudness: normalize`: what FFmpeg's own meter says of the finished film."""

import re
from pathlib import Path

import pytest

from roughcut.media.loudness import louder
from tests.media.clips import ffmpeg
from tests.media.eye import listen_to, look_at, streams_of
from tests.media.film import Studio

TARGET, CEILING = -16, -1.5
AAC_ADDS = 1.0  # dB above what the limiter let through, at 96 kbit/s

# Speech-like: a tone under noise that comes and goes twice a second.
TALK = "aevalsrc='(0.5+0.5*sin(2*PI*2*t))*(0.2*sin(2*PI*220*t)+0.1*(random(0)-0.5))|0.15*sin(2*PI*330*t)':s=48000"
# Quiet, with a click a second that leaves no room to make it louder.
CLICKS = "aevalsrc='0.004*sin(2*PI*300*t)+if(lt(mod(t,1),0.003),0.9*sin(2*PI*11025*t+0.9),0)':s=48000"


def meter(film: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP)."""
    said = ffmpeg(
        "-v", "info", "-nostats", "-i", film, "-vn", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"
    )
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1]), float(re.findall(r"Peak:\s+(-?[\d.]+|-inf)", said)[-1])


def sounding(path: Path, sound: str, seconds: float = 4) -> Path:
    if not path.exists():
        picture = f"color=s=160x90:r=10:d={seconds}"
        codec = ("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_s16le")
        ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-t", str(seconds), *codec, path)
    return path


@pytest.fixture
def quiet(clips: Path) -> Path:
    return sounding(clips / "quiet.mov", f"{TALK},volume=-24dB")


@pytest.fixture
def loud(clips: Path) -> Path:
    return sounding(clips / "loud.mov", f"{TALK},volume=12dB")


def film_of(studio: Studio, *clips: Path, **payload) -> tuple[dict, Path]:
    result = studio.run({"videos": studio.upload(*clips), "hls": False, "loudness": "normalize", **payload})
    return result, studio.fetch(result["stitched"]["key"])


@pytest.mark.contract("payload.loudness")
@pytest.mark.parametrize("name", ["quiet", "loud"])
def test_a_film_is_brought_to_the_target(studio, request, tell, name):
    clip = request.getfixturevalue(name)
    before, _ = meter(clip)
    result, film = film_of(studio, clip)
    after, peak = meter(film)
    tell(f"loudness: {name} clip of {before} LUFS -> {after} LUFS, {peak} dBTP")
    assert abs(before - TARGET) > 3
    assert after == pytest.approx(TARGET, abs=0.3) and peak <= CEILING + AAC_ADDS
    assert result["warnings"] == []


def test_one_gain_holds_for_the_whole_film_and_silence_does_not_count(studio, quiet, loud):
    """A quiet and a loud clip between slides: what is loud stays as much louder as it was."""
    slides = [{"id": name, "type": "title", "content": {"title": name}, "duration": 2} for name in ("a", "b")]
    _, kept = film_of(studio, quiet, loud, slides=slides, loudness="keep")
    _, film = film_of(studio, quiet, loud, slides=slides)
    assert meter(film)[0] == pytest.approx(TARGET, abs=0.3)
    apart = [meter(cut(kept, begin))[0] - meter(cut(film, begin))[0] for begin in (2.5, 8.5)]
    assert apart[0] == pytest.approx(apart[1], abs=0.2) and abs(apart[0]) > 2


def cut(film: Path, begin: float) -> Path:
    piece = film.with_name(f"{film.stem}-{begin}.wav")
    ffmpeg("-ss", str(begin), "-i", film, "-t", "3", "-vn", piece)
    return piece


def test_every_rung_is_as_loud(studio, clips):
    clip = sounding(clips / "wide.mov", f"{TALK},volume=-24dB,aformat=channel_layouts=stereo")
    large = clips / "large.mov"
    ffmpeg("-i", clip, "-vf", "scale=640:360", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy", large)
    result, _ = film_of(studio, large, resolutions=["360p", "240p"])
    levels = [meter(studio.fetch(rendition["key"]))[0] for rendition in result["renditions"]]
    assert len(levels) == 2 and levels == pytest.approx([TARGET] * 2, abs=0.3)


def test_peaks_are_limited_and_the_result_says_what_that_cost(studio, clips, tell):
    result, film = film_of(studio, sounding(clips / "clicks.mov", CLICKS))
    after, peak = meter(film)
    tell(f"loudness: clicks over a quiet tone -> {after} LUFS, {peak} dBTP")
    assert peak <= CEILING + AAC_ADDS and after < TARGET - 1
    (warning,) = result["warnings"]
    said = float(re.search(r"is (-[\d.]+) LUFS instead of -16: its peaks are limited to -1.5 dBTP", warning)[1])
    assert said == pytest.approx(after, abs=0.3)


def test_no_peak_between_the_samples_passes_the_limiter(clips):
    """Before AAC, which adds its own; and what it delays, it gives back."""
    out = clips / "limited.wav"
    ffmpeg("-f", "lavfi", "-i", CLICKS, "-t", "4", "-af", louder(24), "-c:a", "pcm_f32le", out)
    assert CEILING - 0.4 <= meter(out)[1] <= CEILING
    ffmpeg("-f", "lavfi", "-i", "aevalsrc='0.2*eq(n,1000)':s=48000:d=0.4999", "-af", louder(6), out)
    sound, _ = listen_to(out)
    assert (len(sound), int(abs(sound).argmax())) == (23_995, 1000)


def test_a_silent_film_stays_silent_and_says_so(studio, clips):
    result, film = film_of(studio, sounding(clips / "silent.mov", "anullsrc=r=48000"))
    assert meter(film)[1] == float("-inf")
    assert result["warnings"] == ["The film is silent: there is no loudness to normalize."]


def test_sound_is_as_long_as_the_pictures_and_in_its_place(studio, plain):
    _, film = film_of(studio, plain)
    lengths = streams_of(film)
    assert abs(lengths["video"] - lengths["audio"]) <= 1024 / 48_000
    assert look_at(film).offsets == pytest.approx([0, 0], abs=0.002)


@pytest.mark.contract("payload.loudness")
def test_a_film_that_keeps_its_loudness_is_bit_for_bit_what_it_was(studio, quiet):
    """Asked for or by default; and the runs of sound are the same whether it is kept or not."""
    films = [film_of(studio, quiet, **wish)[1].read_bytes() for wish in ({"loudness": "keep"}, {})]
    default = studio.run({"videos": [quiet.name], "hls": False})
    assert films[0] == studio.fetch(default["stitched"]["key"]).read_bytes() != films[1]
    assert len([key for key in studio.media.objects if key.endswith("audio.flac")]) == 1
