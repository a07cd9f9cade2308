"""What is saved while a stack runs, in a stack of its own, for its files are edited."""

import json
import shutil
from pathlib import Path

import pytest

from tests.embedded.running.test_stack import run_alone
from tests.embedded.small import FUNCTIONS, edited
from workbench.embedded.reloading import Reloader

SCRIPT = """
    from workbench.embedded.reloading import Reloader
    folder = Path({folder!r})
    template, machine, code = folder / "template.yaml", folder / "machine.asl.json", folder / "functions" / "small.py"
    said = []

    def save(path, old, new):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        reloader.look()

    def run():
        states, arn = stack.client("stepfunctions"), stack.outputs["MachineArn"]
        execution = states.start_execution(stateMachineArn=arn, input='{{"do": "raise"}}')["executionArn"]
        until(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")
        return states.describe_execution(executionArn=execution)["output"]

    with Stack(template) as stack:
        reloader = Reloader(stack, template, said.append)
        reloader.look()
        save(code, "the encoder said no", "the encoder said never")
        first = stack.client("lambda").invoke(FunctionName="actor", Payload=b'{{"do": "raise"}}')["Payload"].read()
        save(machine, "caught by its class name", "caught anew")
        output = run()
        save(machine, '"StartAt": "Act"', '"StartAt": "Nowhere"')
        save(template, "VisibilityTimeout: 30", "VisibilityTimeout: 31")
        print(json.dumps({{"said": said, "message": json.loads(first)["errorMessage"], "output": output}}))
"""


def test_saved_handlers_and_machines_run_next_and_what_cannot_be_taken_over_is_said(tmp_path: Path) -> None:
    edited(tmp_path, "Greeting", "Greeting")
    shutil.copytree(FUNCTIONS, tmp_path / "functions", dirs_exist_ok=True)

    (line,) = run_alone(SCRIPT.format(folder=str(tmp_path)))

    seen = json.loads(line)
    assert seen["message"] == "the encoder said never"
    assert seen["output"] == '"caught anew"'
    code, machine, broken, refused = seen["said"]
    assert code == "small.py changed: the next invocations run it."
    assert machine == "machine.asl.json changed: new executions run it."
    assert broken.startswith("machine.asl.json changed, but the stack stays as it was: ")
    assert refused.startswith("template.yaml changed, but the stack stays as it was: ")


class Recorded:
    """A stack that writes down what it is told."""

    def __init__(self, folder: Path) -> None:
        self.code, self.documents = frozenset({folder}), frozenset[Path]()
        self.told: list[Path] = []

    def renew(self, folder: Path) -> None:
        self.told.append(folder)

    def redeploy(self, template: Path) -> None:
        self.told.append(template)


@pytest.mark.parametrize("name", ["__pycache__/app.pyc", ".app.py.swp", "app.py~"])
def test_what_python_and_editors_leave_is_no_change(tmp_path: Path, name: str) -> None:
    stack, said = Recorded(tmp_path), list[str]()
    reloader = Reloader(stack, tmp_path / "template.yaml", said.append)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()

    reloader.look()

    assert (stack.told, said) == ([], [])


def test_a_new_file_and_a_removed_one_are_changes(tmp_path: Path) -> None:
    (tmp_path / "old.py").touch()
    stack, said = Recorded(tmp_path), list[str]()
    with Reloader(stack, tmp_path / "template.yaml", said.append) as reloader:
        (tmp_path / "old.py").unlink()
        (tmp_path / "new.py").touch()
        reloader.look()

    assert stack.told == [tmp_path]
    assert said == ["new.py and 1 more changed: the next invocations run it."]
