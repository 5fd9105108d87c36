"""Rows of a table → a grid: which lines are its captions, which rows are heads, which columns label the rows.

A reader gives a table as lines with tabs. Nothing marks its head, so the shape tells: head rows stand above the first
row of figures, label columns are those without figures to the left of them. Merged heads may be repeated in each cell
or stand once over empty cells; both read alike here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from loaders.assemble.figure import TableWords
from loaders.layout import LogicalText
from loaders.segment import Block

_YEAR_CELL = re.compile(r"(?:19|20)\d{2}年?(?:度)?")
_NOTHING = re.compile(r"[-—–.…·*/、\\×xX]*|无")
_CAPTION_LINES, _CAPTION_LENGTH, _GROUP_LENGTH = 4, 60, 24
_FIELD = re.compile(r"\(?[一-鿿]{2,7}:")  # 填报单位:…, 填报日期:…: a line about the form, no title


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of logical text, ``start == end`` where it is empty."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of figures with what labels it."""

    block: int  # index of its block
    cells: tuple[Cell, ...]
    group: Cell | None  # a line inside the table that heads this row and the next ones


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; every row has `width` cells."""

    titles: tuple[Cell, ...]  # lines over the table that name it, nearest first
    lines: tuple[Cell, ...]  # all lines beside it, for units
    heads: tuple[tuple[Cell, ...], ...]  # of each column, outermost first; () where it has none
    labels: tuple[tuple[int, ...], ...]  # of each column, which columns label its rows, outermost first
    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return len(self.heads)


def grids_of(blocks: Sequence[Block], logical: LogicalText, words: TableWords) -> Iterator[Grid]:
    """The tables of a document that hold figures, in order."""
    i = 0
    while i < len(blocks):
        if blocks[i].role != "row":
            i += 1
            continue
        first = i
        while i < len(blocks) and (blocks[i].role == "row" or _goes_on(blocks, i, logical.text, words)):
            i += 1
        run = [(k, _cells(logical.text, blocks[k])) for k in range(first, i)]
        lines = _lines_before(blocks, first, logical.text)
        after = [_cell(logical.text, b.start, b.end) for b in blocks[i : i + 1] if b.end - b.start <= _CAPTION_LENGTH]
        for part in _parts(run, words):
            yield from _grid(part, lines, after, words)


def _goes_on(blocks: Sequence[Block], at: int, text: str, words: TableWords) -> bool:
    """Whether a short line between rows (一、粮食生产) heads a group of them: figures follow, no head does."""
    block = blocks[at]
    if at + 1 >= len(blocks) or blocks[at + 1].role != "row" or block.end - block.start > _GROUP_LENGTH:
        return False
    line = _cell(text, block.start, block.end)
    named = _FIELD.match(line.text) or line.text[0] in "表注" or line.text[-1] in "。;:" or words.line_units(line.text)
    return not named and not _is_head(_cells(text, blocks[at + 1]), words)


def _cell(text: str, start: int, end: int) -> Cell:
    return Cell(start, end, text[start:end])


def _cells(text: str, block: Block) -> list[Cell]:
    out: list[Cell] = []
    start = block.start
    for piece in text[block.start : block.end].split("\t"):
        out.append(Cell(start, start + len(piece), piece))
        start += len(piece) + 1
    return out


def _lines_before(blocks: Sequence[Block], first: int, text: str) -> list[Cell]:
    """The short lines over a table, nearest first; a paragraph ends the search."""
    out: list[Cell] = []
    for block in reversed(blocks[max(0, first - _CAPTION_LINES) : first]):
        if block.role == "row" or block.end - block.start > _CAPTION_LENGTH or text[block.end - 1] in "。;":
            break
        out.append(_cell(text, block.marker_end if block.marker else block.start, block.end))
    return out


def _figures(cells: Sequence[Cell], words: TableWords) -> int:
    return sum(words.read_figure(c.text) is not None for c in cells)


def _said(cells: Sequence[Cell]) -> set[str]:
    return {c.text for c in cells if c.text}


def _is_head(cells: Sequence[Cell], words: TableWords) -> bool:
    """No figures but years: 地区, 2023, 2024."""
    return all(words.read_figure(c.text) is None or _YEAR_CELL.fullmatch(c.text) for c in cells)


def _is_count(cells: Sequence[Cell]) -> bool:
    """A row that only numbers the columns (甲 1 2 3)."""
    numbers = [c.text for c in cells if c.text.isdigit()]
    rest = [c.text for c in cells if c.text and not c.text.isdigit()]
    if len(numbers) < 2 or numbers[0] not in "12" or any(len(t) > 1 for t in rest):
        return False
    return numbers == [str(n + int(numbers[0])) for n in range(len(numbers))]


def _parts(run: list[tuple[int, list[Cell]]], words: TableWords) -> Iterator[list[tuple[int, list[Cell]]]]:
    """Tables that stand one below the other without a line between: a row of words after figures heads a new one."""
    part: list[tuple[int, list[Cell]]] = []
    seen = 0
    for n, (k, cells) in enumerate(run):
        said = {c.text for c in cells if not _NOTHING.fullmatch(c.text)}
        ahead = any(_figures(c, words) for _, c in run[n + 1 : n + 3])
        if seen and ahead and len(said) >= max(2, len(part[-1][1]) // 2) and _is_head(cells, words):
            yield part
            part, seen = [], 0
        if not _is_head(cells, words):
            seen += 1
        part.append((k, cells))
    if part:
        yield part


def _grid(run: list[tuple[int, list[Cell]]], lines: list[Cell], after: list[Cell], words: TableWords) -> Iterator[Grid]:
    titles = [c for c in lines if not _FIELD.match(c.text) and not words.line_units(c.text)]
    beside = [*lines, *after]
    while run and len(_said(run[0][1])) == 1 and _is_head(run[0][1], words):
        over = next(c for c in run[0][1] if c.text)  # a title in a merged cell
        beside.insert(0, over)
        titles.insert(0, over)
        run = run[1:]
    top = 0
    while top < len(run) and _is_head(run[top][1], words) and (top == 0 or len(_said(run[top][1])) > 1):
        top += 1
    below = [(k, cells) for k, cells in run[top:] if not _is_count(cells)]
    if not any(_figures(cells, words) for _, cells in below):
        return
    width = max(len(cells) for _, cells in run)
    widest = max(len(cells) for _, cells in below)  # empty cells at the end of all rows are gone
    numeric = _numeric_columns([cells for _, cells in below if len(cells) == widest], width, words)
    upper = [cells for _, cells in run[:top]]
    head_rows = _merged(upper, width, words) or [_aligned(cells, width, numeric, words, head=True) for cells in upper]
    body = [(k, _aligned(cells, width, numeric, words, head=False)) for k, cells in below]
    heads = tuple(_head(head_rows, c) for c in range(width))
    labelling = [not numeric[c] or _no_figures(heads[c], words) for c in range(width)]
    labels = tuple(_labels(c, labelling, heads) for c in range(width))
    outer = [c for c in labels[-1] if c < max(labels[-1], default=0)] if labels else []
    yield Grid(tuple(titles), tuple(beside), heads, labels, tuple(_rows(body, outer, words)))


def _numeric_columns(rows: list[list[Cell]], width: int, words: TableWords) -> list[bool]:
    out = []
    for c in range(width):
        column = [row[c] for row in rows if c < len(row) and not _NOTHING.fullmatch(row[c].text)]
        found = _figures(column, words)
        years = bool(column) and c == 0 and all(_YEAR_CELL.fullmatch(x.text) for x in column)
        out.append(bool(column) and 2 * found >= len(column) and not years)
    return out


def _aligned(cells: list[Cell], width: int, numeric: list[bool], words: TableWords, head: bool) -> list[Cell]:
    """The row at full width. Of a short one the empty cells at one end were lost; where its kinds of cell fit, it lies.

    A head row that starts after the labels' corner lost the corner.
    """
    lacking = width - len(cells)
    if lacking <= 0:
        return cells
    shift = 0
    if head:
        first = next((c for c in range(width) if numeric[c]), 0)
        shift = lacking if lacking == first else 0
    else:
        kinds = [(i, words.read_figure(x.text) is not None) for i, x in enumerate(cells) if x.text]
        shift = max(range(lacking + 1), key=lambda s: (sum(numeric[s + i] == kind for i, kind in kinds), -s))
    left, right = cells[0].start, cells[-1].end
    return [Cell(left, left, "")] * shift + cells + [Cell(right, right, "")] * (lacking - shift)


def _merged(rows: list[list[Cell]], width: int, words: TableWords) -> list[list[Cell]] | None:
    """Two head rows of which the lower stands only under some cells of the upper, at full width; None for all others.

    Of 地区, 2023年, 增长(%) over 面积, 产量 in a table of four columns, one cell must be wide: of the later ones that
    without a unit. Where empty cells stand behind it (地区, 2023年, "", 增长), they tell its width.
    """
    if len(rows) != 2 or len(rows[1]) >= width or not all(c.text for c in rows[1]):
        return None
    top, low = rows
    starts = [i for i, c in enumerate(top) if c.text]
    if len(starts) < len(top):
        spans = [b - a for a, b in zip(starts, [*starts[1:], width], strict=True)]
    else:
        wide = len(top) + len(low) - width
        later = [i for i in range(1, len(top)) if words.head_unit(top[i].text) is None]
        if not 0 < wide <= len(later) or len(low) % wide:
            return None
        spans = [len(low) // wide if i in later[:wide] else 1 for i in range(len(top))]
    if sum(n for n in spans if n > 1) != len(low) or sum(spans) != width:
        return None
    upper: list[Cell] = []
    lower: list[Cell] = []
    under = iter(low)
    for i, n in zip(starts, spans, strict=True):
        upper += [top[i]] * n
        lower += [next(under) for _ in range(n)] if n > 1 else [Cell(top[i].end, top[i].end, "")]
    return [upper, lower]


def _head(rows: list[list[Cell]], column: int) -> tuple[Cell, ...]:
    """A column's head cells, outermost first; a merged cell over several columns stands for each of them."""
    out: list[Cell] = []
    for n, row in enumerate(rows):
        cell = row[column]
        if not cell.text and n < len(rows) - 1 and rows[-1][column].text:
            cell = next((row[c] for c in range(column, -1, -1) if row[c].text), cell)
            if cell.text and rows[-1][row.index(cell)].text in ("", cell.text):
                continue  # the cell to the left is merged downwards, not sideways
        if cell.text and (not out or out[-1].text != cell.text):
            out.append(cell)
    return tuple(out)


