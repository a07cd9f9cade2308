from urllib.request import Request, urlopen

from workbench.embedded.running import Stack


def test_no_other_page_may_read_an_answer(stack: Stack) -> None:
    request = Request(f"{stack.aws_url}/small-media", headers={"Origin": stack.aws_url})

    with urlopen(request) as answer:
        headers = dict(answer.headers.items())

    assert "Access-Control-Allow-Origin" not in headers
