"""Rows to standard output."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kg.questions.model import Answer
from kg.questions.rows import headings, shown, to_csv, to_json, to_markdown

if TYPE_CHECKING:
    from rich.console import Console

_NO_LIMIT = 1_000_000  # columns of a "terminal" that is a pipe: nothing is wrapped or cut
_READABLE = 12  # columns of a terminal that a column of words needs, six Chinese characters: below it is no line left
_GAP = 2  # columns between two columns of a table


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
    """Print a table: wrapped on a terminal, a row below the other where that is too narrow, whole lines in a pipe."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, width=None if terminal else _NO_LIMIT, highlight=False)
    right = [bool(numbers and numbers[at]) for at in range(len(titles))]
    if terminal and rows and _least_width(titles, rows, right) > console.width:
        _write_records(console, titles, rows)
        return
    table = Table(box=SIMPLE, pad_edge=False)
    for title, number in zip(titles, right, strict=True):
        table.add_column(title, justify="right" if number else "left", overflow="fold", no_wrap=not terminal or number)
    for row in rows:
        table.add_row(*(Text(" ".join(cell.split()) if not terminal else cell) for cell in row))
    if terminal:
        console.print(table)
        return
    with console.capture() as capture:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()).strip("\n"))


def _least_width(titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> int:
    """The columns that a terminal needs for a table that can be read: numbers whole, words wrapped at `_READABLE`."""
    from rich.cells import cell_len

    widest = [max(cell_len(cell) for cell in column) for column in zip(titles, *rows, strict=True)]
    needed = (width if number else min(width, _READABLE) for width, number in zip(widest, numbers, strict=True))
    return sum(needed) + _GAP * len(titles)


def _write_records(console: Console, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Each row as lines of a title and its cell, an empty line between two rows; empty cells are left out."""
    from rich.cells import cell_len
    from rich.table import Table
    from rich.text import Text

    width = max(cell_len(title) for title in titles)
    for at, row in enumerate(rows):
        if at:
            console.print()
        record = Table.grid(padding=(0, _GAP, 0, 0))
        record.add_column(style="bold", min_width=min(width, console.width // 2))
        record.add_column(overflow="fold")
        for title, cell in zip(titles, row, strict=True):
            if cell:
                record.add_row(Text(title), Text(cell))
        console.print(record)
