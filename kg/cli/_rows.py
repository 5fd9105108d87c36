"""Rows to standard output."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from kg.questions.model import Answer
from kg.questions.rows import headings, shown, to_csv, to_json, to_markdown

_NO_LIMIT = 1_000_000  # columns of a "terminal" that is a pipe: nothing is wrapped or cut


def write_answer(answer: Answer, form: str, language: str, base: str) -> None:
    """Print an answer in one of the forms; a table leaves off the store's `base`, as `kg show` and --of allow."""
    if form == "json":
        click.echo(to_json(answer, language), nl=False)
    elif form == "csv":
        click.echo(to_csv(answer, language), nl=False)
    elif form == "md":
        click.echo(to_markdown(answer, language), nl=False)
    else:
        numbers = [column.type in ("decimal", "integer") for column in answer.question.columns]
        rows = [[shown(cell, language).removeprefix(base) for cell in row] for row in answer.rows]
        write_table(headings(answer, language), rows, numbers)


def write_table(titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool] | None = None) -> None:
    """Print a table: wrapped on a terminal, whole lines in a pipe."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, width=None if terminal else _NO_LIMIT, highlight=False)
    table = Table(box=SIMPLE, pad_edge=False)
    for at, title in enumerate(titles):
        number = bool(numbers and numbers[at])
        table.add_column(title, justify="right" if number else "left", overflow="fold", no_wrap=not terminal or number)
    for row in rows:
        table.add_row(*(Text(" ".join(cell.split()) if not terminal else cell) for cell in row))
    if terminal:
        console.print(table)
        return
    with console.capture() as capture:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()).strip("\n"))
