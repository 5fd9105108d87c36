"""What a measure applies, among the labels that stand in its text."""

from __future__ import annotations

import pytest

from loaders.assemble.cues import cues_of
from loaders.assemble.label import added_by_theme, choose_instruments, resolve
from loaders.lexicon import load_lexicon

LEXICON = load_lexicon()
CUES = cues_of(LEXICON)


def codes(text: str) -> set[str]:
    hits = LEXICON.scan(text).get("instruments", [])
    return {h.concept.answer for h in choose_instruments(text, hits, CUES)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("为进一步深化东西部协作,举办农产品展销会3场。", {"consumption-assistance"}),  # a reason is no instrument
        ("为进一步深化东西部协作。", {"paired-assistance"}),  # but it stands where there is nothing else
        ("在安置区开展职业技能培训12期。", {"vocational-training"}),  # the place of the training
        ("制定帮扶措施并逐户落实。", set()),  # a household's help is no policy made
        ("制定全县农村供水管理办法。", {"policy-making"}),
        ("落实惠农政策,改造农村危房120户。", {"housing-safety"}),  # a policy carried out is none made
        ("促进农民增收。", {"industry-development"}),
        ("加强技能培训,促进农民增收。", {"vocational-training"}),
    ],
)
def test_chosen(text: str, expected: set[str]) -> None:
    judged = {"paired-assistance", "relocation-support", "policy-making", "industry-development"}
    assert codes(text) & (expected | judged) == expected


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("在农村危房改造的基础上,开展美丽乡村建设。", "housing-safety"),  # what went before
        ("以国家农业现代化示范区建设为统揽,新建高标准农田1万亩。", "demonstration"),  # what one looks to
        ("新改建农村公路184公里,入选全省数字乡村试点县。", "demonstration"),  # an honour that came of it
        ("将贫困家庭技能培训等指标纳入目标考核,逐级压实责任。", "vocational-training"),  # what is assessed
        ("审计组查看产业扶贫、教育扶贫政策落实情况。", "education-aid"),  # what is inspected
    ],
)
def test_only_named(text: str, aside: str) -> None:
    found = codes(text)
    assert found
    assert aside not in found


def test_of_many_instruments_a_word_in_passing_is_none() -> None:
    many = "开展农村改厕,改造农村危房120户,新建高标准农田3万亩,发放创业担保贷款2亿元,重点补上农田灌排设施等短板。"
    assert codes(many) == {"living-environment", "housing-safety", "farmland-grain", "credit-guarantee"}
    assert "infrastructure" in codes("开展农村改厕,改造农村危房120户,重点补上农田灌排设施等短板。")


def test_gap_label_leaves_what_stands_in_its_gap() -> None:
    text = "组织易地搬迁群众参加家政培训。"
    found = {h.concept.answer for h in resolve(LEXICON.scan(text)["instruments"])}
    assert {"vocational-training", "relocation-support"} <= found


def test_theme_adds_only_what_spans_a_text() -> None:
    theme = LEXICON.scan("深化东西部协作,开展技能培训")["instruments"]
    own = LEXICON.scan("共建产业园区12个")["instruments"]
    assert {h.concept.answer for h in added_by_theme(own, theme, CUES)} <= {"paired-assistance"}
    assert added_by_theme(theme, theme, CUES) == ()
