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
_NUMBER = rf"(?:{FIGURES}(?:[十百千]?[万亿]{{1,2}}(?:\d+(?:\.\d+)?[千百]?[万]?)?|[百千](?=[余多个名人户家元亩吨公]))?|{_HAN_NUMERAL})"
_SKIP_BEFORE = re.compile(r"(?:第|前|排名|列|位居|居|No\.|[A-Za-z×*·/]|〔|\d-|\d\.)$")
_PERIOD_BEFORE = re.compile(r"(?:近|过去|未来|今后|最近|前|这|每|连续|连)$")
_NAME_AFTER = re.compile(r"年?(?:行动|计划|攻坚|规划|专项)")


class QuantityGrammar:
    """The patterns of one lexicon; made once, then only read."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.units = lexicon.unit_forms
        unit = "|".join(re.escape(u) for u in sorted(self.units, key=lambda u: (-len(u), u)))
        nouns = "|".join(re.escape(n) for n in sorted(lexicon.counted_nouns, key=lambda n: (-len(n), n)))
        self.nouns = lexicon.counted_nouns
        self.number = re.compile(
            rf"百分之(?P<hundredth>{FIGURES}|[一二三四五六七八九十百点两]+)|千分之(?P<thousandth>{FIGURES}|[一二三四五六七八九十]+)|"
            rf"(?P<denominator>[二三四五六七八九十]|\d{{1,2}})分之(?P<numerator>[一二三四五六七八九十两]|\d{{1,2}})|"
            rf"(?<![\d.])(?P<upper>\d)/(?P<lower>\d)(?![\d/])|"
            rf"翻(?P<doublings>[一两二三四]?)番|(?P<tenths>[一二三四五六七八九]|\d)成(?P<half>半|[一二三四五六七八九])?(?![立为功效员果绩长熟都本品就人套片]|千|分)|"
            rf"(?P<number>{_NUMBER})(?P<more>[余多])?(?P<scale>[万亿]{{0,2}})(?P<more2>[余多])?(?P<unit>{unit})?"
        )
        self.noun = re.compile(rf"[一-鿿“”]{{0,9}}?(?P<noun>{nouns})")
        self.link = re.compile(r"(?:[-—~]|至|到)(?=[\d一二三四五六七八九十])")
        self.listed = re.compile(r"[、和及与](?=\d)")
        before = [
            (code, lexicon.alternation(f"{code}-before")) for code in ("gt", "lt", "approx")
        ]
        after = [(code, lexicon.alternation(f"{code}-after")) for code in ("gt", "lt", "approx")]
        self.before = re.compile("(?:" + "|".join(f"(?P<{c}>{a})" for c, a in before) + ")(?:了|到|于|达|为)?$")
        self.after = re.compile("|".join(f"(?P<{c}>{a})" for c, a in after))
        self.set_noun = re.compile(lexicon.alternation("set-noun", scheme="domain"))
        self.entitled = re.compile(lexicon.alternation("entitled"))


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
        for m in grammar.number.finditer(text, start, end)
        if not any(a <= m.start() < b for a, b in quoted) and (r := _read(text, m, grammar, end)) is not None
    ]
    return list(_finish(text, start, end, raw, grammar))


def _name_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Titles in 《》 and short quotations: numbers inside them are part of a name (“四百工程”)."""
    spans = [(m.start(), m.end()) for m in re.finditer(r"《[^》\n]{1,80}》", text[start:end])]
    spans += [
        (m.start(), m.end())
        for m in re.finditer(r"“[^“”\n]{1,16}”", text[start:end])
        if not re.search(r"[,。;]", m[0]) or len(m[0]) <= 14
    ]
    return [(a + start, b + start) for a, b in spans]


def _read(text: str, m: re.Match[str], grammar: QuantityGrammar, limit: int) -> _Raw | None:
    """One number with what follows it; None where it is no quantity."""
    one = Decimal(1)
    start = m.start()
    if m["hundredth"] or m["thousandth"]:
        value = parse_numeral(m["hundredth"] or m["thousandth"]) / (1 if m["hundredth"] else 10)
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
        return _Raw(start, m.end(), Decimal(2) ** times, "multiple", one, one, None, False, m.end(), "quantity.doubling")
    if m["tenths"]:
        half = m["half"]
        value = 10 * parse_numeral(m["tenths"]) + (5 if half == "半" else parse_numeral(half) if half else 0)
        return _Raw(start, m.end(), value, "%", one, one, None, False, m.end(), "quantity.tenths")
    return _read_plain(text, m, grammar, limit)


