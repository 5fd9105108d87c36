"""Numerals in figures and in Chinese, exact: 3.5万, 1,200, 三十二, 一百零五, 1亿2千万 → Decimal.

The parser reads what official prose writes; it is checked against cn2an and Recognizers-Text in the tests.
"""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
    "俩": 2,
}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
CHINESE_DIGITS = "零〇一二三四五六七八九两"
CHINESE_NUMERAL = f"[{CHINESE_DIGITS}十百千万亿]"

# 1,234.5 or 12.5 or 300; groups of three only where commas stand
FIGURES = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
SCALE = r"[十百千]?[万亿]{0,2}|[百千]"


def scale_of(letters: str) -> Decimal:
    """The product of scale letters: 万 10⁴, 亿 10⁸, 千万 10⁷, 万亿 10¹²; the empty string is 1."""
    factor = Decimal(1)
    for letter in letters:
        factor *= _LARGE.get(letter) or Decimal(_SMALL[letter])
    return factor


def parse_numeral(text: str) -> Decimal:
    """The value of a numeral, in figures with scale letters or in Chinese; ValueError where it is none.

    ``parse_numeral("3.5万")`` is 35000, ``parse_numeral("一百零五")`` 105, ``parse_numeral("1亿2千万")`` 120000000,
    ``parse_numeral("二〇二二")`` 2022.
    """
    text = text.replace(",", "")
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if re.match(r"\d", text):
        return _mixed(text)
    return Decimal(_chinese(text))


def _mixed(text: str) -> Decimal:
    """Figures with scale letters, possibly several groups: 1亿2千万."""
    total = Decimal(0)
    position = 0
    for match in re.finditer(r"(\d+(?:\.\d+)?)([十百千万亿]*)", text):
        if match.start() != position:
            raise ValueError(f"no numeral: {text}")
        total += Decimal(match[1]) * scale_of(match[2])
        position = match.end()
    if position != len(text):
        raise ValueError(f"no numeral: {text}")
    return total


def _chinese(text: str) -> Decimal:
    if not text or any(c not in _DIGITS and c not in _SMALL and c not in _LARGE and c != "点" for c in text):
        raise ValueError(f"no numeral: {text}")
    whole, _, fraction = text.partition("点")
    if fraction:
        digits = "".join(str(_DIGITS[c]) for c in fraction if c in _DIGITS)
        tail = fraction.lstrip("".join(_DIGITS))
        if len(digits) + len(tail) != len(fraction):
            raise ValueError(f"no numeral: {text}")
        return (_chinese(whole) + Decimal(f"0.{digits or 0}")) * scale_of(tail)
    if len(text) > 1 and all(c in _DIGITS for c in text):  # 二〇二二: digit by digit
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total = section = Decimal(0)
    digit: Decimal | None = None
    last_unit = Decimal(0)
    for char in text:
        if char in _DIGITS:
            digit = Decimal(_DIGITS[char])
            if digit == 0:
                last_unit = Decimal(0)
        elif char in _SMALL:
            last_unit = Decimal(_SMALL[char])
            section += (digit if digit is not None else Decimal(1)) * last_unit
            digit = None
        else:
            section += digit or 0
            if char == "亿":
                total = (total + section) * _LARGE[char] if total or section else _LARGE[char]
            else:
                total += (section or Decimal(1)) * _LARGE[char]
            section, digit, last_unit = Decimal(0), None, _LARGE[char]
    if digit is not None:
        # 一百二, 三千五, 两万三: the last digit stands one place below the unit before it
        section += digit * (last_unit / 10 if last_unit >= 100 else 1)
    return total + section
