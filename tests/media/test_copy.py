"""A stitch copies what matches, frame for frame and byte for byte, and conforms the rest."""

from fractions import Fraction
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from roughcut.ports import Encoder
from roughcut.stages.copy_pictures import look_whether_copyable
from roughcut.stages.probe import probe
from roughcut.stages.room import Room
from roughcut.stages.stage_job import StageJob
from tests.media.clips import AAC, ffmpeg, flash
from tests.media.eye import by_avcc_alone, complaints, look_at, pictures
from tests.media.film import SESSION, Studio, a_room

FRAME = 1 / 30
VIDEO = ("-c:v", "libx264", "-preset", "fast", "-crf", "20", "-pix_fmt", "yuv420p", "-g", "25")
OPEN = (*VIDEO, "-x264-params", "open-gop=1:keyint=15")
LACED = (*VIDEO, "-flags", "+ildct+ilme")
VARIABLE = ("-fps_mode", "vfr")
ADTS = ("-bsf:a", "aac_adtstoasc")
HDR = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"
TITLE = {"id": "intro", "type": "title", "content": {"title": "Copied"}, "duration": 1}


@pytest.fixture(scope="session")
def shots(clips: Path) -> list[Path]:
    """Three clips of one encoder: 60, 41 and 75 frames, with and without sound as long."""
    lengths = (2, 41 / 30, 2.5)
    return [flash(clips / f"shot-{n}.mp4", video=VIDEO, seconds=seconds) for n, seconds in enumerate(lengths)]


def stitched(studio: Studio, *paths: Path, **payload) -> tuple[list[str], Path]:
    """How each part got into the film, and the film."""
    result = studio.run({"videos": studio.upload(*paths), **payload}, "stitch_video")
    key = result["stitched"]["key"]
    edit = studio.read(key.replace("stitched.mp4", "edit.json"))
    return [part["how"] for part in edit["parts"]], studio.fetch(key)


def hows(studio: Studio, *paths: Path, **payload) -> list[str]:
    job = studio.job({"videos": studio.upload(*paths), **payload}, "stitch_video")
    return decided(studio, job)


def decided(studio: Studio, job: StageJob) -> list[str]:
    return [part["how"] for part in studio.read(studio.stitch(job)["edit_key"])["parts"]]


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as film:
        return [sha256(bytes(packet)).digest() for packet in film.demux(video=0) if packet.size]


def shown(path: Path) -> list[bytes]:
    return [sha256(frame.to_ndarray(format="yuv420p").tobytes()).digest() for frame in pictures(path)]


def remade(path: Path, name: str, *arguments: str, before: tuple[str, ...] = ()) -> Path:
    """A stream copy that differs as asked."""
    made = path.with_name(name)
    ffmpeg(*before, "-i", path, "-map", "0", "-c", "copy", *arguments, made)
    return made


def assert_is_all_of(film: Path, *sources: Path) -> None:
    assert packets(film) == [packet for source in sources for packet in packets(source)]
    assert shown(film) == [picture for source in sources for picture in shown(source)]
    assert complaints(film) == "" and complaints(by_avcc_alone(film)) == ""


def test_matching_clips_are_copied_packet_by_packet(studio, shots):
    how, film = stitched(studio, *shots)
    assert how == ["copy"] * 3
    assert_is_all_of(film, *shots)
    assert look_at(film).times == [Fraction(index, 30) for index in range(60 + 41 + 75)]


def test_sound_of_a_copied_film_is_with_its_picture_after_every_join(studio, shots):
    _, film = stitched(studio, *shots)
    seen = look_at(film)
    starts = accumulate((60, 41), initial=0)
    expected = [start / 30 + second + 0.5 for start, seconds in zip(starts, (2, 1, 2), strict=True)
                for second in range(seconds)]  # fmt: skip
    assert seen.flashes == pytest.approx(expected, abs=0.001)
    assert max(map(abs, seen.offsets)) <= FRAME


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "60"])
def test_every_rate_is_copied_onto_its_own_grid(studio, clips, rate):
    """The container counts in 1/600 s, as phones do: its times are off the grid by up to a millisecond."""
    name = rate.replace("/", "-")
    clip = flash(clips / f"rate-{name}.mp4", rate=rate, video=VIDEO, extra=("-video_track_timescale", "600"))
    how, film = stitched(studio, clip, clip)
    assert how == ["copy"] * 2
    assert_is_all_of(film, clip, clip)
    seen = look_at(film)
    assert seen.times == [index / Fraction(rate) for index in range(len(seen.times))]
    assert max(map(abs, seen.offsets)) <= 1 / Fraction(rate)


def test_clips_that_reorder_less_are_decoded_as_early_as_the_others(studio, shots, clips):
    still = flash(clips / "intra.mp4", video=(*VIDEO, "-force_key_frames", "expr:1"))
    how, film = stitched(studio, still, shots[0], still)
    assert how == ["copy"] * 3
    assert_is_all_of(film, still, shots[0], still)
    with av.open(str(film)) as container:
        times = [(packet.dts, packet.pts) for packet in container.demux(video=0) if packet.size]
    assert [dts for dts, _ in times] == [1000 * (index - 2) for index in range(len(times))]
    assert all(dts <= pts for dts, pts in times)


