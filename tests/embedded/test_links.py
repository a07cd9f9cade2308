"""From upload to link on the embedded stack: hard names, forms, parts, downloads, and HLS by links alone."""

import json
import re
import urllib.error
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from roughcut.jobs.tickets import Ticket, seal
from tests.machines.running import Job, WatchedStack
from tests.media.clips import flash
from tests.unit.names import NAMES
from workbench.cli import exit_code

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
SESSION = "names"
FILM = {"resolutions": ["240p"], "storyboard": True}


@pytest.fixture(scope="module")
def stack() -> Iterator[WatchedStack]:
    with WatchedStack(TEMPLATE) as running:
        running.warm()
        yield running


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("names")
    clip = flash(folder / "one.mp4", size="320x180", rate="30", seconds=1)
    for name in NAMES:
        (folder / name).write_bytes(clip.read_bytes())
    (folder / "ü 1.png").write_bytes(b"no picture yet")
    return [*(folder / name for name in NAMES), folder / "ü 1.png"]


@pytest.fixture(scope="module")
def uploaded(stack: WatchedStack, clips: list[Path]) -> list[Path]:
    files = [str(path) for path in clips]
    assert exit_code(["upload", *files, "--session", SESSION, "--endpoint", stack.http_url, "--json"]) == 0
    return clips


@pytest.fixture(scope="module")
def job(stack: WatchedStack, uploaded: list[Path]) -> Job:
    """A film of every clip, the first of which gives it its name."""
    names = sorted(NAMES, key=lambda name: "🎬" not in name)
    made = stack.film(SESSION, payload={**FILM, "videos": names})
    assert made["status"] == "completed", made
    return made


@pytest.fixture
def links(stack: WatchedStack, job: Job) -> Any:
    return stack.ask("links", session_id=SESSION, job_id=job["job_id"], expires_seconds=604_800)


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    """One GET, redirects followed by the caller."""

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    try:
        with build_opener(Stay).open(Request(url, headers=headers)) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


@pytest.mark.contract("upload.names")
def test_each_file_lies_under_its_own_name_byte_for_byte(stack: WatchedStack, uploaded: list[Path]) -> None:
    s3, bucket = stack.client("s3"), stack.outputs["MediaBucketName"]
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"sessions/{SESSION}/", EncodingType="url")["Contents"]
    keys = {unquote(entry["Key"]) for entry in listed if "/jobs/" not in entry["Key"]}
    assert keys == {f"sessions/{SESSION}/videos/{name}" for name in NAMES} | {f"sessions/{SESSION}/slides/ü 1.png"}
    for path in uploaded:
        kind = "slides" if path.suffix == ".png" else "videos"
        stored = s3.get_object(Bucket=bucket, Key=f"sessions/{SESSION}/{kind}/{path.name}")
        assert stored["Body"].read() == path.read_bytes()


@pytest.mark.contract("links")
def test_a_film_is_downloaded_by_its_link_under_its_name(stack: WatchedStack, job: Job, links: Any) -> None:
    (rendition,) = links["renditions"]
    assert rendition["file_name"] == "émoji 🎬 (1) 180p.mp4"
    assert rendition["url"].startswith(f"{stack.http_url}/d/") and links["stitched"]["url"] != rendition["url"]

    status, headers, _ = get(rendition["url"])
    assert (status, headers["access-control-allow-origin"]) == (302, "*")
    status, found, body = get(headers["location"], Range="bytes=4-7", Origin=stack.http_url)
    assert (status, body) == (206, b"ftyp")
    assert unquote(found["content-disposition"].partition("UTF-8''")[2]) == rendition["file_name"]
    assert found["access-control-allow-origin"] == stack.http_url


