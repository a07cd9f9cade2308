import pytest
from moto.stepfunctions.parser.backend import execution_worker

from tests.embedded.corrections.conftest import Run


@pytest.mark.saves
def test_threads_that_ran_out_are_not_kept(run: Run) -> None:
    run(Only={"Type": "Pass", "End": True})

    assert list(execution_worker.TMP_THREADS) == []
