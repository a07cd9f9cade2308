"""Where AWS's console shows an execution."""

# Partitions whose console has another domain than aws.
_DOMAINS = {"aws-cn": "amazonaws.cn", "aws-us-gov": "amazonaws-us-gov.com"}


def console_url(execution_arn: str) -> str:
    """From arn:<partition>:states:<region>:<account>:execution:<machine>:<name>."""
    _, partition, _, region, _ = execution_arn.split(":", 4)
    domain = _DOMAINS.get(partition, "aws.amazon.com")
    return f"https://{region}.console.{domain}/states/home?region={region}#/v2/executions/details/{execution_arn}"
