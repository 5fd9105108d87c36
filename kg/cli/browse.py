"""`kg browse`: a question as a link into Neo4j Browser."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from kg.cli._options import QuestionName, filter_options, store_option

EXAMPLES = """\b
Examples:
  kg browse                                  what is there to begin with
  kg browse what-is-in-here --open
  kg browse measures-to-outcomes --place 陕西 --open
  kg browse compare-metric --metric 帮扶车间
  kg browse --style --open                   colours and Chinese captions
  kg browse --save .                         both to drop onto Browser

The link puts the query into Browser's editor; nothing runs until you press its
blue triangle (or Ctrl+Enter), and no password is in the link. Where Browser is:
--http, else the local server of --home, else the host of NEO4J_URI.
"""


class BrowseName(QuestionName):
    """The name of a question or of one of the queries to begin with."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin so."""
        from kg.browse import guide

        begin = [CompletionItem(query.name) for query in guide() if query.name.startswith(incomplete)]
        return begin + super().shell_complete(ctx, param, incomplete)


@click.command(epilog=EXAMPLES)
@click.argument("name", type=BrowseName(), required=False)
@store_option
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    default=Path("kg-neo4j"),
    show_default=True,
    help="Folder of the local server.",
)
@click.option("--http", metavar="URL", help="Address of Browser.  [default: the local server's]")
@click.option("--open", "open_it", is_flag=True, help="Open the link in the web browser too.")
@click.option("--style", "styled", is_flag=True, help="The link that sets colours and captions.")
@click.option(
    "--save", type=click.Path(path_type=Path), metavar="FOLDER", help="Write zhenxing.zip and zhenxing.grass."
)
@filter_options
def command(
    name: str | None,
    store: Path,
    home: Path,
    http: str | None,
    open_it: bool,
    styled: bool,
    save: Path | None,
    **filters: Any,
) -> None:
    """Print the link that puts the question NAME into Neo4j Browser, or list what there is to begin with."""
    from kg import browse

    if sum((name is not None, styled, save is not None)) > 1:
        raise click.UsageError("NAME, --style and --save are three different things: take one")
    if name is None and (given := [key for key, value in filters.items() if value]):
        raise click.UsageError(f"--{given[0].replace('_', '-')} belongs to a question: name it")
    if save is not None:
        for path in browse.write_scripts(save):
            click.echo(str(path))
        return
    if name is None and not styled:
        for query in browse.guide():
            click.echo(f"{query.name:26} {query.title}")
        click.echo("Named questions: kg questions", err=True)
        return
    text = browse.style_command() if name is None else browse.text_of(name, filters, store)
    address = browse.link(browse.browser_address(http, home, os.environ), text)
    click.echo(address)
    if open_it and not webbrowser.open(address):
        click.echo("no web browser opens here; open the link yourself", err=True)