def _read_plain(text: str, m: re.Match[str], grammar: QuantityGrammar, limit: int) -> _Raw | None:
    number, unit, start, end = m["number"], m["unit"], m.start(), m.end()
    chinese = not number[0].isdigit()
    if _SKIP_BEFORE.search(text[max(0, start - 3) : start]):
        return None
    try:
        value = parse_numeral(number)
    except ValueError:
        return None
    scale = scale_of(m["scale"])
    value *= scale
    letters = re.search(r"[万亿]+$", number)
    own_scale = scale if scale > 1 else (scale_of(letters[0]) if letters else Decimal(1))
    hedge = "gt" if m["more"] or m["more2"] else None
    if unit is None:
        following = text[end : end + 1]
        if following and grammar.link.match(text, end):
            return None if chinese else _Raw(start, end, value, None, Decimal(1), own_scale, hedge, chinese, end, "quantity.range")
        if not chinese and grammar.listed.match(text, end) and (m["scale"] or not hedge):
            return _Raw(start, end, value, None, Decimal(1), own_scale, hedge, chinese, end, "quantity.list")
        noun = grammar.noun.match(text, end, min(limit, end + 14))
        if noun and (own_scale > 1 or (not chinese and value >= 10)) and "的" not in noun[0][: -len(noun["noun"])]:
            return _Raw(start, end, value, grammar.nouns[noun["noun"]], Decimal(1), own_scale, hedge, chinese, end, "quantity.counted-noun")
        return None
    code, factor = grammar.units[unit]
    if not _plausible(text, start, end, value, unit, code, chinese, grammar, m):
        return None
    counted = end
    return _Raw(start, end, value, code, factor, own_scale, hedge, chinese, counted, f"quantity.{code}")


def _plausible(
    text: str, start: int, end: int, value: Decimal, unit: str, code: str, chinese: bool, grammar: QuantityGrammar,
    m: re.Match[str],
) -> bool:  # fmt: skip
    """Whether a number with this unit reports a quantity rather than a date, an ordinal, a name or a set term."""
    before, after = text[max(0, start - 6) : start], text[end : end + 6]
    if code == "year":
        if unit == "年" and (value >= 1000 or after[:1] in "底末初来级代间以前后度中起" or after[:2] == "以来"):
            return False
        if _NAME_AFTER.match(after) or _PERIOD_BEFORE.search(before):
            return "满" in text[max(0, start - 2) : start] or ("连续" in before and bool(grammar.entitled.search(before + after)))
        if chinese and unit == "年":
            return False
    if code == "day" and unit == "日":
        return text[start - 1 : start] != "月" and after[:1] in "内之" and not chinese
    if code == "month":
        if _PERIOD_BEFORE.search(before) and "满" not in before:
            return before.endswith("连续") and bool(grammar.entitled.search(before + after))
    if unit in ("次", "季度", "个季度") and re.search(r"(?:第|连续)$", before):
        return False
    if code in ("hour", "day", "month") and _NAME_AFTER.match(after):
        return False
    if chinese:
        if m["scale"] or (value >= 10_000 and m["number"][-1] in "万亿"):
            return True
        if value < 2 or unit in ("级", "度", "方", "道", "面", "分", "对", "门", "块", "岁", "里", "米", "周", "口", "员", "组", "队", "站", "档", "列", "单", "栏", "则", "年", "只", "部", "篇", "席", "岗", "起", "次", "片", "头", "条", "本", "位", "天", "人", "名") and len(m["number"]) == 1:
            return unit in ("条", "次", "名", "位") and value >= 2 and re.match(r"[一-鿿]{2}", after) is not None and unit == "名"
        if m["number"] in ("百", "千", "万", "十", "百千", "千百", "千万", "百万", "十百"):
            return False
        if before.endswith(("“", "这", "那", "哪")) or re.search(r"[一二三四五六七八九十](?:、)?$", before):
            return False
        return not grammar.set_noun.match(after) and not after.startswith(("不", "全面", "更", "“"))
    return True


def _finish(
    text: str, start: int, end: int, raw: list[_Raw], grammar: QuantityGrammar
) -> Iterator[Quantity]:
    """Ranges and lists get the unit and the scale of what follows; then the words around the number are read."""
    shared: list[_Raw | None] = list(raw)
    for i in range(len(raw) - 1, -1, -1):
        this = shared[i]
        if this is None:
            continue
        nxt = shared[i + 1] if i + 1 < len(shared) else None
        joined = nxt is not None and nxt.unit is not None and (
            (m := grammar.link.match(text, this.end)) is not None and m.end() == nxt.start
            or (m := grammar.listed.match(text, this.end)) is not None and m.end() == nxt.start
        )  # fmt: skip
        if this.unit is None:
            if not joined or nxt is None:
                shared[i] = None
                continue
            scale = nxt.scale if this.scale == 1 else Decimal(1)
            shared[i] = _Raw(this.start, this.end, this.value * scale, nxt.unit, nxt.factor, this.scale, this.hedge, this.chinese, this.end, this.rule)
    done = [r for r in shared if r is not None]
    for k, r in enumerate(done):
        qualifier, before, after = _hedge(text, start, end, r, grammar)
        if k and done[k - 1].rule == "quantity.range" and grammar.link.match(text, done[k - 1].end) and qualifier == "eq":
            qualifier = "eq"
        assert r.unit is not None
        yield Quantity(r.start, r.end, r.value * r.factor, r.unit, r.hedge or qualifier, before, after, r.counted, r.rule)


def _hedge(text: str, start: int, end: int, r: _Raw, grammar: QuantityGrammar) -> tuple[str, int, int]:
    """The qualifier that the words beside a number give, and where they begin and end."""
    window = text[max(start, r.start - 8) : r.start]
    m = grammar.before.search(window)
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
