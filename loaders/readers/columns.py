"""Which column of a table is the text, and which say something about it. The headers' names are in the ontology."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from loaders.readers.origin import UnreadableError
from loaders.records import Metadata
from loaders.resources import data_folder

_DATE = re.compile(r"\s*(\d{4})(?:\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})(?!\d))?|(\d{2})(\d{2}))?(?!\d)")


@cache
def aliases() -> Mapping[str, tuple[str, ...]]:
    """Headers by field, folded, the preferred first (`ontology/metadata-columns.tsv`)."""
    found: dict[str, list[str]] = {}
    with (data_folder("ontology") / "metadata-columns.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault(row["field"], []).append(fold(row["alias"]))
    return {field: tuple(names) for field, names in found.items()}


def fold(header: str) -> str:
    """A header as it is compared: case, white space and a stray byte order mark do not count."""
    return "".join(header.replace("\ufeff", "").split()).casefold()


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions of the columns that are known."""

    text: int
    fields: tuple[tuple[str, int], ...]  # metadata field, column
    width: int

    def metadata(self, cells: Sequence[str]) -> Metadata:
        """The metadata of one row."""
        return metadata({field: cells[column] for field, column in self.fields if column < len(cells)})


def find_columns(header: Sequence[str], text_column: str | None) -> Columns | None:
    """The columns by their headers, None where none is the text.

    Where two headers name one field, the alias that stands first in the ontology wins: `full_text` before `content`.
    """
    folded = [fold(each) for each in header]
    wanted = (fold(text_column),) if text_column is not None else aliases()["text"]
    text = _first(folded, wanted, None)
    if text is None:
        return None
    fields = []
    for field, names in aliases().items():
        column = _first(folded, names, text) if field != "text" else None
        if column is not None:
            fields.append((field, column))
    return Columns(text, tuple(fields), len(header))


def no_text_column(header: Sequence[str], text_column: str | None) -> UnreadableError:
    """What to say of a table without a column of text."""
    shown = ", ".join(each.strip()[:40] for each in header[:20]) + (", …" if len(header) > 20 else "")
    if text_column is not None:
        return UnreadableError(f"has no column {text_column!r}; its columns are {shown}")
    return UnreadableError(f"has no column of text that is known; name one with --text-column; its columns are {shown}")


def metadata(values: Mapping[str, str]) -> Metadata:
    """Metadata of values by field; blank ones are left out, and so is a date that is none."""
    given = {field: value.strip() for field, value in values.items() if value.strip()}
    if "date" in given:
        date = plain_date(given.pop("date"))
        if date is not None:
            given["date"] = date
    return Metadata(**given)


def plain_date(value: str) -> str | None:
    """YYYY-MM-DD, YYYY-MM or YYYY of `2026年2月3日`, `2026/2/3 09:02`, `20260203`, `2026-02`; None for another."""
    found = _DATE.match(value)
    if found is None:
        return None
    year = found[1]
    month, day = (int(part) if part else None for part in (found[2] or found[4], found[3] or found[5]))
    if month is None:
        return year
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return f"{year}-{month:02}" if day is None else f"{year}-{month:02}-{day:02}"


def _first(header: Sequence[str], wanted: Sequence[str], taken: int | None) -> int | None:
    for name in wanted:
        for column, each in enumerate(header):
            if each == name and column != taken:
                return column
    return None
