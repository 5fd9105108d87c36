"""Small bulletins of our own words, the whole way: what is said of each, statement by statement."""

from __future__ import annotations

from decimal import Decimal

import pytest
from documents import document

from loaders.extract import extract
from loaders.lexicon import Lexicon
from loaders.records import Extraction

REPORT = """紫阳县2024年巩固脱贫成果工作情况

一、就业帮扶
开展修脚师技能培训36期，培训脱贫劳动力2800人。全县脱贫人口务工1.9万人，同比增长6%。
对外出务工的脱贫劳动力给予每人500元一次性交通补助。

二、产业帮扶
发放脱贫人口小额信贷约1.2亿元，惠及2400户。截至2024年9月底，建成社区工厂42个。
"""
PLAN = """关于印发《紫阳县2025年乡村建设实施方案》的通知

根据《乡村建设行动实施方案》，制定本方案。
重点任务是：一是新建农村公路120公里；二是改造农村户厕3000户；三是由水利部门牵头，会同财政部门新建供水工程15处。
"""
MIXED = """甲县经济简报
今年以来，全县进出口总额增长12%。城区新建地铁站3座。新建农村公路46公里。
"""


def said(text: str, lexicon: Lexicon, **metadata: str) -> Extraction:
    return extract(document(text, **metadata), lexicon)


@pytest.fixture(scope="module")
def report(lexicon: Lexicon) -> Extraction:
    return said(REPORT, lexicon, place="陕西省安康市紫阳县", year="2024")


@pytest.fixture(scope="module")
def plan(lexicon: Lexicon) -> Extraction:
    return said(PLAN, lexicon, place="陕西省安康市紫阳县", year="2025")


def quotes(found: Extraction) -> dict[str, str]:
    """Quote of each observation → `statistic qualifier`."""
    text = found.document.text
    return {text[o.span.start : o.span.end]: f"{o.statistic} {o.qualifier}" for o in found.observations}


def test_numbers_of_a_report(report: Extraction) -> None:
    assert quotes(report) == {
        "36期": "level eq", "2800人": "level eq", "1.9万人": "level eq", "6%": "growth eq", "500元": "standard eq",
        "1.2亿元": "level approx", "2400户": "level eq", "42个": "level eq",
    }  # fmt: skip
    by_quote = {report.document.text[o.span.start : o.span.end]: o for o in report.observations}
    assert by_quote["1.2亿元"].value == Decimal(120_000_000)
    assert by_quote["1.2亿元"].metric == "loans-granted"
    assert by_quote["500元"].unit == "CNY/person"
    assert by_quote["42个"].period == "2024-09"
    assert by_quote["36期"].period == "2024"
    assert {o.place for o in report.observations} == {"610924"}


def test_measures_of_a_report_say_what_and_for_whom(report: Extraction) -> None:
    text = report.document.text
    training = next(m for m in report.measures if "修脚师" in text[m.span.start : m.span.end])
    assert "vocational-training" in {label.code for label in training.instruments}
    assert "poverty-alleviated" in {label.code for label in training.targets}
    assert training.status == "done"
    assert training.place == "610924"
    linked = [o for o in report.observations if o.measure == training.id]
    assert {text[o.span.start : o.span.end] for o in linked} >= {"36期", "2800人"}


def test_a_plan_has_items_targets_and_roles(plan: Extraction) -> None:
    text = plan.document.text
    items = [text[m.span.start : m.span.end] for m in plan.measures]
    assert any(i.startswith("三是由水利部门牵头") for i in items)
    assert {m.status for m in plan.measures} == {"planned"}
    assert set(quotes(plan).values()) == {"target eq"}
    roles = {(a.name, a.role) for m in plan.measures for a in m.agencies}
    assert roles == {("水利部门", "lead"), ("财政部门", "joint")}


def test_each_item_of_a_run_is_a_measure(plan: Extraction) -> None:
    text = plan.document.text
    assert [text[m.span.start : m.span.end][:2] for m in plan.measures] == ["一是", "二是", "三是"]


def test_documents_cited(plan: Extraction) -> None:
    assert [(c.title, c.relation) for c in plan.citations] == [("乡村建设行动实施方案", "based-on")]


def test_what_is_outside_the_domain_gives_nothing(lexicon: Lexicon) -> None:
    found = said(MIXED, lexicon, year="2024")
    assert list(quotes(found)) == ["46公里"]
    assert found.characters_in_domain < found.characters


def test_a_text_outside_the_domain_gives_nothing_at_all(lexicon: Lexicon) -> None:
    found = said("城市更新简报\n今年改造老旧小区40个，新建地铁站3座，进出口总额增长9%。\n", lexicon)
    assert (found.measures, found.observations, found.programs) == ((), (), ())


def test_a_number_without_a_metric_is_kept_and_marked(lexicon: Lexicon) -> None:
    found = said("乡村振兴简报\n村里集体合影88张。\n", lexicon)
    assert [(o.value, o.metric, o.understood) for o in found.observations] == [(Decimal(88), "other", False)]


def test_each_statement_has_its_evidence(report: Extraction) -> None:
    text = report.document.text
    for o in report.observations:
        assert o.evidence[0].span == o.span
        assert 0 < o.confidence <= 1
    for m in report.measures:
        assert all(text[e.span.start : e.span.end].strip() for x in m.instruments for e in x.evidence)


def test_a_broken_line_and_wide_figures_change_nothing_but_the_spans(report: Extraction, lexicon: Lexicon) -> None:
    wide = REPORT.replace("1.2", "１．２").replace("发放脱贫人口", "发放脱贫人口\n\n")
    found = said(wide, lexicon, place="陕西省安康市紫阳县", year="2024")
    assert [(o.value, o.unit, o.statistic) for o in found.observations] == [
        (o.value, o.unit, o.statistic) for o in report.observations
    ]
