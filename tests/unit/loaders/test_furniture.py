"""What is page furniture in plain text, and what must never be."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.errors import InputError
from loaders.furniture import furniture, load_furniture_words

WORDS = load_furniture_words()
PROSE = "全县今年新建冷链仓库12座，带动260户增收。"


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in furniture(text, WORDS)]


@pytest.mark.parametrize(
    "line",
    [
        "您的位置： 首页 > 政务公开 > 通知",
        "当前位置:首页»要闻",
        "【字体： 大 中 小 】",
        "[字号：大 中 小]",
        "打印本页",
        "分享到：",
        "分享到微信",
        "上一篇：关于某事的通知",
        "扫一扫在手机打开当前页",
        "责任编辑：张三",
        "（责任编辑：李四）",
        "浏览次数：1234",
        "发布时间：2023-01-02 10:11",
        "时间：2023-01-02",
        "2023-01-02 10:11:12",
        "Page 3 of 10",
        "第3页",
        "第 3 页 共 10 页",
        "— 3 —",
        "- 3 -",
        "－３－",
        "打印 | 关闭",
        "版权所有：某省人民政府办公厅。未经许可，不得转载；本站内容均为原创，如需转载请注明来源于本网站，谢谢合作。",
        "某省人民政府主办 网站标识码 1234567890 某ICP备12345678号 某公网安备 11010102000000号 地址某路一号",
    ],
)
def test_a_line_of_furniture(line: str) -> None:
    assert found(f"{PROSE}\n{line}\n{PROSE}") == [line]


@pytest.mark.parametrize(
    "line",
    [
        PROSE,
        "打印店扫一扫付款已在全部行政村推广。",
        "一、下载和安装",
        "12",
        "2.5",
        "（",
        "2/3",
        "下载",
        "小",
        "时间：2023年6月至12月",
        "——在某省第三次会议上",
        "各位代表：",
        "分享到经营收益的农户有三千户，入股的合作社有四十家，带动周边村庄共同发展产业",
        "附件1",
        "2023年1月2日",
        "完成网站ICP备案三十家",
    ],
)
def test_what_is_none(line: str) -> None:
    assert found(f"{PROSE}\n{PROSE}\n{PROSE}\n{line}\n{PROSE}\n{PROSE}\n{PROSE}") == []


def test_tools_spread_over_lines() -> None:
    tools = ["下载", "打印", "【字号：", "加大", "还原", "减小", "】"]
    assert found("\r\n".join([*tools, "某县工作报告", PROSE])) == tools


def test_a_trail_of_links_spread_over_lines() -> None:
    trail = ["您的位置:", "首页", ">", "县情要闻", "县情要闻"]
    assert found("\n".join([*trail, "某县工作报告", PROSE])) == trail


def test_links_after_the_article() -> None:
    tail = ["相关报道：", "某县召开会议", "某县开展培训", "版权所有：某县人民政府。"]
    assert found("\n".join([PROSE, *tail])) == tail
    assert found("\n".join([PROSE, "相关报道：", PROSE, "某县召开会议"])) == ["相关报道："]


def test_page_numbers_that_count() -> None:
    assert found(f"{PROSE}\n1\n{PROSE}\n2\n{PROSE}\n3\n{PROSE}") == ["1", "2", "3"]
    assert found(f"{PROSE}\n1\n{PROSE}\n7\n{PROSE}\n3\n{PROSE}") == []


def test_a_stretch_inside_a_line() -> None:
    assert found(f"某县 【字体：大 中 小】 {PROSE}") == ["【字体：大 中 小】"]


def test_a_faulty_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "f.tsv"
    path.write_text("kind\tform\npattern\t(\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        load_furniture_words(path)


def test_hostile_length() -> None:
    begin = time.perf_counter()
    furniture("打印|" * 200_000 + "\n" + "1\n" * 50_000 + "【字号：\n" * 20_000 + "您的位置:\n>\n" * 20_000, WORDS)
    assert time.perf_counter() - begin < 5


@given(st.text(alphabet="下载打印【字号：】\n\r您的位置:首页> 大12页第—-。，\u2028\U00020000", max_size=80))
def test_spans_are_in_order_and_in_range(text: str) -> None:
    spans = furniture(text, WORDS)
    assert all(left.end <= right.start for left, right in itertools.pairwise(spans))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
