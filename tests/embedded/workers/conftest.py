"""Every worker test runs behind AWS's own client and behind ours: they must not differ."""

from collections.abc import Callable, Iterator

import pytest

from tests.embedded.small import FUNCTIONS
from workbench.embedded.workers.function import Function
from workbench.embedded.workers.pool import Pool

Make = Callable[..., Pool]
LINES: list[tuple[str, str]] = []


def function(name: str, handler: str, **limits: object) -> Function:
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    return Function(name, arn, handler, FUNCTIONS, **limits)


SMALL = (
    function("echo", "small.echo", environment={"GREETING": "hello"}, memory_mb=256),
    function("actor", "small.act", timeout=1),
    function("patient", "small.act", timeout=30),
    function("single", "small.act", reserved=1),
    function("never", "small.act", reserved=0),
    function("broken", "broken.act"),
    function("unreadable", "unreadable.act"),
    function("leaving", "leaving.act"),
    function("nameless", "small.no_such_handler"),
)


@pytest.fixture(params=["awslambdaric", "own bootstrap"])
def make_pool(request: pytest.FixtureRequest) -> Iterator[Make]:
    pools: list[Pool] = []

    def make(**options: object) -> Pool:
        LINES.clear()
        pools.append(
            Pool(
                SMALL,
                {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"},
                lambda name, line: LINES.append((name, line)),
                official=request.param == "awslambdaric",
                **options,
            )
        )
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def pool(make_pool: Make) -> Pool:
    return make_pool(limit=4)


@pytest.fixture
def lines() -> list[tuple[str, str]]:
    return LINES
