"""CSV files as `neo4j-admin database import` reads them: rows of typed columns, whatever the text holds.

Text stands in quotes, a quote in it is doubled; line breaks, commas, backslashes and U+0000 stand as they are. Lists
are joined by U+001F, and the import is told to trim (`--trim-strings`): that touches the elements of lists alone, and
only so does a list of one empty text, written as a space, not vanish. Lists that this would damage are refused here.

A table's columns are those that its rows have had so far: a row ends with its last value, and the header is a file of
its own, written at the end. Rows whose values are of other types go into a further table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from loaders.iris import digest
from loaders.neo4j.graph import OURS, Value

LIST_DELIMITER = "\x1f"
_PLAIN = re.compile(r"[A-Za-z0-9_]+")  # a name that an argument of neo4j-admin can hold
_NAME_LENGTH = 80  # characters of a file's name; what is longer is told apart by a hash
_FLUSHED = 1 << 16  # characters of rows that a table keeps before it writes them
_NAMES: Mapping[type, str] = {str: "string", int: "long", float: "double", bool: "boolean", date: "date"}
_Kind = tuple[type, bool]  # of the value or its elements; whether it is a list
_Plan = tuple["Table", tuple[tuple[int, Callable[[Any], str]], ...]]


def quoted_text(text: str) -> str:
    """A text as a field."""
    return '"' + text.replace('"', '""') + '"' if '"' in text else f'"{text}"'


def fits(value: Value) -> bool:
    """Whether CSV carries the value: not a list with text that holds the delimiter, or white space at an end."""
    if type(value) is not tuple or type(value[0]) is not str:
        return True
    return not any(one and (one[0] <= " " or one[-1] <= " " or LIST_DELIMITER in one) for one in value)


def _float(number: float) -> str:
    if math.isfinite(number):
        return repr(number)
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _texts(values: tuple[str, ...]) -> str:
    return quoted_text(LIST_DELIMITER.join(values) or " ")


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: quoted_text, int: str, float: _float, bool: _bool, date: date.isoformat
}  # fmt: skip


def _list_writer(kind: type) -> Callable[[Any], str]:
    if kind is str:
        return _texts
    one = _WRITERS[kind]
    return lambda values: LIST_DELIMITER.join([one(value) for value in values])


_LIST_WRITERS = {kind: _list_writer(kind) for kind in _WRITERS}


@dataclass(slots=True)
class Table:
    """One file of rows, and its header."""

    stem: str  # of the file's name
    path: Path
    first: str  # columns that every row has
    names: str  # labels or type of all rows, as the argument of neo4j-admin has them; "" where each row says its own
    columns: dict[str, tuple[int, _Kind]] = field(default_factory=dict)
    rows: int = 0
    longest: int = 0  # row, in characters
    multiline: bool = False  # whether a text breaks its line
    waiting: list[str] = field(default_factory=list)
    waits: int = 0  # characters of them

    @property
    def header(self) -> Path:
        """The header's file."""
        return self.path.with_name(f"{self.stem}-header.csv")

    def takes(self, shape: tuple[tuple[str, _Kind], ...]) -> bool:
        """Whether the columns that are there have these types."""
        return all(key not in self.columns or self.columns[key][1] == kind for key, kind in shape)

    def write(self, row: str) -> None:
        """Add a row, without its line's end."""
        if "\n" in row or "\r" in row:
            self.multiline = True
        self.waiting.append(row)
        self.rows += 1
        self.waits += len(row)
        self.longest = max(self.longest, len(row))
        if self.waits > _FLUSHED:
            self.flush()

    def flush(self) -> None:
        """Write what waits; the file is not kept open, for there may be as many as a user's ontology has classes."""
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write("\n".join([*self.waiting, ""]))
        self.waiting.clear()
        self.waits = 0

    def finish(self) -> None:
        """Write the rest, and the header."""
        self.flush()
        names = [f"{key}:{_NAMES[kind]}{'[]' if many else ''}" for key, (_, (kind, many)) in self.columns.items()]
        self.header.write_text(",".join([self.first, *names]) + "\n", "utf-8")


class Tables:
    """The tables of nodes by their labels, or of relationships by their type, in a folder.

    `first` is the columns that every row has, `named` the column of labels or type where an argument cannot say them.
    """

    def __init__(self, folder: Path, prefix: str, first: str, named: str) -> None:
        self.folder, self.prefix, self.first, self.named = folder, prefix, first, named
        self.groups: dict[str, list[Table]] = {}
        self._plans: dict[tuple[object, ...], _Plan] = {}

    def write(self, names: tuple[str, ...], head: str, properties: Mapping[str, Value]) -> None:
        """Add a row to the table of these labels (or type) and types of values; `head` is its first fields."""
        types = [type(value) if type(value) is not tuple else (type(value[0]),) for value in properties.values()]
        mark = (names, *properties, *types)
        plan = self._plans.get(mark)
        if plan is None:
            plan = self._plans[mark] = self._plan(names, properties)
        table, places = plan
        if not table.names:
            head = f"{head},{quoted_text(LIST_DELIMITER.join(names))}"
        if not places:
            table.write(head)
            return
        fields = [""] * (max(place for place, _ in places) + 1)
        for (place, written), value in zip(places, properties.values(), strict=True):
            fields[place] = written(value)
        table.write(head + "," + ",".join(fields))

    def _plan(self, names: tuple[str, ...], properties: Mapping[str, Value]) -> _Plan:
        """Which table, and which column each property has there."""
        shape = tuple(
            (key, (type(value[0]), True) if isinstance(value, tuple) else (type(value), False))
            for key, value in properties.items()
        )
        tables = self.groups.setdefault(LIST_DELIMITER.join(names), [])
        table = next((one for one in tables if one.takes(shape)), None)
        if table is None:
            stem = f"{self.prefix}-{_file_name(names)}" + (f"-{len(tables) + 1}" if tables else "")
            plain = all(map(_PLAIN.fullmatch, names))
            first = self.first if plain else f"{self.first},{self.named}"
            table = Table(stem, self.folder / f"{stem}.csv", first, ":".join(names) if plain else "")
            tables.append(table)
        for key, kind in sorted(shape):
            table.columns.setdefault(key, (len(table.columns), kind))
        writers = (_LIST_WRITERS[kind] if many else _WRITERS[kind] for _, (kind, many) in shape)
        return table, tuple((table.columns[key][0], one) for (key, _), one in zip(shape, writers, strict=True))

    def finish(self) -> list[Table]:
        """Write what is not yet written; all tables, sorted by name."""
        found = sorted((table for tables in self.groups.values() for table in tables), key=lambda table: table.stem)
        for table in found:
            table.finish()
        return found


def _file_name(names: tuple[str, ...]) -> str:
    """Names as a part of a file's name, in ASCII and without what a regular expression would take otherwise."""
    names = names[1:] if names[0] == OURS and len(names) > 1 else names  # that all have
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", "-".join(names))[:_NAME_LENGTH]
    if all(map(_PLAIN.fullmatch, names)) and len(plain) < _NAME_LENGTH:
        return plain
    return f"{plain.strip('-') or 'x'}-{digest(LIST_DELIMITER.join(names), 8)}"
