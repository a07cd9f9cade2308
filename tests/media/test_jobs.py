"""Job types, what each writes, and what is not done twice."""

import json
import re

import av
import pytest

from roughcut.jobs.errors import AttemptOver, EncodeFailed, SourceChanged, SourceMissing, SourceUnreadable
from roughcut.media.playlists import segments
from tests.fakes.progress import FakeProgress
from tests.media.clips import flash, numbered
from tests.media.eye import Seen, complaints, listen_to, look_at, numbers
from tests.media.film import SESSION

TITLE = {"id": "intro", "type": "title", "content": {"title": "Numbers"}, "duration": 1}


@pytest.fixture
def film(studio, counted):
    """A film of a slide and a silent clip, 6 s in 180 frames."""
    return studio.run({"videos": studio.upload(counted), "slides": [TITLE], "resolutions": ["1080p", "240p"]})


@pytest.mark.contract("status.result")
def test_the_result_has_the_shape_of_the_contract(studio, film):
    key = f"sessions/{SESSION}/jobs/J1/1/"
    (rendition,) = film["renditions"]
    assert film["duration"] == 6.0 and film["fps"] == 30.0 and (film["width"], film["height"]) == (320, 180)
    assert film["slides"] == [{"id": "intro", "key": f"{key}slides/intro.png"}]
    assert rendition["resolution"] == "180p" and rendition["key"] == f"{key}renditions/180p.mp4"
    assert rendition["size_bytes"] == len(studio.media.objects[rendition["key"]])
    assert film["stitched"] == rendition
    assert film["hls"] == {"key": f"{key}hls/master.m3u8"} and film["thumbnail"] == {"key": f"{key}thumbnail.jpg"}
    assert [s["resolution"] for s in film["skipped"]] == ["1080p", "240p"] and film["warnings"] == []


def test_the_film_shows_the_slide_and_then_every_frame_of_the_clip(studio, film):
    shown = numbers(studio.fetch(film["stitched"]["key"]))
    assert shown[30:] == list(range(150))


def test_hls_plays_the_same_frames_and_says_its_rates(studio, film):
    folder = studio.fetch_all(f"sessions/{SESSION}/jobs/J1/1/hls/")
    master = (folder / "master.m3u8").read_text()
    assert 'CODECS="avc1.' in master and "RESOLUTION=320x180" in master and 'AUDIO="audio-' in master
    playlist = (folder / "180p.m3u8").read_text()
    assert playlist.count("#EXT-X-MAP") == 1 and "#EXT-X-DISCONTINUITY" not in playlist
    found = segments(playlist)
    assert sum(segment.seconds for segment in found) == pytest.approx(6, abs=0.001)
    peak = max(8 * segment.size_bytes / segment.seconds for segment in found)
    assert int(re.search(r":BANDWIDTH=(\d+)", master)[1]) >= peak
    assert numbers(folder / "180p.m3u8") == numbers(studio.fetch(film["stitched"]["key"]))
    assert all(complaints(folder / name) == "" for name in ("180p.m3u8", f"{audio_of(master)}"))


def audio_of(master):
    return re.search(r'URI="(audio-[^"]+)"', master)[1]


def test_sound_and_picture_of_hls_are_together(studio, plain):
    result = studio.run({"videos": studio.upload(plain), "resolutions": ["240p"]})
    folder = studio.fetch_all(result["hls"]["key"].removesuffix("master.m3u8"))
    (sound_file,) = folder.glob("audio-*.mp4")
    seen = look_at(folder / "180p.mp4")
    sound, start = listen_to(sound_file)
    assert seen.times[0] == 0
    assert Seen(seen.times, seen.light, sound, start).offsets == pytest.approx([0, 0], abs=0.002)


def test_every_segment_begins_with_a_key_frame_at_six_seconds(studio, clips):
    path = numbered(clips / "long.mp4", frames=400)
    result = studio.run({"videos": studio.upload(path), "resolutions": ["240p"]})
    folder = studio.fetch_all(result["hls"]["key"].removesuffix("master.m3u8"))
    found = segments((folder / "180p.m3u8").read_text())
    assert [segment.seconds for segment in found] == pytest.approx([6, 6, 40 / 30], abs=0.001)
    with av.open(str(studio.fetch(result["stitched"]["key"]))) as container:
        keys = {
            round(p.pts * p.time_base * 30) for p in container.demux(video=0) if p.pts is not None and p.is_keyframe
        }
    assert {0, 180, 360} <= keys


def test_the_thumbnail_is_640_wide_and_no_slide(studio, film):
    with av.open(str(studio.fetch(film["thumbnail"]["key"]))) as container:
        picture = next(container.decode(video=0))
    assert (picture.width, picture.height) == (640, 360)
    facts = [json.loads(body) for key, body in studio.media.objects.items() if key.endswith("done.json")]
    candidates = [c for fact in facts for c in fact.get("thumbnails", [])]
    assert candidates and all(c["frame"] >= 30 and not c["is_slide"] for c in candidates)


def test_a_film_of_slides_alone_shows_a_slide(studio):
    result = studio.run({"slides": [TITLE], "resolutions": ["240p"], "hls": False})
    seen = look_at(studio.fetch(result["stitched"]["key"]))
    assert (result["width"], result["height"]) == (426, 240) and len(seen.times) == 30
    assert len(seen.sound) >= 48_000 and abs(seen.sound).max() == 0
    assert result["thumbnail"]["key"] in studio.media.objects


