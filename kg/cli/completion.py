"""`kg completion`: for a shell's start file."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

EXAMPLES = """\b
Examples:
  kg completion bash >> ~/.bashrc
  kg completion zsh >> ~/.zshrc
  kg completion fish > ~/.config/fish/completions/kg.fish
"""


@click.command(epilog=EXAMPLES)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and question names in SHELL."""
    found = get_completion_class(shell)
    assert found is not None  # the choice lists only shells that click knows
    click.echo(found(ctx.find_root().command, {}, "kg", "_KG_COMPLETE").source())
