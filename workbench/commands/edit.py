"""`roughcut edit`: an Edit, the decided film of a job, in words."""

from pathlib import Path

import click

from roughcut.contracts import ContractBroken, check
from roughcut.media.edit import Edit
from workbench.commands.options import json_option, print_json
from workbench.edit_words import edit_lines
from workbench.film_request import read_json
from workbench.problem import Problem


@click.command("edit")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def show_edit(file: Path, as_json: bool) -> None:
    """Say in words what the film of FILE, an edit.json, shows: its canvas, and each part with its source."""
    document = read_json(file, "the Edit", dict)
    edit = read_edit(document, file)
    if as_json:
        print_json(document)
    else:
        click.echo("\n".join(edit_lines(edit)))


def read_edit(document: object, file: Path) -> Edit:
    try:
        edit = Edit.from_dict(check(document, "edit"))
    except ContractBroken as problem:
        raise Problem(f"{file} is no Edit: {problem.message}") from problem
    strange = next((part.source for part in edit.parts if part.source >= len(edit.sources)), None)
    if strange is not None:
        raise Problem(f"{file} is no Edit: a part shows source {strange}, of {len(edit.sources)}.")
    return edit
