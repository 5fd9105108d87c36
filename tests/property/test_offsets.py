"""What is said of a text quotes it, for the examples and for whatever text may come; twice the same, no exception."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents import document
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loaders.contract import to_contract
from loaders.extract import extract
from loaders.folding import fold
from loaders.layout import lay_out
from loaders.lexicon import Lexicon, load_lexicon
from loaders.readers import ReadOptions, inputs, read
from loaders.records import Document, Extraction, Span

LEXICON: Lexicon = load_lexicon()
EXAMPLES = Path(__file__).parents[2] / "examples"
WORDS = """
一是 二是 （一） 1. 第一， ① —— 一、 开展 建成 发放 新建 农村公路 高标准农田 脱贫人口 就业 培训 小额信贷
12万亩 3.5亿元 六成 1—3 2/3 同比增长 截至 2024年 6月底 “十四五” 云南省 安康市紫阳县 该县 《农田条例》
（农发〔2021〕3号） “春雨行动” 由农业农村部门牵头 。 ， ； ： “ ” （ ） 《 》 " * # | ㎡ ０ ² ½ a - % é مرحبا
9999999999999999 零 亿 年 𠀀 🌾
"""
PIECES = (*WORDS.split(), *"\n\t\x00\x85\u2028\u3000\u200b\u202e\ufeff ", "\n\n", "\r\n")
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=60).map("".join)
_MARK = re.compile(r"^#{0,6}[-*]?")
QUICK = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _examples() -> list[Document]:
    options = ReadOptions()
    paths = [p for p in sorted(EXAMPLES.iterdir()) if p.suffix not in (".json", "") and p.name != "README.md"]
    units = (unit for path in paths for unit in inputs(path, options))
    return [each for unit in units for each in read(unit, options) if isinstance(each, Document)]


def _spans(said: Extraction) -> Iterator[Span]:
    for statements in (said.sections, said.measures, said.observations, said.programs, said.citations):
        yield from (s.span for s in statements)
    for o in said.observations:
        yield from (e.span for e in o.evidence)
    for m in said.measures:
        yield from (e.span for label in (*m.instruments, *m.targets) for e in label.evidence)
        yield from (a.span for a in m.agencies if a.span)
    yield from (mention for p in said.programs for mention in p.mentions)


def _squeezed(text: str) -> str:
    """Without what layout takes out of a line: white space, the mark of a heading or a list before it, emphasis."""
    lines = (_MARK.sub("", "".join(line.split()), count=1) for line in fold(text).splitlines())
    return "".join(lines).replace("*", "")


def check(said: Extraction) -> None:
    """The invariants of every extraction: spans inside the text and not empty, names as quoted, links that lead."""
    text = said.document.text
    assert all(0 <= s.start < s.end <= len(text) for s in _spans(said))
    for o in said.observations:
        assert o.evidence
        assert o.value.is_finite()
        assert o.measure is None or o.measure in {m.id for m in said.measures}
    for m in said.measures:
        for a in m.agencies:
            assert a.span is None or _squeezed(text[a.span.start : a.span.end]) == _squeezed(a.name)
    for p in said.programs:
        assert all(_squeezed(text[s.start : s.end]) == _squeezed(p.name) for s in p.mentions)
    for c in said.citations:
        assert _squeezed(text[c.span.start : c.span.end]) == _squeezed(c.title)
    for statements in (said.measures, said.observations, said.sections):
        assert len({s.id for s in statements}) == len(statements)


@pytest.mark.parametrize("example", _examples(), ids=lambda d: d.source)
def test_examples_quote_their_text(example: Document) -> None:
    said = extract(example, LEXICON)
    check(said)
    published = to_contract(said)
    assert published == to_contract(extract(example, LEXICON))
    assert published["observations"] or published["measures"]


@QUICK
@example("“一是\r-小额信贷”")
@given(HOSTILE)
def test_whatever_text_comes_is_quoted(text: str) -> None:
    one = document(text)
    said = extract(one, LEXICON)
    check(said)
    assert said == extract(one, LEXICON)


@QUICK
@given(HOSTILE)
def test_logical_text_keeps_the_way_back(text: str) -> None:
    one = document(text)
    logical = lay_out(one)
    assert len(logical.at) == len(logical.text)
    assert all(0 <= at < len(text) for at in logical.at)
    assert list(logical.at) == sorted(logical.at)
    folded = fold(text)
    for char, at in zip(logical.text, logical.at, strict=True):
        assert char.isspace() or char == folded[at] or {char, folded[at]} <= set('"“”')


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\ufeff",
        "\x00" * 1000,
        "\u202e农村公路十二公里\u202c",
        "农" * 30_000,
        "建成农村公路12公里，" * 150,
        "一是建成农村公路12公里；" * 150,
        "（" * 3_000 + "农村公路" + "）" * 3_000,
        "“" * 3_000 + "农村公路" + "”" * 3_000,
        "《" * 3_000,
        "\n".join(f"{'一二三四五六七八九'[i % 9]}、农村公路" for i in range(500)),
        "1.1.1.1.1.1.1." * 500,
        "9" * 5_000 + "万元农村公路",
        "一二三四五六七八九十百千万亿" * 500 + "元农村公路",
        "农村\t公路\n" * 1_000,
        "\U00020000农村公路\U0001f33e12公里\U0001f33e。",
    ],
    ids=range(17),
)
def test_extreme_texts(text: str) -> None:
    check(extract(document(text), LEXICON))
