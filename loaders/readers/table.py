"""Tables with a column of text (csv, tsv) and one JSON object a line (jsonl): one bulletin a row."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loaders.readers.columns import Columns, find_columns, metadata, no_text_column
from loaders.readers.decode import Encoding, check_control, survey
from loaders.readers.formats import content_fault
from loaders.readers.origin import Origin, ReadFailure, ReadOptions, UnreadableError, document
from loaders.records import Anchor, Document, Metadata, Span

_NOTHING = Metadata()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its number, its name in a sentence ("row 3"), its text or what is wrong with it."""

    number: int
    name: str
    text: str | UnreadableError
    metadata: Metadata = _NOTHING
    cell: str | None = None  # the text's cell (`SHEET!B7`), where the table has such


def read_table(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """One bulletin a row; a cell's text is unchanged, line ends inside it too. Rows are numbered below the header."""
    _check_content(origin)
    found = survey(origin)
    delimiter = "\t" if origin.format == "tsv" else sniff_delimiter(found.sample, options.text_column)
    yield from row_documents(origin, found.sha256, _csv_rows(origin, found, delimiter, options))


def read_jsonl(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """One bulletin a line, with the keys that name a table's columns; a bad line fails alone."""
    _check_content(origin)
    found = survey(origin)
    if found.sample.lstrip().startswith("["):
        raise UnreadableError("is one JSON array, not one JSON object a line")
    yield from row_documents(origin, found.sha256, _json_rows(origin, found, options))


def row_documents(origin: Origin, original_sha256: str, rows: Iterable[Row]) -> Iterator[Document | ReadFailure]:
    """The documents of rows: the source is `FILE` with one row and `FILE#N` with several."""
    remaining = iter(rows)
    first_two = list(itertools.islice(remaining, 2))
    if not first_two:
        raise UnreadableError("has no rows below its header" if origin.format != "jsonl" else "has no lines")
    for row in itertools.chain(first_two, remaining):
        source = f"{origin.source}#{row.number}" if len(first_two) > 1 else origin.source
        if isinstance(row.text, UnreadableError):
            yield ReadFailure(source, f"{origin.source} {row.name}: {row.text}")
            continue
        anchors = (Anchor(span=Span(0, len(row.text)), kind="cell", value=row.cell),) if row.cell else ()
        try:
            check_control(row.text)
            yield document(origin, row.text, original_sha256, source=source, metadata=row.metadata, anchors=anchors)
        except UnreadableError as fault:
            yield ReadFailure(source, f"{origin.source} {row.name}: the text {fault}")


def sniff_delimiter(sample: str, text_column: str | None) -> str:
    """The delimiter under which the header has a known column of text; else the one with the most columns."""
    counts = {}
    for delimiter in ",\t;|":
        try:
            header = next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), [])
        except csv.Error:
            continue
        counts[delimiter] = (find_columns(header, text_column) is not None, len(header))
    return max(counts, key=lambda each: counts[each], default=",")


class _Lines:
    """Lines of a table as csv.reader takes them; keeps those of the record under way, to judge its last one."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.record: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.record.append(line)
        return line


def _csv_rows(origin: Origin, found: Encoding, delimiter: str, options: ReadOptions) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), options.max_text_bytes))  # a bulletin is longer than the default
    columns: Columns | None = None
    header: list[str] = []
    number = 0
    with _decoded(origin, found) as stream:
        lines = _Lines(stream)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.record.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as fault:
                broken = UnreadableError(f"no table can be made of it ({fault})")
                yield Row(number + 1, f"row {number + 1}", broken)
                return
            except UnicodeDecodeError:
                yield Row(number + 1, f"row {number + 1}", _undecodable(found))
                return
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                header, columns = cells, find_columns(cells, options.text_column)
                if columns is None:
                    raise no_text_column(header, options.text_column)
                continue
            number += 1
            name = f"row {number}"
            if _is_cut_off(lines.record, delimiter):
                cut = UnreadableError("a quotation mark that opens a cell is never closed: the file seems cut off")
                yield Row(number, name, cut)
            elif any(cell.strip() for cell in cells[columns.width :]):
                more = f"it has {len(cells)} cells and the header has {columns.width}: a cell lacks its quotation marks"
                yield Row(number, name, UnreadableError(more))
            else:
                text = cells[columns.text] if columns.text < len(cells) else ""
                yield Row(number, name, _sized(text, options), columns.metadata(cells))


def _is_cut_off(record: list[str], delimiter: str) -> bool:
    """Whether a record ends inside quotation marks, which csv.reader forgives and which ends in half a bulletin."""
    if sum(line.count('"') for line in record) % 2 == 0:
        return False
    try:
        list(csv.reader(record, delimiter=delimiter, strict=True))
    except csv.Error as fault:
        return "unexpected end" in str(fault)
    return False


def _json_rows(origin: Origin, found: Encoding, options: ReadOptions) -> Iterator[Row]:
    with _decoded(origin, found) as stream:
        for number in itertools.count(1):
            name = f"line {number}"
            try:
                line = stream.readline(options.max_text_bytes + 1)
            except UnicodeDecodeError:
                yield Row(number, name, _undecodable(found))
                return
            if not line:
                return
            if len(line) > options.max_text_bytes:
                yield Row(number, name, UnreadableError(f"it is longer than the limit of {options.max_text_bytes:,}"))
                return
            if line.strip():
                yield _json_row(number, name, line, options)


def _json_row(number: int, name: str, line: str, options: ReadOptions) -> Row:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as fault:
        reason = fault.msg if isinstance(fault, json.JSONDecodeError) else type(fault).__name__
        where = f", column {fault.colno}" if isinstance(fault, json.JSONDecodeError) else ""
        return Row(number, name, UnreadableError(f"this is no JSON ({reason}{where})"))
    if not isinstance(value, dict):
        return Row(number, name, UnreadableError("this is no JSON object"))
    keys = list(value)
    columns = find_columns(keys, options.text_column)
    if columns is None:
        return Row(number, name, UnreadableError(f"it {no_text_column(keys, options.text_column)}"))
    text = value[keys[columns.text]]
    if not isinstance(text, str):
        return Row(number, name, UnreadableError(f"the value of {keys[columns.text]!r} is no string"))
    given = {field: _plain(value[keys[column]]) for field, column in columns.fields}
    return Row(number, name, _sized(text, options), metadata(given))


def _plain(value: object) -> str:
    """A JSON scalar as text; what is no scalar says nothing."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _sized(text: str, options: ReadOptions) -> str | UnreadableError:
    size = len(text) if len(text) * 4 <= options.max_text_bytes else len(text.encode("utf-8", "replace"))
    if size > options.max_text_bytes:
        return UnreadableError(f"the text is {size:,} bytes long, more than the limit of {options.max_text_bytes:,}")
    return text


def _decoded(origin: Origin, found: Encoding) -> io.TextIOWrapper:
    """The stream decoded strictly, line ends as they are, the byte order mark skipped."""
    stream = origin.open()
    stream.read(found.skip)
    return io.TextIOWrapper(stream, encoding=found.name, errors="strict", newline="")


def _undecodable(found: Encoding) -> UnreadableError:
    return UnreadableError(f"here or soon after it is not text: its bytes are no valid {found.name.upper()}")


def _check_content(origin: Origin) -> None:
    if (fault := content_fault(origin.head(), origin.format)) is not None:
        raise UnreadableError(fault)
