"""Tables of figures: unit and metric from the heads of column and row, totals known as totals.

A figure's heads are read together as one noun phrase, row before column as the language has it (小麦 + 播种面积), so
that the labels of metrics find in a table what they find in prose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from loaders.assemble.cues import Cues
from loaders.assemble.domain import heading_verdict, sentence_in
from loaders.assemble.figure import Figure, TableWords, UnitMark, table_words_of
from loaders.assemble.grid import Cell, Grid, Row, grids_of
from loaders.assemble.section import SectionSpan
from loaders.assemble.setting import Setting
from loaders.assemble.table_head import (
    cell_period,
    change_head,
    growth_without_unit,
    pick_hit,
    pick_unit,
    place_in,
    places_of_column,
    relative_head,
    statistic_of_heads,
)  # fmt: skip
from loaders.assemble.table_subject import Subject, Subjects
from loaders.layout import LogicalText
from loaders.lexicon import Hit, Lexicon
from loaders.recognise.metric import MetricGrammar, metric_grammar_of
from loaders.recognise.period import as_flow, as_stock
from loaders.records import DocumentFacts, Evidence, Observation
from loaders.segment import Block

UNDERSTOOD, NOT_UNDERSTOOD = 0.85, 0.6  # raw scores
_PER_HEAD_LIMIT = Decimal(1_000_000)
# Units that a table may leave unsaid; tonnes, mu and yuan come in tens of thousands too often to be supplied.
_UNIT_FREE = frozenset({"count", "person", "household", "person-time", "CNY/person", "%"})


def table_observations(
    blocks: Sequence[Block], logical: LogicalText, settings: Sequence[Setting], spans: Sequence[SectionSpan],
    facts: DocumentFacts, lexicon: Lexicon, cues: Cues,
) -> list[Observation]:  # fmt: skip
    """Observations of all tables of a document, a cell each, left to right and top down.

    Cells of running prose, serial numbers, years, codes and empty cells give none; nor does a figure for which neither
    the table nor its metric tells a unit.
    """
    words = table_words_of(lexicon)
    out: list[Observation] = []
    for grid in grids_of(blocks, logical, words):
        at = grid.rows[0].block if grid.rows else 0
        setting = settings[at]
        headings = [h.text for h in reversed(blocks[at].headings)]
        table = _Table(grid, logical, setting, spans[setting.section], headings, facts, lexicon, cues, words)
        for observation in table.observations():
            out.append(replace(observation, id=f"o{len(out) + 1}"))
    return out


class _Table:
    """One table with what holds for all of it."""

    def __init__(
        self, grid: Grid, logical: LogicalText, setting: Setting, span: SectionSpan, headings: list[str],
        facts: DocumentFacts, lexicon: Lexicon, cues: Cues, words: TableWords,
    ) -> None:  # fmt: skip
        self.grid, self.logical, self.setting, self.span = grid, logical, setting, span
        self.lexicon, self.cues, self.words = lexicon, cues, words
        self.grammar: MetricGrammar = metric_grammar_of(lexicon)
        over = [*(t.text for t in grid.titles), *headings, *((facts.title,) if facts.title else ())]
        self.verdict = heading_verdict(over, cues)
        self.units: tuple[UnitMark, ...] = next((u for c in grid.lines if (u := words.line_units(c.text))), ())
        year = span.year
        said = [p for t in grid.titles if (p := cell_period(t.text, year))]
        self.period: str | None = said[0][0] if said else setting.period
        self.as_of = bool(said) and said[0][1]
        self.year = int(self.period[:4]) if said and self.period else year
        planned = any(words.plan.search(t.text) and not words.actual.search(t.text) for t in grid.titles[:1])
        self.plan = setting.plan or planned
        named = (place_in(t.text, span.place, lexicon, year) for t in grid.titles)
        self.place = next((code for code in named if code), span.place)
        columns = [cell_period(c.text, self.year) for head in grid.heads for c in head]
        self.latest = max((p for p, _ in filter(None, columns)), key=lambda p: p.split("/")[-1], default=None)
        self.places = {
            c: places_of_column([row.cells[c].text for row in grid.rows], self.place, lexicon, words, self.year)
            for c in range(grid.width)
            if any(c in labels for labels in grid.labels)
        }
        last = [head[-1].text if head else "" for head in grid.heads]
        across = places_of_column(last, self.place, lexicon, words, self.year)
        self.head_places = {head[-1].text: p for head, p in zip(grid.heads, across, strict=True) if head and p}
        self.subjects = Subjects(grid, self.places, frozenset(self.head_places), self.units, self.year, lexicon, words)

    def observations(self) -> list[Observation]:
        """One observation a figure, row by row."""
        out: list[Observation] = []
        for n, row in enumerate(self.grid.rows):
            before: Subject | None = None  # what the figure to the left is of, for a column that only compares with it
            for c in range(self.grid.width):
                head = self.grid.heads[c]
                figure = self.words.read_figure(row.cells[c].text)
                if c in self.places or self._counts_nothing(head, row, c) or not (figure or head):
                    continue
                named = self.subjects.of(row, n, c, head, before)
                made = self._observation(row, n, c, head, figure, named) if figure else None
                if named.own:  # an empty cell and one outside the domain give their subject all the same
                    before = replace(named, hit=made[1] if made else None)
                if made:
                    out.append(made[0])
        return out

    def _counts_nothing(self, head: tuple[Cell, ...], row: Row, column: int) -> bool:
        own = head[-1:] or tuple(cell for _, cell in self.subjects.labels(row, column)[-1:])
        return any(self.words.serial.search(c.text) and not self.words.head_unit(c.text) for c in own)

    # ------------------------------------------------------------ one figure

    def _observation(
        self, row: Row, n: int, column: int, head: tuple[Cell, ...], figure: Figure, named: Subject
    ) -> tuple[Observation, Hit | None] | None:
        labels = self.subjects.labels(row, column)
        named_cells = [c for k, c in labels if not self.places[k][n]]  # a place's name is no subject: 白城市 is no 城市
        context = " ".join(c.text for c in (*((row.group,) if row.group else ()), *named_cells, *head))
        if not sentence_in(named.phrase.text + " " + context, self.verdict, self.cues):
            return None
        hits = self.subjects.hits(row, named)
        row_heads = [c for k, c in labels if not self.subjects.is_unit_column(k)]
        mark = self._unit(row, row_heads, head, hits, figure, named)
        if mark is None or mark.code is None:
            return None
        inherited = named.hit is not None and self.grammar.allows(named.hit.concept, mark.code)
        hit = named.hit if inherited else pick_hit(hits, mark.code, self.grammar)
        concept = hit.concept if hit else None
        row_said = "".join(c.text for c in named_cells)
        said = "".join(c.text for c in head) or row_said
        period = self._period(head, labels, row, said)
        past = bool(period and self.setting.period and period.split("/")[-1][:4] < self.setting.period[:4])
        statistic, sign = statistic_of_heads(said, row_said, mark.code, self.plan and not past, self.words, self.cues)
        code = self._per_head(mark.code, figure.value * mark.factor, named.phrase.text, hit)
        if statistic == "completion":
            concept = self.lexicon.find_code("metrics", "target-completion")
        value = figure.value * mark.factor
        total = any(self.words.total.fullmatch(c.text) for c in (*(c for _, c in labels[-1:]), *head[-1:]))
        start = row.cells[column].start
        span = self.logical.span(start + figure.start, start + figure.end)
        evidence = [Evidence(span=span, rule="table.total" if total else "table.cell")]
        if concept is not None and hit is not None:
            stretches = named.phrase.places(hit.start, hit.end)
            evidence += [Evidence(span=self.logical.span(a, b), rule=concept.iri) for a, b in stretches]
        made = Observation(
            id="", span=span, section=f"s{self.setting.section + 1}", value=-abs(value) if sign < 0 else value,
            unit=code, statistic=statistic, qualifier=figure.qualifier, metric=concept.answer if concept else "other",
            metric_concept=concept.iri if concept else None, place=self._place(row, n, labels, head), period=period,
            measure=None, confidence=UNDERSTOOD if concept else NOT_UNDERSTOOD, link_confidence=None,
            evidence=tuple(evidence), rule="table.total" if total else "table.cell", understood=concept is not None,
        )  # fmt: skip
        return made, hit

    def _unit(
        self, row: Row, labels: list[Cell], head: tuple[Cell, ...], hits: list[Hit], figure: Figure, named: Subject
    ) -> UnitMark | None:
        """The unit of a figure.

        Its own, its column's, the unit column's, its row's, the caption's, or what the words imply.
        """
        column_head = head[-1].text if head else ""
        over = [*reversed(labels), *((row.group,) if row.group else ())]
        percent = (UnitMark("%", Decimal(1)),)
        marks: tuple[UnitMark, ...] = (figure.unit,) if figure.unit else self._units_of(reversed(head))
        if not marks and growth_without_unit(column_head, self.words):
            marks = percent
        if not marks:
            columns = (row.cells[k].text for k in range(self.grid.width) if self.subjects.is_unit_column(k))
            marks = tuple(m for text in columns if (m := self.words.read_unit(text)))[:1] or self._units_of(over)
        if not marks and not named.own:
            marks = named.phrase.marks  # the head that gave the subject tells the unit
        if not marks and self.words.share.search(column_head or "".join(c.text for c in labels)):
            marks = percent
        chosen = pick_unit(marks or self.units, hits, self.grammar)
        if chosen is not None and chosen.code is not None:
            return chosen
        factor = chosen.factor if chosen else Decimal(1)
        code = self.words.implied_unit(named.phrase.text)
        if code is None and hits:
            best = max(hits, key=lambda h: (h.length, h.end, h.concept.code))
            usual = self.grammar.usual[best.concept.iri]
            code = usual if usual in _UNIT_FREE or factor != 1 else None
        return UnitMark(code, factor) if code else None

    def _units_of(self, heads: Iterable[Cell]) -> tuple[UnitMark, ...]:
        """The units of the nearest head that names any."""
        return next((u.marks for c in heads if (u := self.words.head_unit(c.text))), ())

    def _per_head(self, code: str, value: Decimal, said: str, hit: Hit | None) -> str:
        """元 in a column of amounts per head or per household, or of a metric that is one."""
        if code != "CNY" or value >= _PER_HEAD_LIMIT:
            return code
        if self.cues.per_household.search(said):
            return "CNY/household"
        usual = hit is not None and self.grammar.usual[hit.concept.iri] == "CNY/person"
        prescribed = hit is not None and hit.concept.answer == "subsidy-standard"
        return "CNY/person" if (usual and not prescribed) or self.cues.per_capita.search(said) else code

    # ------------------------------------------------------------ where and when

    def _place(self, row: Row, n: int, labels: list[tuple[int, Cell]], head: tuple[Cell, ...]) -> str | None:
        for k, _ in reversed(labels):
            if code := self.places[k][n]:
                return code
        for cell in reversed(head):
            if code := self.head_places.get(cell.text):
                return code
        if row.group is not None and (code := place_in(row.group.text, self.place, self.lexicon, self.year)):
            return code
        return self.place

    def _period(self, head: tuple[Cell, ...], labels: list[tuple[int, Cell]], row: Row, said: str) -> str | None:
        """The nearest head with a period; a column that compares those before it takes the latest; else the title's."""
        over = [*reversed(head), *(c for _, c in reversed(labels)), *((row.group,) if row.group else ())]
        period, as_of = next((p for c in over if (p := cell_period(c.text, self.year))), (None, False))
        if period is None:
            compares = relative_head(said, self.words)
            period, as_of = (self.latest, False) if self.latest and compares else (self.period, self.as_of)
        if period and as_of:
            return as_flow(period) if change_head(said, self.words) else as_stock(period)
        return period
