"""What a worker tells while FFmpeg runs: often enough to be seen moving, seldom enough to cost nothing."""

import pytest

from roughcut.jobs.errors import AttemptOver
from roughcut.stages.reporter import FFMPEG_PROGRESS, Reporter
from tests.fakes.progress import FakeProgress


class Clock:
    """Moves when it is told to."""

    now_ms = 1_000_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sink() -> FakeProgress:
    return FakeProgress()


def told(sink: FakeProgress) -> list[float]:
    return [fraction for _, fraction in sink.reports]


@pytest.mark.contract("status.progress")
def test_ffmpeg_tells_its_frames_every_second():
    assert FFMPEG_PROGRESS[FFMPEG_PROGRESS.index("-stats_period") + 1] == "1"


@pytest.mark.parametrize("lines_a_second", [1, 10])
def test_a_minute_of_encoding_is_sixty_writes_however_often_ffmpeg_tells(sink, clock, lines_a_second):
    follow = Reporter(sink, "chunk-0", clock).frames(lambda frames: frames / 10_000)
    for tick in range(60 * lines_a_second):
        follow(f"frame={10 * tick}")
        follow("fps=25.0")
        clock.now_ms += 1000 // lines_a_second
    assert len(sink.reports) == 60
    assert told(sink) == sorted(set(told(sink)))


def test_the_last_percent_is_left_to_the_upload_and_the_end_is_always_told(sink, clock):
    report = Reporter(sink, "chunk-0", clock)
    report.frames(lambda frames: frames / 100)("frame= 100")
    report.at(1)
    assert told(sink) == [0.99, 1]


def test_sound_is_followed_by_its_time(sink, clock):
    Reporter(sink, "chunk-1", clock).microseconds(2_000_000)("out_time_us=500000")
    assert told(sink) == [0.25]


def test_a_part_larger_than_the_mean_tells_more(sink, clock):
    report = Reporter(sink, "chunk-0", clock).weighing(1.5)
    report.at(0.5)
    report.at(1)
    assert sink.reports == [("chunk-0", 0.75), ("chunk-0", 1.5)]


def test_a_worker_whose_attempt_is_over_hears_of_it_at_its_next_line(clock):
    follow = Reporter(FakeProgress(over_after=0), "chunk-0", clock).frames(lambda frames: frames / 100)
    with pytest.raises(AttemptOver):
        follow("frame=1")
