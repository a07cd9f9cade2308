import json
from dataclasses import replace

import pytest

from job_manager import app
from job_manager.operations import perform
from roughcut import wiring
from roughcut.jobs.request import RequestRefused
from roughcut.jobs.status import Status
from roughcut.jobs.tickets import Ticket, seal
from tests.fakes.desk import fake_desk

RESULT = {
    "slides": [{"id": "intro", "key": "p/slides/intro.png"}],
    "renditions": [{"resolution": "720p", "key": "p/renditions/720p.mp4"}],
    "stitched": {"resolution": "720p", "key": "p/renditions/720p.mp4"},
    "hls": {"key": "p/hls/master.m3u8"},
    "storyboard": {"key": "p/storyboard.vtt", "sheets": []},
}


@pytest.fixture
def desk(monkeypatch):
    desk = fake_desk()
    monkeypatch.setattr(wiring, "desk", lambda: desk)
    return desk


def finished(desk, name="Überblick.final.mp4"):
    payload = {"videos": [{"name": name, "start": 1}, "b.mp4"]}
    job_id = perform({"session_id": "abc", "payload": payload}, desk)["job_id"]
    (key,) = desk.jobs.rows
    desk.jobs.rows[key] = replace(desk.jobs.rows[key], status=Status.SUCCEEDED, result_key="p/result.json")
    desk.media.write("p/result.json", json.dumps(RESULT).encode(), "application/json")
    desk.media.write("p/hls/master.m3u8", b"#EXTM3U\n720p.m3u8\n", "")
    return {"session_id": "abc", "job_id": job_id}


def get(url):
    event = {"version": "2.0", "routeKey": "GET /d/{token}", "headers": {}, "rawPath": url}
    return app.handler({**event, "pathParameters": {"token": url.rpartition("/")[2]}}, None)


def test_everything_that_was_made_has_a_link_with_its_end(desk):
    answer = perform({"operation": "links", **finished(desk), "expires_seconds": 60}, desk)
    rendition, stitched = answer["renditions"][0], answer["stitched"]
    assert (rendition["file_name"], stitched["file_name"]) == ("Überblick.final 720p.mp4", "Überblick.final.mp4")
    assert {link["expires_at"] for link in (rendition, stitched, answer["hls"], answer["slides"][0])} == {
        "2026-11-18T11:07:40.000Z"
    }
    assert answer["hls"]["url"].startswith("https://api.example.com/d/")


def test_a_link_to_a_film_leads_to_it_under_its_name_and_no_longer_than_it_lasts(desk):
    answer = perform({"operation": "links", **finished(desk), "expires_seconds": 60}, desk)
    reply = get(answer["renditions"][0]["url"])
    assert reply["statusCode"] == 302
    assert reply["headers"]["location"].startswith("https://bucket.example.com/p/renditions/720p.mp4?seconds=60&")
    assert "filename*=UTF-8''%C3%9Cberblick.final%20720p.mp4" in reply["headers"]["location"]
    assert reply["headers"]["cache-control"] == "private, max-age=60"


def test_a_playlist_is_sent_with_links_that_end_when_its_own_does(desk):
    answer = perform({"operation": "links", **finished(desk)}, desk)
    reply = get(answer["hls"]["url"])
    until = desk.clock() // 1000 + 3600
    inner = seal(Ticket("p/hls/720p.m3u8", until), desk.media.secret())
    assert (reply["statusCode"], reply["headers"]["content-type"]) == (200, "application/vnd.apple.mpegurl")
    assert reply["body"] == f"#EXTM3U\nhttps://api.example.com/d/{inner}\n"


@pytest.mark.parametrize(
    "spoil, sentence",
    [
        (lambda url, desk: setattr(desk.clock, "now_ms", desk.clock() + 3_600_000), "the link has expired"),
        (lambda url, desk: desk.media.objects.pop("p/hls/master.m3u8"), "what the link leads to is deleted"),
    ],
)
def test_a_link_that_leads_nowhere_any_more_says_why(desk, spoil, sentence):
    url = perform({"operation": "links", **finished(desk)}, desk)["hls"]["url"]
    spoil(url, desk)
    reply = get(url)
    body = json.loads(reply["body"])
    assert (reply["statusCode"], body["error"]["code"]) == (404, "NotFound")
    assert body["error"]["message"].startswith(sentence)


def test_a_name_that_grows_too_long_for_a_file_system_loses_its_end(desk):
    answer = perform({"operation": "links", **finished(desk, "é" * 125 + ".mp4")}, desk)
    name = answer["renditions"][0]["file_name"]
    assert name == "é" * 123 + " 720p.mp4" and len(name.encode()) == 255


def test_only_a_completed_job_has_links(desk):
    job = finished(desk)
    (key,) = desk.jobs.rows
    desk.media.objects.pop("p/result.json")
    with pytest.raises(RequestRefused, match="is deleted, as MediaRetentionDays"):
        perform({"operation": "links", **job}, desk)
    desk.jobs.rows[key] = replace(desk.jobs.rows[key], status=Status.RUNNING)
    with pytest.raises(RequestRefused, match="is processing; only a completed job has links") as refused:
        perform({"operation": "links", **job}, desk)
    assert refused.value.code == "Conflict"
    with pytest.raises(RequestRefused, match="expires_seconds is 604801: it must be 604800 or less"):
        perform({"operation": "links", **job, "expires_seconds": 604801}, desk)
