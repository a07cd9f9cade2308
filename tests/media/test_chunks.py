"""Chunks rendered apart are what the whole is: the same source frames at the same times, as good, and decodable.

The films here are 90 pixels high and at 24 frames per second, so that chunks of 6 s cost little; they begin with a cut
of 13 frames, so that chunks begin in the middle of the clip's seconds, and are long enough that later ones seek.
"""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from roughcut.jobs.errors import EncoderKilled
from roughcut.media.plan import Item, Plan, video_key
from roughcut.media.rates import gop_frames
from roughcut.stages.stage_job import StageJob
from tests.embedded.waiting import until
from tests.media.clips import ffmpeg, flash, numbered
from tests.media.eye import by_avcc_alone, complaints, likeness, listen_to, numbers, times
from tests.media.film import Studio
from tests.media.test_engine import children

B_FRAMES = ("-c:v", "libx264", "-preset", "fast", "-crf", "18", "-g", "100", "-pix_fmt", "yuv420p")
OPEN_GOP = (*B_FRAMES, "-x264-params", "open-gop=1:keyint=36:bframes=3")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "2", "-g", "15", "-bf", "2")
MPEG4 = ("-c:v", "mpeg4", "-q:v", "2", "-g", "100", "-bf", "2")
VARIABLE = ("-vf", "select='lt(n,140)+gt(n,170)*mod(n,5)'", "-fps_mode", "vfr")
FRAMES, LEAD = 480, 13
THROUGHOUT = [*range(LEAD), *range(FRAMES)]


def small(path: Path, *extra: str, video: tuple[str, ...] = B_FRAMES, **options) -> Path:
    return numbered(path, *extra, **({"rate": "24", "frames": FRAMES, "size": (160, 90), "video": video} | options))


def twice(path: Path) -> Path:
    """Two recordings end to end, both of whose clocks begin at 1.4 s."""
    halves = [path.with_name(f"{index}-{path.name}") for index in (0, 1)]
    frames = ("select=lt(n\\,240)", f"select=gte(n\\,240),setpts=PTS-STARTPTS,trim=end_frame={FRAMES - 240}")
    for half, chosen in zip(halves, frames, strict=True):
        small(half, "-vf", chosen, frames=240)
    path.write_bytes(b"".join(half.read_bytes() for half in halves))
    return path


CLIPS: dict[str, Callable[[Path], Path]] = {
    "b.mp4": small,
    "open.mp4": lambda path: small(path, video=OPEN_GOP),
    "fragments.mp4": lambda path: small(path, "-movflags", "frag_keyframe+empty_moov+negative_cts_offsets"),
    "b.mkv": small,
    "live.mkv": lambda path: small(path, "-live", "1"),
    "b.ts": small,
    "open.ts": lambda path: small(path, video=OPEN_GOP),
    "twice.ts": twice,
    "b.mpg": lambda path: small(path, video=MPEG2),
    "b.avi": small,
    "xvid.avi": lambda path: small(path, video=MPEG4),
    "b.flv": small,
    "w.wmv": lambda path: small(path, video=("-c:v", "wmv2", "-q:v", "2", "-g", "100")),
    "t.ogv": lambda path: small(path, video=("-c:v", "libtheora", "-q:v", "9", "-g", "100")),
}


def planned(studio: Studio, payload: dict[str, object]) -> tuple[StageJob, Plan]:
    job = studio.job({"resolutions": ["240p"], "hls": False, "thumbnail": False, **payload})
    return job, Plan.from_dict(studio.read(studio.plan(job, studio.stitch(job)["edit_key"])["plan_key"]))


def in_gops(plan: Plan) -> Plan:
    """The same film in chunks of one GOP each."""
    gop = gop_frames(plan.edit.canvas.rate)
    firsts = range(0, plan.edit.frames, gop)
    items = [Item("video", first, min(gop, plan.edit.frames - first), "") for first in firsts]
    keyed = [replace(item, key=f"chunks/{video_key(plan.edit, item.span, plan.rungs, 'e')}") for item in items]
    return replace(plan, items=(*keyed, *plan.sound))


