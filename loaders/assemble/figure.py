"""What one cell of a table says: a figure with its sign, hedge, scale and unit, or a unit of measurement in a head.

Words: `ontology/units.ttl`, `ontology/cues.ttl` (the cues whose names begin with `table-`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from loaders.lexicon import Lexicon
from loaders.numerals import FIGURES, scale_of

_SCALE = "[十百千]?[万亿]{0,2}"
_YEAR = re.compile(r"(?:19|20)\d{2}")
_BARE_UNIT = re.compile(r"(?:个?百分点|[%‰])$")
_COUNTED = re.compile(r"[数量]$")


@dataclass(frozen=True, slots=True)
class UnitMark:
    """A unit as a head, a caption or a cell gives it; `factor` leads to the base unit of `code`."""

    code: str | None  # None: a scale alone (万)
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that fills a cell; `start` and `end` are places in the cell's text, sign and unit included."""

    start: int
    end: int
    value: Decimal  # as written, scale letters of its own multiplied out
    unit: UnitMark | None
    qualifier: str


@dataclass(frozen=True, slots=True)
class UnitHead:
    """A head's units, and which stretch of its text they take up (no part of what it names)."""

    marks: tuple[UnitMark, ...]
    start: int
    end: int


class TableWords:
    """The patterns by which tables are read, of one lexicon; made once, then only read."""

    def __init__(self, lexicon: Lexicon) -> None:
        def cue(name: str) -> str:
            return lexicon.alternation(f"table-{name}")

        self.units = lexicon.unit_forms
        self.nouns = lexicon.counted_nouns
        unit = "|".join(re.escape(u) for u in sorted(self.units, key=lambda u: (-len(u), u)))
        hedges = ("gt", "lt", "approx")
        before = "|".join(f"(?P<{c}0>{lexicon.alternation(f'{c}-before')})" for c in hedges)
        after = "|".join(f"(?P<{c}1>{lexicon.alternation(f'{c}-after')})" for c in hedges)
        self.figure = re.compile(
            rf"(?:{before})?\+?(?P<body>(?P<sign>[-—])?(?P<number>{FIGURES})(?P<scale>{_SCALE})(?P<unit>{unit})?)(?:{after})?"
        )
        self.scaled_unit = re.compile(rf"(?P<scale>{_SCALE})(?P<unit>{unit})?")
        self.counter = re.compile(rf"(?P<unit>{unit})[数量]$")
        self.count = re.compile(f"{cue('count-head')}$")
        self.total = re.compile(rf"(?:其中:)?(?:{cue('total')})+(?:数)?:?")
        self.serial = re.compile(cue("serial"))
        self.plan = re.compile(cue("plan-head"))
        self.actual = re.compile(cue("actual-head"))
        self.change = re.compile(cue("change-head"))
        self.growth = re.compile(cue("growth-head"))
        self.completion = re.compile(cue("completion-head"))
        self.standard = re.compile(cue("standard-head"))
        self.compared = re.compile(f"{cue('change-head')}|{cue('growth-head')}")
        self.rises = re.compile("增")
        self.share = re.compile(cue("share-head"))
        no_subject = ("growth-head", "change-head", "share-head", "plan-head", "value-head", "total")
        self.subjectless = re.compile("|".join(map(cue, no_subject)))
        self.unit_line = re.compile(rf"{cue('unit-line')}:?(?P<units>[^)\n]*(?:\([^)]*\))?[^)\n]*)")
        self.unit_column = re.compile(cue("unit-line"))
        self.unit_prefix = re.compile(f"^{cue('unit-line')}:?")

    def read_figure(self, text: str) -> Figure | None:
        """The figure that fills a cell: 1,285.5, -0.8, 12.5%, 约3万人, 95%以上.

        None for a year with 年, a code with leading zeros, a range, prose and a dash that stands for nothing.
        """
        m = self.figure.fullmatch(text)
        if m is None or re.match(r"0\d", m["number"]) or (m["unit"] == "年" and _YEAR.fullmatch(m["number"])):
            return None
        value = Decimal(m["number"].replace(",", ""))
        unit, scale = m["unit"], m["scale"]
        mark = None
        if scale and unit and scale[-1] + unit in self.units:  # 千瓦, 千克: the scale's letter is the unit's own
            scale, unit = scale[:-1], scale[-1] + unit
        value *= scale_of(scale)
        if unit:
            code, factor = self.units[unit]
            mark = UnitMark(code, factor)
        qualifier = next((k[:-1] for k, v in m.groupdict().items() if v and k[-1] in "01"), "eq")
        return Figure(m.start("body"), m.end("body"), -value if m["sign"] else value, mark, qualifier)

    def read_unit(self, text: str) -> UnitMark | None:
        """A unit that fills the text: 万吨, 元/人, %, 千公顷, 万 (a scale alone); else None."""
        text = text.strip("±+-:")
        if text in self.units:
            code, factor = self.units[text]
            return UnitMark(code, factor)
        m = self.scaled_unit.fullmatch(text)
        if not text or m is None:
            return None
        if m["unit"] is None:
            return UnitMark(None, scale_of(m["scale"]))
        code, factor = self.units[m["unit"]]
        return UnitMark(code, factor * scale_of(m["scale"]))

    def read_units(self, text: str) -> tuple[UnitMark, ...]:
        """Units of a list: 万元、万亩 gives two; () where a part of it is no unit."""
        whole = self.read_unit(text)
        if whole is not None:
            return (whole,)
        marks = [self.read_unit(part) for part in re.split(r"[、,;和]|/(?=[%‰])", text)]
        return tuple(m for m in marks if m is not None) if all(marks) else ()

    def head_unit(self, text: str) -> UnitHead | None:
        """The unit that a head names in a bracket, after a slash, or by its last sign.

        产量(万吨), 面积/万亩, 比上年增减%, 参训(人(次)); not 县(市、区), whose bracket names no unit.
        """
        if (alone := self.read_unit(text)) is not None and alone.code is not None:
            return UnitHead((alone,), 0, len(text))
        for opening in (m.start() for m in re.finditer(r"\(", text)):
            for closing in (text.rfind(")"), text.find(")", opening)):
                inner = self.unit_prefix.sub("", text[max(0, opening + 1) : max(0, closing)])
                if inner and (marks := self.read_units(inner)):
                    return UnitHead(marks, opening, closing + 1)
                if inner and (last := self.read_unit(re.split("[,、;]", inner)[-1])):  # 折纯,万吨
                    return UnitHead((last,), opening, closing + 1)
        for slash in (m.start() for m in re.finditer(r"[/:,]", text)):
            if marks := self.read_units(text[slash + 1 :]):
                return UnitHead(marks, slash, len(text))
        if m := _BARE_UNIT.search(text):
            mark = self.read_unit(m[0])
            return UnitHead((mark,), m.start(), len(text)) if mark else None
        return None

    def implied_unit(self, text: str) -> str | None:
        """The unit that a head implies; else None.

        受益户数 gives household, 培训人次数 person-time, 脱贫人口 person, 县数 count; 指数 nothing.
        """
        if m := self.counter.search(text):
            return self.units[m["unit"]][0]
        noun = _COUNTED.sub("", text)
        ends = [word for word in self.nouns if noun.endswith(word)]
        if ends:
            return self.nouns[max(ends, key=len)]
        return "count" if self.count.search(text) else None

    def line_units(self, text: str) -> tuple[UnitMark, ...]:
        """Units that a line over a table tells (单位:万元、万亩); () for 填报单位 and every other line."""
        for m in self.unit_line.finditer(text):
            if marks := self.read_units(m["units"].strip("()。:")):
                return marks
        return ()


@lru_cache(maxsize=4)
def table_words_of(lexicon: Lexicon) -> TableWords:
    """The patterns of a lexicon, made when they are first asked for."""
    return TableWords(lexicon)
