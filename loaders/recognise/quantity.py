"""Quantities: a number with its unit, exact, in base units, with the hedge that stood beside it.

Grammar: GB/T 15835-2011 (figures and Chinese numerals in prose). Words: `ontology/units.ttl`, `ontology/cues.ttl`.
Finds 约1.2万人, 三分之二, 七成, 翻一番, 1—3项 (two), 6000余元; not 第三批, 2022年, 三农, 一个机制.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from loaders.lexicon import Lexicon
from loaders.numerals import FIGURES, parse_numeral, scale_of
from loaders.recognise.openings import matches_at


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit in folded text: ``text[start:end]`` from the first digit to the end of the unit."""

    start: int
    end: int
    value: Decimal
    unit: str
    qualifier: str
    before: int  # where the words before the number that belong to it (约, 超过) begin
    after: int  # where the words after it that belong to it (以上, 左右) end
    counted: int  # where the noun begins that gave the unit, or `end`
    rule: str


_HAN_NUMERAL = "[一二三四五六七八九两十百千零〇][一二三四五六七八九两十百千万亿零〇]*"
_OPENING = re.compile("[\\d一二三四五六七八九两十百千万零〇翻]")  # what a number can begin with
_NUMBER = (
    rf"(?:{FIGURES}(?:[十百千]?[万亿]{{1,2}}(?:\d+(?:\.\d+)?[千百]?[万]?)?|[百千](?=[余多个名人户家元亩吨公]))?|"
    rf"{_HAN_NUMERAL})"
)
# an ordinal, a rank, a model, a product or a telephone number
_SKIP_BEFORE = re.compile(r"(?:第|前|排名|位列|名列|排列|位居|居|No\.|[A-Za-z×*·/]|〔|(?<!\d)0\d{2,3}-|\d\.)$")
_PERIOD_BEFORE = re.compile(r"(?:近|过去|未来|今后|最近|前|这|每|连续|连)$")
_NAME_AFTER = re.compile(r"年?(?:行动|计划|攻坚|规划|专项)")
_NEGATIVE = re.compile(r"[一-鿿(]-$")  # 增速为-3.2%; in 2%-3% the dash joins
_TITLED, _QUOTED = re.compile(r"《[^》\n]{1,80}》"), re.compile(r"“[^“”\n]{1,16}”")
_SOME = re.compile(r"(?:(?<![人户])数|几)$")  # 数百万元, 几十户: no value can be said
_PARTS = {
    "百": Decimal(1),
    "千": Decimal(10),
    "万": Decimal(100),
}  # 百分之, 千分之, 万分之: what to divide by for a per cent
_ROUND = re.compile(r"[十百千]*万?")  # 百, 千万: a round number that is a quantity only with a hedge (近百家)
_DATE_PART = tuple("年月日时")
_CLASS = re.compile(r"[百千]*[万亿]+")  # 千亿斤粮食产能提升行动, 百亿级产业: a round number of a name's


