from dataclasses import replace

from roughcut.dispatch.drain import drain
from roughcut.dispatch.submit import submit
from roughcut.dispatch.view import job_view
from roughcut.jobs.request import parse_submit
from tests.fakes.desk import fake_desk

REQUEST = {"session_id": "abc123", "job_type": "generate_slides", "payload": {"slides": ["intro.png"]}}


def test_only_a_started_job_on_aws_has_a_link_into_the_console():
    desk = fake_desk()
    key = submit(parse_submit(REQUEST), desk).job.key
    on_aws = replace(desk, has_console=True)
    assert "console_url" not in job_view(on_aws, key)

    drain(desk, [key])

    assert job_view(on_aws, key)["console_url"].endswith(job_view(desk, key)["execution_arn"])
    assert "console_url" not in job_view(desk, key)
