"""HTML: lines, paths, the article and the page around it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from loaders.readers import ReadFailure, ReadOptions, inputs, read
from loaders.records import Document

LONG = "省政府今年将新建农村公路八百公里，覆盖脱贫村一百二十个，并对其中的六十个给予补助。"


def page(tmp_path: Path, body: str, head: str = "", encoding: str = "utf-8") -> Document:
    path = tmp_path / "a.html"
    path.write_bytes(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(encoding))
    [unit] = inputs(path, ReadOptions())
    [found] = read(unit, ReadOptions())
    assert isinstance(found, Document), found
    return found


def quotes(found: Document) -> list[tuple[str, str]]:
    return [(found.text[a.span.start : a.span.end], a.value) for a in found.anchors]


def furniture(found: Document) -> list[str]:
    return [line for span in found.furniture for line in found.text[span.start : span.end].split("\n")]


def test_blocks_are_lines_with_paths(tmp_path: Path) -> None:
    found = page(tmp_path, "<div><p>甲<b>乙</b>\n丙<p>a\n b<br>丁</div>戊&amp;&#x20000;")
    assert found.text == "甲乙丙\na b\n丁\n戊&\U00020000"
    assert quotes(found) == [
        ("甲乙丙", "/html/body/div[1]/p[1]"),
        ("a b", "/html/body/div[1]/p[2]"),
        ("丁", "/html/body/div[1]/p[2]"),
        ("戊&\U00020000", "/html/body"),
    ]
    assert all(anchor.kind == "path" for anchor in found.anchors)


def test_a_table_of_figures_and_one_of_layout(tmp_path: Path) -> None:
    rows = "<tr><th>指标<th>数值</tr><tr><td><p>公路</p>里程<td>800</tr>"
    found = page(tmp_path, f"<table><tr><td>甲<p>乙</p><table>{rows}</table></td><td>丙</td></tr></table>")
    assert found.text == "甲\n乙\n指标\t数值\n公路 里程\t800\n丙"
    assert ("800", "/html/body/table[1]/tr[1]/td[1]/table[1]/tr[2]/td[2]") in quotes(found)


def test_what_is_not_seen_is_not_text(tmp_path: Path) -> None:
    hidden = "<script>x='<p>1'</script><style>p{}</style><div style='display: none'>2</div><p hidden>3</p><!-- 4 -->"
    office = "<![if !supportLists]>一、<![endif]>"
    assert page(tmp_path, f"{hidden}<p>{office}甲</p><select><option>5</select>").text == "一、甲"


def test_the_article_is_told_from_the_page(tmp_path: Path) -> None:
    found = page(
        tmp_path,
        "<form><div class=top><a href=/>首页</a></div><h1>题目</h1><div>来源：某报</div>"
        f"<div class='view TRS_Editor'><h2>一、任务</h2><p>{LONG}</p><div class=bdsharebuttonbox>分享</div></div>"
        "<footer>主办</footer></form>",
    )
    assert furniture(found) == ["首页", "来源：某报", "分享", "主办"]
    assert [(found.text[s.start : s.end], level) for s, level in found.headings] == [("题目", 1), ("一、任务", 2)]


def test_without_a_clear_article_only_plain_furniture_is_marked(tmp_path: Path) -> None:
    links = "<ul><li><a>甲县</a><li><a>乙县</a><li><a>丙县</a></ul>"
    found = page(tmp_path, f"<nav>导航</nav><form><header>页眉</header><p>{LONG}</p>{links}</form><button>搜</button>")
    assert furniture(found) == ["导航", "页眉", "甲县", "乙县", "丙县"]


def test_a_weak_name_must_hold_most(tmp_path: Path) -> None:
    assert furniture(page(tmp_path, f"<div id=content>短</div><p>{LONG}</p>")) == []
    assert furniture(page(tmp_path, f"<div id=content>{LONG}</div><p>短</p>")) == ["短"]


def test_metadata_of_the_head(tmp_path: Path) -> None:
    head = (
        "<title>关于某事的通知_某省政府</title><meta name=ArticleTitle content='关于某事的通知'>"
        "<meta name=PubDate content='2023-02-03 09:00'><meta name=ContentSource content=某省农业农村厅>"
        "<link rel=canonical href='https://example.org/a.html'>"
    )
    about = page(tmp_path, "<p>甲", head).metadata
    assert (about.title, about.date, about.publisher) == ("关于某事的通知", "2023-02-03", "某省农业农村厅")
    assert about.url == "https://example.org/a.html"
    assert page(tmp_path, "<h1>甲</h1>", "<title>乙</title>").metadata.title == "甲"
    assert page(tmp_path, "<p>甲", "<title>\n乙 </title>").metadata.title == "乙"


def test_metadata_of_the_page_s_own_table(tmp_path: Path) -> None:
    rows = "<tr><td>发文字号：<td>某政发〔2023〕1号<td>成文日期：<td>2023年01月05日<tr><td>主题分类<td>农业"
    about = page(tmp_path, f"<table>{rows}</table><p>发布机构：某省农业农村厅<p>{LONG}").metadata
    assert (about.number, about.date, about.publisher) == ("某政发〔2023〕1号", "2023-01-05", "某省农业农村厅")


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("utf-8", "utf-8-sig"),
        ("gbk", "utf-8"),
        ("", "gb18030"),
        ("x", "utf-16"),
        ("big5", "big5"),
    ],
)
def test_encodings(tmp_path: Path, declared: str, encoding: str) -> None:
    text = "政府今年推動新建公路。" if encoding == "big5" else "政府今年推动新建公路。"
    assert page(tmp_path, f"<p>{text}", f'<meta charset="{declared}">', encoding).text == text


@pytest.mark.parametrize("body", ["", "<script>fill()</script>", "<div> &nbsp;</div>"])
def test_no_visible_text_is_a_failure(tmp_path: Path, body: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    [unit] = inputs(path, ReadOptions())
    [found] = read(unit, ReadOptions())
    assert found == ReadFailure(
        path.as_posix(), f"{path.as_posix()} is empty: its page has no visible text (a script may fill it in)"
    )


def test_a_document_type_fetches_and_expands_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text('<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>甲&x;乙', encoding="utf-8")
    [unit] = inputs(path, ReadOptions())
    [found] = read(unit, ReadOptions())
    assert isinstance(found, Document)
    assert "root" not in found.text
    assert found.text.endswith("甲&x;乙")


@pytest.mark.parametrize(
    "hostile", ["<div>", "<p>", "</p>", "<table><tr><td>", "<a>", "<ul><li>", "<b><p>", "<!-", "&#x41"]
)
def test_hostile_nesting_is_read_in_time(tmp_path: Path, hostile: str) -> None:
    begin = time.perf_counter()
    found = page(tmp_path, "<p>甲</p>" + hostile * 20_000 + "乙")
    assert "甲" in found.text
    assert time.perf_counter() - begin < 10
