"""What README and the pages say exists, exists."""

import re
from pathlib import Path

import pytest

from tests.rules.tree import ROOT, texts
from workbench.cli import roughcut

PAGES = {path: text for path, text in texts() if path.suffix == ".md"}
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
RUN_PY_VERBS = {"demo", "test", *roughcut.commands}


def named(path: Path) -> str:
    return path.as_posix()


def code_of(page: Path) -> str:
    return "\n".join(CODE.findall(PAGES[page]))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_roughcut_command_a_page_shows_is_one(page):
    shown = set(re.findall(r"(?:^|[`$&|;]|(?<![-/\w.])(?<=\s))roughcut ([a-z]+)\b", code_of(page), re.MULTILINE))
    assert shown <= set(roughcut.commands)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_run_py_command_a_page_shows_is_one(page):
    assert set(re.findall(r"run\.py ([a-z]+)\b", code_of(page))) <= RUN_PY_VERBS


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_option_a_page_shows_with_a_command_is_one(page):
    for command, rest in re.findall(r"(?:roughcut|run\.py) ([a-z]+)\b([^`\n|]*)", code_of(page)):
        if command in roughcut.commands:
            known = {option for parameter in roughcut.commands[command].params for option in parameter.opts}
            assert set(re.findall(r"(?<=\s)--[a-z-]+", rest)) <= known | {"--help"}, command


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_to_a_file_leads_somewhere(page):
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", PAGES[page]) if "://" not in link]
    assert not [link for link in links if not (ROOT / page.parent / link).exists()]


def test_readme_shows_the_two_commands_first():
    readme = PAGES[Path("README.md")]
    assert 0 < readme.index("python3 run.py demo") < readme.index("python3 run.py test")
