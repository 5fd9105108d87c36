"""Workbooks: a table with a column of text is one bulletin a row, as in csv; any other is one document of figures.

The text of figures is, for each visible sheet, its title and then its rows, cells joined by tabs. Headings that
stretch over several cells are repeated in each, so that every column has its whole head; each cell is anchored as
``SHEET!B7``.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from loaders.readers.archive import package_fault
from loaders.readers.columns import Columns, find_columns
from loaders.readers.formats import content_fault
from loaders.readers.number_formats import shown
from loaders.readers.origin import Origin, ReadFailure, ReadOptions, UnreadableError, document
from loaders.readers.pieces import Piece, TextBuilder, one_line
from loaders.readers.table import Row, row_documents
from loaders.records import Document

_DEFAULT_TITLE = re.compile(r"(?:sheet|工作表)\s*\d*", re.IGNORECASE)
_HEADER_ROWS = 10  # rows among which the header is looked for
_BULLETIN = 60  # characters of one cell from which its column is believed to hold bulletins: "content" heads much else
_LABEL = 60  # characters of a merged cell that is a heading or a label


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    place: str
    number: bool
    original: bool = True  # False: repeated from the cell with which it is merged


@dataclass(frozen=True, slots=True)
class _Sheet:
    title: str
    rows: dict[int, list[_Cell]]  # number in the sheet → cells; rows without text are left out
    raw: dict[int, list[str]]  # the same with cells' text unchanged


def read_xlsx(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """Documents of a workbook; formulas are read by the value that was last shown."""
    raw = origin.read(options.max_file_bytes)
    if (fault := content_fault(raw[:4096], "xlsx", raw)) is not None:
        raise UnreadableError(fault)
    if (fault := package_fault(io.BytesIO(raw), options)) is not None:
        raise UnreadableError(fault)
    sheets = _sheets(raw, options)
    tables = [(sheet, *found) for sheet in sheets if (found := _text_table(sheet, options)) is not None]
    digest = hashlib.sha256(raw).hexdigest()
    if tables:
        yield from row_documents(origin, digest, _rows(tables))
        return
    if options.text_column is not None:
        raise UnreadableError(f"has no sheet with a column {options.text_column!r}")
    builder = TextBuilder()
    for sheet in sheets:
        if sheet.rows:
            _figures(builder, sheet)
    yield document(
        origin,
        builder.text,
        digest,
        anchors=tuple(builder.anchors),
        furniture=tuple(builder.furniture),
        headings=tuple(builder.headings),
    )


def _figures(builder: TextBuilder, sheet: _Sheet) -> None:
    default = _DEFAULT_TITLE.fullmatch(sheet.title) is not None
    builder.line([Piece(sheet.title, f"{sheet.title}!A1", "cell")], furniture=default, heading=0 if default else 1)
    for row in sheet.rows.values():
        cells = row
        if len({cell.place for cell in row if cell.text}) == 1:  # a title over the whole table stands once
            cells = [next(cell for cell in row if cell.text)]
        builder.line([Piece(cell.text, cell.place, "cell") for cell in cells])


def _text_table(sheet: _Sheet, options: ReadOptions) -> tuple[int, Columns] | None:
    """The header's row and the columns of a sheet that holds bulletins; None for one of figures."""
    for number in list(sheet.raw)[:_HEADER_ROWS]:
        columns = find_columns(sheet.raw[number], options.text_column)
        if columns is None:
            continue
        below = (row[columns.text] for at, row in sheet.raw.items() if at > number and len(row) > columns.text)
        if options.text_column is not None or any(len(text) >= _BULLETIN for text in below):
            return number, columns
    return None


def _rows(tables: list[tuple[_Sheet, int, Columns]]) -> Iterator[Row]:
    count = 0
    for sheet, header, columns in tables:
        for number, cells in sheet.raw.items():
            if number <= header:
                continue
            count += 1
            text = cells[columns.text] if columns.text < len(cells) else ""
            place = f"{sheet.title}!{get_column_letter(columns.text + 1)}{number}"
            yield Row(count, f"sheet {sheet.title} row {number}", text, columns.metadata(cells), place)


def _sheets(raw: bytes, options: ReadOptions) -> list[_Sheet]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that the library does not know
            book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible:
            if sheet.max_row * sheet.max_column > options.max_cells:
                size = f"{sheet.max_row:,} rows and {sheet.max_column:,} columns"
                raise UnreadableError(f"is refused: its sheet {sheet.title} has {size}, more than the limit of cells")
        return [_sheet(sheet) for sheet in visible]
    except UnreadableError:
        raise
    except Exception as failure:  # the library raises what it meets: KeyError, ValueError, the XML parser's errors
        told = " ".join(str(failure).split())[:120] or type(failure).__name__
        raise UnreadableError(f"is damaged: no workbook can be made of it ({told})") from None


def _sheet(sheet: Any) -> _Sheet:
    grid = [
        [_cell(sheet.title, cell.row, cell.column, cell.value, cell.number_format) for cell in row]
        for row in sheet.iter_rows()
    ]
    raw = {}
    for number, row in enumerate(sheet.iter_rows(), start=1):
        values = [shown(cell.value, cell.number_format) for cell in row]
        if any(value.strip() for value in values):
            raw[number] = values
    first_figures = next((at for at, row in enumerate(grid) if sum(cell.number for cell in row) > 1), len(grid))
    for merged in sheet.merged_cells.ranges:
        _repeat(grid, merged, first_figures)
    rows = {
        number: _trimmed(row)
        for number, row in enumerate(grid, start=1)
        if any(cell.text and cell.original for cell in row)
    }
    return _Sheet(sheet.title, rows, raw)


def _repeat(grid: list[list[_Cell]], merged: Any, first_figures: int) -> None:
    """Repeat a heading in the cells that it covers: to the side above the figures, downwards anywhere (row labels)."""
    top, left = merged.min_row - 1, merged.min_col - 1
    if top >= len(grid) or left >= len(grid[top]):
        return
    head = grid[top][left]
    if not head.text or head.number or len(head.text) > _LABEL:
        return
    for row in range(top, min(merged.max_row, len(grid))):
        for column in range(left, min(merged.max_col, len(grid[row]))):
            if (row, column) != (top, left) and (column == left or row < first_figures):
                grid[row][column] = _Cell(head.text, head.place, False, False)


def _cell(sheet: str, row: int, column: int, value: object, number_format: str | None) -> _Cell:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    text = one_line(shown(value, number_format or "General"))
    return _Cell(text, f"{sheet}!{get_column_letter(column)}{row}", number)


def _trimmed(row: list[_Cell]) -> list[_Cell]:
    end = len(row)
    while end and not row[end - 1].text:
        end -= 1
    return row[:end]
