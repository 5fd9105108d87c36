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
    right = [bool(numbers and numbers[at]) for at in range(len(titles))]
    if not sys.stdout.isatty():
        _write_lines(titles, rows, right)
        return
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    if rows and _least_width(titles, rows, right) > console.width:
        _write_records(console, titles, rows)
        return
    table = Table(box=SIMPLE, pad_edge=False)
    for title, number in zip(titles, right, strict=True):
        table.add_column(title, justify="right" if number else "left", overflow="fold", no_wrap=number)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _write_lines(titles: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[bool]) -> None:
    """A table as rich draws one, but whole and without its layout, which takes a minute for 80,000 rows."""
    from rich.cells import cell_len

    cells = [tuple(titles), *(tuple(" ".join(cell.split()) for cell in row) for row in rows)]
    sizes = [[len(cell) if cell.isascii() else cell_len(cell) for cell in row] for row in cells]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    lines = []
    for row, size in zip(cells, sizes, strict=True):
        padded = []
        for cell, own, width, number in zip(row, size, widths, numbers, strict=True):
            gap = " " * (width - own)
            padded.append(gap + cell if number else cell + gap)
        lines.append((" " + (" " * (_GAP + 1)).join(padded)).rstrip())
    lines.insert(1, " " + "─" * (sum(widths) + (_GAP + 1) * (len(widths) - 1)))
    click.echo("\n".join(lines))


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
