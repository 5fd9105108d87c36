"""What the figures of a table are of: the subject that their heads name, row and column read as one phrase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from loaders.assemble.figure import TableWords, UnitMark
from loaders.assemble.grid import Cell, Grid, Row
from loaders.assemble.table_head import Phrase, cell_period, pick_hit, relative_head, subject_of
from loaders.lexicon import Hit, Lexicon
from loaders.recognise.metric import metric_grammar_of


@dataclass(frozen=True, slots=True)
class Subject:
    """What the heads of a figure name; `own` is False where another head or the title had to give the subject."""

    phrase: Phrase
    own: bool
    hit: Hit | None = None  # the metric of the figure to the left, where that gave the subject


class Subjects:
    """The subjects of one table's figures."""

    def __init__(
        self, grid: Grid, places: Mapping[int, Sequence[str | None]], head_places: frozenset[str],
        units: tuple[UnitMark, ...], year: int | None, lexicon: Lexicon, words: TableWords,
    ) -> None:  # fmt: skip
        """`places` has the place of each label column's cells, `head_places` the heads that name places."""
        self.grid, self.places, self.head_places, self.units, self.year = grid, places, head_places, units, year
        self.lexicon, self.words, self.grammar = lexicon, words, metric_grammar_of(lexicon)
        self.scanned: dict[str, list[Hit]] = {}
        # One unit above the table and no head with a metric of that unit: the title says what all figures are.
        last = [text for c in range(grid.width) if (text := self._last(c))]
        self.uniform = len(units) == 1 and not any(words.head_unit(text) or self._fits_line(text) for text in last)

    def labels(self, row: Row, column: int) -> list[tuple[int, Cell]]:
        """The filled label cells of a figure with their columns, outermost first."""
        return [(k, row.cells[k]) for k in self.grid.labels[column] if row.cells[k].text]

    def is_unit_column(self, column: int) -> bool:
        """Whether the cells of a column are units (a head 单位, 计量单位)."""
        head = self.grid.heads[column]
        return bool(head) and self.words.unit_column.fullmatch(head[-1].text) is not None

    def of(self, row: Row, n: int, column: int, head: tuple[Cell, ...], before: Subject | None) -> Subject:
        """The heads as a phrase; where they name no subject, the column before or the title gives it."""
        labels = [
            cell for k, cell in self.labels(row, column)
            if not (self.places[k][n] or self.words.total.fullmatch(cell.text) or cell_period(cell.text, self.year))
            and not self.is_unit_column(k) and not self.words.serial.search(self._last(k))
            and not cell.text.isdigit()
        ]  # fmt: skip
        heads = [
            c for c in head
            if not (c.text in self.head_places or self.words.total.fullmatch(c.text))
            and (not cell_period(c.text, self.year) or subject_of(c.text, self.words))
        ]  # fmt: skip
        phrase = Phrase.of([*labels, *heads], self.words)
        over_column = Phrase.of(heads, self.words).text
        if before is not None and relative_head(over_column, self.words) and not subject_of(over_column, self.words):
            return replace(before, own=False)
        if not subject_of(phrase.text, self.words):
            if before is not None and not self._subject_title():
                return replace(before, own=False)
            titles = list(self.grid.titles[:2]) if row.group is None else [row.group, *self.grid.titles[:1]]
            for title in titles:
                over = Phrase.of([title], self.words)
                if self._hits(over.text):
                    return Subject(over, False)
            return Subject(phrase, False)
        if row.group is not None and not self._hits(phrase.text):
            joined = Phrase.of([row.group, *labels, *heads], self.words)
            if self._hits(joined.text):
                phrase = joined
        if self.uniform and not self._fits_line(phrase.text):
            over = Phrase.of(self.grid.titles[:1], self.words)
            if self._fits_line(over.text):
                return Subject(over, True)
        return Subject(phrase, True)

    def _fits_line(self, text: str) -> bool:
        """Whether a metric stands in the text that the one unit above the table fits."""
        codes = [m.code for m in self.units[:1] if m.code]
        return any(pick_hit(self._hits(text), code, self.grammar) for code in codes)

    def _last(self, column: int) -> str:
        head = self.grid.heads[column]
        return head[-1].text if head else ""

    def _subject_title(self) -> bool:
        return any(self._hits(t.text) for t in self.grid.titles[:1])

    def _hits(self, text: str) -> list[Hit]:
        if text not in self.scanned:
            self.scanned[text] = self.lexicon.scan(text, "metrics").get("metrics", [])
        return self.scanned[text]

    def hits(self, row: Row, named: Subject) -> list[Hit]:
        """Labels of metrics in a phrase; where there are none, those that need a word which a line above it has."""
        phrase = named.phrase.text
        found = self._hits(phrase)
        for over in (*((row.group,) if row.group else ()), *self.grid.titles[:1]):
            if found:
                break
            at = len(over.text)
            joined = (h for h in self._hits(over.text + phrase) if h.start >= at)
            found = [Hit(h.start - at, h.end - at, h.concept, _moved(h.parts, -at)) for h in joined]
        return found


def _moved(parts: tuple[tuple[int, int], ...], by: int) -> tuple[tuple[int, int], ...]:
    return tuple((a + by, b + by) for a, b in parts)
