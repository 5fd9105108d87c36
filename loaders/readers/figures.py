"""A csv file of figures, rows with a name and its numbers, no column of text: one document, as a workbook of such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from loaders.readers.pieces import Piece, TextBuilder, one_line

_TEXT = 60  # characters of a cell that is prose: then the table holds texts, and its column must be named
_SHARE = 1 / 3  # of the rows must have a name and a number: a small table has a title, its unit and heads
_NUMBER = re.compile(r"[-+−]?[\d０-９][\d０-９,，.．]*[%％‰]?")
_WORD = re.compile(r"[^\W\d_]")


def figures(rows: Iterable[Sequence[str]], max_cells: int) -> TextBuilder | None:
    """The grid as text, cells joined by tabs, each anchored as a spreadsheet shows it (`B7`).

    None where it is no table of figures: a long cell, too few rows with a name and a number, more than
    `max_cells` cells. 县名,岗位（个）/正安县,3120 is one; 年份,数值/2020,1 is none: nothing says whose it is.
    """
    builder = TextBuilder()
    told = cells = lines = 0
    for number, row in enumerate(rows, start=1):
        texts = [one_line(cell) for cell in row]
        cells += len(texts)
        if cells > max_cells or any(len(text) >= _TEXT for text in texts):
            return None
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        builder.line([Piece(text, f"{_letters(at)}{number}", "cell") for at, text in enumerate(texts, start=1)])
        lines += 1
        told += any(_NUMBER.fullmatch(text) for text in texts) and any(_WORD.search(text) for text in texts)
    return builder if told and told >= _SHARE * lines else None


def _letters(column: int) -> str:
    """The name of a column, counted from 1: A, …, Z, AA."""
    name = ""
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