def _no_figures(head: tuple[Cell, ...], words: TableWords) -> bool:
    return any(words.serial.search(c.text) and words.head_unit(c.text) is None for c in head[-1:])


def _labels(column: int, labelling: list[bool], heads: tuple[tuple[Cell, ...], ...]) -> tuple[int, ...]:
    """Label columns of a column: the leading ones; where the first one's head comes again, those from there.

    In a table without heads they are those that stand last before the column.
    """
    if not any(heads):  # a name, its figure, a name, its figure
        last = next((c for c in range(column - 1, -1, -1) if labelling[c]), -1)
        return tuple(c for c in range(last + 1) if all(labelling[c : last + 1]))
    corner = heads[0][-1].text if heads[0] else None
    starts = [c for c in range(1, column) if labelling[c] and heads[c] and heads[c][-1].text == corner]
    first = starts[-1] if starts else 0
    out = []
    for c in range(first, column):
        if not labelling[c]:
            break
        out.append(c)
    return tuple(out)


def _rows(body: list[tuple[int, list[Cell]]], outer: list[int], words: TableWords) -> Iterator[Row]:
    """Rows of figures; an outer label that stands once over several rows is each one's."""
    group: Cell | None = None
    above: list[Cell] | None = None
    for block, cells in body:
        if len(_said(cells)) == 1 and not _figures(cells, words):
            group = next(c for c in cells if c.text)
            continue
        row = list(cells)
        if above is not None:
            for c in outer:
                if row[c].text:
                    break
                row[c] = replace(above[c])
        above = row
        yield Row(block, tuple(row), group)
