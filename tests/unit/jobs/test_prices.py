import pytest

from roughcut.jobs.prices import PRICES, call_usd, compute, usd


@pytest.mark.parametrize("name", PRICES)
def test_a_price_says_of_how_much_it_is_and_where_it_was_found(name):
    price = PRICES[name]
    assert price.usd > 0 and price.per >= 1 and price.unit
    assert price.source == "from memory, unverified" or "read 2026-" in price.source


def test_a_million_requests_cost_what_the_list_says_of_a_million():
    assert usd({"lambda_request": 1_000_000}) == pytest.approx(0.20)
    assert usd({"state_transition": 1000, "s3_put": 1000}) == pytest.approx(0.030)


@pytest.mark.parametrize("machine", ["aarch64", "arm64"])
def test_arm_is_cheaper_by_a_fifth(machine):
    assert usd({compute(machine): 1}) == pytest.approx(0.8 * usd({compute("x86_64"): 1}), rel=1e-4)


def test_a_call_costs_its_time_its_request_and_the_state_that_was_entered_for_it():
    assert call_usd(0, "aarch64") == pytest.approx(0.0000252)
    assert call_usd(1000, "x86_64") == pytest.approx(0.0166667 + 0.0000252)
