"""A spreadsheet's cell as its reader sees it: `12`, not `12.0`; `45.2%`, not `0.452`; a date, no serial number."""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

_MASK = re.compile(r"[#0?][#0?,]*(?:\.([#0?]+))?(E[+-])?")
_NOT_SHOWN = re.compile(r"\[(?!\$)[^\]]*\]|_.|\*.")  # colours and conditions, spaces as wide as a sign, fillers
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')


def shown(value: object, number_format: str = "General") -> str:
    """The cell's text. Formats that are not understood show the number as it is, never rounded."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime.datetime):
        return _date(value, number_format)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _number(value: int | float, number_format: str) -> str:
    exact = Decimal(format(value, ".15g"))  # the digits that a spreadsheet holds to be the number's own
    if not exact.is_finite():
        return str(value)
    sections = number_format.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and _MASK.search(sections[1]) else sections[0]
    bare = _CURRENCY.sub(r"\1", _NOT_SHOWN.sub("", section))
    mask = _MASK.search(_LITERAL.sub("", bare))
    if number_format in ("General", "@", "") or mask is None or mask[2] or mask[0].endswith(","):
        return plain(exact)
    place = _MASK.search(bare)
    if place is None or place[0] != mask[0]:  # digits inside a literal: leave the number alone
        return plain(exact)
    before, after = (_LITERAL.sub(r"\1\2", part) for part in (bare[: place.start()], bare[place.end() :]))
    if "%" in before + after:
        exact *= 100
    decimals = mask[1] or ""
    rounded = exact.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP) if exact.adjusted() < 15 else exact
    digits = format(abs(rounded) if section is not sections[0] else rounded, ",f" if "," in mask[0] else "f")
    optional = len(decimals) - len(decimals.rstrip("#"))
    if optional:
        whole, _, fraction = digits.partition(".")
        kept = len(decimals) - optional
        fraction = fraction[:kept] + fraction[kept:].rstrip("0")
        digits = f"{whole}.{fraction}" if fraction else whole
    return f"{before}{digits}{after}".strip()


def plain(value: Decimal) -> str:
    """A number without exponent and without zeros after it that say nothing."""
    spelled = format(value, "f")
    return spelled.rstrip("0").rstrip(".") if "." in spelled else spelled


def _date(value: datetime.datetime, number_format: str) -> str:
    """A date as the format has it: Chinese where it says 年 or 月, else ISO; without the parts it does not show."""
    pattern = _NOT_SHOWN.sub("", number_format).lower()
    year, day = "y" in pattern, "d" in pattern
    if "年" in pattern or "月" in pattern:
        spelled = f"{value.year}年" if year else ""
        spelled += f"{value.month}月" if "m" in pattern else ""
        return spelled + (f"{value.day}日" if day else "")
    if (value.hour or value.minute or value.second) and "h" in pattern:
        return value.isoformat(sep=" ", timespec="seconds" if value.second else "minutes")
    if year and not day:
        return f"{value.year}-{value.month:02}" if "m" in pattern else str(value.year)
    return value.date().isoformat()
