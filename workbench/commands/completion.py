"""`roughcut completion`: the shell learns commands and options."""

import click
from click.shell_completion import get_completion_class

from workbench.commands.options import json_option, print_json

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@json_option
@click.pass_context
def completion(context: click.Context, shell: str, as_json: bool) -> None:
    """Print what makes SHELL complete commands and options.

    bash: eval "$(roughcut completion bash)" in ~/.bashrc. zsh: the same in ~/.zshrc. fish: roughcut completion fish
    > ~/.config/fish/completions/roughcut.fish.
    """
    known = get_completion_class(shell)
    assert known is not None  # SHELLS are click's own
    script = known(context.find_root().command, {}, "roughcut", "_ROUGHCUT_COMPLETE").source()
    if as_json:
        print_json({"shell": shell, "script": script})
    else:
        click.echo(script)
