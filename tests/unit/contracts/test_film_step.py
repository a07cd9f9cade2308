"""What video-optimizer says of a step that it does not have."""

from types import SimpleNamespace

import pytest

from roughcut.contracts import ContractBroken
from video_optimizer.app import handler


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ({"step": "paint"}, 'step is "paint": it must be one of plan, package, finish.'),
        ({"job": {}}, "step is missing."),
        ({"step": "plan"}, "job is missing."),
    ],
)
def test_a_step_that_is_unknown_or_lacks_its_input_is_refused_in_one_sentence(event, sentence):
    with pytest.raises(ContractBroken) as refused:
        handler(event, SimpleNamespace(memory_limit_in_mb=128))
    assert str(refused.value) == sentence
