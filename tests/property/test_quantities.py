"""Numbers written in figures or in Chinese are read back exactly, whatever stands around them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.folding import fold
from loaders.lexicon import Lexicon, load_lexicon
from loaders.numerals import parse_numeral
from loaders.recognise.quantity import recognise_quantities

LEXICON: Lexicon = load_lexicon()
DIGITS = "零一二三四五六七八九"
UNITS = {"元": "CNY", "人": "person", "户": "household", "亩": "mu", "吨": "ton", "个": "count", "%": "%", "公里": "km"}
SCALES = {"": 1, "万": 10**4, "亿": 10**8, "千万": 10**7, "百万": 10**6, "万亿": 10**12}
HOSTILE = (
    "，。；：、（）《》“”0123456789０１２.%％—-~至到百千万亿一二三十两余多约近超分之成折翻番倍个人户元亩年月日第前"
    "\n\t \u3000㎡①²\U00020000\u200b\u202e"
)
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def chinese(value: int) -> str:
    """A whole number below 10¹² in Chinese numerals, as official prose writes it."""
    if value == 0:
        return DIGITS[0]
    out = ""
    for power, letter in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, value = divmod(value, power)
        if not part:
            continue
        if out and part < 1000:
            out += "零"
        out += _below_ten_thousand(part) + letter
    return out[1:] if out.startswith("一十") else out


def _below_ten_thousand(value: int) -> str:
    out, gap = "", False
    for power, letter in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, power)
        if digit:
            out += ("零" if gap and out else "") + DIGITS[digit] + letter
            gap = False
        else:
            gap = True
    return out


@QUICK
@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_are_read_back(value: int) -> None:
    assert parse_numeral(chinese(value)) == value


@QUICK
@given(st.decimals(0, 10**6, places=3), st.sampled_from(sorted(SCALES)))
def test_figures_with_scale_letters_are_read_back(value: Decimal, scale: str) -> None:
    assert parse_numeral(f"{value}{scale}") == value * SCALES[scale]
    assert parse_numeral(f"{value:,}{scale}") == value * SCALES[scale]


@QUICK
@given(
    st.decimals("0.01", 9999, places=2),
    st.sampled_from(["", "万", "亿"]),
    st.sampled_from(sorted(UNITS)),
    st.booleans(),
)  # fmt: skip
def test_a_quantity_is_read_back_with_its_unit(value: Decimal, scale: str, unit: str, wide: bool) -> None:
    quote = f"{value}{scale}{unit}"
    written = quote.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.%"}) if wide else quote
    text = f"全县落实{written}，受到欢迎"
    (found,) = recognise_quantities(fold(text), 0, len(text), LEXICON)
    assert text[found.start : found.end] == written
    assert (found.value, found.unit, found.qualifier) == (value * SCALES[scale], UNITS[unit], "eq")


@QUICK
@given(st.integers(2, 10**9).filter(lambda n: n % 10), st.sampled_from(["万元", "户", "亩", "吨"]))
def test_a_quantity_in_chinese_is_read_back(value: int, unit: str) -> None:
    value = value % 10**4 or 2 if unit == "万元" else value  # nobody says a 万 of 万
    text = f"全县落实{chinese(value)}{unit}，受到欢迎"
    (found,) = recognise_quantities(text, 0, len(text), LEXICON)
    assert text[found.start : found.end] == f"{chinese(value)}{unit}"
    assert found.value == value * (10**4 if unit == "万元" else 1)


@QUICK
@given(st.text(st.sampled_from(HOSTILE), max_size=80), st.integers(0, 80), st.integers(0, 80))
def test_spans_lie_in_the_stretch_asked_for_and_in_order(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    folded = fold(text)
    assert len(folded) == len(text)
    found = recognise_quantities(folded, start, end, LEXICON)
    assert all(start <= q.before <= q.start < q.end <= q.after <= end for q in found)
    assert all(x.end <= y.start for x, y in pairwise(found))
    assert all(q.value.is_finite() for q in found)


@QUICK
@given(st.text(max_size=200))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)
