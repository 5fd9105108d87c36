"""What the named questions answer on a bulletin whose every statement is known."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from said import TEXT

from kg.questions.load import load_named, question_names
from kg.questions.model import Filters
from kg.questions.rows import to_csv, to_json, to_markdown, to_objects
from kg.questions.sparql import run
from kg.store import GraphStore
from loaders.errors import KgError

SIX = [
    "compare-metric",
    "evidence-of",
    "instruments-by-place",
    "instruments-for-target",
    "measures-to-outcomes",
    "outcomes-of-instrument",
]


def ask(store: GraphStore, name: str, language: str = "zh", **filters: Any) -> list[dict[str, Any]]:
    given = {key: (value,) if isinstance(value, str) and key != "period" else value for key, value in filters.items()}
    return to_objects(run(load_named(name), store, Filters(**given)), language)


def test_the_questions() -> None:
    assert question_names() == SIX


def test_links_to_outcomes(store: GraphStore) -> None:
    (row,) = ask(store, "measures-to-outcomes")
    assert row["metric"] == "training-participants"
    assert row["value"] == 1200
    assert (row["unit"], row["statistic"], row["qualifier"], row["period"]) == ("person-time", "level", "eq", "2024")
    assert (row["places"], row["places_label"]) == (["610000"], ["陕西省"])
    assert row["confidence"] == 0.8
    assert row["quote"] in TEXT
    assert row["bulletin_label"] == "陕西样例公报"
    assert list(row) == [
        "bulletin", "bulletin_label", "measure", "places", "places_label", "metric", "metric_label", "value", "unit",
        "unit_label", "statistic", "qualifier", "period", "confidence", "quote",
    ]  # fmt: skip


def test_every_link_but_standards(store: GraphStore) -> None:
    rows = ask(store, "measures-to-outcomes", all_links=True)
    assert sorted(row["value"] for row in rows) == [1200, 2000, 3000000]


@pytest.mark.parametrize(
    ("filters", "values"),
    [
        ({"place": "陕西"}, [1200, 2000, 3000000]),
        ({"place": "610800"}, [2000]),
        ({"place": "榆林"}, [2000]),
        ({"exact_place": "610000"}, [1200, 3000000]),
        ({"exact_place": "Shaanxi"}, [1200, 3000000]),
        ({"place": "云南"}, []),
        ({"place": ("云南", "榆林市")}, [2000]),
        ({"place": "612700"}, [2000]),
        ({"place": "西部地区"}, [1200, 2000, 3000000]),
        ({"exact_place": "western region"}, [1200, 3000000]),
        ({"place": "东部"}, []),
        ({"period": "2024"}, [1200, 3000000]),
        ({"period": "2021/2025"}, [1200, 2000, 3000000]),
        ({"period": "2024-09"}, []),
        ({"period": "2024-09", "overlapping": True}, [1200, 3000000]),
        ({"period": "2025年"}, [2000]),
        ({"instrument": "fund-allocation"}, [1200, 3000000]),
        ({"instrument": "职业技能培训"}, [1200, 2000, 3000000]),
        ({"target": "poverty-alleviated"}, [1200, 3000000]),
        ({"metric": "funds-allocated"}, [3000000]),
        ({"statistic": "target"}, [2000]),
        ({"status": "planned"}, [2000]),
        ({"min_confidence": Decimal("0.81")}, []),
        ({"min_confidence": Decimal("0.8")}, [1200, 2000, 3000000]),
    ],
)
def test_filters(store: GraphStore, filters: dict[str, Any], values: list[int]) -> None:
    rows = ask(store, "measures-to-outcomes", all_links=True, **filters)
    assert sorted(row["value"] for row in rows) == values


def test_outcomes_of_an_instrument_never_mix_statistics(store: GraphStore) -> None:
    rows = ask(store, "outcomes-of-instrument", instrument="vocational-training", all_links=True)
    assert {(row["metric"], row["statistic"], row["unit"], row["lowest"]) for row in rows} == {
        ("training-participants", "level", "person-time", 1200),
        ("training-participants", "target", "person", 2000),
        ("funds-allocated", "level", "CNY", 3000000),
    }


def test_instruments_by_place(store: GraphStore) -> None:
    rows = ask(store, "instruments-by-place", "en", place="陕西")
    assert [(row["place"], row["instrument"], row["measures"], row["bulletins_read"]) for row in rows] == [
        ("610000", "fund-allocation", 1, 1),
        ("610000", "vocational-training", 1, 1),
        ("610000", "worker-subsidy", 1, 1),
        ("610800", "vocational-training", 1, 1),
    ]
    assert {row["province"] for row in rows} == {"610000"}
    assert rows[1]["instrument_label"] == "vocational training"
    assert rows[1]["hood"] == "organisation"


def test_instruments_for_a_target(store: GraphStore) -> None:
    rows = ask(store, "instruments-for-target", target="脱贫人口")
    assert {row["instrument"] for row in rows} == {"vocational-training", "fund-allocation"}


def test_one_metric_across_places_takes_levels_and_shares_unless_asked(store: GraphStore) -> None:
    (row,) = ask(store, "compare-metric", metric="training-participants")
    assert (row["place"], row["statistic"], row["value"], row["bulletins_read"]) == ("610000", "level", 1200, 1)
    assert row["quote"].endswith("支出资金300万元。")
    (row,) = ask(store, "compare-metric", metric="training-participants", statistic="target")
    assert (row["place"], row["value"]) == ("610800", 2000)


def test_the_evidence_of_a_measure(store: GraphStore) -> None:
    rows = ask(
        store,
        "evidence-of",
        of="bulletin/{}/measure/m1".format(ask(store, "measures-to-outcomes")[0]["bulletin"][-20:]),
    )
    assert {row["predicate"] for row in rows} == {
        "actsIn", "appliesInstrument", "forTarget", "hasResult", "ledBy", "runsProgram", "inSection",
    }  # fmt: skip
    for row in rows:
        assert TEXT[row["start"] : row["end"]] == row["quote"]
        assert row["source"] == "sample.txt"
    assert ask(store, "evidence-of", metric="funds-allocated")
    assert ask(store, "evidence-of", statistic="standard")
    assert ask(store, "evidence-of", place="榆林")
    assert ask(store, "evidence-of", instrument="worker-subsidy")


@pytest.mark.parametrize("name", SIX)
def test_rows_have_one_order(store: GraphStore, name: str) -> None:
    needed = {p.filter for p in load_named(name).parameters if p.required}
    given = {"instrument": "vocational-training", "target": "poverty-alleviated", "metric": "training-participants"}
    filters = {key: value for key, value in given.items() if key in needed}
    rows = ask(store, name, **filters)
    assert rows
    assert rows == ask(store, name, **filters)


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"place": "陕西省份"}, "nearest: 陕西"),
        ({"place": "云男"}, "nearest: 云南"),
        ({"instrument": "vocational-trainin"}, "nearest: vocational-training"),
        ({"target": "poverty alleviated"}, "nearest: "),
        ({"statistic": "levels"}, "nearest: level"),
        ({"status": "planed"}, "nearest: planned"),
        ({"period": "去年"}, "2021/2025"),
        ({"period": "2024/2023"}, "no period"),
        ({"min_confidence": Decimal(2)}, "0 to 1"),
        ({"overlapping": True}, "--period"),
        ({"place": "鼓楼区"}, "more than one place"),
        ({"of": "x"}, "takes no --of"),
    ],
)
def test_what_is_not_known_is_answered_in_words(store: GraphStore, filters: dict[str, Any], said: str) -> None:
    with pytest.raises(KgError, match=said):
        ask(store, "measures-to-outcomes", **filters)


def test_a_needed_filter_and_an_unknown_question(store: GraphStore) -> None:
    with pytest.raises(KgError, match="needs --metric"):
        ask(store, "compare-metric")
    with pytest.raises(KgError, match="nearest: compare-metric"):
        load_named("compare-metrics")


def test_forms_of_output(store: GraphStore) -> None:
    answer = run(load_named("measures-to-outcomes"), store, Filters())
    assert to_json(answer, "zh").startswith('[{"bulletin": "https://zhenxing.example/id/bulletin/')
    lines = to_csv(answer, "en").splitlines()
    assert lines[0].startswith("bulletin,bulletin_label,measure,places,places_label,metric")
    assert len(lines) == 2
    table = to_markdown(answer, "zh").splitlines()
    assert table[0].startswith("| 公报 | 举措 | 地区 |")
    assert len({line.count("|") for line in table}) == 1


def test_a_quotation_mark_in_a_value_stays_one(store: GraphStore) -> None:
    with pytest.raises(KgError, match="there is no place"):
        ask(store, "measures-to-outcomes", place='x" } DROP ALL {')
