"""The area that a text is about, where its title does not name it."""

from __future__ import annotations

import pytest
from documents import document

from loaders.assemble.scope import scope_of
from loaders.lexicon import Lexicon

COUNTY = "我县抓好防返贫监测。全县共排查农户3万户，县委召开专题会议，各乡镇逐村落实中央和国家部署。\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (COUNTY, None),  # an area that it does not name
        (f"{COUNTY}全县贯彻考察云南重要讲话精神。\n", None),  # a leader's visit names another place
        (f"{COUNTY}紫阳县毛坝镇和紫阳县蒿坪镇先行试点。\n", "610924"),
        ("全国新建高标准农田8000万亩，我国粮食产量再创新高。\n", "100000"),
        ("山西省外务工每人补贴900元；运城市外每人500元；临猗县外每人300元，由临猗县农业局办理。\n", "140821"),
        ("我省改造农村危房2.7万户。\n来源：湖北日报\n", "420000"),  # the paper that a page names as its source
    ],
)
def test_place(text: str, place: str | None, lexicon: Lexicon) -> None:
    assert scope_of(document(text), lexicon).facts.place == place