@pytest.mark.contract("payload.outputs")
def test_what_is_not_wanted_is_not_written(studio, counted):
    result = studio.run({"videos": studio.upload(counted), "hls": False, "thumbnail": False})
    assert "hls" not in result and "thumbnail" not in result
    written = {key for key in studio.media.objects if "jobs/J1/1/" in key}
    assert not [key for key in written if "/hls/" in key or "thumbnail" in key]


def test_a_stitch_job_writes_one_film_of_the_canvas(studio, plain):
    result = studio.run({"videos": studio.upload(plain)}, "stitch_video")
    assert result["stitched"]["key"].endswith("/stitched.mp4") and result["renditions"] == []
    assert "hls" not in result
    assert complaints(studio.fetch(result["stitched"]["key"])) == ""


@pytest.mark.contract("payload.input")
def test_an_optimize_job_takes_a_clip_or_the_newest_film(studio, plain):
    (name,) = studio.upload(plain)
    first = studio.run({"input": name, "resolutions": ["240p"], "hls": False}, "optimize_video")
    again = studio.run({"input": first["stitched"]["key"], "hls": False}, "optimize_video")
    newest = studio.run({"hls": False}, "optimize_video")
    assert first["duration"] == again["duration"] == newest["duration"] == 2.0


@pytest.mark.parametrize("given", ["gone.mp4", "sessions/other/videos/plain.mp4", "sessions/abc123/../other/x.mp4"])
def test_an_optimize_job_reaches_nothing_outside_its_session(studio, plain, given):
    studio.media.objects["sessions/other/videos/plain.mp4"] = plain.read_bytes()
    with pytest.raises(SourceMissing):
        studio.stitch(studio.job({"input": given}, "optimize_video"))


def test_a_second_attempt_encodes_nothing_again(studio, plain):
    payload = {"videos": studio.upload(plain), "resolutions": ["240p"]}
    for attempt, reused in ((1, False), (2, True)):
        job = studio.job(payload, attempt=attempt)
        plan = studio.plan(job, studio.stitch(job)["edit_key"])
        assert [studio.encode(plan["plan_key"], item)["reused"] for item in plan["items"]] == [reused, reused]


def test_equal_input_gives_equal_bits(studio, plain):
    payload = {"videos": studio.upload(plain), "resolutions": ["240p"]}
    first = studio.run(payload)
    for key in [key for key in studio.media.objects if key.startswith("chunks/")]:
        del studio.media.objects[key]
    second = studio.run(payload)
    films = [studio.media.objects[result["stitched"]["key"]] for result in (first, second)]
    assert films[0] == films[1]


def test_a_clip_replaced_after_the_edit_is_named(studio, plain, counted):
    (name,) = studio.upload(plain)
    job = studio.job({"videos": [name]})
    plan = studio.plan(job, studio.stitch(job)["edit_key"])
    studio.media.objects[f"sessions/{SESSION}/videos/{name}"] = counted.read_bytes()
    with pytest.raises(SourceChanged) as changed:
        studio.encode(plan["plan_key"], 0)
    assert changed.value.clip == name


def test_a_cut_outside_its_clip_is_refused(studio, plain):
    job = studio.job({"videos": [{"name": studio.upload(plain)[0], "start": 9}]})
    with pytest.raises(SourceUnreadable, match=r"is 2\.000 s long: start is 9"):
        studio.stitch(job)


def test_a_cancelled_attempt_leaves_no_finished_chunk(studio, clips):
    long = flash(clips / "busy.mp4", size="1280x720", seconds=6)
    job = studio.job({"videos": studio.upload(long)})
    plan = studio.plan(job, studio.stitch(job)["edit_key"])
    studio.progress = FakeProgress(over_after=0)
    with pytest.raises(AttemptOver):
        studio.encode(plan["plan_key"], 0)
    assert not [key for key in studio.media.objects if key.startswith("chunks/")]


def test_progress_never_falls_and_ends_at_the_whole(studio, film):
    by_worker = {}
    for worker, fraction in studio.progress.reports:
        by_worker.setdefault(worker, []).append(fraction)
    assert set(by_worker) == {"slides", "stitch", "plan", "chunk-0", "chunk-1", "package-180p", "finish"}
    assert all(found == sorted(found) for found in by_worker.values())
    ends = {worker: found[-1] for worker, found in by_worker.items()}
    chunks = [ends.pop("chunk-0"), ends.pop("chunk-1")]
    assert sum(chunks) == pytest.approx(2) and chunks[0] > chunks[1]
    assert set(ends.values()) == {1}
    assert studio.progress.expected.keys() == {"chunk", "package", "packaging", "encoding-since"}
    assert (studio.progress.expected["chunk"], studio.progress.expected["package"]) == (2, 1)


def test_chunks_of_two_encoders_are_not_joined(studio, plain):
    job = studio.job({"videos": studio.upload(plain), "resolutions": ["240p"]})
    plan = studio.plan(job, studio.stitch(job)["edit_key"])
    for item in plan["items"]:
        studio.encode(plan["plan_key"], item)
    document = studio.read(plan["plan_key"])
    first = document["items"][0]
    facts = studio.read(f"{first['key']}/done.json")
    facts["avcc"] = dict.fromkeys(facts["avcc"], "00")
    studio.media.objects["chunks/other/done.json"] = json.dumps(facts).encode()
    document["items"] = [first, {**first, "key": "chunks/other"}, document["items"][1]]
    studio.media.objects[plan["plan_key"]] = json.dumps(document).encode()
    with pytest.raises(EncodeFailed, match="2 different decoder configurations"):
        studio.package(job, plan["plan_key"], plan["rungs"][0])
