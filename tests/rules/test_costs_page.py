"""docs/costs.md is computed: it shows what the code, the template, the state machine and the prices say today."""

from benchmarks.cost_table import page
from tests.rules.tree import ROOT


def test_the_costs_page_is_what_the_script_prints():
    said = "python -m benchmarks.cost_table > docs/costs.md"
    assert (ROOT / "docs/costs.md").read_text() == page(), f"run {said}"
