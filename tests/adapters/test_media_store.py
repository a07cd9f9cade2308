"""What every MediaStore promises."""

import pytest

from roughcut.aws.media_store import S3MediaStore
from roughcut.jobs.errors import SourceChanged, SourceMissing
from roughcut.media.ranges import Range, total
from roughcut.ports import MediaStore
from tests.fakes.media_store import FakeMediaStore

KEY = "sessions/abc123/videos/a b+c %é.mp4"


@pytest.fixture(params=["fake", "moto"])
def media(request: pytest.FixtureRequest) -> MediaStore:
    if request.param == "fake":
        return FakeMediaStore()
    client = request.getfixturevalue("aws")("s3")
    client.create_bucket(Bucket="media")
    return S3MediaStore(client, "media")


def test_what_is_written_is_found_read_listed_and_downloaded(media, tmp_path):
    media.write(KEY, b"bytes", "video/mp4")
    found = media.find(KEY)
    assert (found.key, found.size) == (KEY, 5)
    assert media.read(KEY) == b"bytes"
    assert list(media.list("sessions/abc123/")) == [found]
    media.download(KEY, tmp_path / "a", etag=found.etag)
    assert (tmp_path / "a").read_bytes() == b"bytes"


def test_a_file_is_uploaded(media, tmp_path):
    (tmp_path / "film.mp4").write_bytes(b"x" * 10)
    media.upload(tmp_path / "film.mp4", KEY, "video/mp4")
    assert media.read(KEY) == b"x" * 10


@pytest.mark.like_aws(
    "S3",
    "An object that is not there is 404",
    differs="without s3:ListBucket it is 403; the template grants it where it is needed",
)
def test_what_is_missing_is_said_by_name(media, tmp_path):
    assert media.find(KEY) is None
    for fetch in (lambda: media.read(KEY), lambda: media.download(KEY, tmp_path / "a")):
        with pytest.raises(SourceMissing) as refused:
            fetch()
        assert refused.value.clip == "a b+c %é.mp4"


@pytest.mark.like_aws("S3", "If-Match refuses an object that was replaced")
def test_a_replaced_source_is_not_taken_for_the_old_one(media, tmp_path):
    media.write(KEY, b"old", "video/mp4")
    etag = media.find(KEY).etag
    media.write(KEY, b"new", "video/mp4")
    with pytest.raises(SourceChanged) as refused:
        media.download(KEY, tmp_path / "a", etag=etag)
    assert refused.value.clip == "a b+c %é.mp4"


def test_ranges_are_written_at_their_own_places(media, tmp_path):
    body = bytes(range(1, 251)) * 20_000
    wanted = [Range(4_999_000, 5_000_000), Range(3, 5), Range(7, 9), Range(5, 6), Range(900_000, 1_200_000)]
    media.write(KEY, body, "video/mp4")
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(len(body))
    media.download_ranges(KEY, path, wanted, etag=media.find(KEY).etag)
    found = path.read_bytes()
    assert all(found[one.begin : one.end] == body[one.begin : one.end] for one in wanted)
    assert found.count(0) == len(body) - total(wanted)


def test_near_ranges_are_asked_for_as_one_and_what_is_between_stays_a_hole(aws, tmp_path):
    client, asked = aws("s3"), []
    client.create_bucket(Bucket="media")
    client.meta.events.register(
        "before-call.s3.GetObject", lambda params, **_: asked.append(params["headers"]["Range"])
    )
    media = S3MediaStore(client, "media")
    media.write(KEY, b"x" * 4_000_000, "video/mp4")
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.truncate(4_000_000)
    sounds = [Range(begin, begin + 300) for begin in range(0, 2_000_000, 200_000)]
    media.download_ranges(KEY, path, [*sounds, Range(3_000_000, 3_000_300)], etag=media.find(KEY).etag)
    assert sorted(asked) == ["bytes=0-1800299", "bytes=3000000-3000299"]
    assert path.read_bytes().count(b"x") == 11 * 300
    assert path.stat().st_blocks * 512 <= 11 * 8192


def test_ranges_of_a_replaced_source_are_refused(media, tmp_path):
    media.write(KEY, b"old bytes", "video/mp4")
    etag = media.find(KEY).etag
    media.write(KEY, b"new bytes", "video/mp4")
    (tmp_path / "a").write_bytes(bytes(9))
    with pytest.raises(SourceChanged) as refused:
        media.download_ranges(KEY, tmp_path / "a", [Range(0, 3), Range(4, 9)], etag=etag)
    assert refused.value.clip == "a b+c %é.mp4"
    assert (tmp_path / "a").read_bytes() == bytes(9)


@pytest.mark.like_aws(
    "S3",
    "If-None-Match: * lets the first writer keep a key",
    differs="two at once can get 409, which the SDK tries again (unverified)",
)
def test_the_first_writer_keeps_the_key(media):
    assert media.write_once(KEY, b"first", "application/json")
    assert not media.write_once(KEY, b"second", "application/json")
    assert media.read(KEY) == b"first"