def rendered(studio: Studio, job: StageJob, plan: Plan) -> Path:
    key = f"{job.prefix}plan-{len(plan.items)}.json"
    studio.media.objects[key] = json.dumps(plan.as_dict()).encode()
    for item in range(len(plan.items)):
        studio.encode(key, item)
    film = studio.fetch(studio.package(job, key, plan.rungs[0].name)["key"])
    return film.replace(film.with_name(f"{len(plan.items)}.mp4"))


def both(studio: Studio, path: Path, rate: float) -> tuple[Path, Path]:
    """The film unchunked and chunked: a cut of 13 frames, then the whole clip."""
    (name,) = studio.upload(path)
    videos = [{"name": name, "end": round(LEAD / rate, 3)}, name]
    job, plan = planned(studio, {"videos": videos, "fps": rate})
    return rendered(studio, job, plan), rendered(studio, job, in_gops(plan))


def assert_joined(whole: Path, chunked: Path, shown: list[int]) -> None:
    """That both show these frames, at the same times, and that the chunked one decodes without a word."""
    assert numbers(whole) == shown
    assert numbers(chunked) == shown
    assert times(chunked) == times(whole)
    assert complaints(by_avcc_alone(chunked)) == ""


@pytest.mark.parametrize("name", CLIPS)
def test_chunks_show_the_frames_of_the_whole(studio, clips, name):
    assert_joined(*both(studio, CLIPS[name](clips / f"chunks-{name}"), 24), THROUGHOUT)


@pytest.mark.parametrize("rate", ["24000/1001", "30000/1001", "60000/1001"])
def test_chunks_show_the_frames_of_the_whole_at_rates_of_television(studio, clips, rate):
    path = small(clips / f"chunks-{rate.replace('/', '-')}.mkv", rate=rate)
    assert_joined(*both(studio, path, round(float(Fraction(rate)), 3)), THROUGHOUT)


def test_frames_of_a_variable_rate_are_held_across_chunks(studio, clips):
    kept = [n for n in range(FRAMES) if n < 140 or (n > 170 and n % 5)]
    whole, chunked = both(studio, small(clips / "held.mp4", *VARIABLE, frames=len(kept)), 24)
    held = [max(number for number in kept if number <= n) for n in range(FRAMES)]
    assert_joined(whole, chunked, [*range(LEAD), *held])


def test_an_edit_list_is_kept_across_chunks(studio, clips):
    edited = clips / "edited-480.mp4"
    ffmpeg("-ss", "1", "-i", small(clips / "unedited.mp4"), "-c", "copy", edited)
    assert_joined(*both(studio, edited, 24), [*range(24, 24 + LEAD), *range(24, FRAMES)])


def test_a_rate_is_changed_alike_in_every_chunk(studio, clips):
    whole, chunked = both(studio, small(clips / "slower.mp4"), 25)
    shown = numbers(whole)
    assert shown == numbers(chunked) and len(shown) == LEAD + 500
    assert shown[LEAD:] == sorted(shown[LEAD:]) and set(shown) == set(range(FRAMES))


def test_chunks_are_as_like_the_source_as_the_whole(studio, clips):
    path = small(clips / "like.mp4")
    job, plan = planned(studio, {"videos": studio.upload(path)})
    found = [likeness(rendered(studio, job, one), path) for one in (plan, in_gops(plan))]
    assert min(found) > 0.9 and abs(found[0] - found[1]) < 0.002


def test_a_cut_begins_with_its_very_frame(studio, counted):
    (name,) = studio.upload(counted)
    job, plan = planned(studio, {"videos": [{"name": name, "start": 77 / 30, "end": 4}]})
    assert numbers(rendered(studio, job, plan)) == list(range(77, 120))


