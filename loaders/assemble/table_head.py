"""Heads of tables: what a column and a row say of subject, statistic, period and place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loaders.assemble.cues import Cues
from loaders.assemble.figure import TableWords, UnitMark
from loaders.assemble.grid import Cell
from loaders.lexicon import Hit, Lexicon
from loaders.recognise.metric import RELATIVE, MetricGrammar
from loaders.recognise.period import recognise_periods
from loaders.recognise.place import COUNTRY, place_grammar_of, recognise_places

_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d{1,2}[.、](?!\d)|—+|其中:|[:·*])+")
_NAME_LENGTH = 16
_BARE_YEAR = re.compile(r"(?:19|20)\d{2}")
_PERIOD_WORDS = re.compile(
    r"(?:19|20)\d{2}年?|[上本去今当]年(?:同期|度)?|\d{1,2}[-—~至]?\d{0,2}月|[上下]半年|[第前]?[一二三四]季度|截至|[底末]"
)
_SIGNS = re.compile(r"[^一-鿿A-Za-z]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Heads read as one noun phrase, units left out; `at` leads each of its characters back to logical text."""

    text: str
    at: tuple[int, ...]
    marks: tuple[UnitMark, ...]  # the innermost head's units

    @staticmethod
    def of(cells: Sequence[Cell], words: TableWords) -> Phrase:
        """The phrase of some heads, outermost first; numbers of items and brackets of units fall away."""
        text = ""
        at: list[int] = []
        marks: tuple[UnitMark, ...] = ()
        for cell in cells:
            unit = words.head_unit(cell.text)
            skip = range(unit.start, unit.end) if unit else range(0)
            lead = _NUMBERED.match(cell.text)
            first = lead.end() if lead else 0
            kept = [i for i in range(first, len(cell.text)) if i not in skip]
            text += "".join(cell.text[i] for i in kept)
            at += [cell.start + i for i in kept]
            marks = unit.marks if unit else marks
        return Phrase(text, tuple(at), marks)

    def places(self, start: int, end: int) -> list[tuple[int, int]]:
        """The stretches of logical text behind ``text[start:end]``, one for each head."""
        out: list[tuple[int, int]] = []
        for position in self.at[start:end]:
            if out and out[-1][1] == position:
                out[-1] = (out[-1][0], position + 1)
            else:
                out.append((position, position + 1))
        return out


def subject_of(text: str, words: TableWords) -> str:
    """What heads name beside periods, statistics and words such as 数量; "" for 2024年, 比上年增长 and 合计."""
    return _SIGNS.sub("", words.subjectless.sub("", _PERIOD_WORDS.sub("", text)))


def relative_head(text: str, words: TableWords) -> bool:
    """Whether a head compares: 同比增长, 比上年增减, 占比."""
    return change_head(text, words) or words.share.search(text) is not None


def change_head(text: str, words: TableWords) -> bool:
    """Whether a head tells a rise or a fall: 同比, 增减; not 占比."""
    return bool(words.growth.search(text) or words.change.search(text))


def growth_without_unit(head: str, words: TableWords) -> bool:
    """A head of growth that names no unit is of per cent (增速), unless it names an absolute change (增减)."""
    return bool(words.growth.search(head)) and not words.change.search(head)


def pick_hit(hits: Sequence[Hit], unit: str, grammar: MetricGrammar) -> Hit | None:
    """The label of a metric that fits the unit: the longest, and of two as long the last, the phrase's head."""
    fitting = [h for h in hits if grammar.allows(h.concept, unit)]
    return max(fitting, key=lambda h: (h.length + grammar.own(h.concept, unit), h.end, h.concept.code), default=None)


def pick_unit(marks: Sequence[UnitMark], hits: Sequence[Hit], grammar: MetricGrammar) -> UnitMark | None:
    """Of several units that hold for a table, the one that fits the head's metric; of one, that one."""
    if len(marks) < 2:
        return marks[0] if marks else None

    def fit(unit: str | None) -> int:
        if unit is None or unit in RELATIVE:
            return 0
        fitting = (h for h in hits if grammar.allows(h.concept, unit))
        return max((h.length + 2 * grammar.own(h.concept, unit) for h in fitting), default=0)

    best = max(marks, key=lambda m: fit(m.code))  # the first of those that fit as well
    return best if fit(best.code) else None


def statistic_of_heads(column: str, row: str, unit: str, plan: bool, words: TableWords, cues: Cues) -> tuple[str, int]:
    """The statistic that the heads of a figure tell, and its sign (-1 where they say that it falls).

    完成率 is completion, 同比 in per cent growth, 增减 in another unit change, 补助标准 standard, 目标 target.
    """
    said = column + row
    statistic, sign = "level", 1
    growing = words.growth.search(column) or words.growth.search(row)
    changing = words.change.search(column) or words.change.search(row)
    compared = " ".join(m[0] for text in (column, row) for m in words.compared.finditer(text))
    falls = -1 if cues.decrease.search(compared) and not words.rises.search(compared) else 1
    if words.standard.search(said):
        return "standard", 1
    if unit == "percentage-point":
        statistic, sign = "change", falls
    elif unit in RELATIVE:
        if (words.completion.search(said) or cues.completion.search(said)) and not words.growth.search(column):
            statistic = "completion"
        elif growing:
            statistic, sign = "growth", falls
        else:
            statistic = "level" if unit == "multiple" else "share"
    elif changing:
        statistic, sign = "change", falls
    planned = words.plan.search(column) or words.plan.search(row)
    if statistic != "completion" and (planned or (plan and not words.actual.search(said))):
        statistic = "target"
    return statistic, sign


def cell_period(text: str, year: int | None) -> tuple[str, bool] | None:
    """The period that a head or a title names, and whether it is an as-of date; None for 比2020年增长."""
    if _BARE_YEAR.fullmatch(text):
        return text, False
    found = recognise_periods(text, 0, len(text), year)
    return (found[0].period, found[0].as_of) if found else None


def place_in(text: str, within: str | None, lexicon: Lexicon, year: int | None) -> str | None:
    """The place that a title or a label names and that lies in the section's."""
    gazetteer = lexicon.gazetteer
    named = [p for p in recognise_places(text, 0, len(text), lexicon, within, year) if p.code != COUNTRY]
    inside = [p.code for p in named if within in (None, COUNTRY) or gazetteer.inside(p.code, within or "")]
    return inside[-1] if inside else None


def places_of_column(
    cells: Sequence[str], within: str | None, lexicon: Lexicon, words: TableWords, year: int | None
) -> list[str | None]:
    """The place of each cell of a column of names.

    A short name that is a word of its own (朝阳, 资源) counts where other cells of the column are places beyond doubt.
    """
    gazetteer, risky = lexicon.gazetteer, place_grammar_of(lexicon).risky
    context = [within] if within else []
    whole = [None if words.total.fullmatch(c) or not c else gazetteer.resolve(c, context, year) for c in cells]
    sure = any(code and cell not in risky for code, cell in zip(whole, cells, strict=True))
    out: list[str | None] = []
    for code, cell in zip(whole, cells, strict=True):
        if code is None and 0 < len(cell) <= _NAME_LENGTH and not words.total.fullmatch(cell):
            out.append(place_in(cell, within, lexicon, year))
        else:
            out.append(code if sure or cell not in risky else None)
    return out
