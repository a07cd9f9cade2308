"""The files and programs that the pages show, as a reader would copy them."""

import re

from tests.rules.tree import ROOT


def files_shown(page: str) -> dict[str, str]:
    """Name -> text of every Python block of `page` whose first line is its file's name, `# conftest.py`."""
    blocks = re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)
    named = ((re.match(r"# (\S+\.py)\n", block), block) for block in blocks)
    return {name[1]: block for name, block in named if name}


def commands_shown(page: str, with_word: str) -> str:
    """The one shell block of `page` that holds the word."""
    (block,) = [
        block
        for block in re.findall(r"^```sh\n(.*?)^```$", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)
        if with_word in block
    ]
    return block
