"""PDF: pages, running heads and feet, and what has no text to read."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_bytes import pdf

from loaders.readers import ReadFailure, ReadOptions, inputs, read
from loaders.readers.pdf import running_lines
from loaders.records import Document

PROSE = ["省政府今年新建农村公路八百公里，", "覆盖脱贫村120个。"]


def read_bytes(tmp_path: Path, raw: bytes) -> Document | ReadFailure:
    path = tmp_path / "a.pdf"
    path.write_bytes(raw)
    [unit] = inputs(path, ReadOptions())
    [found] = read(unit, ReadOptions())
    return found


def test_pages_and_their_anchors(tmp_path: Path) -> None:
    found = read_bytes(tmp_path, pdf([PROSE, [], ["乙县。"]]))
    assert isinstance(found, Document), found
    assert found.text == "\n".join([*PROSE, "", "乙县。"])
    assert [(a.kind, a.value, found.text[a.span.start : a.span.end]) for a in found.anchors] == [
        ("page", "1", "\n".join(PROSE)),
        ("page", "3", "乙县。"),
    ]
    assert "\r" not in found.text


def test_running_heads_and_page_numbers_are_furniture(tmp_path: Path) -> None:
    prose = {7: "甲县的段落没有结束", 8: "乙县另有一段", 9: "丙县是最后一段"}
    pages = [["某省公报2023年第1期", prose[n], f"这是第{n}页的一句。", f"— {n} —"] for n in prose]
    found = read_bytes(tmp_path, pdf(pages))
    assert isinstance(found, Document), found
    assert [found.text[s.start : s.end] for s in found.furniture] == [
        "某省公报2023年第1期", "— 7 —", "某省公报2023年第1期", "— 8 —", "某省公报2023年第1期", "— 9 —",
    ]  # fmt: skip


def test_figures_at_the_edge_of_pages_are_none() -> None:
    assert running_lines(["120\n甲", "350\n乙", "17\n丙"]) == [[], [], []]
    assert running_lines(["12 34\n甲", "35 36\n乙", "17 38\n丙"]) == [[], [], []]
    assert [len(page) for page in running_lines(["甲\n7/9", "乙\n8/9", "丙\n9/9"])] == [1, 1, 1]
    assert [len(page) for page in running_lines(["甲\n1", "乙\n2"])] == [1, 1]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (pdf([PROSE], text_layer=False), " has no text layer on its 1 pages"),
        (pdf([PROSE], encrypted=True), " is encrypted"),
        (b"%PDF-1.7\nnothing", " is damaged or cut off"),
        (b"", " is damaged or cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), " is in the format of OLE2"),
        (pdf([["\ue000\ue001\ue002"]]), " has a text layer whose fonts do not say"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, raw: bytes, said: str) -> None:
    found = read_bytes(tmp_path, raw)
    assert isinstance(found, ReadFailure), found
    assert found.sentence.removeprefix((tmp_path / "a.pdf").as_posix()).startswith(said)
