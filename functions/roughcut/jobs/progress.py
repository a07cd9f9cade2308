"""From what each worker reports to the one figure, the stage and the time left that clients see."""

from collections.abc import Mapping

Parts = Mapping[str, int]  # worker -> 0..10,000 of its part

FULL = 10_000
_DONE_BUT_UNPUBLISHED = 99.0

# Percent of a whole job by group of workers, by job type. Encoding dominates; the rest only has to add up.
_SHARES: dict[str, dict[str, float]] = {
    "generate_slides": {"slides": 99.0},
    "stitch_video": {"slides": 4.0, "stitch": 4.0, "plan": 1.0, "chunk": 75.0, "package": 13.0, "finish": 2.0},
    "optimize_video": {"stitch": 4.0, "plan": 1.0, "chunk": 78.0, "package": 13.0, "finish": 3.0},
    "full_pipeline": {"slides": 4.0, "stitch": 4.0, "plan": 1.0, "chunk": 75.0, "package": 13.0, "finish": 2.0},
}
# A film whose pictures are all copied takes its time with looking at the clips and with sound; source: media_copy.py.
COPIED = "copied"  # the group that a plan of such a film expects
_COPIED_SHARES = {"stitch": 28.0, "plan": 1.0, "chunk": 30.0, "package": 38.0, "finish": 2.0}
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
    shares = _COPIED_SHARES if COPIED in expected else _SHARES[job_type]
    sums = _sums(parts)
    done = sum(
        share * min(1.0, sums.get(group, 0) / (FULL * expected.get(group, 1))) for group, share in shares.items()
    )
    if "slides" in shares and not slides:
        done += shares["slides"]
    return round(min(done, _DONE_BUT_UNPUBLISHED), 2)


def stage_of(job_type: str, parts: Parts) -> str | None:
    """The stage that the furthest worker is in: slides, stitch or optimize. A stitch_video job renders in "stitch"."""
    groups = {_group(worker) for worker in parts}
    reached = [group for group in _STAGES if group in groups]
    if not reached:
        return None
    stage = _STAGES[reached[-1]]
    return "stitch" if job_type == "stitch_video" and stage == "optimize" else stage


def eta_seconds(elapsed_ms: int, done_percent: float) -> int | None:
    """What is left at the pace so far; None while there is too little to tell from."""
    if done_percent < 5 or elapsed_ms <= 0:
        return None
    return round(elapsed_ms / 1000 * (100 - done_percent) / done_percent)


def _group(worker: str) -> str:
    """ "chunk-12" belongs to "chunk"."""
    return worker.split("-", 1)[0]


def _sums(parts: Parts) -> dict[str, int]:
    sums: dict[str, int] = {}
    for worker, value in parts.items():
        sums[_group(worker)] = sums.get(_group(worker), 0) + value
    return sums
