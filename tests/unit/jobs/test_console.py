import pytest

from roughcut.jobs.console import console_url


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_an_execution_is_shown_by_the_console_of_its_partition_and_region(partition, region, host):
    arn = f"arn:{partition}:states:{region}:123456789012:execution:video-pipeline:01JOB-1-7"
    assert console_url(arn) == f"https://{host}/states/home?region={region}#/v2/executions/details/{arn}"
