"""The matcher that tries a pattern only where it can begin finds what the plain one finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.lexicon import Lexicon
from loaders.recognise import period, quantity
from loaders.recognise.openings import matches_at

LETTERS = (
    "0129.,-—至到截止“”十近过去这最前一二三四五今年未来下半目当如眼日本上明全第岁初底末月份"
    "季度以起规划百千万亿分之翻番成余多个户元人《"
)


def plain(pattern: re.Pattern[str], text: str, start: int) -> list[tuple[int, int]]:
    return [m.span() for m in pattern.finditer(text, start, len(text)) if m.end() > m.start()]


def fast(first: re.Pattern[str], pattern: re.Pattern[str], text: str, start: int) -> list[tuple[int, int]]:
    return [m.span() for m in matches_at(first, pattern, text, start, len(text))]


@given(st.text(LETTERS, max_size=24), st.integers(0, 4))
def test_periods(text: str, start: int) -> None:
    start = min(start, len(text))
    assert fast(period._OPENING, period._EXPRESSION, text, start) == plain(period._EXPRESSION, text, start)


@given(st.text(LETTERS, max_size=24), st.integers(0, 4))
def test_quantities(lexicon: Lexicon, text: str, start: int) -> None:
    start, number = min(start, len(text)), quantity.grammar_of(lexicon).number
    assert fast(quantity._OPENING, number, text, start) == plain(number, text, start)


@pytest.mark.parametrize("text", ["", "甲乙", "1—9月", "2021—2025年", "截至2024年6月底", "百分之三十", "翻一番"])
def test_known(text: str) -> None:
    assert fast(period._OPENING, period._EXPRESSION, text, 0) == plain(period._EXPRESSION, text, 0)
