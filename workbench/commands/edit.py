"""`roughcut edit`: an Edit, the decided film of a job, in words."""

from pathlib import Path

import click

from workbench.commands.options import json_option, print_json
from workbench.edit_file import read_edit
from workbench.edit_words import edit_lines


@click.command("edit")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def show_edit(file: Path, as_json: bool) -> None:
    """Say in words what the film of FILE, an edit.json, shows: its canvas, and each part with its source."""
    edit = read_edit(file)
    if as_json:
        print_json(edit.as_dict())
    else:
        click.echo("\n".join(edit_lines(edit)))
