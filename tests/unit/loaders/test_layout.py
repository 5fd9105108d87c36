"""Page layout taken out, against `tests/cases/layout.yaml`; every code point keeps its way back."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds
from documents import document

from loaders.folding import fold
from loaders.layout import lay_out
from loaders.records import Span


@pytest.mark.parametrize("case", [*finds("layout"), *nonfinds("layout")])
def test_paragraphs(case: dict[str, Any]) -> None:
    logical = lay_out(document(case["text"]))
    read = [logical.text[p.start : p.end] for p in logical.paragraphs]
    assert [line.replace(" \t", "\t").replace("\t ", "\t").strip() for line in read] == case["found"]


@pytest.mark.parametrize("case", [*finds("layout"), *nonfinds("layout")])
def test_the_way_back(case: dict[str, Any]) -> None:
    logical = lay_out(document(case["text"]))
    assert len(logical.at) == len(logical.text)
    assert list(logical.at) == sorted(logical.at)
    folded = fold(case["text"])
    for char, at in zip(logical.text, logical.at, strict=True):
        if not char.isspace():
            assert folded[at] in (char, '"', "|")


def test_rows_and_headings_are_marked() -> None:
    logical = lay_out(document("## 收成\n甲县\t12\n粮食丰收。"))
    assert [(p.row, p.heading) for p in logical.paragraphs] == [(False, 2), (True, 0), (False, 0)]


def test_furniture_is_left_out() -> None:
    text = "首页 > 新闻\n新建大棚。\n- 3 -\n改造冷库。"
    logical = lay_out(document(text), (Span(0, 7), Span(14, 19)))
    assert [logical.text[p.start : p.end] for p in logical.paragraphs] == ["新建大棚。", "改造冷库。"]


def test_a_span_goes_over_a_broken_line() -> None:
    text = "培训持续扩大。收入占比\n\n超过 80 %。"
    logical = lay_out(document(text))
    at = logical.text.index("占比超过80%")
    span = logical.span(at, at + 7)
    assert text[span.start : span.end] == "占比\n\n超过 80 %"


def test_an_empty_text() -> None:
    logical = lay_out(document(" \n\t\n"))
    assert (logical.text, logical.paragraphs) == ("", ())
