"""What two libraries read as numbers, beside what we read: test-only, pinned, and asked only here.

cn2an reads one numeral. Recognizers-Text finds numbers, percentages and sums of money in a text (its Chinese models);
offsets are made half-open here.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from functools import lru_cache
from typing import Any

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.quantity import recognise_quantities


@contextmanager
def _kept_apart() -> Iterator[None]:
    """Their deprecation warnings kept from ours, and the decimal context, whose precision they set for the process."""
    with warnings.catch_warnings(), localcontext():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        yield


with _kept_apart():
    import cn2an
    from recognizers_number import Culture, NumberRecognizer
    from recognizers_number_with_unit import NumberWithUnitRecognizer

_NUMERAL = re.compile(r"[\d,.零〇一二三四五六七八九两十百千万亿点]+")
_DIGITS = 6  # after the point; a third is written by one with 15 places, by the other with 28


@dataclass(frozen=True, slots=True)
class Reading:
    """A span that an oracle reads too, with both values of it."""

    oracle: str
    quote: str
    theirs: Decimal
    ours: Decimal


def readings(text: str, lexicon: Lexicon) -> Iterator[Reading]:
    """Each span of a text that an oracle reads as we do: a numeral, a percentage or an amount of money."""
    folded = fold(text)
    models = {name: _found(name, folded) for name in ("number", "percentage", "currency")}
    for q in recognise_quantities(folded, 0, len(folded), lexicon):
        quote = folded[q.start : q.end]
        numeral, factor = _split(quote, lexicon)
        if factor is not None:
            ours = q.value / factor
            theirs = _cn2an(numeral)
            if theirs is not None:
                yield _reading("cn2an", numeral, theirs, ours)
            theirs = models["number"].get((q.start, q.start + len(numeral)))
            if theirs is not None:
                yield _reading("recognizers-number", numeral, theirs, ours)
        for name in ("percentage", "currency"):
            theirs = models[name].get((q.start, q.end))
            if theirs is not None:
                yield _reading(f"recognizers-{name}", quote, theirs, q.value)
        if q.rule == "quantity.fraction":
            theirs = models["number"].get((q.start, q.end))
            if theirs is not None:
                yield _reading("recognizers-number", quote, 100 * theirs, q.value)


def _split(quote: str, lexicon: Lexicon) -> tuple[str, Decimal | None]:
    """The numeral of a quantity and the factor of its unit, the longest that fits; None where it has none."""
    for length in range(1, len(quote) + 1):
        if not _NUMERAL.fullmatch(quote[:length]):
            break
        unit = quote[length:].lstrip("余多")
        if not unit:
            return quote[:length], Decimal(1)
        if unit in lexicon.unit_forms:
            return quote[:length], lexicon.unit_forms[unit][1]
    return quote, None


def _reading(oracle: str, quote: str, theirs: Decimal, ours: Decimal) -> Reading:
    return Reading(oracle, quote, _rounded(theirs), _rounded(ours))


def _rounded(value: Decimal) -> Decimal:
    return Decimal(f"{value:.{_DIGITS}f}")


def _cn2an(numeral: str) -> Decimal | None:
    """What cn2an makes of a numeral; None where it refuses it."""
    try:
        return Decimal(str(cn2an.cn2an(numeral.replace(",", ""), "smart")))
    except (ValueError, InvalidOperation):
        return None


@lru_cache(maxsize=3)
def _model(name: str) -> Any:
    with _kept_apart():
        if name == "number":
            return NumberRecognizer(Culture.Chinese).get_number_model()
        if name == "percentage":
            return NumberRecognizer(Culture.Chinese).get_percentage_model()
        return NumberWithUnitRecognizer(Culture.Chinese).get_currency_model()


def _found(name: str, text: str) -> dict[tuple[int, int], Decimal]:
    """Spans and values of one model of Recognizers-Text."""
    with _kept_apart():
        found = _model(name).parse(text)
    out: dict[tuple[int, int], Decimal] = {}
    for one in found:
        value = str((one.resolution or {}).get("value")).removesuffix("%")
        try:
            number = Decimal(value)
        except InvalidOperation:
            continue
        if number.is_finite():  # a bare 千 or 万 is infinite to it
            out[one.start, one.end + 1] = number
    return out
