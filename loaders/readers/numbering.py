"""Word's automatic numbers as text: `一、`, `（一）`, `1.`. They carry the structure, yet no paragraph has them.

Counting follows ECMA-376 part 1, 17.9: lists that share an abstract definition share its counters, a start override
sets them back when its list is first used, and a paragraph sets back the counters of all deeper levels.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_WIDE_END = re.compile(r"[\u3000-\u303f\uff00-\uffef\u2460-\u24ff\u4e00-\u9fff]$")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: its first number, the number's format and the text round it (`（%1）`)."""

    start: int
    format: str
    text: str


@dataclass(frozen=True, slots=True)
class WordList:
    """A list (numId): the counters it shares and its levels with their overrides."""

    abstract: str
    levels: Mapping[int, Level]
    restarts: Mapping[int, int]  # level → start override


@dataclass(slots=True)
class Numbering:
    """Counters of one document; `prefix` is called for each numbered paragraph in order."""

    lists: Mapping[str, WordList]
    _counters: dict[str, dict[int, int]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def prefix(self, number_id: str, depth: int) -> str:
        """The text of the next number, with a blank where text would run into it (`1. 2023`); "" for bullets."""
        found = self.lists.get(number_id)
        if found is None or depth not in found.levels:
            return ""
        counters = self._counters.setdefault(found.abstract, {})
        if number_id not in self._used:
            self._used.add(number_id)
            for level, start in found.restarts.items():
                counters[level] = start - 1
        here = found.levels[depth]
        counters[depth] = counters.get(depth, here.start - 1) + 1
        for deeper in [level for level in counters if level > depth]:
            del counters[deeper]
        if here.format in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            shown = found.levels.get(level, here)
            return numeral(counters.get(level, shown.start), shown.format)

        text = re.sub(r"%([1-9])", number, here.text).strip()
        return text if not text or _WIDE_END.search(text) else f"{text} "


def numeral(value: int, form: str) -> str:
    """A number in one of Word's formats (ST_NumberFormat); a format that is not known is shown in digits."""
    if form in ("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting",
                "taiwaneseCountingThousand", "ideographTraditionalCounting"):  # fmt: skip
        return chinese(value)
    if form in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return "".join(_DIGITS[int(digit)] for digit in str(value))
    if form == "chineseLegalSimplified":
        return chinese(value, _LEGAL, "拾佰仟")
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if form == "decimalEnclosedParen" and 1 <= value <= 20:
        return chr(0x2474 + value - 1)
    if form == "decimalEnclosedFullstop" and 1 <= value <= 20:
        return chr(0x2488 + value - 1)
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return "".join(chr(ord(digit) + 0xFEE0) for digit in str(value))
    if form == "decimalZero":
        return f"{value:02}"
    if form in ("upperLetter", "lowerLetter") and value >= 1:
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman") and 1 <= value < 4000:
        return roman(value) if form == "upperRoman" else roman(value).lower()
    return str(value)


def chinese(value: int, digits: str = _DIGITS, powers: str = "十百千") -> str:
    """A number below 10,000 as Chinese counts: 10 → 十, 21 → 二十一, 105 → 一百〇五."""
    if not 0 <= value < 10_000:
        return str(value)
    if value < 10:
        return digits[value]
    spelled, zero = "", False
    for power in range(3, -1, -1):
        digit = value // 10**power % 10
        if digit:
            spelled += (digits[0] if zero and spelled else "") + digits[digit] + (powers[power - 1] if power else "")
        zero = not digit
    return spelled[1:] if 10 <= value < 20 and digits == _DIGITS else spelled


def roman(value: int) -> str:
    """A Roman numeral in capitals, below 4,000."""
    steps = (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")
    spelled = ""
    for size, letters in (*steps, (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        while value >= size:
            spelled, value = spelled + letters, value - size
    return spelled