class QuantityGrammar:
    """The patterns of one lexicon; made once, then only read."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.units = lexicon.unit_forms
        unit = "|".join(_guarded(u, lexicon) for u in sorted(self.units, key=lambda u: (-len(u), u)))
        units = lexicon.in_scheme("units")
        self.figures_only = frozenset(f for c in units for f in c.values("figuresOnly"))
        self.no_digit = frozenset(f for c in units for f in c.values("setTermForm"))
        self.noun_needed = frozenset(f for c in units for f in c.values("nounNeeded"))
        nouns = "|".join(re.escape(n) for n in sorted(lexicon.counted_nouns, key=lambda n: (-len(n), n)))
        self.nouns = lexicon.counted_nouns
        self.number = re.compile(
            rf"(?P<part>[百千万])分之(?P<parts>{FIGURES}|[零一二三四五六七八九十百点两]+)|"
            rf"(?P<denominator>[二三四五六七八九十]|\d{{1,2}})分之(?P<numerator>[一二三四五六七八九十两]|\d{{1,2}})|"
            rf"(?<![\d.])(?P<upper>\d)/(?P<lower>\d)(?![\d/])|"
            rf"翻了?(?P<doublings>[一两二三四]?)番|(?P<tenths>[一二三四五六七八九]|\d)成(?P<half>半|[一二三四五六七八九])?(?![立为功效员果绩长熟都本品就人套片]|千|分)|"
            rf"(?P<number>{_NUMBER})(?P<more>[余多])?(?P<scale>[万亿]{{0,2}})(?P<more2>[余多])?(?P<unit>{unit})?"
        )
        self.noun = re.compile(rf"[一-鿿“”]{{0,9}}?(?P<noun>{nouns})")
        self.noun_before = re.compile(rf"(?P<noun>{nouns})数?(?:已|共)?(?:达到?|为|有)?$")  # 受益人口58.7万
        self.link = re.compile(r"(?:[-—~]|至|到)(?=[\d一二两三四五六七八九十])")
        self.listed = re.compile(r"[、和及与](?=\d)")
        before = [(code, lexicon.alternation(f"{code}-before")) for code in ("gt", "lt", "approx")]
        after = [(code, lexicon.alternation(f"{code}-after")) for code in ("gt", "lt", "approx")]
        adverb = [(code, lexicon.alternation(f"{code}-adverb")) for code in ("gt", "lt")]
        self.before = re.compile("(?:" + "|".join(f"(?P<{c}>{a})" for c, a in before) + ")(?:了|到|于|达|为)?$")
        # an adverb rules the verb before the number: 至少帮扶2户
        self.adverb = re.compile("(?:" + "|".join(f"(?P<{c}>{a})" for c, a in adverb) + r")(?:可|能)?[一-鿿]{1,3}$")
        self.after = re.compile(r"(?:\(含[^()]{0,6}\))?(?:" + "|".join(f"(?P<{c}>{a})" for c, a in after) + ")")
        self.set_noun = re.compile(lexicon.alternation("set-noun", scheme="domain"))
        self.class_noun = re.compile(f"[一-鿿]{{0,6}}?{lexicon.alternation('class-noun')}")
        self.entitled = re.compile(lexicon.alternation("entitled"))


def _guarded(form: str, lexicon: Lexicon) -> str:
    """A pattern of a unit's form, but not where a longer word begins with it (家 in 家庭农场, 周 in 周年)."""
    words = {
        x for c in lexicon.in_scheme("units") for x in c.values("exclusionLabel") if x.startswith(form) and x != form
    }
    longer = "|".join(re.escape(x[len(form) :]) for x in sorted(words))
    return re.escape(form) + (f"(?!{longer})" if longer else "")


@lru_cache(maxsize=4)
def grammar_of(lexicon: Lexicon) -> QuantityGrammar:
    """The grammar of a lexicon, made when it is first asked for."""
    return QuantityGrammar(lexicon)


@dataclass(frozen=True, slots=True)
class _Raw:
    start: int
    end: int
    value: Decimal
    unit: str | None  # None: none of its own, so far
    factor: Decimal
    scale: Decimal  # what the number's own scale letters multiply by
    hedge: str | None  # 余, 多 inside the number
    chinese: bool
    counted: int
    rule: str


def recognise_quantities(text: str, start: int, end: int, lexicon: Lexicon) -> list[Quantity]:
    """Quantities of ``text[start:end]`` (folded, no white space), left to right.

    Finds 约1.2万元 as 12000 CNY, approx; 1—3项 as two; not 第三批, an ordinal; not “百日行动”, a name.
    """
    grammar = grammar_of(lexicon)
    quoted = _name_spans(text, start, end)
    raw = [
        r
        for m in matches_at(_OPENING, grammar.number, text, start, end)
        if not any(a <= m.start() < b for a, b in quoted) and (r := _read(text, m, grammar, end)) is not None
    ]
    return list(_finish(text, start, end, raw, grammar))


