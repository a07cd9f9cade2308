import boto3
import pytest

from tests.embedded.corrections.conftest import Run, task
from workbench.embedded.running import Stack


@pytest.mark.saves
def test_a_task_makes_no_client_of_its_own(stack: Stack, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run({"do": "pid"}, First=task(stack))
    made = []
    stock = boto3.session.Session.client
    monkeypatch.setattr(boto3.session.Session, "client", lambda *a, **n: made.append(a) or stock(*a, **n))

    assert run({"do": "pid"}, Second=task(stack))["status"] == "SUCCEEDED"
    assert made == []
