import pytest
from hypothesis import given
from hypothesis import strategies as st

from job_manager.operations import perform
from roughcut.dispatch.uploads import FORM_LIMIT, MOST_PARTS, part_size
from roughcut.door import Part
from roughcut.jobs.request import RequestRefused
from tests.fakes.desk import fake_desk
from tests.unit.names import NAMES

ASKED = {"operation": "upload", "session_id": "abc", "name": "talk.mp4", "kind": "video", "size_bytes": 10}
LARGE = {**ASKED, "size_bytes": FORM_LIMIT + 1}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_the_objects_byte_for_byte(name):
    answer = perform({**ASKED, "name": name}, fake_desk())
    assert answer["key"] == f"sessions/abc/videos/{name}"
    assert answer["method"] == ("multipart" if "${filename}" in name else "post")


@pytest.mark.contract("upload")
def test_a_form_is_for_one_key_type_and_size_and_a_quarter_of_an_hour():
    assert perform({**ASKED, "name": "a.PNG", "kind": "slide"}, fake_desk()) == {
        "method": "post",
        "key": "sessions/abc/slides/a.PNG",
        "content_type": "image/png",
        "size_bytes": 10,
        "url": "https://bucket.example.com/",
        "fields": {"key": "sessions/abc/slides/a.PNG", "Content-Type": "image/png", "policy": "10 bytes, 900 s"},
        "expires_at": "2026-11-18T11:21:40.000Z",
    }


@pytest.mark.parametrize(
    "wrong, field, sentence",
    [
        ({"name": "a/b"}, "name", 'name is "a/b": it must be a file name of 1 to 255 bytes without /'),
        ({"name": ".."}, "name", 'name is "..": it must be a file name'),
        ({"name": "a\u0085b"}, "name", "it must be a file name"),
        ({"name": "a\ud800b"}, "name", "it must be Unicode text, without lone surrogates."),
        ({"name": "é" * 128}, "name", "name is 256 bytes: a name has 255 at most."),
        ({"kind": "slide"}, "name", "name is 'talk.mp4': a slide must be a .png, .jpg, .jpeg, .webp image."),
        ({"kind": "movie"}, "kind", 'kind is "movie": it must be one of video, slide.'),
        ({"size_bytes": 0}, "size_bytes", "size_bytes is 0: it must be 1 or more."),
        ({"size_bytes": 2**43}, "size_bytes", "it must be 5368709120000 or less."),
        ({"upload_id": "x"}, "upload_id", "there is no such upload of this name"),
    ],
)
def test_what_is_wrong_is_one_sentence(wrong, field, sentence):
    with pytest.raises(RequestRefused) as refused:
        perform({**ASKED, **wrong}, fake_desk())
    assert refused.value.field == field and sentence in refused.value.message


@pytest.mark.contract("upload")
def test_a_large_file_goes_in_parts_and_is_complete_when_all_are_there():
    desk = fake_desk()
    begun = perform(LARGE, desk)
    upload_id, parts = begun["upload_id"], begun["parts"]
    assert sum(part["size_bytes"] for part in parts) == FORM_LIMIT + 1
    assert [part["part_number"] for part in parts] == list(range(1, len(parts) + 1))

    desk.media.uploads[upload_id] = [Part(p["part_number"], p["size_bytes"], "e") for p in parts[:-1]]
    desk.media.uploads[upload_id][0] = Part(1, 7, "short")
    resumed = perform({"operation": "upload", **begun["completion"]}, desk)
    assert [part["part_number"] for part in resumed["parts"]] == [1, len(parts)]
    assert resumed["completion"] == begun["completion"] and "completed" not in resumed

    desk.media.uploads[upload_id] = [Part(p["part_number"], p["size_bytes"], "e") for p in parts]
    done = perform({"operation": "upload", **begun["completion"]}, desk)
    assert (done["completed"], done["key"] in desk.media.objects) == (True, True)


@given(st.integers(1, 5000 * 2**30))
def test_parts_are_1000_at_most_and_as_s3_takes_them(size):
    each = part_size(size)
    assert -(-size // each) <= MOST_PARTS
    assert 5 * 2**20 <= each <= 5 * 2**30