def test_turned_clips_are_copied_and_stand_upright(studio, shots):
    turned = remade(shots[0], "turned.mp4", before=("-display_rotation", "90"))
    how, film = stitched(studio, turned, turned)
    assert how == ["copy"] * 2 and packets(film) == packets(turned) * 2
    upright = film.with_suffix(".upright.mp4")
    ffmpeg("-i", film, "-frames:v", "1", upright)
    picture = next(pictures(upright))
    assert (picture.width, picture.height) == (180, 320)


def test_a_copied_film_has_a_thumbnail_and_reports_to_its_end(studio, shots):
    result = studio.run({"videos": studio.upload(*shots)}, "stitch_video")
    with av.open(str(studio.fetch(result["thumbnail"]["key"]))) as container:
        assert next(container.decode(video=0)).width == 640
    by_worker = dict(studio.progress.reports)
    chunks = [done for worker, done in by_worker.items() if worker.startswith("chunk-")]
    assert sum(chunks) == pytest.approx(len(chunks))
    assert {done for worker, done in by_worker.items() if not worker.startswith("chunk-")} == {1}
    assert {"chunk": 4, "package": 1, "copied": 3}.items() <= studio.progress.expected.items()


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("other parameter sets", lambda a, to: flash(to, video=(*VIDEO, "-preset", "ultrafast"))),
        ("variable rate", lambda a, to: flash(to, video=VIDEO, filters="select='mod(n,7)'", extra=VARIABLE)),
        ("another rate", lambda a, to: flash(to, video=VIDEO, rate="25")),
        ("hidden pictures", lambda a, to: remade(a, to.name, before=("-ss", "0.3"))),
        ("turned round", lambda a, to: remade(a, to.name, before=("-display_rotation", "180"))),
        ("wide pixels", lambda a, to: remade(a, to.name, "-aspect", "2:1")),
        ("full range", lambda a, to: flash(to, video=(*VIDEO, "-color_range", "pc"), filters="scale=out_range=pc")),
        ("another size", lambda a, to: flash(to, video=VIDEO, size="160x90")),
        ("parameter sets in the samples", lambda a, to: remade(remade(a, "way.ts"), to.name, *ADTS)),
        ("a container of milliseconds", lambda a, to: remade(a, f"{to.stem}.mkv")),
    ],
)  # fmt: skip
def test_a_clip_that_would_break_the_film_is_conformed_with_all_the_others(studio, shots, name, make):
    odd = make(shots[0], shots[0].with_name(f"{name.replace(' ', '-')}.mp4"))
    assert hows(studio, shots[0], odd, shots[2]) == ["conform"] * 3


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("ten-bit", {"video": (*VIDEO, "-pix_fmt", "yuv420p10le")}),
        ("full-chroma", {"video": (*VIDEO, "-pix_fmt", "yuv444p")}),
        ("laced", {"video": LACED, "filters": "setfield=tff"}),
        ("hdr", {"video": VIDEO, "filters": HDR}),
        ("hevc", {"video": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")}),
    ],
)
def test_what_not_every_player_shows_is_conformed_even_if_all_clips_match(studio, clips, name, options):
    clip = flash(clips / f"all-{name}.mp4", **options)
    assert hows(studio, clip, clip) == ["conform"] * 2


def test_a_clip_that_begins_in_an_open_gop_is_conformed(studio, clips):
    """Its first picture is a key frame, but what is decoded next leans on the GOP before, which is not there."""
    whole = flash(clips / "open.mp4", video=OPEN)
    tail = remade(whole, "open-tail.mp4", "-bsf:v", "noise=drop='lt(n,15)'")
    assert hows(studio, whole, whole) == ["copy"] * 2
    assert hows(studio, whole, tail) == ["conform"] * 2


def test_a_clip_whose_key_frame_does_not_decode_is_conformed(studio, shots):
    broken = remade(shots[0], "broken.mp4", "-bsf:v", "noise=amount=200*key")
    assert hows(studio, shots[0], broken) == ["conform"] * 2


