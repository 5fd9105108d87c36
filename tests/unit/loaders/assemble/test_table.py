"""Tables of figures in many shapes: each cell's value, unit, metric, statistic, place and period."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import openpyxl
import pytest

from loaders.assemble.figure import table_words_of
from loaders.contract import to_contract
from loaders.extract import extract
from loaders.lexicon import Lexicon
from loaders.readers import ReadOptions, inputs, read
from loaders.records import Document, Observation

EXAMPLES = Path(__file__).parents[4] / "examples"
Told = tuple[str, float, str, str, str, str | None, str | None]


def document(path: Path) -> Document:
    [unit] = inputs(path, ReadOptions())
    [found] = read(unit, ReadOptions())
    assert isinstance(found, Document), found
    return found


def observations(path: Path, lexicon: Lexicon) -> list[tuple[str, Observation]]:
    found = document(path)
    return [(found.text[o.span.start : o.span.end], o) for o in extract(found, lexicon).observations]


def of_text(tmp_path: Path, text: str, lexicon: Lexicon, name: str = "a.txt") -> list[tuple[str, Observation]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return observations(path, lexicon)


def told(found: list[tuple[str, Observation]]) -> list[Told]:
    return [(q, float(o.value), o.unit, o.statistic, o.metric, o.place, o.period) for q, o in found]


@pytest.mark.parametrize("name", ["jilin-farmland-2024.xlsx", "gansu-finance-2023.docx"])
def test_each_cell_of_the_sample_tables_is_read_as_annotated(name: str, lexicon: Lexicon) -> None:
    gold = json.loads((EXAMPLES / name).with_suffix(".json").read_text("utf-8"))
    found = document(EXAMPLES / name)
    made = to_contract(extract(found, lexicon))["observations"]
    rows = [line for line in found.text.split("\n") if "\t" in line]
    start = found.text.index(rows[0])
    keys = ("place", "metric", "value", "qualifier", "unit", "period", "statistic")
    cells = [(found.text[o["start"] : o["end"]], *(o[k] for k in keys)) for o in made if o["start"] >= start]
    lines = {"".join(row.split()) for row in rows}
    wanted = [(o["quote"], *(o[k] for k in keys)) for o in gold["observations"] if o.get("context") in lines]
    assert len(wanted) >= 30
    assert cells == wanted


def test_years_as_columns_take_metric_and_unit_from_the_lines_above(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "甘肃省农村居民收入情况\n表1 2022—2023年甘肃省农村居民人均可支配收入\n单位：元、%\n"
        "地区\t2022年\t2023年\t2023年比上年增长\n兰州市\t16,936\t18,207\t7.5\n合计\t12,165\t13,131\t7.9\n",
        lexicon,
    )
    income = "per-capita-disposable-income"
    assert told(found) == [
        ("16,936", 16936, "CNY/person", "level", income, "620100", "2022"),
        ("18,207", 18207, "CNY/person", "level", income, "620100", "2023"),
        ("7.5", 7.5, "%", "growth", income, "620100", "2023"),
        ("12,165", 12165, "CNY/person", "level", income, "620000", "2022"),
        ("13,131", 13131, "CNY/person", "level", income, "620000", "2023"),
        ("7.9", 7.9, "%", "growth", income, "620000", "2023"),
    ]
    assert [o.rule for _, o in found] == ["table.cell"] * 3 + ["table.total"] * 3


def test_metrics_as_rows_with_a_column_of_units_and_groups(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "2024年临夏州乡村振兴主要指标\n指标\t单位\t2023年\t2024年\t增减\n一、粮食生产\n"
        "粮食播种面积\t万亩\t210.5\t212\t1.5\n粮食产量\t万吨\t82\t81.6\t-0.4\n二、农村服务\n"
        "农村居民人均可支配收入\t元\t—\t11,400\t…\n农村自来水普及率\t%\t96\t97.5\t1.5个百分点\n",
        lexicon,
    )
    assert told(found) == [
        ("210.5", 2105000, "mu", "level", "planted-area", "622900", "2023"),
        ("212", 2120000, "mu", "level", "planted-area", "622900", "2024"),
        ("1.5", 15000, "mu", "change", "planted-area", "622900", "2024"),
        ("82", 820000, "ton", "level", "production", "622900", "2023"),
        ("81.6", 816000, "ton", "level", "production", "622900", "2024"),
        ("-0.4", -4000, "ton", "change", "production", "622900", "2024"),
        ("11,400", 11400, "CNY/person", "level", "per-capita-disposable-income", "622900", "2024"),
        ("96", 96, "%", "share", "coverage-rate", "622900", "2023"),
        ("97.5", 97.5, "%", "share", "coverage-rate", "622900", "2024"),
        ("1.5个百分点", 1.5, "percentage-point", "change", "coverage-rate", "622900", "2024"),
    ]


TWO_HEADS: list[Told] = [
    ("12.3", 123000, "person", "target", "employed-population", "530100", "2024"),
    ("101.5", 101.5, "%", "completion", "target-completion", "530100", "2024"),
    ("4320", 4320, "count", "level", "posts-offered", "530100", "2024"),
    ("110.3", 1103000, "person", "target", "employed-population", "530000", "2024"),
    ("102.8", 102.8, "%", "completion", "target-completion", "530000", "2024"),
    ("43220", 43220, "count", "level", "posts-offered", "530000", "2024"),
]


def test_two_head_rows_of_a_workbook_with_merged_cells(tmp_path: Path, lexicon: Lexicon) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["云南省2024年巩固拓展脱贫攻坚成果情况表"])
    sheet.append(["序号", "地区", "脱贫人口务工", None, "公益性岗位（个）"])
    sheet.append([None, None, "目标（万人）", "完成率（%）", None])
    sheet.append([1, "昆明市", 12.3, 101.5, 4320])
    sheet.append([2, "合计", 110.3, 102.8, 43220])
    for merged in ("A1:E1", "A2:A3", "B2:B3", "C2:D2", "E2:E3"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    assert told(observations(tmp_path / "a.xlsx", lexicon)) == TWO_HEADS


def test_two_head_rows_of_a_word_table_with_merged_cells(tmp_path: Path, lexicon: Lexicon) -> None:
    paper = docx.Document()
    paper.add_paragraph("云南省2024年巩固拓展脱贫攻坚成果情况表")
    table = paper.add_table(rows=4, cols=4)
    for r, words in enumerate(
        [
            ["地区", "脱贫人口务工", "", "公益性岗位（个）"],
            ["", "目标（万人）", "完成率（%）", ""],
            ["昆明市", "12.3", "101.5", "4320"],
            ["合计", "110.3", "102.8", "43220"],
        ]
    ):
        for c, word in enumerate(words):
            table.cell(r, c).text = word
    for first, last in (((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (1, 3))):
        words_in = table.cell(*first).text
        table.cell(*first).merge(table.cell(*last)).text = words_in
    paper.save(str(tmp_path / "a.docx"))
    assert told(observations(tmp_path / "a.docx", lexicon)) == TWO_HEADS


def test_a_markdown_table_of_a_plan_with_standards_and_hedges(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "# 湖南省2025年农村人居环境任务分解表\n\n"
        "| 市州 | 农村户厕改造（户） | 生活垃圾治理覆盖率 | 补助标准（元/户） | 联系电话 |\n|---|---:|---:|---:|---|\n"
        "| 长沙市 | 3500 | 95%以上 | 2000 | 0731-1234567 |\n| 湘西州 | 约1.2万 | | 2000 | 84220731 |\n",
        lexicon,
        "a.md",
    )
    assert told(found) == [
        ("3500", 3500, "household", "target", "facilities-count", "430100", "2025"),
        ("95%", 95, "%", "target", "coverage-rate", "430100", "2025"),
        ("2000", 2000, "CNY/household", "standard", "subsidy-standard", "430100", "2025"),
        ("1.2万", 12000, "household", "target", "facilities-count", "433100", "2025"),
        ("2000", 2000, "CNY/household", "standard", "subsidy-standard", "433100", "2025"),
    ]
    assert [o.qualifier for _, o in found] == ["eq", "gt", "eq", "approx", "eq"]


def test_a_web_page_with_a_wide_head_and_crops_as_rows(tmp_path: Path, lexicon: Lexicon) -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{a}</td><td>{b}</td><td>{c}</td></tr>"
        for name, a, b, c in (("水稻", 2700, 1100, 0.6), ("蔬菜", 2100, 3900, -1.2))
    )
    found = of_text(
        tmp_path,
        "<!DOCTYPE html><html><body><h1>广东省2023年主要农产品生产情况</h1><table>"
        "<tr><th rowspan=2>品种</th><th colspan=2>2023年</th><th rowspan=2>同比增长（%）</th></tr>"
        f"<tr><th>面积（万亩）</th><th>产量（万吨）</th></tr>{rows}</table></body></html>",
        lexicon,
        "a.html",
    )
    assert told(found) == [
        ("2700", 27000000, "mu", "level", "planted-area", "440000", "2023"),
        ("1100", 11000000, "ton", "level", "production", "440000", "2023"),
        ("0.6", 0.6, "%", "growth", "production", "440000", "2023"),
        ("2100", 21000000, "mu", "level", "planted-area", "440000", "2023"),
        ("3900", 39000000, "ton", "level", "production", "440000", "2023"),
        ("-1.2", -1.2, "%", "growth", "production", "440000", "2023"),
    ]


def test_labels_in_two_columns_with_subtotals_and_a_row_of_column_numbers(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "甘肃省2023年农村道路建设情况表\n单位：公里\n市州\t县区\t新建农村公路\t养护里程\n\t\t1\t2\n"
        "定西市\t安定区\t120.5\t980\n\t陇西县\t98\t—\n\t小计\t218.5\t980\n合计\t\t278.5\t1390\n",
        lexicon,
    )
    assert [(q, o.place, o.rule) for q, o in found] == [
        ("120.5", "621102", "table.cell"),
        ("980", "621102", "table.cell"),
        ("98", "621122", "table.cell"),
        ("218.5", "621100", "table.total"),
        ("980", "621100", "table.total"),
        ("278.5", "620000", "table.total"),
        ("1390", "620000", "table.total"),
    ]
    assert {(o.unit, o.metric, o.period) for _, o in found} == {("km", "infrastructure-length", "2023")}


def test_in_a_table_that_no_title_decides_the_heads_decide(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "2024年甘肃省城乡居民人均可支配收入情况\n指标\t2024年（元）\t增长（%）\n城镇居民人均可支配收入\t42000\t4.5\n"
        "农村居民人均可支配收入\t14000\t7.1\n",
        lexicon,
    )
    assert [q for q, _ in found] == ["14000", "7.1"]


def test_a_prefecture_whose_name_holds_a_word_of_cities_stays_in(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(tmp_path, "2024年吉林省农业情况表\n地区\t耕作面积（万亩）\n白城市\t690\n", lexicon)
    assert told(found) == [("690", 6900000, "mu", "level", "planted-area", "220800", "2024")]


def test_columns_that_fall_are_negative_and_keep_the_metric_before_them(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "2024年农业补贴情况表\n地区\t发放补贴金额（万元）\t较上年下降（%）\t占比（%）\n喀什地区\t3500\t2.1\t40\n",
        lexicon,
    )
    assert [(q, float(o.value), o.statistic, o.metric) for q, o in found] == [
        ("3500", 35000000, "level", "subsidies-paid"),
        ("2.1", -2.1, "growth", "subsidies-paid"),
        ("40", 40, "share", "subsidies-paid"),
    ]


def test_a_plan_has_what_is_there_already_as_level(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "云南省“十五五”时期农业农村发展规划主要指标\n序号\t指标\t单位\t2024年\t2030年\t属性\n"
        "1\t粮食综合生产能力\t万吨\t1980\t2000\t约束性\n2\t高标准农田面积\t万亩\t3800\t4200\t约束性\n",
        lexicon,
    )
    assert [(q, o.statistic, o.period) for q, o in found] == [
        ("1980", "level", "2024"),
        ("2000", "target", "2030"),
        ("3800", "level", "2024"),
        ("4200", "target", "2030"),
    ]


def test_a_table_without_heads_names_each_figure_to_its_left(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "甘肃省某村基本情况\n\n耕地面积（亩）\t1250\t脱贫户\t86户\n村集体经济收入（万元）\t35.6\t联系电话\t13800000000\n",
        lexicon,
    )
    assert [(q, float(o.value), o.unit, o.metric, o.understood) for q, o in found] == [
        ("1250", 1250, "mu", "planted-area", True),
        ("86户", 86, "household", "other", False),
        ("35.6", 356000, "CNY", "collective-income", True),
    ]


def test_evidence_is_the_cell_and_the_words_that_gave_the_metric(tmp_path: Path, lexicon: Lexicon) -> None:
    text = "2024年吉林省农业情况表\n作物\t播种面积（万亩）\n粮食\t690\n"
    [(_, observation)] = of_text(tmp_path, text, lexicon)
    quotes = [(text[e.span.start : e.span.end], e.rule) for e in observation.evidence]
    assert quotes[0] == ("690", "table.cell")
    assert [q for q, _ in quotes[1:]] == ["粮食", "播种面积"]
    assert {rule for _, rule in quotes[1:]} == {observation.metric_concept}


def test_a_table_of_one_unit_takes_its_metric_from_the_title(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "2024年甘肃省乡村振兴资金安排表\n单位：万元\n\t合计\t中央\t市县\n合计\t5,000\t4,000\t1,000\n"
        "产业发展\t3,000\t2,500\t500\n基础设施\t2,000\t1,500\t500\n",
        lexicon,
    )
    assert len(found) == 9
    assert {(o.unit, o.metric, o.statistic, o.place) for _, o in found} == {
        ("CNY", "funds-allocated", "level", "620000"),
    }
    assert [int(o.value) for _, o in found][:3] == [50_000_000, 40_000_000, 10_000_000]


def test_columns_of_a_title_with_a_closing_date(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "截至2024年9月底甘肃省脱贫人口务工情况\n市州\t年度任务（万人）\t完成比例\t较上年同期增加（人）\n"
        "定西市\t50\t104.2%\t3,200\n",
        lexicon,
    )
    assert [(q, o.statistic, o.period) for q, o in found] == [
        ("50", "target", "2024-09"),
        ("104.2%", "completion", "2024-09"),
        ("3,200", "change", "2024-01/2024-09"),
    ]


def test_columns_of_bodies_and_remarks_do_not_hide_the_figures(tmp_path: Path, lexicon: Lexicon) -> None:
    found = of_text(
        tmp_path,
        "2025年农民工返乡创业培训计划表\n序号\t单位\t培训人数\t备注\n1\t兰州市\t300\t\n2\t定西市\t500\t\n",
        lexicon,
    )
    assert told(found) == [
        ("300", 300, "person", "target", "training-participants", "620100", "2025"),
        ("500", 500, "person", "target", "training-participants", "621100", "2025"),
    ]


def test_prose_in_cells_and_tables_of_words_give_nothing(tmp_path: Path, lexicon: Lexicon) -> None:
    text = "2024年农业任务分工表\n序号\t重点任务\t责任单位\n1\t新建农村公路12公里，改造农村户厕300户\t交通运输厅\n"
    assert of_text(tmp_path, text, lexicon) == []


@pytest.mark.parametrize(
    ("text", "value", "unit", "qualifier", "quote"),
    [
        ("1,285.5", 1285.5, None, "eq", "1,285.5"),
        ("-0.8", -0.8, None, "eq", "-0.8"),
        ("+3.1", 3.1, None, "eq", "3.1"),
        ("约3万人", 30000, "person", "approx", "3万人"),
        ("95%以上", 95, "%", "gt", "95%"),
        ("3.2千瓦", 3.2, "other", "eq", "3.2千瓦"),
        ("2万千瓦时", 20000, "other", "eq", "2万千瓦时"),
    ],
)
def test_a_figure_fills_its_cell(
    text: str, value: float, unit: str | None, qualifier: str, quote: str, lexicon: Lexicon
) -> None:
    figure = table_words_of(lexicon).read_figure(text)
    assert figure is not None
    assert float(figure.value) == value
    assert (figure.unit.code if figure.unit else None) == unit
    assert (figure.qualifier, text[figure.start : figure.end]) == (qualifier, quote)


@pytest.mark.parametrize("text", ["2024年", "0731", "3-5", "—", "-", "…", "", "无", "全年新建12公里", "0731-1234567"])
def test_no_figure(text: str, lexicon: Lexicon) -> None:
    assert table_words_of(lexicon).read_figure(text) is None


@pytest.mark.parametrize(
    ("head", "units"),
    [
        ("产量(万吨)", [("ton", 10000)]),
        ("面积/万亩", [("mu", 10000)]),
        ("面积(千公顷)", [("mu", 15000)]),
        ("比上年增减%", [("%", 1)]),
        ("参训(人(次))", [("person-time", 1)]),
        ("人均收入(元/人)", [("CNY/person", 1)]),
        ("增减(百分点)", [("percentage-point", 1)]),
        ("投资(万元、%)", [("CNY", 10000), ("%", 1)]),
        ("产量(单位:万吨)", [("ton", 10000)]),
        ("县(市、区)", []),
        ("单位面积产量", []),
    ],
)
def test_units_of_heads(head: str, units: list[tuple[str, int]], lexicon: Lexicon) -> None:
    found = table_words_of(lexicon).head_unit(head)
    marks = found.marks if found else ()
    assert [(m.code, int(m.factor)) for m in marks] == units


def test_units_of_lines_above(lexicon: Lexicon) -> None:
    words = table_words_of(lexicon)
    assert [m.code for m in words.line_units("表1粮食(单位:万亩、公斤/亩、万吨)")] == ["mu", "kg", "ton"]
    assert words.line_units("填报单位:吉林省农业农村厅") == ()
