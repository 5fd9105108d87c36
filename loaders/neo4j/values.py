"""RDF literals as Neo4j's own types, within Neo4j's limits."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta

from pyoxigraph import Literal

from loaders.neo4j.graph import Value

Scalar = str | int | float | bool | date
_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = frozenset(
    _XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger",
        "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
    )
)  # fmt: skip
_FLOATS = frozenset(_XSD + name for name in ("decimal", "double", "float"))
_DATES = {_XSD + "date": "day", _XSD + "gYearMonth": "month", _XSD + "gYear": "year"}
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:Z|[+-]\d\d:\d\d)?")
_STRING = _XSD + "string"
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


def scalar(literal: Literal) -> tuple[Scalar, str]:
    """The value of a literal, and of a date its precision (``day``, ``month`` or ``year``), else "".

    A whole number beyond 64 bits and a decimal are the nearest float; a year or month is the date of its first day.
    What is no number or date for all its datatype, or beyond a float or the calendar, stays text: nothing is lost.
    """
    datatype, text = literal.datatype.value, literal.value
    if datatype == _STRING:
        return text, ""
    if datatype in _INTEGERS:
        return _integer(text), ""
    if datatype in _FLOATS:
        return _float(text), ""
    if datatype == _XSD + "boolean":
        return ({"true": True, "1": True, "false": False, "0": False}.get(text, text)), ""
    if datatype in _DATES:
        found = _date(text)
        return (found, _DATES[datatype]) if found else (text, "")
    return text, ""


def together(values: Sequence[Scalar]) -> Value:
    """Several values as a list, sorted and each once: of one type, as Neo4j demands, which is text for a mixture."""
    kinds = {type(value) for value in values}
    if kinds == {int, float}:
        return tuple(sorted({float(value) for value in values}))  # type: ignore[arg-type]
    if len(kinds) > 1:
        return tuple(sorted({_text(value) for value in values}))
    return tuple(sorted(set(values)))  # type: ignore[return-value]


def month_day(month: Scalar, *, last: bool) -> date | None:
    """The first or last day of a month given as the number YYYYMM; None for another number."""
    if type(month) is not int or not 100 < month <= 999912:
        return None
    year, number = divmod(month, 100)
    if not 1 <= number <= 12 or not 1 <= year <= 9998:
        return None
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1) if last else date(year, number, 1)


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _integer(text: str) -> Scalar:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        return text
    if len(text) > 400:  # beyond a float, and beyond what int() takes
        return text
    number = int(text)
    return number if _LOWEST <= number <= _HIGHEST else _float(text)


def _float(text: str) -> Scalar:
    if text in ("INF", "+INF", "-INF", "NaN"):
        return float(text.replace("INF", "inf"))
    if not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", text):
        return text
    number = float(text)
    return text if math.isinf(number) else number


def _date(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = match.groups()
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
