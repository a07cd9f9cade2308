"""What CloudFormation would refuse is refused, with the sentence of the template."""

from pathlib import Path

import pytest

from tests.embedded.small import edited
from workbench.embedded.faults import TemplateRefused
from workbench.embedded.translate import load, translate

PRODUCT = Path(__file__).parents[2] / "template.yaml"
DECLARED = load(PRODUCT)["Parameters"]

BAD = {
    "NamePrefix": ["Staging-", "staging", "-", "a" * 20 + "-", "ümlaut-", "two words-"],
    "Environment": ["", "Production", "1st", "a" * 33],
    "Owner": ["", " me", "a" * 129, "<script>"],
    "MediaBucketName": ["ab", "Media", "media.films", "-media", "media-", "a" * 64],
    "MediaRetentionDays": ["-1", "36501", "2.5", "", "never"],
    "LogRetentionDays": ["0", "2", "31", "", "forever"],
    "AccessLogBucketName": ["ab", "s3://logs", "logs/"],
    "KmsKeyArn": ["alias/media", "arn:aws:kms:us-east-1:123:key/x", "arn:aws:kms:us-east-1:123456789012:alias/media"],
    "ProtectTable": ["", "yes", "True"],
    "MaxConcurrentJobs": ["-1", "10001", "1.5", "", "many"],
    "ReservedHighSlots": ["-1", "10001", "1.5"],
    "MapConcurrency": ["0", "41", "1.5", ""],
    "ReservedEncoders": ["-1", "10001", "1.5"],
    "TenantMaxQueued": ["-1", "1000001", "1.5"],
    "TenantMaxRunning": ["-1", "10001", "1.5"],
    "JobTimeoutMinutes": ["0", "1441", "0x10"],
    "MaxJobMinutes": ["0", "1441", "1e3"],
    "PriorityAgingMinutes": ["-1", "525601", "١٢"],
    "JwtIssuer": ["http://login.example.com", "login.example.com", "https://a b"],
    "JobTopic": ["", "yes", "True"],
    "NotificationEmail": ["nobody", "a b@example.com", "@"],
    "AlarmTopic": ["pager", "arn:aws:sqs:us-east-1:123456789012:pager", "arn:aws:sns:us-east-1:1:pager"],
    "WebhookUrl": ["http://hooks.example.com", "hooks.example.com", "https://a b"],
    "WebhookSecret": ["short", "a b c d e f g h i j", "ä" * 16],
    "JwtAudience": ["two words", "one,two", 'a"b'],
    "CorsOrigins": ["*", "studio.example.com", "https://one.example.com/path", "https://a.example.com,*"],
}
GOOD = {
    "NamePrefix": ["", "staging-", "a-", "a-b-"],
    "Owner": ["video@example.com", "Team 7"],
    "MediaBucketName": ["", "abc", "a" * 63],
    "KmsKeyArn": ["", "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-0a1b"],
    "LogRetentionDays": ["1", "3653"],
    "MapConcurrency": ["1", "40"],
    "MaxConcurrentJobs": ["0", "10000"],
    "AlarmTopic": ["", "arn:aws:sns:eu-west-1:123456789012:pager"],
    "CorsOrigins": ["", "https://studio.example.com", "https://a.example.com, http://localhost:3000"],
}


def cases(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in table.items() for value in values]


@pytest.mark.like_aws("CloudFormation and SAM", "A parameter is checked against its type, range and allowed values")
@pytest.mark.parametrize(("name", "value"), cases(BAD))
def test_a_value_out_of_range_is_refused_with_what_is_right(name: str, value: str) -> None:
    with pytest.raises(TemplateRefused) as refusal:
        translate(PRODUCT, {name: value})

    assert str(refusal.value) == f"The parameter {name} is {value!r}. {DECLARED[name]['ConstraintDescription']}"


@pytest.mark.parametrize(("name", "value"), cases(GOOD))
def test_a_value_at_the_edge_is_taken(name: str, value: str) -> None:
    assert translate(PRODUCT, {name: value}).code


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(TemplateRefused, match=r"The template has no parameter MaxJobs; it has .*MaxConcurrentJobs"):
        translate(PRODUCT, {"MaxJobs": "3"})


def test_a_parameter_without_a_default_needs_a_value(tmp_path: Path) -> None:
    template = edited(tmp_path, "Resources:", "Parameters: { Needed: { Type: String } }\nResources:")

    with pytest.raises(TemplateRefused, match=r"The parameter Needed has no default: give it a value\."):
        translate(template)
