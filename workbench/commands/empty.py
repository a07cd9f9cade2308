"""`roughcut empty`: before a deployed stack's bucket can be deleted."""

from dataclasses import asdict

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from workbench.commands.options import json_option, print_json
from workbench.emptying import bucket_of, contents, empty
from workbench.problem import Problem


@click.command("empty")
@click.argument("stack")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def empty_bucket(stack: str, yes: bool, as_json: bool) -> None:
    """Delete everything in the media bucket of the deployed stack STACK: clips, films, versions, unfinished uploads.

    Credentials, region and endpoint are those of the AWS environment variables and profile.
    """
    try:
        _empty(stack, yes, as_json)
    except (BotoCoreError, ClientError) as problem:
        raise Problem(f"AWS refused: {problem}") from problem


def _empty(stack: str, yes: bool, as_json: bool) -> None:
    bucket = bucket_of(boto3.client("cloudformation"), stack)
    s3 = boto3.client("s3")
    found = contents(s3, bucket)
    what = f"{found.objects:,} objects ({found.size_bytes / 1e9:.2f} GB) and {found.uploads:,} unfinished uploads"
    if not yes:
        click.confirm(f"Delete {what} of {bucket} for good?", abort=True, err=True)
    empty(s3, bucket)
    if as_json:
        print_json({"bucket": bucket, **asdict(found)})
    else:
        click.echo(f"{bucket} is empty: {what} deleted")
