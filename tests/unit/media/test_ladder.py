from fractions import Fraction

import pytest

from roughcut.media.chunk_command import x264
from roughcut.media.edit import Canvas
from roughcut.media.ladder import DEFAULT_RUNGS, TABLE, ladder, own_rung
from roughcut.media.sizes import parse_size


def canvas(size, rate="30"):
    return Canvas(parse_size(size), Fraction(rate))


def sizes(size, *wanted):
    return [(rung.name, str(rung.size)) for rung in ladder(canvas(size), wanted or DEFAULT_RUNGS)[0]]


@pytest.mark.parametrize(
    ("size", "rungs"),
    [
        ("1920x1080", [("1080p", "1920x1080"), ("720p", "1280x720"), ("480p", "854x480")]),
        ("1280x720", [("720p", "1280x720"), ("480p", "854x480")]),
        ("1080x1920", [("1080p", "1080x1920"), ("720p", "720x1280"), ("480p", "480x854")]),
        ("1440x1080", [("1080p", "1440x1080"), ("720p", "960x720"), ("480p", "640x480")]),
        ("1920x800", [("1080p", "1920x800"), ("720p", "1280x534"), ("480p", "854x356")]),
        ("320x240", [("240p", "320x240")]),
    ],
)
def test_rungs_fit_their_boxes_without_bars(size, rungs):
    assert sizes(size) == rungs


@pytest.mark.contract("payload.resolutions")
def test_rungs_above_the_canvas_are_left_out_and_said():
    _, skipped = ladder(canvas("1280x720"), ["1080p", "2160p", "480p"])
    assert [(s.resolution, s.reason) for s in skipped] == [
        ("2160p", "The film is 1280x720: 2160p would enlarge it."),
        ("1080p", "The film is 1280x720: 1080p would enlarge it."),
    ]


def test_if_no_rung_remains_there_is_one_of_the_canvas_named_by_its_short_side():
    assert sizes("640x352", "1080p") == [("352p", "640x352")]


def test_fast_rates_may_spend_half_as_much_again():
    slow, fast = (own_rung(canvas("1280x720", rate)) for rate in ("30", "60"))
    assert (slow.maxrate, fast.maxrate) == (3000, 4500) and (slow.bufsize, fast.bufsize) == (5000, 7500)


def test_larger_rungs_have_higher_ceilings():
    rates = [rung.maxrate for rung in TABLE]
    assert rates == sorted(rates, reverse=True) and [r.audio for r in TABLE] == sorted(
        (r.audio for r in TABLE), reverse=True
    )


def test_every_rung_is_encoded_with_its_own_settings():
    for rung in TABLE:
        coding = x264(rung, Fraction(30))
        options = dict(zip(coding[::2], coding[1::2], strict=True))
        asked = {"-preset": rung.preset, "-crf": str(rung.crf), "-maxrate": f"{rung.maxrate}k"}
        assert asked.items() <= options.items()
