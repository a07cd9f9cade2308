from typing import Any
from urllib.request import Request, urlopen

import pytest
from moto.s3.models import FakeBucket

from workbench.embedded.running import Stack

RULE = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "ExposedHeaders": ["etag"], "MaxAge": 600}


@pytest.fixture
def bucket(stack: Stack) -> Any:
    """One that moto's CloudFormation makes, with a rule."""
    properties = {"CorsConfiguration": {"CorsRules": [RULE]}}
    yield FakeBucket.create_from_cloudformation_json("ruled", {"Properties": properties}, "123456789012", "us-east-1")
    stack.client("s3").delete_object(Bucket="ruled", Key="a")
    stack.client("s3").delete_bucket(Bucket="ruled")


@pytest.mark.like_aws("S3", "CorsConfiguration of a template says which pages may read an answer")
def test_a_bucket_has_the_cors_rules_of_its_template(stack: Stack, bucket: Any) -> None:
    stack.client("s3").put_object(Bucket="ruled", Key="a", Body=b"film")
    (rule,) = stack.client("s3").get_bucket_cors(Bucket="ruled")["CORSRules"]
    url = stack.client("s3").generate_presigned_url("get_object", {"Bucket": "ruled", "Key": "a"})
    with urlopen(Request(url, headers={"Origin": stack.aws_url})) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == stack.aws_url

    assert (rule["AllowedMethods"], rule["ExposeHeaders"], rule["MaxAgeSeconds"]) == (["GET"], ["etag"], 600)
