"""From what each worker reports to the one figure, the stage and the time left that clients see."""

from collections.abc import Mapping

Parts = Mapping[str, int]  # worker -> how much is done; 10,000 is the mean part of its group

FULL = 10_000  # the mean part of a worker
_DONE_BUT_UNPUBLISHED = 99.0
_LEAST = 0.5  # percent of which a pace can be told

# What a plan tells beside the sizes of its groups.
COPIED = "copied"  # its pictures are all copied: such a film takes its time with looking at the clips and with sound
PACKAGING = "packaging"  # what joining is of the work after the plan, in percent
ENCODING_SINCE = "encoding-since"  # when that work began, milliseconds since 1970

# Percent of a whole job by group of workers, by job type. Encoding dominates; the rest only has to add up.
_SHARES: dict[str, dict[str, float]] = {
    "generate_slides": {"slides": 99.0},
    "stitch_video": {"slides": 4.0, "stitch": 4.0, "plan": 1.0, "chunk": 75.0, "package": 13.0, "finish": 2.0},
    "optimize_video": {"stitch": 4.0, "plan": 1.0, "chunk": 78.0, "package": 13.0, "finish": 3.0},
    "full_pipeline": {"slides": 4.0, "stitch": 4.0, "plan": 1.0, "chunk": 75.0, "package": 13.0, "finish": 2.0},
}
# Source: benchmarks/media_copy.py.
_COPIED_SHARES = {"stitch": 28.0, "plan": 1.0, "chunk": 30.0, "package": 38.0, "finish": 2.0}
_BEFORE_ENCODING = ("slides", "stitch", "plan")
_STAGES = {
    "slides": "slides",
    "stitch": "stitch",
    "plan": "optimize",
    "chunk": "optimize",
    "package": "optimize",
    "finish": "optimize",
}


def percent(job_type: str, parts: Parts, expected: Mapping[str, int], slides: int) -> float:
    """0..99 with two decimals. Never falls while the workers' own figures do not. A job without slides is past them."""
    shares, sums = _shares(job_type, expected), _sums(parts)
    done = sum(
        share * min(1.0, sums.get(group, 0) / (FULL * expected.get(group, 1))) for group, share in shares.items()
    )
    if "slides" in shares and not slides:
        done += shares["slides"]
    return round(min(done, _DONE_BUT_UNPUBLISHED), 2)


def quarter(done: float) -> int:
    """The last of 25, 50 and 75 percent that is reached; 0 before."""
    return int(done // 25) * 25


def stage_of(job_type: str, parts: Parts) -> str | None:
    """The stage that the furthest worker is in: slides, stitch or optimize. A stitch_video job renders in "stitch"."""
    groups = {group_of(worker) for worker in parts}
    reached = [group for group in _STAGES if group in groups]
    if not reached:
        return None
    stage = _STAGES[reached[-1]]
    return "stitch" if job_type == "stitch_video" and stage == "optimize" else stage


def eta_seconds(now_ms: int, started_ms: int, job_type: str, expected: Mapping[str, int], done: float) -> int | None:
    """What is left at the pace since encoding began; None before that, and until there is a pace.

    What comes before takes seconds, be the film short or long: its pace says nothing of the rest.
    """
    since, before = expected.get(ENCODING_SINCE), 0.0
    if "chunk" in _SHARES[job_type]:
        before = sum(_shares(job_type, expected).get(group, 0.0) for group in _BEFORE_ENCODING)
    else:
        since = started_ms
    if since is None or now_ms <= since or done - before < _LEAST:
        return None
    return round((now_ms - since) / 1000 * max(0.0, _DONE_BUT_UNPUBLISHED - done) / (done - before))


def _shares(job_type: str, expected: Mapping[str, int]) -> dict[str, float]:
    """A plan shares out anew what is not begun before it is there."""
    if COPIED in expected:
        return _COPIED_SHARES
    shares = _SHARES[job_type]
    if PACKAGING not in expected:
        return shares
    rest = shares["chunk"] + shares["package"]
    package = rest * expected[PACKAGING] / 100
    return shares | {"chunk": rest - package, "package": package}


def group_of(worker: str) -> str:
    """ "chunk-12", and a call of it, "chunk-12~3f2a", belong to "chunk"."""
    return worker.partition("~")[0].partition("-")[0]


def _sums(parts: Parts) -> dict[str, int]:
    sums: dict[str, int] = {}
    for worker, value in parts.items():
        sums[group_of(worker)] = sums.get(group_of(worker), 0) + value
    return sums
