from itertools import count

from roughcut.aws.premises import TableSecret, parameter
from tests.fakes.jobs import FakeClock


def secret(table, clock, numbers):
    return TableSecret(table, "Sessions", randomness=lambda size: bytes([next(numbers)]) * size, clock=clock)


def test_all_functions_have_the_secret_of_the_first_and_a_deleted_one_is_replaced(table):
    clock, numbers = FakeClock(), count(1)
    one, other = secret(table, clock, numbers), secret(table, clock, numbers)
    assert one() == other() == one() == b"\1" * 32
    table.delete_item(TableName="Sessions", Key={"session_id": {"S": "_links"}, "job_id": {"S": "secret"}})
    assert one() == b"\1" * 32
    clock.now_ms += 300_000
    assert one() == other() != b"\1" * 32


def test_of_two_that_make_a_secret_at_once_one_wins(table):
    clock = FakeClock()

    def slow(size):
        secret(table, clock, count(1))()
        return b"late" * (size // 4)

    assert TableSecret(table, "Sessions", randomness=slow, clock=clock)() == b"\1" * 32


def test_a_parameter_is_read_by_its_name(aws):
    aws("ssm").put_parameter(Name="/roughcut/api-url", Type="String", Value="https://api")
    assert parameter(aws("ssm"), "/roughcut/api-url") == "https://api"
