"""What statements of policies let through."""

import pytest

from workbench.embedded.access.grants import Grant, grants_of, is_allowed, matches
from workbench.embedded.access.needs import Need, needs_of
from workbench.embedded.faults import TemplateRefused

OBJECT = "arn:aws:s3:::media/a/b"


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("arn:aws:s3:::media/*", OBJECT, True),
        ("arn:aws:s3:::media/?/b", OBJECT, True),
        ("arn:aws:s3:::media/[a]/b", OBJECT, False),
        ("arn:aws:s3:::media/[a]", "arn:aws:s3:::media/[a]", True),
        ("arn:aws:s3:::other/*", OBJECT, False),
        ("*", "anything\nat all", True),
    ],
)
def test_stars_and_question_marks_are_the_only_wildcards(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) == fits


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:getobject", "s3:Get*", "s3:*", "*"])
def test_actions_have_wildcards_and_no_case(action: str) -> None:
    assert is_allowed([Grant(action, "*")], Need("s3:GetObject", OBJECT))


def test_a_deny_takes_away_what_is_allowed() -> None:
    grants = grants_of(
        [
            {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}},
            {"Statement": [{"Effect": "Deny", "Action": ["s3:GetObject"], "Resource": [OBJECT]}]},
        ]
    )

    assert not is_allowed(grants, Need("s3:GetObject", OBJECT))
    assert is_allowed(grants, Need("s3:GetObject", f"{OBJECT}c"))


CONDITIONS = [
    ("StringEquals", ["a"], ["a"], True),
    ("StringEquals", ["a"], ["b"], False),
    ("StringEquals", ["a"], [], False),
    ("StringEqualsIfExists", ["a"], [], True),
    ("StringNotEquals", ["a"], ["b"], True),
    ("StringNotEquals", ["a"], [], True),
    ("StringLike", ["x/*", "a*"], ["ab"], True),
    ("StringNotLike", ["a*"], ["ab"], False),
    ("ArnLike", ["arn:*:a"], ["arn:aws:a"], True),
    ("Bool", ["true"], ["True"], True),
    ("ForAllValues:StringLike", ["a*"], ["ab", "ac"], True),
    ("ForAllValues:StringLike", ["a*"], ["ab", "b"], False),
    ("ForAllValues:StringLike", ["a*"], [], True),
    ("ForAllValues:StringNotLike", ["_*"], ["a", "_b"], False),
    ("ForAnyValue:StringEquals", ["a"], ["a", "b"], True),
    ("ForAnyValue:StringEquals", ["a"], [], False),
    ("NumericLessThan", ["10"], ["1"], False),
    ("ForAllValues:IpAddress", ["10.0.0.0/8"], [], False),
]


@pytest.mark.parametrize(("operator", "allowed", "values", "holds"), CONDITIONS)
def test_conditions_hold_as_iam_has_them(operator: str, allowed: list[str], values: list[str], holds: bool) -> None:
    grant = Grant("s3:GetObject", "*", ((operator, "s3:Prefix", tuple(allowed)),))

    assert grant.covers(Need("s3:GetObject", OBJECT, {"s3:prefix": frozenset(values)})) == holds


def test_operators_that_are_not_known_are_named() -> None:
    grant = Grant("a:B", "*", (("NumericLessThan", "k", ("1",)), ("StringLike", "k", ("1",))))

    assert grant.unknown_operators == ["NumericLessThan"]


@pytest.mark.parametrize("statement", [{"NotAction": "s3:*", "Resource": "*"}, {"Action": "s3:*", "NotResource": "*"}])
def test_what_cannot_be_enforced_is_refused_by_name(statement: dict[str, str]) -> None:
    with pytest.raises(TemplateRefused, match=r"Not(Action|Resource) is not known to --strict-iam"):
        grants_of([{"Statement": [{"Effect": "Allow", **statement}]}])


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("PutItem", {"TableName": "T", "Item": {"pk": {"S": "me"}, "n": {"N": "1"}}}),
        ("UpdateItem", {"TableName": "T", "Key": {"pk": {"S": "me"}},
                        "UpdateExpression": "SET #n = if_not_exists(n, :o)",
                        "ExpressionAttributeNames": {"#n": "n"}}),
        ("Query", {"TableName": "T", "KeyConditionExpression": "#k = :k AND n > :n",
                   "ExpressionAttributeNames": {"#k": "pk"}, "ExpressionAttributeValues": {":k": {"S": "me"}}}),
        ("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "T", "Key": {"pk": {"S": "me"}}}}]}),
        ("BatchWriteItem", {"RequestItems": {"T": [{"PutRequest": {"Item": {"pk": {"S": "me"}}}}]}}),
    ],
)  # fmt: skip
def test_calls_on_a_table_have_the_leading_key_of_its_items(operation: str, params: dict[str, object]) -> None:
    (need,) = needs_of("dynamodb", operation, params, lambda _table, _index: "pk")

    assert need.resource == "arn:aws:dynamodb:us-east-1:123456789012:table/T"
    assert need.keys["dynamodb:LeadingKeys"] == {"me"}
    assert need.keys["dynamodb:Attributes"] <= {"pk", "n"}


@pytest.mark.parametrize(
    "params",
    [
        {"FunctionName": "f", "Qualifier": "1"},
        {"FunctionName": "f:1"},
        {"FunctionName": "123456789012:function:f:1"},
        {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:f:1"},
    ],
)
def test_a_function_is_the_same_however_it_is_named(params: dict[str, str]) -> None:
    (need,) = needs_of("lambda", "Invoke", params, lambda _table, _index: "")

    assert need == Need("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:f:1")
