"""Workbooks: bulletins by row, figures as lines, numbers as they are shown."""

from __future__ import annotations

import datetime
from pathlib import Path

import openpyxl
import pytest

from loaders.readers import ReadFailure, ReadOptions, inputs, read
from loaders.readers.number_formats import shown
from loaders.records import Document

LONG = "省政府今年将新建农村公路八百公里，" * 5 + "\n第二段。\U00020000"


def saved(tmp_path: Path, book: openpyxl.Workbook, options: ReadOptions | None = None) -> list[Document | ReadFailure]:
    path = tmp_path / "a.xlsx"
    book.save(path)
    options = options or ReadOptions()
    return [each for unit in inputs(path, options) for each in read(unit, options)]


def test_a_row_with_text_is_a_bulletin(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "通报"
    for row in (
        ["汇总"],
        ["标题", "年份", "日期", "正文"],
        ["甲", 2023, datetime.datetime(2023, 2, 3), LONG],
        ["乙", 2024],
    ):
        sheet.append(row)
    found, failure = saved(tmp_path, book)
    assert isinstance(found, Document)
    assert found.text == LONG
    assert (found.metadata.title, found.metadata.year, found.metadata.date) == ("甲", "2023", "2023-02-03")
    assert found.source.endswith("a.xlsx#1")
    assert [(a.kind, a.value, found.text[a.span.start : a.span.end]) for a in found.anchors] == [
        ("cell", "通报!D3", LONG)
    ]
    assert isinstance(failure, ReadFailure)
    assert failure.sentence.endswith("a.xlsx sheet 通报 row 4: the text is empty")


def test_figures_are_lines_with_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "进展"
    for row in (
        ["公路建设", None, None],
        ["地区", "资金", None],
        [None, "中央", "省级"],
        ["甲县", 12.0, 0.452],
        [],
        [None, 1234.5, 3],
    ):
        sheet.append(row)
    sheet["B4"].number_format, sheet["C4"].number_format, sheet["B6"].number_format = "General", "0.0%", '#,##0.0"万元"'
    for merged in ("A1:C1", "B2:C2", "A2:A3", "A4:A6"):
        sheet.merge_cells(merged)
    book.create_sheet("Sheet9")
    hidden = book.create_sheet("隐藏")
    hidden["A1"], hidden.sheet_state = "不见", "hidden"
    [found] = saved(tmp_path, book)
    assert isinstance(found, Document)
    assert found.text.split("\n") == [
        "进展", "公路建设", "地区\t资金\t资金", "地区\t中央\t省级", "甲县\t12\t45.2%", "甲县\t1,234.5万元\t3",
    ]  # fmt: skip
    quotes = [(found.text[a.span.start : a.span.end], a.value) for a in found.anchors]
    assert ("省级", "进展!C3") in quotes
    assert quotes.count(("资金", "进展!B2")) == 2
    assert ("1,234.5万元", "进展!B6") in quotes
    assert found.furniture == ()


def test_a_default_title_is_furniture(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["B2"] = "甲"
    [found] = saved(tmp_path, book)
    assert isinstance(found, Document)
    assert found.text == "Sheet\n甲"
    assert [found.text[span.start : span.end] for span in found.furniture] == ["Sheet"]


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    [empty] = saved(tmp_path, book)
    assert isinstance(empty, ReadFailure)
    assert empty.sentence.endswith(" is empty")
    book.active["XFD1048576"] = 1
    [far] = saved(tmp_path, book)
    assert isinstance(far, ReadFailure)
    assert "1,048,576 rows" in far.sentence
    [column] = saved(tmp_path, openpyxl.Workbook(), ReadOptions(text_column="正文"))
    assert isinstance(column, ReadFailure)
    assert column.sentence.endswith("has no sheet with a column '正文'")
    path = tmp_path / "a.xlsx"
    path.write_bytes(path.read_bytes()[:-500])
    [unit] = inputs(path, ReadOptions())
    [cut] = read(unit, ReadOptions())
    assert isinstance(cut, ReadFailure)
    assert "damaged or cut off" in cut.sentence


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (12.0, "General", "12"), (0.1 + 0.2, "General", "0.3"), (1e20, "General", "100000000000000000000"),
        (0.452, "0.0%", "45.2%"), (0.45, "0%", "45%"), (1234567, "#,##0", "1,234,567"), (3.14159, "0.00", "3.14"),
        (3.5, "0.##", "3.5"), (3.0, "0.##", "3"), (-5, "0;[Red](0)", "(5)"), (12, '0"万元"', "12万元"),
        (5, "0\\个", "5个"),
        (7, "[$¥-804]#,##0", "¥7"), (True, "General", "TRUE"), (None, "General", ""), ("文", "@", "文"),
        (2.5, "0.00E+00", "2.5"),
        (datetime.datetime(2023, 2, 3), "yyyy\"年\"m\"月\"d\"日\"", "2023年2月3日"),
        (datetime.datetime(2023, 2, 3), "yyyy-mm-dd", "2023-02-03"),
        (datetime.datetime(2023, 2, 3), "yyyy-mm", "2023-02"),
        (datetime.datetime(2023, 2, 3, 4, 5), "yyyy/m/d h:mm", "2023-02-03 04:05"),
        (datetime.datetime(2023, 2, 1), 'yyyy"年"m"月"', "2023年2月"),
    ],
)  # fmt: skip
def test_numbers_are_as_shown(value: object, number_format: str, text: str) -> None:
    assert shown(value, number_format) == text