def _name_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Titles in 《》 and short quotations: numbers inside them are part of a name (“四百工程”)."""
    spans = [m.span() for m in _TITLED.finditer(text, start, end)] if text.find("《", start, end) >= 0 else []
    if text.find("“", start, end) >= 0:
        quoted = _QUOTED.finditer(text, start, end)
        spans += [m.span() for m in quoted if not re.search(r"[,。;]", m[0]) or len(m[0]) <= 14]
    return spans


def _read(text: str, m: re.Match[str], grammar: QuantityGrammar, limit: int) -> _Raw | None:
    """One number with what follows it; None where it is no quantity."""
    if m["number"]:
        return _read_plain(text, m, grammar, limit)
    one = Decimal(1)
    start = m.start()
    if m["part"]:
        try:
            value = parse_numeral(m["parts"]) / _PARTS[m["part"]]
        except ValueError:
            return None
        return _Raw(start, m.end(), value, "%", one, one, None, False, m.end(), "quantity.percent")
    if m["denominator"]:
        value = 100 * parse_numeral(m["numerator"]) / parse_numeral(m["denominator"])
        return _Raw(start, m.end(), value, "%", one, one, None, False, m.end(), "quantity.fraction")
    if m["upper"]:
        if m["lower"] == "0" or int(m["upper"]) >= int(m["lower"]):
            return None
        value = 100 * Decimal(m["upper"]) / Decimal(m["lower"])
        return _Raw(start, m.end(), value, "%", one, one, None, False, m.end(), "quantity.fraction")
    if m["doublings"] is not None:
        times = {"": 1, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4}[m["doublings"]]
        return _Raw(
            start, m.end(), Decimal(2) ** times, "multiple", one, one, None, False, m.end(), "quantity.doubling"
        )
    half = m["half"]
    value = 10 * parse_numeral(m["tenths"]) + (5 if half == "半" else parse_numeral(half) if half else 0)
    return _Raw(start, m.end(), value, "%", one, one, None, False, m.end(), "quantity.tenths")


def _read_plain(text: str, m: re.Match[str], grammar: QuantityGrammar, limit: int) -> _Raw | None:
    number, unit, start, end = m["number"], m["unit"], m.start(), m.end()
    chinese = not number[0].isdigit()
    if _SKIP_BEFORE.search(text[max(0, start - 6) : start]):
        return None
    try:
        value = parse_numeral(number)
    except ValueError:
        return None
    scale = scale_of(m["scale"])
    value *= scale
    own_scale = scale if scale > 1 else scale_of(number[len(number.rstrip("万亿")) :])
    hedge = "gt" if m["more"] or m["more2"] or (unit and "多" in unit) else None
    if unit is None:
        following = text[end : end + 1]
        if following and grammar.link.match(text, end):
            return _Raw(start, end, value, None, Decimal(1), own_scale, hedge, chinese, end, "quantity.range")
        if not chinese and grammar.listed.match(text, end) and (m["scale"] or not hedge):
            return _Raw(start, end, value, None, Decimal(1), own_scale, hedge, chinese, end, "quantity.list")
        noun = grammar.noun.match(text, end, min(limit, end + 14))
        between = noun[0][: -len(noun["noun"])] if noun else ""
        dated = not scale > 1 and between[:1] in _DATE_PART  # 12月实现辍学学生清零
        if noun and not dated and (own_scale > 1 or (not chinese and value >= 10 and "的" not in between)):
            return _Raw(
                start,
                end,
                value,
                grammar.nouns[noun["noun"]],
                Decimal(1),
                own_scale,
                hedge,
                chinese,
                end,
                "quantity.counted-noun",
            )
        if own_scale > 1 and (
            noun_before := grammar.noun_before.search(_unhedged(text[max(0, start - 12) : start], grammar))
        ):
            unit = grammar.nouns[noun_before["noun"]]
            return _Raw(start, end, value, unit, Decimal(1), own_scale, hedge, chinese, end, "quantity.counted-noun")
        return None
    code, factor = grammar.units[unit]
    if unit == "口" and not text.startswith("户", start - 1):
        code = "count"  # wells and cellars; of people only behind the number of their households (1646户6680口)
    if not _plausible(text, start, end, value, unit, code, chinese, grammar, m):
        return None
    counted = end
    return _Raw(start, end, value, code, factor, own_scale, hedge, chinese, counted, f"quantity.{code}")


def _unhedged(before: str, grammar: QuantityGrammar) -> str:
    hedge = grammar.before.search(before)
    return before[: hedge.start()] if hedge else before


def _plausible(
    text: str, start: int, end: int, value: Decimal, unit: str, code: str, chinese: bool, grammar: QuantityGrammar,
    m: re.Match[str],
) -> bool:  # fmt: skip
    """Whether a number with this unit reports a quantity rather than a date, an ordinal, a name or a set term."""
    before, after = text[max(0, start - 6) : start], text[end : end + 6]
    if code == "year":
        if unit == "年" and (
            value >= 1000 or (after and after[0] in "底末初来级代间以前后度中起") or after[:2] == "以来"
        ):
            return False
        if _NAME_AFTER.match(after) or _PERIOD_BEFORE.search(before):
            return "满" in text[max(0, start - 2) : start] or (
                "连续" in before and bool(grammar.entitled.search(before + after))
            )
        if chinese and unit == "年":
            return False
    if code == "day" and unit == "日":
        return text[start - 1 : start] != "月" and after[:1] in "内之" and not chinese
    if code == "month" and _PERIOD_BEFORE.search(before) and "满" not in before:
        return before.endswith("连续") and bool(grammar.entitled.search(before + after))
    if unit in ("次", "季度", "个季度") and re.search(r"(?:第|连续)$", before):
        return False
    if code in ("hour", "day", "month") and _NAME_AFTER.match(after):
        return False
    if chinese:
        if _SOME.search(before) and m["number"][0] in "十百千万亿":
            return False
        hedged = bool(m["more"] or m["more2"] or grammar.before.search(before) or grammar.adverb.search(before))
        if (
            _CLASS.fullmatch(m["number"] + m["scale"])
            and not hedged
            and (unit == "级" or grammar.class_noun.match(text, end))
        ):
            return False
        if m["scale"] or (value >= 10_000 and m["number"][-1] in "万亿"):
            return True
        if m["number"] == "二" and code == "count":
            return False  # 二轮承包 is the second; two of a thing are 两
        if value < 2 and not (code == "multiple" or hedged):  # 一 as an article
            return False
        if unit in grammar.figures_only:
            return False
        if _ROUND.fullmatch(m["number"]) and value != 10 and not hedged:
            return False
        if len(m["number"]) == 1 and value <= 10:
            if unit in grammar.no_digit:
                return False
            if unit in grammar.noun_needed and not re.match(r"[一-鿿]{2}", after):
                return False
        if before.endswith(("“", "这", "那", "哪")) or re.search(r"[一二三四五六七八九十](?:、)?$", before):
            return False
        return not grammar.set_noun.match(after) and not after.startswith(("不", "全面", "更", "“"))
    return True


def _finish(text: str, start: int, end: int, raw: list[_Raw], grammar: QuantityGrammar) -> Iterator[Quantity]:
    """Ranges and lists get the unit and the scale of what follows; then the words around the number are read."""
    shared: list[_Raw | None] = list(raw)
    for i in range(len(raw) - 1, -1, -1):
        this = shared[i]
        if this is None:
            continue
        nxt = shared[i + 1] if i + 1 < len(shared) else None
        joined = nxt is not None and nxt.unit is not None and (
            ((m := grammar.link.match(text, this.end)) is not None and m.end() == nxt.start)
            or ((m := grammar.listed.match(text, this.end)) is not None and m.end() == nxt.start)
        )  # fmt: skip
        if this.unit is None:
            if not joined or nxt is None:
                shared[i] = None
                continue
            scale = nxt.scale if this.scale == 1 else Decimal(1)
            shared[i] = _Raw(
                this.start,
                this.end,
                this.value * scale,
                nxt.unit,
                nxt.factor,
                this.scale * scale,
                this.hedge,
                this.chinese,
                this.end,
                this.rule,
            )
    done = [r for r in shared if r is not None]
    for r in done:
        qualifier, before, after = _hedge(text, start, end, r, grammar)
        assert r.unit is not None
        negative = r.unit in ("%", "percentage-point") and _NEGATIVE.search(text, max(start, r.start - 2), r.start)
        yield Quantity(
            r.start,
            r.end,
            r.value * r.factor * (-1 if negative else 1),
            r.unit,
            r.hedge or qualifier,
            before,
            after,
            r.counted,
            r.rule,
        )


def _hedge(text: str, start: int, end: int, r: _Raw, grammar: QuantityGrammar) -> tuple[str, int, int]:
    """The qualifier that the words beside a number give, and where they begin and end."""
    window = text[max(start, r.start - 8) : r.start]
    m = grammar.before.search(window) or grammar.adverb.search(window)
    qualifier, before, after = "eq", r.start, r.end
    if m:
        before = r.start - len(window) + m.start()
        qualifier = next(k for k, v in m.groupdict().items() if v)
    a = grammar.after.match(text, r.end, min(end, r.end + 6))
    # a noun may stand between a classifier and 以上 (5个行政村以上): too seldom to look for
    if a:
        inner = next(k for k, v in a.groupdict().items() if v)
        if not (a[0] in ("内", "起", "多", "余", "许") and not _closes(text, a.end(), a[0])):
            qualifier, after = inner, a.end()
    return qualifier, before, after


def _closes(text: str, position: int, word: str) -> bool:
    """Whether 内, 起, 多 after a number is the hedge and not the start of another word (内蒙古, 起步, 多元)."""
    following = text[position : position + 1]
    if word in ("多", "余"):
        return True
    if word == "许":
        return following in "。,;、"
    if word == "起":
        return following in "。,;、)"
    return following != "蒙" and following not in "部容外需"
