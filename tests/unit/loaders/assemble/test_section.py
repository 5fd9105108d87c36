"""Sections: articles that stand one behind the other in one text."""

from __future__ import annotations

from documents import document

from loaders.assemble.scope import scope_of
from loaders.lexicon import Lexicon

BODY = "今年以来，当地开展农村改厕，新建户厕1200座，完成管网改造30公里，群众生活条件明显改善，村庄面貌一新。\n"
FIRST = f"汉阴县统筹资金改厕\n2021-03-02 来源：样例网\n\n{BODY}\n"
SECOND = f"泰和县村庄实现公厕全覆盖\n2022年08月19日 来源：样例网\n\n{BODY}\n"


def sections(text: str, lexicon: Lexicon) -> list[tuple[str | None, int | None, bool]]:
    return [(s.place, s.year, s.own) for s in scope_of(document(text), lexicon).sections]


def test_each_article_has_its_place_and_its_year(lexicon: Lexicon) -> None:
    assert sections(FIRST + SECOND, lexicon) == [("610921", 2021, True), ("360826", 2022, True)]


def test_one_article_is_one_section(lexicon: Lexicon) -> None:
    assert [place for place, _, own in sections(FIRST, lexicon) if not own] == ["610921"]


def test_a_list_of_links_is_no_article(lexicon: Lexicon) -> None:
    links = "安康市茶叶增产\n2021-03-05\n黔东南稻鱼丰收\n2021-03-06\n"
    assert len(sections(FIRST + links, lexicon)) == 1
