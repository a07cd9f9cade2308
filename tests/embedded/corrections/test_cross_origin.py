from urllib.request import Request, urlopen

import pytest

from workbench.embedded.running import Stack


@pytest.mark.like_aws(
    "S3", "No answer allows another origin", differs="a bucket's CORS rules decide; the template has none"
)
def test_no_other_page_may_read_an_answer(stack: Stack) -> None:
    request = Request(f"{stack.aws_url}/small-media", headers={"Origin": stack.aws_url})

    with urlopen(request) as answer:
        headers = dict(answer.headers.items())

    assert "Access-Control-Allow-Origin" not in headers
