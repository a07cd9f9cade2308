from fractions import Fraction

import pytest

from roughcut.media.canvas import asked_rate, choose_canvas
from roughcut.media.rates import decimal, frame_at, measured, sample_at, snapped
from roughcut.media.sizes import Size, fitted, parse_size, square
from tests.unit.media.examples import a_clip


def canvas(*footage, size=None, rate=None):
    return choose_canvas([(clip, clip.duration) for clip in footage], size=size, rate=rate)


@pytest.mark.contract("payload.canvas")
def test_the_canvas_is_the_size_of_the_most_seconds_not_of_the_most_clips():
    small = [a_clip(f"{i}.mp4", seconds=2, size="640x360") for i in range(3)]
    assert canvas(*small, a_clip("long.mp4", seconds=7)).size == Size(1280, 720)


def test_size_and_rate_are_decided_each_by_itself():
    chosen = canvas(
        a_clip("a", seconds=4, size="640x360", rate="25"),
        a_clip("b", seconds=3, rate="25"),
        a_clip("c", seconds=5, rate="30"),
    )
    assert (chosen.size, chosen.rate) == (Size(1280, 720), Fraction(25))


def test_slides_alone_are_1080p_at_30():
    chosen = canvas()
    assert (chosen.size, chosen.rate) == (Size(1920, 1080), Fraction(30))


@pytest.mark.parametrize(
    ("size", "found"),
    [("853x481", "852x480"), ("7680x4320", "3840x2160"), ("4320x7680", "2160x3840"), ("2x2", "2x2"), ("1x1", "2x2")],
)
def test_the_canvas_is_even_and_no_larger_than_the_largest_rung(size, found):
    assert str(canvas(a_clip(size=size)).size) == found


@pytest.mark.contract("payload.canvas")
def test_what_is_asked_for_decides():
    chosen = canvas(a_clip(), size="640x480", rate=29.97)
    assert (chosen.size, chosen.rate) == (Size(640, 480), Fraction(30_000, 1001))


@pytest.mark.parametrize("rate", [23.976, 24, 25, 29.97, 30, 50, 59.94, 60])
def test_every_rate_of_the_contract_is_exact_and_shown_as_asked(rate):
    assert decimal(asked_rate(rate)) == rate


@pytest.mark.parametrize(
    ("rate", "common"), [("15", "24000/1001"), ("30.12", "30"), ("29.9", "30000/1001"), ("120", "60")]
)
def test_a_measured_rate_snaps_to_the_nearest_common_one(rate, common):
    assert snapped(Fraction(rate)) == Fraction(common)


def test_an_even_clip_has_its_mean_rate_though_its_times_are_rounded_to_milliseconds():
    times = [Fraction(round(i * 1001 / 30), 1000) for i in range(300)]
    assert snapped(measured(times)) == Fraction(30_000, 1001)


def test_a_recording_that_stood_still_has_the_rate_of_its_moving_parts():
    moving = [Fraction(i, 60) for i in range(100)]
    assert snapped(measured([*moving, *(Fraction(60) + time for time in moving[::3])])) == 60


def test_one_picture_has_no_rate():
    assert measured([Fraction(3)]) is None


def test_half_a_frame_counts_as_one():
    assert [frame_at(Fraction(n, 60), Fraction(30)) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]


def test_samples_of_a_long_ntsc_film_do_not_drift():
    assert sample_at(108_000, Fraction(30_000, 1001)) == 172_972_800  # 3603.6 s


def test_pixels_are_made_square_by_stretching():
    assert square(Size(720, 576), Fraction(64, 45)) == Size(1024, 576)
    assert square(Size(720, 480), Fraction(8, 9)) == Size(720, 540)


def test_a_picture_is_fitted_without_changing_its_shape():
    assert fitted(Size(1440, 1080), Size(1280, 720)) == Size(960, 720)
    assert fitted(Size(100, 1000), Size(1280, 720)) == Size(72, 720)


def test_a_size_is_read_or_refused():
    assert parse_size("1920x1080") == Size(1920, 1080)
    with pytest.raises(ValueError, match="is not a size"):
        parse_size("1080p")
