from dataclasses import replace

from roughcut.stages.finished_items import facts_of, is_finished
from tests.media.clips import ffmpeg
from tests.media.eye import by_avcc_alone, complaints, times
from tests.media.test_chunks import in_gops, planned, rendered

NOISE = "testsrc2=s=320x180:r=24:d=12,noise=alls=60:allf=t:all_seed=7,format=yuv420p"


def test_a_chunk_that_two_workers_finished_joins_and_what_the_first_noted_is_true_of_it(studio, clips):
    """Their bits differ most times: the rate is held, and x264's threads heed one another."""
    ffmpeg("-f", "lavfi", "-i", NOISE, "-c:v", "libx264", "-qp", "10", clips / "noise.mp4")
    job, plan = planned(studio, {"videos": studio.upload(clips / "noise.mp4")})
    plan = in_gops(replace(plan, rungs=tuple(replace(rung, maxrate=200, bufsize=400) for rung in plan.rungs)))
    first = times(rendered(studio, job, plan))
    item = plan.pictures[1]
    noted = facts_of(item, studio.media)
    del studio.media.objects[f"{item.key}/done.json"]
    assert not is_finished(item, studio.media)
    both = rendered(studio, job, plan)
    assert facts_of(item, studio.media) == noted
    assert times(both) == first and len(first) == 288 and complaints(by_avcc_alone(both)) == ""
