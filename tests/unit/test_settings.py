"""What functions read from their environment."""

import pytest

from roughcut.jobs.order import Priority
from roughcut.settings import SettingInvalid, Settings


@pytest.mark.contract("names.one-queue")
def test_one_queue_serves_all_classes_unless_a_class_has_its_own():
    assert set(Settings.from_env({"QUEUE_URL": "one"}).queue_urls.values()) == {"one"}
    both = Settings.from_env({"QUEUE_URL": "one", "QUEUE_URL_HIGH": "fast"}).queue_urls
    assert both == {Priority.HIGH: "fast", Priority.NORMAL: "one", Priority.LOW: "one"}


@pytest.mark.parametrize("text", ["three", "-1", "1.5", "²"])
def test_a_number_that_is_none_is_named(text):
    with pytest.raises(SettingInvalid, match=f"MAX_CONCURRENT_JOBS is '{text}': it must be a whole number, 0 or more"):
        Settings.from_env({"MAX_CONCURRENT_JOBS": text})
