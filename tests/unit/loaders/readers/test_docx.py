"""Word documents: order, tables, headings, automatic numbers, text boxes, and broken packages."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from loaders.readers import ReadFailure, ReadOptions, inputs, read
from loaders.readers.numbering import Level, Numbering, WordList, numeral
from loaders.records import Document


def read_one(path: Path, options: ReadOptions | None = None) -> Document | ReadFailure:
    [unit] = inputs(path, options or ReadOptions())
    [found] = read(unit, options or ReadOptions())
    return found


def saved(tmp_path: Path, package: docx.document.Document) -> Document:
    path = tmp_path / "a.docx"
    package.save(str(path))
    found = read_one(path)
    assert isinstance(found, Document), found
    return found


def sample() -> docx.document.Document:
    package = docx.Document()
    package.add_heading("一、总体要求", level=1)
    package.add_paragraph("今年新建农村公路")
    table = package.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["指标", "数值", "公路\n里程", "800"], strict=True):
        cell.text = text
    package.add_paragraph("")
    package.add_paragraph("覆盖脱贫村\t120个。\u202e\U00020000")
    return package


def test_order_anchors_and_headings(tmp_path: Path) -> None:
    found = saved(tmp_path, sample())
    assert (
        found.text == "一、总体要求\n今年新建农村公路\n指标\t数值\n公路 里程\t800\n覆盖脱贫村 120个。\u202e\U00020000"
    )
    assert [(a.kind, a.value, found.text[a.span.start : a.span.end]) for a in found.anchors] == [
        ("paragraph", "1", "一、总体要求"),
        ("paragraph", "2", "今年新建农村公路"),
        ("cell", "table 1 row 1 column 1", "指标"),
        ("cell", "table 1 row 1 column 2", "数值"),
        ("cell", "table 1 row 2 column 1", "公路 里程"),
        ("cell", "table 1 row 2 column 2", "800"),
        ("paragraph", "4", "覆盖脱贫村 120个。\u202e\U00020000"),
    ]
    assert [(found.text[s.start : s.end], level) for s, level in found.headings] == [("一、总体要求", 1)]
    assert found.metadata.title is None


def test_title_of_the_properties_only_where_the_text_has_it(tmp_path: Path) -> None:
    package = docx.Document()
    package.add_paragraph("关于推进\n乡村建设的通知")
    package.core_properties.title = "关于推进乡村建设的通知"
    assert saved(tmp_path, package).metadata.title == "关于推进乡村建设的通知"
    package.core_properties.title = "公文模板2019"
    assert saved(tmp_path, package).metadata.title is None


def test_merged_cells_keep_the_columns(tmp_path: Path) -> None:
    package = docx.Document()
    table = package.add_table(rows=3, cols=3)
    table.cell(0, 1).merge(table.cell(0, 2)).text = "资金"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "甲县"
    table.cell(1, 1).text, table.cell(2, 1).text, table.cell(2, 2).text = "中央", "1", "2"
    assert saved(tmp_path, package).text == "\t资金\t\n甲县\t中央\t\n\t1\t2"


def test_a_frame_of_one_cell_is_paragraphs(tmp_path: Path) -> None:
    package = docx.Document()
    cell = package.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "第一段。"
    cell.add_paragraph("第二段。")
    found = saved(tmp_path, package)
    assert found.text == "第一段。\n第二段。"
    assert {anchor.value for anchor in found.anchors} == {"table 1 row 1 column 1"}


def test_insertions_controls_and_boxes_are_read_deletions_are_not(tmp_path: Path) -> None:
    package = docx.Document()
    box = (
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>某政发〔2023〕1号</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    )
    package.element.body.insert(
        0,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>新建</w:t></w:r>"
            "<w:ins w:id='1' w:author='a'><w:r><w:t>公路</w:t></w:r></w:ins>"
            "<w:del w:id='2' w:author='a'><w:r><w:delText>桥梁</w:delText></w:r></w:del>"
            f"<w:r><w:br/><w:t>八条</w:t></w:r>{box}</w:p></w:sdtContent></w:sdt>"
        ),
    )
    assert saved(tmp_path, package).text == "新建公路\n八条\n某政发〔2023〕1号"


def test_automatic_numbers_are_text(tmp_path: Path) -> None:
    package = docx.Document()
    numbering = package.part.numbering_part.element
    levels = [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]
    inside = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (form, text) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{inside}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/></w:num>'))
    for text, depth in [("要求", 0), ("任务", 0), ("产业", 1), ("2023年做", 2), ("再做", 2), ("就业", 1), ("先做", 2)]:
        paragraph = package.add_paragraph(text)
        properties = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="91"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(properties))
    expected = ["一、要求", "二、任务", "（一）产业", "1. 2023年做", "2. 再做", "（二）就业", "1. 先做"]
    assert saved(tmp_path, package).text.split("\n") == expected


def test_a_style_can_number_and_a_bullet_says_nothing(tmp_path: Path) -> None:
    package = docx.Document()
    for text in ("甲", "乙"):
        package.add_paragraph(text, style="List Number")
    package.add_paragraph("丙", style="List Bullet")
    assert saved(tmp_path, package).text == "1. 甲\n2. 乙\n丙"


def test_start_override_and_shared_counters() -> None:
    levels = {0: Level(1, "decimal", "%1)"), 1: Level(1, "lowerLetter", "%1.%2")}
    numbering = Numbering(
        {"1": WordList("a", levels, {}), "2": WordList("a", levels, {}), "3": WordList("a", levels, {0: 1})}
    )
    called = [("1", 0), ("2", 0), ("2", 1), ("3", 0), ("3", 0), ("9", 0), ("1", 5)]
    assert [numbering.prefix(*each) for each in called] == [
        "1) ", "2) ", "2.a ", "1) ", "2) ", "", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (10, "chineseCounting", "十"), (21, "chineseCountingThousand", "二十一"), (105, "japaneseCounting", "一百〇五"),
        (12, "chineseLegalSimplified", "壹拾贰"), (3, "decimalEnclosedCircle", "③"), (28, "upperLetter", "BB"),
        (4, "lowerRoman", "iv"), (7, "decimalFullWidth", "７"), (5, "unknown", "5"), (7, "decimalZero", "07"),
        (15, "ideographDigital", "一五"), (2, "decimalEnclosedParen", "⑵"),
    ],
)  # fmt: skip
def test_numerals(value: int, form: str, shown: str) -> None:
    assert numeral(value, form) == shown


def package_bytes() -> bytes:
    stream = io.BytesIO()
    sample().save(stream)
    return stream.getvalue()


def with_part(raw: bytes, name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "it does not begin as a zip"),
        (b"plain", "it does not begin as a zip"),
        (package_bytes()[:-3000], "is damaged or cut off"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"),
            "WPS Writer (.wps) or Word 97",
        ),
        (with_part(package_bytes(), "word/document.xml", b"<broken"), "no Word document can be made of it"),
        (
            with_part(package_bytes(), "word/document.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"),
            "declares a document type",
        ),
        (with_part(package_bytes(), "word/document.xml", b" " * 50_000_000), "as a bomb does"),
    ],
)
def test_what_is_no_word_document_is_said(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(raw)
    found = read_one(path)
    assert isinstance(found, ReadFailure)
    assert said in found.sentence


def test_an_empty_document_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    docx.Document().save(str(path))
    assert read_one(path) == ReadFailure(path.as_posix(), f"{path.as_posix()} is empty")