class Grumbling:
    """An encoder that has something to say whatever it reads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def run(self, *arguments, **options) -> str:
        return self._encoder.run(*arguments, **options) + "mmco: unref short failure"


def test_a_clip_that_decodes_with_a_complaint_is_conformed(studio, shots):
    (name,) = studio.upload(shots[0])
    with a_room() as room:
        clip = probe(name, f"sessions/{SESSION}/videos/{name}", media=studio.media, room=room, place="clip")
        assert look_whether_copyable(clip, shots[0], room) is not None
        assert look_whether_copyable(clip, shots[0], Room(room.folder, Grumbling(room.encoder))) is None


@pytest.mark.parametrize("payload", [{"fps": 25}, {"canvas": "640x360"}])
def test_a_film_of_another_canvas_is_conformed(studio, shots, payload):
    assert hows(studio, *shots, **payload) == ["conform"] * 3


@pytest.mark.parametrize("cut", [{"start": 0.5}, {"end": 1.5}])
def test_a_clip_that_is_cut_is_conformed(studio, shots, cut):
    (name,) = studio.upload(shots[0])
    assert decided(studio, studio.job({"videos": [{"name": name, **cut}]}, "stitch_video")) == ["conform"]


def test_other_job_types_copy_nothing(studio, shots):
    assert decided(studio, studio.job({"videos": studio.upload(*shots)})) == ["conform"] * 3


def test_a_slide_beside_clips_of_another_encoder_has_all_conformed(studio, shots):
    how, film = stitched_with_slide(studio, shots[0])
    assert how == ["conform"] * 2 and complaints(by_avcc_alone(film)) == ""


def test_a_slide_beside_a_film_of_our_own_leaves_the_film_as_it_is(studio, shots):
    """Our encoder writes the same record for the slide as it did for the film."""
    made = studio.run({"videos": studio.upload(*shots), "hls": False})
    own = studio.fetch(made["stitched"]["key"])
    how, film = stitched_with_slide(studio, own)
    assert how == ["conform", "copy"]
    assert packets(film)[30:] == packets(own) and shown(film)[30:] == shown(own)
    assert complaints(film) == "" and complaints(by_avcc_alone(film)) == ""
    assert max(map(abs, look_at(film).offsets)) <= FRAME


def stitched_with_slide(studio: Studio, path: Path) -> tuple[list[str], Path]:
    payload = {"videos": studio.upload(path), "slides": [TITLE]}
    result = studio.run(payload, "stitch_video")
    key = result["stitched"]["key"]
    edit = studio.read(key.replace("stitched.mp4", "edit.json"))
    return [part["how"] for part in edit["parts"]], studio.fetch(key)


def test_joining_different_parameter_sets_breaks_players_that_read_only_the_record(shots):
    """The fault that the rule is there for, so that the check by which the films above pass is known to bite."""
    other = flash(shots[0].with_name("other.mp4"), video=(*VIDEO, "-preset", "ultrafast"), audio=None)
    listing = shots[0].with_name("joined.txt")
    listing.write_text(f"file '{shots[0].name}'\nfile '{other.name}'\n")
    joined = shots[0].with_name("joined.mp4")
    ffmpeg("-f", "concat", "-safe", "0", "-i", listing, "-map", "0:v", "-c", "copy", joined)
    with pytest.raises(AssertionError):
        complaints(by_avcc_alone(joined))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.integers(0, 2), min_size=1, max_size=5))
def test_copying_never_changes_the_pictures_nor_the_length_of_sound(studio, shots, order):
    how, film = stitched(studio, *(shots[index] for index in order))
    assert how == ["copy"] * len(order)
    assert shown(film) == [picture for index in order for picture in shown(shots[index])]
    seen = look_at(film)
    assert abs(len(seen.sound) - len(seen.times) * 1600) <= 1024


@pytest.mark.contract("payload.input")
def test_an_optimize_of_the_session_starts_from_the_sources_of_the_stitch(studio, shots):
    stitched(studio, *shots)
    edit = studio.read(studio.stitch(studio.job({}, "optimize_video"))["edit_key"])
    assert [source["name"] for source in edit["sources"]] == [shot.name for shot in shots]
    assert [(part["how"], part["frames"]) for part in edit["parts"]] == [("conform", n) for n in (60, 41, 75)]


@pytest.mark.contract("payload.input")
def test_an_optimize_after_a_source_was_replaced_starts_from_the_film(studio, shots):
    stitched(studio, *shots)
    studio.media.objects[f"sessions/{SESSION}/videos/{shots[1].name}"] = shots[0].read_bytes()
    edit = studio.read(studio.stitch(studio.job({}, "optimize_video"))["edit_key"])
    assert [source["name"] for source in edit["sources"]] == ["stitched.mp4"]


def test_a_long_stitch_is_cut_into_chunks_of_one_rung(studio, clips):
    long = flash(clips / "long.mkv", size="64x36", rate="24", seconds=121)
    job = studio.job({"videos": studio.upload(long)}, "stitch_video")
    plan = studio.read(studio.plan(job, studio.stitch(job)["edit_key"])["plan_key"])
    items = [(item["kind"], item["frames"]) for item in plan["items"]]
    assert items == [("video", 1440), ("video", 1440), ("video", 24), ("audio", 2904)]
    assert [rung["name"] for rung in plan["rungs"]] == ["36p"]
    _, film = stitched(studio, long)
    seen = look_at(film)
    assert len(seen.times) == 2904 and len(seen.flashes) == 121 and max(map(abs, seen.offsets)) <= 1 / 24


def test_silent_clips_are_copied_beside_others(studio, shots, clips):
    silent = flash(clips / "silent-shot.mp4", video=VIDEO, audio=None)
    surround = flash(clips / "surround-shot.mp4", video=VIDEO, audio=(*AAC[:-1], "6"))
    how, film = stitched(studio, silent, shots[0], surround)
    assert how == ["copy"] * 3
    seen = look_at(film)
    assert len(seen.flashes) == 6 and seen.beeps == pytest.approx([2.5, 3.5, 4.5, 5.5], abs=FRAME)
