"""What of AWS our code relies on, by the tests that hold it. `python -m tests.conformance > docs/embedded.md`."""
