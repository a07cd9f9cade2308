"""A form's policy by itself, at times of our choosing."""

import base64
import json
from typing import Any

import pytest

from workbench.embedded.access.keys import Keyring
from workbench.embedded.access.policies import Allowance, check_form
from workbench.embedded.refusals import Refused

# 2026-11-24T12:00:00Z
NOON = 1795521600.0
CONDITIONS: list[Any] = [{"bucket": "media"}, ["starts-with", "$Key", "in/"], {"x-amz-algorithm": "AWS4-HMAC-SHA256"}]
CONDITIONS += [["starts-with", f"$x-amz-{name}", ""] for name in ("credential", "date")]


def checked(
    conditions: Any, now: float = NOON, expiration: Any = "2026-11-24T12:00:00.000Z", **fields: str
) -> Allowance:
    """Of a form signed by somebody whom nobody here knows."""
    policy = base64.b64encode(json.dumps({"expiration": expiration, "conditions": conditions}).encode()).decode()
    own = {"key": "in/a", "policy": policy, "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-signature": "any"}
    own |= {"x-amz-credential": "AKIAELSE/20261124/us-east-1/s3/aws4_request", "x-amz-date": "20261124T000000Z"}
    return check_form({**own, **fields}, "media", Keyring(), lambda: now)


def test_a_policy_is_good_to_its_last_moment() -> None:
    assert checked(CONDITIONS) == Allowance(None)
    with pytest.raises(Refused, match=r"AccessDenied: Invalid according to Policy: Policy expired\."):
        checked(CONDITIONS, NOON + 0.001)


def test_ranges_of_sizes_are_all_kept() -> None:
    allowance = checked([*CONDITIONS, ["content-length-range", 5, 10], ["Content-Length-Range", "0", "7"]])

    assert (allowance.least, allowance.most) == (5, 7)
    for size, code in ((4, "EntityTooSmall"), (8, "EntityTooLarge")):
        with pytest.raises(Refused, match=code):
            allowance.check(size)


@pytest.mark.parametrize(("types", "good"), [("image/png", True), ("image/png, image/gif", True), ("image/a,b", False)])
def test_each_type_of_a_list_begins_as_the_policy_says(types: str, good: bool) -> None:
    conditions = [*CONDITIONS, ["starts-with", "$Content-Type", "image/"]]

    if good:
        assert checked(conditions, **{"content-type": types}).key is None
    else:
        with pytest.raises(Refused, match="Policy Condition failed"):
            checked(conditions, **{"content-type": types})


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({}, "exactly one property"),
        ({"a": "1", "b": "2"}, "exactly one property"),
        ("eq", "an operator, a field and a value"),
        (["eq", "$a"], "an operator, a field and a value"),
        (["matches", "$a", "b"], "unknown operation 'matches'"),
        (["eq", "a", "b"], "a field is written"),
        (["eq", "$a", 5], "its value is a string"),
        (["content-length-range", -1, "many"], "its ends must be numbers of bytes"),
    ],
)
def test_a_condition_that_is_none_makes_no_policy(condition: Any, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        checked([*CONDITIONS, condition])
    assert refused.value.code == "InvalidPolicyDocument"


@pytest.mark.parametrize("expiration", [None, 5, "", "soon", "2026-11-24T12:00:00", "9" * 5000])
def test_a_policy_says_when_it_ends(expiration: Any) -> None:
    with pytest.raises(Refused, match="InvalidPolicyDocument"):
        checked(CONDITIONS, expiration=expiration)
