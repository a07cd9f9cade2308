"""A deploy in the middle of a job: the job ends with the code that it began with, the next one runs the new code."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machines.running import TEMPLATE, WatchedStack
from workbench.embedded.faults import TemplateRefused

REFUSAL = "this is the new code"


@pytest.fixture
def own_stack() -> Iterator[WatchedStack]:
    with WatchedStack(TEMPLATE) as running:
        yield running


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The product, but that its chunk encoder refuses to work."""
    for name in ("functions", "layers", "statemachines"):
        shutil.copytree(TEMPLATE.parent / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    handler = tmp_path / "functions" / "chunk_encoder" / "app.py"
    refusal = f"    raise EncodeFailed({REFUSAL!r})\n"
    imported = "from roughcut.jobs.errors import EncodeFailed\n"
    handler.write_text(f"{handler.read_text()}\n{imported}\n\ndef handler(event, context):\n{refusal}")
    shutil.copy(TEMPLATE, tmp_path)
    return tmp_path / TEMPLATE.name


@pytest.mark.like_aws(
    "Step Functions", "A running execution keeps the definition, and so the function versions, that it began with"
)
def test_a_job_ends_with_the_versions_that_it_began_with(own_stack: WatchedStack, changed: Path, clips: Path) -> None:
    request = {"job_type": "optimize_video", "payload": {"input": "wide.mp4"}}
    own_stack.upload("across", clips / "wide.mp4")
    deploys = iter([lambda: own_stack.redeploy(changed)])
    own_stack.before["video-stitcher"] = lambda: next(deploys, lambda: None)()

    across = own_stack.film("across", **request)
    after = own_stack.film("across", **request)

    assert next(deploys, None) is None
    assert across["status"] == "completed", across
    assert after["status"] == "failed", after
    assert REFUSAL in after["error"]["message"]


def test_a_deploy_that_changes_more_than_code_is_refused(own_stack: WatchedStack, changed: Path) -> None:
    changed.write_text(changed.read_text().replace("MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 60"))

    with pytest.raises(TemplateRefused, match="JobsHighQueue changed; only functions"):
        own_stack.redeploy(changed)