@pytest.mark.contract("links")
def test_hls_is_played_by_links_alone(links: Any) -> None:
    """As a player goes: the master, each of its playlists, and of each the ranges of its segments."""
    status, headers, master = get(links["hls"]["url"])
    assert (status, headers["content-type"]) == (200, "application/vnd.apple.mpegurl")
    playlists = re.findall(r'URI="([^"]+)"|^(http\S+)$', master.decode(), re.MULTILINE)
    assert len(playlists) == 2
    for pair in playlists:
        text = get(next(filter(None, pair)))[2].decode()
        segments = re.findall(r"#EXT-X-BYTERANGE:(\d+)@(\d+)\n(http\S+)", text)
        (first,) = re.findall(r'#EXT-X-MAP:URI="([^"]+)"', text)
        assert get(get(first)[1]["location"], Range="bytes=4-7")[2] == b"ftyp"
        assert segments
        for size, start, url in segments:
            wanted = f"bytes={start}-{int(start) + int(size) - 1}"
            status, _, body = get(get(url)[1]["location"], Range=wanted)
            assert (status, len(body)) == (206, int(size))


def test_a_storyboard_leads_to_its_sheets(links: Any) -> None:
    status, headers, text = get(links["storyboard"]["url"])
    assert (status, headers["content-type"].partition(";")[0]) == (200, "text/vtt")
    (sheet,) = set(re.findall(r"^(http\S+)#xywh", text.decode(), re.MULTILINE))
    assert get(get(sheet)[1]["location"])[2].startswith(b"\xff\xd8\xff")


def linked(stack: WatchedStack, ticket: Ticket) -> str:
    """The address of the ticket's link, as this stack seals it."""
    key = {"session_id": {"S": "_links"}, "job_id": {"S": "secret"}}
    secret = stack.client("dynamodb").get_item(TableName="Sessions", Key=key)["Item"]["secret"]["B"]
    return f"{stack.http_url}/d/{seal(ticket, secret)}"


@pytest.fixture(scope="module")
def film(stack: WatchedStack, job: Job) -> tuple[str, bytes]:
    """The key of one of the job's own files, which alone a link may lead to, and its bytes."""
    where = {"Bucket": stack.outputs["MediaBucketName"]}
    prefix = f"sessions/{SESSION}/jobs/{job['job_id']}/"
    entries = stack.client("s3").list_objects_v2(**where, Prefix=prefix)["Contents"]
    key = next(entry["Key"] for entry in entries if entry["Key"].endswith(".mp4"))
    return key, stack.client("s3").get_object(**where, Key=key)["Body"].read()


@pytest.mark.parametrize("name", NAMES)
def test_a_link_gives_its_file_the_name_of_the_clip(
    stack: WatchedStack, links: Any, film: tuple[str, bytes], name: str
) -> None:
    """After `links`, which makes the stack's secret."""
    key, content = film
    url = linked(stack, Ticket(key, 4_000_000_000, name))
    assert url.isascii()

    status, headers, _ = get(url)
    assert status == 302
    status, found, body = get(headers["location"])
    assert (status, body) == (200, content)
    assert unquote(found["content-disposition"].partition("UTF-8''")[2]) == name


def expired(stack: WatchedStack, _url: str) -> str:
    return linked(stack, Ticket("sessions/names/videos/-dash.mp4", 1))


@pytest.mark.contract("links.expired")
@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        (expired, "the link has expired: ask links for a new one."),
        (lambda _, url: url[:-3], "there is no such link: it must be as links gave it, whole and unchanged."),
        (lambda stack, _: f"{stack.http_url}/d/x", "there is no such link: it must be as links gave it"),
    ],
)
def test_a_link_that_is_over_or_forged_is_404(
    stack: WatchedStack, links: Any, spoilt: Callable[[WatchedStack, str], str], sentence: str
) -> None:
    status, _, body = get(spoilt(stack, links["hls"]["url"]))
    error = json.loads(body)["error"]
    assert (status, error["code"]) == (404, "NotFound") and error["message"].startswith(sentence)


def test_the_command_line_prints_a_link_a_line(
    stack: WatchedStack, job: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(["links", SESSION, job["job_id"], "--endpoint", stack.http_url]) == 0
    told = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert {*told} == {"stitched", "hls", "thumbnail", "storyboard", "180p"}
    assert all(url.startswith(f"{stack.http_url}/d/") for url in told.values())
