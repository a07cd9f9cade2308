"""The desk that the handlers take is the one of the test's own world."""

from tests.fakes.quiet import quiet  # noqa: F401 - a fixture
