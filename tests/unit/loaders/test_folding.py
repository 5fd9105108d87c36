"""Widths folded one code point to one."""

from __future__ import annotations

import sys

import pytest

from loaders.folding import fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("２０２２年，Ａ", "2022年,A"),
        ("（一）", "(一)"),
        ("98.7％", "98.7%"),
        ("1～3项", "1~3项"),
        ("「名」", "“名”"),
        ("\u3000段首", " 段首"),
        ("⼈⼝", "人口"),
        ("〈细则〉", "《细则》"),
        ("“雨露计划＋”", "“雨露计划+”"),
    ],
)
def test_folds(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize("kept", ["㎡", "①", "²", "5‰", "《条例》", "第〇二号", "ﷺ", "½", "\U0001f33e", "é", "\t\n"])
def test_keeps_what_has_no_form_of_one_code_point(kept: str) -> None:
    assert fold(kept) == kept


def test_every_code_point_gives_one() -> None:
    every = "".join(map(chr, (c for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000)))
    assert len(fold(every)) == len(every)
