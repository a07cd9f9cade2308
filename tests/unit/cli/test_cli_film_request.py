"""From the words of `roughcut run` to the request."""

from pathlib import Path
from typing import Any

import click
import pytest

from workbench.film_request import FilmRequest, film_request, read_json
from workbench.problem import Problem


def build(clips: list[Path], slides: list[str], job_type: str = "full_pipeline", **options: Any) -> FilmRequest:
    fields = {"operation": "submit", "session_id": "abc", "job_type": job_type, "priority": 5}
    return film_request(clips, slides, fields, options)


def kinds(slides: list[str]) -> list[str]:
    return [slide["type"] for slide in build([], slides).request["payload"]["slides"]]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"clip")
    return path


@pytest.mark.parametrize(
    ("texts", "types"),
    [
        (["Hello"], ["title"]),
        (["Hello", "More"], ["title", "section"]),
        (["Hello", "More", "Bye"], ["title", "section", "end"]),
        (["Hello", "More", "Again", "Bye"], ["title", "section", "section", "end"]),
    ],
)
def test_the_first_text_is_a_title_and_the_last_of_three_an_end_slide(texts, types):
    assert kinds(texts) == types


def test_an_image_file_is_uploaded_and_shown_as_it_is(tmp_path):
    image = tmp_path / "logo.PNG"
    image.write_bytes(b"png")
    film = build([], ["Hello", str(image)])
    assert film.request["payload"]["slides"][1] == {"id": "slide-2", "type": "image", "content": {"name": "logo.PNG"}}
    assert [source.key("abc") for source in film.sources] == ["sessions/abc/slides/logo.PNG"]


def test_a_mistyped_image_is_not_taken_for_a_text():
    with pytest.raises(Problem, match=r"--slide logo\.png: there is no such image"):
        build([], ["logo.png"])


def test_another_kind_of_file_is_refused_as_a_slide(clip):
    with pytest.raises(Problem, match="must be"):
        build([], [str(clip)])


@pytest.mark.parametrize("text", ["x" * 5000, "two\nlines", "a/b/" + "c" * 300, "nul\0"])
def test_a_text_is_a_text_however_odd(text):
    assert build([], [text]).request["payload"]["slides"][0]["content"] == {"title": text}


def test_the_request_is_the_contracts(clip):
    film = build([clip, clip], [], resolutions=["720p"])
    assert film.request == {
        "operation": "submit",
        "session_id": "abc",
        "job_type": "full_pipeline",
        "priority": 5,
        "payload": {"videos": ["clip.mp4", "clip.mp4"], "resolutions": ["720p"]},
    }


def test_optimize_video_takes_its_one_clip_as_input(clip):
    assert build([clip], [], "optimize_video").request["payload"] == {"input": "clip.mp4"}


@pytest.mark.parametrize(
    ("clips", "slides", "job_type"),
    [
        (0, 0, "full_pipeline"),
        (0, 0, "stitch_video"),
        (0, 0, "optimize_video"),
        (2, 0, "optimize_video"),
        (1, 1, "optimize_video"),
        (0, 0, "generate_slides"),
        (1, 1, "generate_slides"),
    ],
)
def test_a_mixture_that_a_job_type_does_not_take_is_a_usage_error(clip, clips, slides, job_type):
    with pytest.raises(click.UsageError):
        build([clip] * clips, ["Hello"] * slides, job_type)


@pytest.mark.parametrize(
    ("text", "said"), [("[1", "is not JSON"), ("{}", "must hold a JSON list"), (None, "cannot be read")]
)
def test_a_timeline_that_is_none_is_refused_by_name(tmp_path, text, said):
    path = tmp_path / "timeline.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(Problem, match=rf"--timeline .*timeline\.json {said}"):
        read_json(path, "--timeline", list)
