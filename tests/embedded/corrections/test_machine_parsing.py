from collections.abc import Callable

import pytest
from moto.stepfunctions.parser.asl.parse import asl_parser

from tests.embedded.corrections.conftest import ended
from workbench.embedded.running import Stack


@pytest.mark.saves
def test_a_machine_is_parsed_once_for_all_its_executions(
    stack: Stack, machine: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = []
    stock = asl_parser.ASLParser
    monkeypatch.setattr(asl_parser, "ASLParser", lambda stream: parsed.append(stream) or stock(stream))
    arn = machine(Only={"Type": "Pass", "Comment": "parsed once", "End": True})

    for _ in range(3):
        started = stack.client("stepfunctions").start_execution(stateMachineArn=arn)
        assert ended(stack, started["executionArn"])["status"] == "SUCCEEDED"

    assert len(parsed) == 1
