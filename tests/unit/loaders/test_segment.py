"""Outlines, against `tests/cases/segment.yaml`."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from case_files import finds, load_cases, nonfinds
from documents import document

from loaders.folding import fold
from loaders.layout import lay_out
from loaders.segment import numbered, segment, sentences


@pytest.mark.parametrize("case", [*finds("segment"), *nonfinds("segment")])
def test_units(case: dict[str, Any]) -> None:
    logical = lay_out(document(case["text"]))
    outline = segment(logical)
    units = [f"{u.kind} {logical.text[u.start : u.end]}" for b in outline.blocks for u in b.units]
    assert units == [fold(u) for u in case["units"]]
    heads = [logical.text[b.marker_end : b.end] for b in outline.blocks if b.role in ("heading", "title")]
    assert heads == case.get("headings", [])
    assert sum(b.role == "row" for b in outline.blocks) == case.get("rows", 0)


@pytest.mark.parametrize("text", [c["text"] for c in load_cases("segment")["finds"]])
def test_blocks_and_units_lie_in_order(text: str) -> None:
    logical = lay_out(document(text))
    blocks = segment(logical).blocks
    assert all(a.end <= b.start for a, b in itertools.pairwise(blocks))
    for block in blocks:
        assert all(block.start <= u.start <= u.marker_end <= u.end <= block.end for u in block.units)
        assert all(a.end <= b.start for a, b in zip(block.units, block.units[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("第一章总则", 1), ("第三条范围", 2), ("一、产业", 2), ("十二、保障", 2), ("(一)产业", 3), ("1.产业", 4),
        ("2、产业", 4), ("(1)产业", 5), ("1)产业", 5), ("①产业", 6), ("一是建棚", 7), ("一要建棚", 7),
        ("第一,建棚", 7), ("首先,建棚", 7), ("·建棚", 8), ("——建棚", 8), ("2.5万亩", 0), ("产业", 0), ("一是否", 0),
        ("一、", 0),
    ],
)  # fmt: skip
def test_numbers_of_every_kind(text: str, level: int) -> None:
    assert numbered(text, 0, len(text))[0] == level


def test_a_sentence_does_not_end_inside_a_quotation() -> None:
    text = "他说:“好。再来。”大家笑了。完"
    assert [text[a:b] for a, b in sentences(text, 0, len(text))] == ["他说:“好。再来。”", "大家笑了。", "完"]


def test_the_headings_above_a_block_are_nested() -> None:
    first = "一、产业发展\n(一)建基地\n新建大棚三十座,当年投产。\n引进企业三家,延长链条。\n"
    text = first + "(二)强龙头\n引进企业五家,促进就业。"
    logical = lay_out(document(text))
    prose = [b for b in segment(logical).blocks if b.role == "prose"]
    assert [[h.text for h in b.headings] for b in prose] == [
        ["产业发展", "建基地"], ["产业发展", "建基地"], ["产业发展", "强龙头"],
    ]  # fmt: skip
