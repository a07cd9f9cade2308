from typing import Any

import pytest
from jsonpath_ng.ext.parser import ExtendedJsonPathParser

from tests.embedded.corrections.conftest import Run


@pytest.mark.saves
def test_a_path_is_parsed_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    stock: Any = ExtendedJsonPathParser.parse
    monkeypatch.setattr(
        ExtendedJsonPathParser, "parse", lambda parser, path: parsed.append(path) or stock(parser, path)
    )
    paths = {"taken.$": "$.once.only", "whole.$": "$"}

    ended = [run({"once": {"only": n}}, Take={"Type": "Pass", "Parameters": paths, "End": True}) for n in (1, 2)]

    assert [each["output"] for each in ended] == [f'{{"taken":{n},"whole":{{"once":{{"only":{n}}}}}}}' for n in (1, 2)]
    assert parsed.count("$.once.only") == 1
    # Those of the events that say how the executions went.
    assert not {path for path in parsed if parsed.count(path) > 1}
