"""Whatever a file holds, every anchor quotes the reader's text, and text comes back as it was written."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import sys
import tempfile
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.readers import ReadFailure, ReadOptions, inputs, read
from loaders.records import Document

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "loaders" / "readers"))
from pdf_bytes import pdf

# Quotation marks, separators, marks of direction, astral and combining characters, line ends of all kinds.
HOSTILE = (
    "\"'“”‘’《》,;|\t<>&\\\u202e\u200f\u200b\ufeff\u2028\x85é\u0301\U00020000\U0001f33e１％。，甲乙农村 ab\n\r#{}[]"
)
TEXT = st.text(
    st.one_of(st.sampled_from(HOSTILE), st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), max_size=60
)
PROSE = "省政府今年新建农村公路八百公里，覆盖脱贫村一百二十个。"
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read_bytes(name: str, raw: bytes) -> list[Document | ReadFailure]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(raw)
        return [each for unit in inputs(path, ReadOptions()) for each in read(unit, ReadOptions())]


def check(found: Document | ReadFailure, pieces: list[str] | None = None) -> Document:
    """The invariants of every document; where `pieces` are given, the anchors quote exactly these."""
    assert isinstance(found, Document), found
    assert found.text_sha256 == hashlib.sha256(found.text.encode()).hexdigest()
    spans = [anchor.span for anchor in found.anchors]
    for span in (*spans, *found.furniture, *(span for span, _ in found.headings)):
        assert 0 <= span.start < span.end <= len(found.text)
    assert all(left.end <= right.start for left, right in zip(spans, spans[1:]))  # noqa: B905, RUF007
    if pieces is not None:
        assert [found.text[span.start : span.end] for span in spans] == pieces
    return found


@QUICK
@given(
    TEXT,
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["a.txt", "a.md"]),
)
def test_text_in_all_encodings(text: str, encoding: str, name: str) -> None:
    text = f"{PROSE * 4}{text}"  # without a mark of its own, an encoding is told by the language
    [found] = read_bytes(name, text.encode(encoding))
    assert check(found).text == text


@QUICK
@given(st.binary(max_size=300), st.sampled_from(["txt", "csv", "jsonl", "html", "docx", "xlsx", "pdf", "zip"]))
def test_any_bytes_are_a_document_or_one_clear_failure(raw: bytes, suffix: str) -> None:
    for found in read_bytes(f"a.{suffix}", raw):
        if isinstance(found, ReadFailure):
            assert f"a.{suffix}" in found.sentence
        else:
            check(found)


@QUICK
@given(st.lists(TEXT, min_size=1, max_size=4), st.sampled_from([",", ";", "\t"]))
def test_cells_come_back(texts: list[str], delimiter: str) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["title", "text"], *(["甲", text] for text in texts)])
    found = read_bytes("a.csv", stream.getvalue().encode("utf-8-sig"))
    assert [each.text if isinstance(each, Document) else None for each in found] == [
        t if t.strip() else None for t in texts
    ]


@QUICK
@given(st.lists(TEXT, min_size=1, max_size=4), st.booleans())
def test_json_comes_back(texts: list[str], ascii_only: bool) -> None:
    lines = [json.dumps({"text": text, "title": "甲"}, ensure_ascii=ascii_only) for text in texts]
    found = read_bytes("a.jsonl", "\n".join(lines).encode())
    assert [each.text if isinstance(each, Document) else None for each in found] == [
        t if t.strip() else None for t in texts
    ]


@QUICK
@given(st.lists(TEXT, min_size=1, max_size=5), st.sampled_from(["p", "div", "td", "li", "h2", "nav"]))
def test_pages(texts: list[str], tag: str) -> None:
    body = "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts)
    [found] = read_bytes(
        "a.html", f"<!DOCTYPE html><meta charset=utf-8><p>{PROSE}</p><table><tr>{body}</tr></table>".encode()
    )
    document = check(found)
    kept = "".join(document.text.split())
    assert all("".join(html.unescape(html.escape(text)).split()) in kept for text in texts)


@QUICK
@given(st.text(st.sampled_from("<>/=\"' ptrdablockquotetablescriptnav!-[]&#;甲\n"), max_size=200))
def test_broken_pages(source: str) -> None:
    for found in read_bytes("a.html", f"<p>甲</p>{source}".encode()):
        check(found)


@settings(QUICK, max_examples=15)
@given(st.lists(TEXT, min_size=1, max_size=4), st.lists(TEXT, min_size=2, max_size=2))
def test_word_documents(texts: list[str], cells: list[str]) -> None:
    package = docx.Document()
    for text in [PROSE, *texts]:
        package.add_paragraph(_xml(text))
    table = package.add_table(rows=1, cols=2)
    for cell, text in zip(table.rows[0].cells, cells, strict=True):
        cell.text = _xml(text)
    stream = io.BytesIO()
    package.save(stream)
    [found] = read_bytes("a.docx", stream.getvalue())
    expected = [
        p for p in (part.replace("\t", " ").replace("\r", "\n").strip() for part in map(_xml, [PROSE, *texts])) if p
    ]
    expected += [p for p in (" ".join(part.split()) for part in map(_xml, cells)) if p]
    check(found, expected)


@settings(QUICK, max_examples=15)
@given(st.lists(st.lists(TEXT, min_size=1, max_size=3), min_size=1, max_size=3))
def test_workbooks(rows: list[list[str]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=1):
        for column, text in enumerate(row, start=1):
            sheet.cell(number, column).value = f"甲{_xml(text)}"
    stream = io.BytesIO()
    book.save(stream)
    [found] = read_bytes("a.xlsx", stream.getvalue())
    document = check(found)
    kept = "".join(document.text.split())
    assert all("".join(_xml(text).split()) in kept for row in rows for text in row)


@settings(QUICK, max_examples=25)
@given(
    st.lists(
        st.lists(st.text(st.sampled_from("甲乙农村公路“”《》%12ab。，"), min_size=1, max_size=20), max_size=4),
        min_size=1,
        max_size=5,
    )
)
def test_pdf_pages(pages: list[list[str]]) -> None:
    pages = [[f"某县{line}" for line in page] for page in pages]  # PDFium leaves out a line of one wide character
    [found] = read_bytes("a.pdf", pdf([[PROSE], *pages]))
    document = check(found)
    assert "".join(document.text.split()) == "".join([PROSE, *(line for page in pages for line in page)])


@QUICK
@given(
    st.dictionaries(
        st.text(st.sampled_from("甲乙ab/.“\\"), min_size=1, max_size=8).map(lambda n: f"{n}.txt"), TEXT, max_size=4
    )
)
def test_archives(members: dict[str, str]) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, f"{PROSE}{text}".encode())
    found = read_bytes("a.zip", stream.getvalue())
    assert {each.text for each in found if isinstance(each, Document)} <= {
        f"{PROSE}{text}" for text in members.values()
    }
    for each in found:
        check(each)


def _xml(text: str) -> str:
    """What XML can hold: the libraries refuse the rest when they write."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\x7f" <= c <= "\x9f")
    )


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.html"])
def test_marks_of_direction_stay(name: str) -> None:
    source = {"a.txt": "甲\u202e乙", "a.csv": "text\n甲\u202e乙\n", "a.html": "<p>甲\u202e乙"}[name]
    [found] = read_bytes(name, source.encode())
    assert check(found).text == "甲\u202e乙"
