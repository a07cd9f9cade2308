"""Edits that an earlier version of Roughcut stored."""

import json

import pytest

from roughcut.jobs.errors import SourceUnreadable
from roughcut.media.edit import Edit
from tests.media.film import SESSION, Studio

# As written before there were fades, samples and copies, word for word.
OLD_EDIT = """{"v": 1, "canvas": {"width": 1280, "height": 720, "rate": "30", "sample_rate": 48000}, "sources": [
{"kind": "slide", "id": "intro", "type": "title", "key": "sessions/abc123/jobs/J0/1/slides/intro.png",
 "digest": "%s", "width": 1920, "height": 1080, "seconds": "4"},
{"kind": "clip", "name": "old.mp4", "key": "sessions/abc123/videos/old.mp4", "etag": "%s", "size_bytes": 3,
 "demuxer": "mov", "start_us": 0, "end_us": 2000000, "rate": "30", "width": 1280, "height": 720, "sample_aspect": "1",
 "is_interlaced": false, "matrix": "unknown", "transfer": "unknown", "is_full_range": false, "has_audio": true}],
"parts": [{"source": 0, "first": 0, "frames": 120}, {"source": 1, "first": 0, "frames": 60}], "warnings": []}"""


def optimized(studio: Studio, change=lambda edit: None) -> Edit:
    """What an optimize_video job without `input` starts from, in a session with such an edit."""
    clip, base = f"sessions/{SESSION}/videos/old.mp4", f"sessions/{SESSION}/jobs/J0/1"
    studio.media.objects |= {clip: b"old", f"{base}/result.json": b"{}"}
    edit = json.loads(OLD_EDIT % ("0" * 64, studio.media.find(clip).etag))
    change(edit)
    studio.media.objects[f"{base}/edit.json"] = json.dumps(edit).encode()
    return Edit.from_dict(studio.read(studio.stitch(studio.job({}, "optimize_video"))["edit_key"]))


def test_an_edit_without_later_fields_is_optimized(studio):
    edit = optimized(studio)
    assert (edit.slides[0].fade, edit.clips[0].density, edit.clips[0].remuxed_from) == (0, None, None)
    assert [part.frames for part in edit.parts] == [120, 60]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda edit: edit.update(v=2), r"v is 2: it must be 1"),
        (lambda edit: edit["canvas"].update(depth=10), r"canvas\.depth is not a known field"),
    ],
)
def test_an_edit_of_a_later_version_is_refused_with_a_sentence(studio, change, reason):
    with pytest.raises(SourceUnreadable, match=rf"by another version of Roughcut: its {reason}.*payload\.input"):
        optimized(studio, change)