@pytest.mark.parametrize(
    ("rate", "codec"), [("30", ("pcm_s16le",)), ("30000/1001", ("aac", "-aac_pns", "0"))], ids=["pcm", "aac"]
)
def test_sound_is_unbroken_where_parts_and_runs_of_it_meet(studio, clips, rate, codec):
    """A clip cut into 40 parts, which are two runs of sound, sounds like the clip, to the sample and the last bit."""
    noise = clips / f"noise-{codec[0]}.mov"
    sound = ("-f", "lavfi", "-i", "anoisesrc=r=48000:d=14:a=0.3:s=7,asplit[a][b];[b]adelay=5[c];[a][c]amerge")
    ffmpeg("-f", "lavfi", "-i", f"color=s=160x90:r={rate}:d=14", *sound, "-c:a", *codec, noise)
    (name,) = studio.upload(noise)
    ends = [round(float(10 * index / Fraction(rate)), 6) for index in range(41)]
    cuts = [{"name": name, "start": begin, "end": end} for begin, end in pairwise(ends)]
    job, plan = planned(studio, {"videos": cuts, "fps": round(float(Fraction(rate)), 3)})
    assert [item.frames for item in plan.sound] == [240, 160]
    heard = np.concatenate([run_of(studio, plan, item, job) for item in plan.sound])
    clip = listen_to(noise)[0][: len(heard)]
    assert len(heard) == plan.edit.samples == round(400 * 48_000 / Fraction(rate))
    assert np.abs(heard / 32768 - (clip / 32768 if codec[0] == "pcm_s16le" else clip)).max() < 1.01 / 32768


def run_of(studio: Studio, plan: Plan, item: Item, job: StageJob) -> np.ndarray:
    studio.encode(f"{job.prefix}plan.json", plan.items.index(item))
    return listen_to(studio.fetch(f"{item.key}/audio.flac"))[0]


@pytest.fixture
def long_film(studio: Studio, clips: Path) -> tuple[StageJob, Plan, str]:
    """A job whose film is four chunks of pictures and one run of sound, and the key of its plan."""
    (name,) = studio.upload(flash(clips / "minute.mp4", size="160x90", rate="24", seconds=20))
    job, plan = planned(studio, {"videos": [name]})
    key = f"{job.prefix}plan.json"
    studio.media.objects[key] = json.dumps(in_gops(plan).as_dict()).encode()
    return job, in_gops(plan), key


def test_after_a_kill_in_one_chunk_only_that_one_is_encoded_again(studio, long_film):
    _, plan, key = long_film
    others = [index for index in range(len(plan.items)) if index != 2]
    assert not any(studio.encode(key, index)["reused"] for index in others)
    with pytest.raises(EncoderKilled):
        encode_and_kill(studio, key, 2)
    assert [index for index in range(len(plan.items)) if not studio.encode(key, index)["reused"]] == [2]


def encode_and_kill(studio: Studio, key: str, item: int) -> None:
    """As if the kernel killed the encoder in the middle of its work."""

    def kill() -> None:
        encoder, *_ = until(children)
        os.kill(encoder.pid, signal.SIGKILL)

    killer = Thread(target=kill)
    killer.start()
    try:
        studio.encode(key, item)
    finally:
        killer.join()


@pytest.mark.contract("retry")
def test_a_retry_from_the_start_encodes_everything_anew_but_only_once(studio, clips):
    payload = {"videos": studio.upload(flash(clips / "anew.mp4")), "resolutions": ["240p"]}
    job = studio.job(payload)
    again = replace(job, attempt=2, fresh=True, prefix=job.prefix.replace("/1/", "/2/"))
    third = replace(again, attempt=3, prefix=job.prefix.replace("/1/", "/3/"))
    reused = []
    for attempt in (job, again, again, third):
        plan = studio.plan(attempt, studio.stitch(attempt)["edit_key"])
        reused.append([studio.encode(plan["plan_key"], item)["reused"] for item in plan["items"]])
    assert reused == [[False, False], [False, False], [True, True], [False, False]]
