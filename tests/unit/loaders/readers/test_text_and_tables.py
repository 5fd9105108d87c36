"""Text, csv, tsv and jsonl: what is read, and what is said of what cannot be read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from loaders.readers import Input, ReadFailure, ReadOptions, inputs, read
from loaders.readers.columns import plain_date
from loaders.records import Document

PROSE = "省政府印发实施意见。\r\n今年新建农村公路800公里，\n覆盖脱贫村120个。\n"


def read_path(path: Path, options: ReadOptions | None = None) -> list[Document | ReadFailure]:
    options = options or ReadOptions()
    return [each for unit in inputs(path, options) for each in read(unit, options)]


def documents(path: Path, options: ReadOptions | None = None) -> list[Document]:
    found = read_path(path, options)
    assert all(isinstance(each, Document) for each in found), found
    return [each for each in found if isinstance(each, Document)]


def sentence(path: Path, options: ReadOptions | None = None) -> str:
    [failure] = read_path(path, options)
    assert isinstance(failure, ReadFailure), failure
    assert failure.sentence.startswith(path.as_posix())
    return failure.sentence.removeprefix(path.as_posix())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_the_decoded_file(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(PROSE.encode(encoding))
    [found] = documents(path)
    assert found.text == PROSE
    assert found.text_sha256 == hashlib.sha256(PROSE.encode()).hexdigest()
    assert found.original_sha256 == hashlib.sha256(PROSE.encode(encoding)).hexdigest()
    assert found.source == found.original == path.as_posix()
    assert found.media_type == "text/plain"


def test_only_the_first_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"\xef\xbb\xbf" + "# 一\ufeff二".encode())
    assert documents(path)[0].text == "# 一\ufeff二"


def test_traditional_text_in_big5(tmp_path: Path) -> None:
    text = "政府推動農村建設，今年補助農民購買機具，並協助返鄉青年就業。" * 10
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("big5"))
    assert documents(path)[0].text == text


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", " is empty"),
        (b" \r\n\t", " is empty"),
        (b"\xef\xbb\xbf", " is empty"),
        ("\u3000\n".encode(), " is empty"),
        (b"\xff\xfe", " is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00" + bytes(range(256)), " is not text"),
        (b"abc\x00def", " is not text"),
        (b"\x01\x02\x03\x04\x05abc", " is not text"),
        ("脱贫人口就业规模稳定增长，各地各部门狠抓落实。".encode()[:-2], " is not text: byte 66 is no valid UTF-8"),
        (b"%PDF-1.7\n", " is a PDF (named as txt): rename it to .pdf"),
        (b"PK\x03\x04 word/document.xml", " is a .docx (named as txt): rename it to .docx"),
        (b"PK\x03\x04 OFD.xml", " is an OFD document (GB/T 33190) (named as txt): save it as .pdf or .docx"),
        (b"PK\x03\x04 else", " is a zip archive (named as txt): rename it to .zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), " is in the format of OLE2, that of Word 97 to 2003 (.doc)"),
        (b"{\\rtf1 a}", " is in Rich Text Format"),
    ],
)
def test_what_is_no_text_is_said(tmp_path: Path, raw: bytes, said: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    assert sentence(path).startswith(said)


def test_too_long_a_text_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("一二三四", encoding="utf-8")
    assert sentence(path, ReadOptions(max_text_bytes=10)) == " is 12 bytes long, more than the limit of 10"


def test_a_file_that_went_away_is_a_failure(tmp_path: Path) -> None:
    [failure] = read(Input(path=tmp_path / "gone.txt", format="txt"), ReadOptions())
    assert isinstance(failure, ReadFailure)
    assert "cannot be opened" in failure.sentence


def test_a_row_of_csv_is_a_bulletin_with_its_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    cell = '第一行\r\n\n“引号”"x"，行,尾 \n'
    rows = [
        "标题,发布机构,省份,年份,发布日期,文号,链接,编号,Full_Text",
        '通知,省农业厅,贵州省,2023,2023年2月3日,黔府发〔2023〕1号,https://example.org/1,a-1,"'
        + cell.replace('"', '""')
        + '"',
    ]
    path.write_bytes("\r\n".join(rows).encode("utf-8-sig"))
    [found] = documents(path)
    assert found.text == cell
    assert found.source == path.as_posix()
    about = found.metadata
    assert (about.title, about.publisher, about.place) == ("通知", "省农业厅", "贵州省")
    assert (about.year, about.date, about.number) == ("2023", "2023-02-03", "黔府发〔2023〕1号")
    assert (about.url, about.identifier) == ("https://example.org/1", "a-1")


def test_several_rows_are_numbered_and_an_empty_one_fails_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,title\n甲。,一\n,二\n\n丙。,三\n", encoding="gb18030")
    first, failure, third = read_path(path)
    assert isinstance(first, Document)
    assert isinstance(third, Document)
    assert (first.source, third.source) == (f"{path.as_posix()}#1", f"{path.as_posix()}#3")
    assert failure == ReadFailure(f"{path.as_posix()}#2", f"{path.as_posix()} row 2: the text is empty")


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ";"), ("a.csv", "\t"), ("a.csv", "|"), ("a.tsv", "\t")])
def test_delimiters(tmp_path: Path, name: str, delimiter: str) -> None:
    path = tmp_path / name
    path.write_text(f"id{delimiter}正文\n7{delimiter}甲,乙\n", encoding="utf-8")
    [found] = documents(path)
    assert (found.text, found.metadata.identifier) == ("甲,乙", "7")


def test_text_column_may_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,通报\n错,对\n", encoding="utf-8")
    assert documents(path, ReadOptions(text_column="通报"))[0].text == "对"
    assert sentence(path, ReadOptions(text_column="其他")) == " has no column '其他'; its columns are text, 通报"


def test_csv_without_a_column_of_text_lists_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("年份,数值\n2020,1\n", encoding="utf-8")
    said = sentence(path)
    assert "--text-column" in said
    assert said.endswith("its columns are 年份, 数值")


def test_a_cell_longer_than_the_module_allows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text\n" + "长" * 200_000 + "\n", encoding="utf-8")
    assert len(documents(path)[0].text) == 200_000
    assert "more than the limit of 1,000" in sentence(path, ReadOptions(max_text_bytes=1000))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('text,a\n"半篇', " row 1: a quotation mark that opens a cell is never closed"),
        ("text,a\n甲,乙,丙\n", " row 1: it has 3 cells and the header has 2"),
        ("text,a\n", " has no rows below its header"),
        ("", " is empty"),
        ("a\x00b,text\n", " is not text"),
    ],
)
def test_bad_csv(tmp_path: Path, body: str, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(body, encoding="utf-8")
    assert sentence(path).startswith(said)


def test_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [
        json.dumps({"text": "甲\u2028乙", "year": 2020, "id": 5, "date": None}, ensure_ascii=False),
        "{not json",
        "",
        json.dumps({"content": "丙"}),
        '{"text": "\\ud800"}',
        '{"text": 5}',
        "[1]",
        '{"a": 1}',
        "[" * 100_000,
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read_path(path)
    first, fourth = (each for each in found if isinstance(each, Document))
    assert (first.text, first.metadata.year, first.metadata.identifier) == ("甲\u2028乙", "2020", "5")
    assert fourth.source == f"{path.as_posix()}#4"
    said = [each.sentence.removeprefix(path.as_posix()) for each in found if isinstance(each, ReadFailure)]
    assert [each.split(":")[0] for each in said] == [f" line {n}" for n in (2, 5, 6, 7, 8, 9)]
    assert "no JSON" in said[0]
    assert "surrogate" in said[1]


def test_a_json_array_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('[\n{"text": "a"}\n]', encoding="utf-8")
    assert "one JSON array" in sentence(path)


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("2026-02-03 09:02:33", "2026-02-03"),
        ("2026年2月3日", "2026-02-03"),
        ("2026/2/3", "2026-02-03"),
        ("20260203", "2026-02-03"),
        ("2026年2月", "2026-02"),
        ("2026", "2026"),
        ("2026-13-01", None),
        ("昨天", None),
        ("123456", None),
    ],
)
def test_plain_date(given: str, plain: str | None) -> None:
    assert plain_date(given) == plain


@pytest.mark.parametrize("text", ["中文", "2023年", "面积12㎡", "ＡＢＣ１２３。", "联通"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16-le", "utf-16-be"])
def test_a_few_characters_are_enough(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    assert documents(path)[0].text == text
