"""Answers as JSON, CSV and Markdown."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

from kg.questions.model import Answer, Cell, Column, Thing
from loaders.contract import json_number

LABELLED = ("concept", "place", "places", "bulletin")


def to_objects(answer: Answer, language: str) -> list[dict[str, Any]]:
    """A row as an object: a concept or place is its code with `NAME_label` beside it, a number a JSON number."""
    return [
        {key: value for column, cell in zip(answer.question.columns, row, strict=True)
         for key, value in _members(column, cell, language)}
        for row in answer.rows
    ]  # fmt: skip


def _members(column: Column, cell: Cell, language: str) -> list[tuple[str, Any]]:
    if column.type not in LABELLED:
        return [(column.name, json_number(cell) if isinstance(cell, Decimal) else cell)]
    label = f"{column.name}_label"
    if isinstance(cell, Thing):
        return [(column.name, cell.code), (label, cell.label(language))]
    if isinstance(cell, tuple):
        return [(column.name, [one.code for one in cell]), (label, [one.label(language) for one in cell])]
    return [(column.name, [] if column.type == "places" else cell), (label, [] if column.type == "places" else cell)]


def to_json(answer: Answer, language: str) -> str:
    """A list of objects, one a line."""
    lines = ",\n ".join(json.dumps(one, ensure_ascii=False) for one in to_objects(answer, language))
    return f"[{lines}]\n"


def to_csv(answer: Answer, language: str) -> str:
    """The same members as columns; several places are joined by a semicolon."""
    names = [
        name
        for column in answer.question.columns
        for name in ((column.name, f"{column.name}_label") if column.type in LABELLED else (column.name,))
    ]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for one in to_objects(answer, language):
        writer.writerow([";".join(v) if isinstance(v, list) else v for v in (one[name] for name in names)])
    return out.getvalue()


def shown(cell: Cell, language: str) -> str:
    """A cell for the eye: labels instead of codes, numbers without an exponent."""
    if cell is None:
        return ""
    if isinstance(cell, Thing):
        return cell.label(language)
    if isinstance(cell, tuple):
        return "、".join(one.label(language) for one in cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return str(cell)


def headings(answer: Answer, language: str) -> list[str]:
    """The columns' titles."""
    return [column.titles[language] for column in answer.question.columns]


def to_markdown(answer: Answer, language: str) -> str:
    """A table of Markdown; what would break it is escaped."""

    def line(cells: list[str]) -> str:
        escaped = (" ".join(cell.replace("\\", "\\\\").replace("|", "\\|").split()) for cell in cells)
        return f"| {' | '.join(escaped)} |"

    numbers = [column.type in ("decimal", "integer") for column in answer.question.columns]
    rule = f"|{'|'.join('---:' if number else '---' for number in numbers)}|"
    rows = [line([shown(cell, language) for cell in row]) for row in answer.rows]
    return "\n".join([line(headings(answer, language)), rule, *rows]) + "\n"
