"""A stage that never answers: the machine's own timeout."""

import json
import shutil
import threading

from tests.machines.running import TEMPLATE, WatchedStack


def test_a_stage_that_never_answers_times_out(clips, tmp_path):
    """With the state's literal timeout shortened; the function itself would have had its 900 s."""
    for name in ("template.yaml", "functions", "statemachines"):
        source = TEMPLATE.parent / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path / name)
    path = tmp_path / "statemachines/video_pipeline.asl.json"
    machine = json.loads(path.read_text())
    machine["States"]["StitchVideo"]["TimeoutSeconds"] = 1
    path.write_text(json.dumps(machine))
    over = threading.Event()
    with WatchedStack(tmp_path / "template.yaml") as stack:
        stack.upload("slow", clips / "wide.mp4")
        stack.before["video-stitcher"] = lambda: over.wait(30) and None
        try:
            job = stack.film("slow", payload={"videos": ["wide.mp4"]})
        finally:
            over.set()
        assert (job["status"], job["error"]["code"]) == ("failed", "TimedOut")
        assert (stack.execution(job)["status"], stack.execution(job)["error"]) == ("FAILED", "TimedOut")
