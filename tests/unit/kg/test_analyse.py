"""The analyses on a graph made by hand, beside what networkx and a pencil say."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import networkx as nx
import pytest
from graphs import GRAPH, ID, NS, VOCABULARY, measure, tie, with_result
from hypothesis import given
from hypothesis import strategies as st

from kg.analyse.centrality import instrument_centrality, pagerank
from kg.analyse.co_issuing import co_issuing
from kg.analyse.communities import SHARED, find_communities
from kg.analyse.similarity import cosine, province_similarity
from kg.analyse.tables import ANALYSES, analyse, table
from kg.analyse.ties import Ties, ties_of_pieces
from kg.analyse.write import KEYS, PREFIX, properties_of
from kg.push import store_pieces
from kg.questions.rows import to_csv, to_json, to_markdown, to_objects
from kg.store import GraphStore
from loaders.neo4j.graph import Piece
from loaders.neo4j.schema import load_schema

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def ties() -> Ties:
    return ties_of_pieces(GRAPH)


def codes(iris: Iterable[str]) -> list[str]:
    return [iri.removeprefix(NS) for iri in iris]


def m(key: str) -> str:
    return f"{ID}bulletin/{key}/measure/m1"


# -- ties


def test_ties_join_a_measure_with_the_metrics_of_its_results(ties: Ties) -> None:
    assert [(one.start, one.end, one.weight) for one in ties.of("METRIC")][:2] == [
        (m("a"), NS + "placed", 0.7),
        (m("b"), NS + "placed", 0.7),
    ]


def test_a_measure_is_in_the_province_of_its_county_and_in_none_for_the_country(ties: Ties) -> None:
    provinces = ties.provinces_of()
    assert codes(provinces[m("a")]) == ["610000"]
    assert codes(provinces[m("f")]) == ["610000", "640000"]
    assert m("e") not in provinces


def test_places_that_are_inside_each_other_end() -> None:
    circle = Piece("x", "v", (), (tie(NS + "610000", "INSIDE", NS + "610629"),))
    lost = replace(VOCABULARY, nodes=tuple(n for n in VOCABULARY.nodes if n.properties.get("level") != "province"))
    assert ties_of_pieces((*GRAPH[1:], lost, circle)).provinces == {}


def test_ties_less_sure_than_asked_for_are_left_out(ties: Ties) -> None:
    surer = ties_of_pieces(GRAPH, 0.5)
    assert set(ties.ties) - set(surer.ties) == {one for one in ties.ties if one.weight < 0.5}
    assert (m("b"), NS + "workshops") not in {(one.start, one.end) for one in surer.ties}


def test_ties_do_not_depend_on_the_order_of_pieces(ties: Ties) -> None:
    assert ties_of_pieces(reversed(GRAPH)) == ties


def test_of_the_same_tie_said_twice_the_surest_counts() -> None:
    twice = (*GRAPH, Piece("file:1", "v", (), ()), measure("b", 1, [], ["workshops"], workshops=0.95))
    weights = {(one.start, one.end): one.weight for one in ties_of_pieces(twice).of("APPLIES_INSTRUMENT")}
    assert weights[m("b"), NS + "workshops"] == 0.95


# -- communities


def test_measures_that_share_instruments_and_metrics_belong_together(ties: Ties) -> None:
    found = find_communities(ties)
    assert [one.measures for one in found.communities] == [(m("c"), m("d"), m("e")), (m("a"), m("b"))]
    loans, work = found.communities
    assert codes(loans.instruments) == ["loans", "insurance"]
    assert loans.metrics == ()  # what has no metric of its own has nothing in common
    assert codes(work.metrics) == ["placed"]
    assert codes(work.provinces) == ["610000", "620000"]
    assert (work.number, work.bulletins, work.inside, work.typical) == (2, 2, 1.0, m("a"))


def test_modularity_is_what_its_formula_says(ties: Ties) -> None:
    found = find_communities(ties)
    shared = [one for one in ties.of(*SHARED) if one.end != NS + "other"]
    whole = sum(one.weight for one in shared)
    parts = [sum(one.weight for one in shared if one.start in c.measures) for c in found.communities]
    # Nothing leaves a community here: L_c is K_c / 2, the weight of its measures' ties.
    assert found.modularity == pytest.approx(sum(part / whole - (part / whole) ** 2 for part in parts), abs=1e-6)


def test_a_finer_resolution_gives_no_fewer_communities(ties: Ties) -> None:
    assert len(find_communities(ties, 3.0).communities) >= len(find_communities(ties).communities)


@pytest.mark.parametrize("name", ANALYSES)
def test_nothing_gives_nothing(name: str) -> None:
    empty = ties_of_pieces([VOCABULARY])
    found = analyse(name, empty)
    assert table(name, found, empty).rows == ()
    assert properties_of(name, found, empty) == {}


# -- centrality


def test_centrality_counts_what_is_combined(ties: Ties) -> None:
    rows = {one.instrument.removeprefix(NS): one for one in instrument_centrality(ties)}
    assert set(rows) == {"training", "workshops", "loans", "insurance"}
    training, loans = rows["training"], rows["loans"]
    assert (training.measures, training.bulletins, training.provinces) == (2, 2, 2)
    assert (training.degree, training.strength) == (1, 2)
    assert (loans.measures, loans.degree, loans.strength) == (3, 1, 2)
    assert sum(one.pagerank for one in rows.values()) == pytest.approx(1, abs=1e-5)


def test_what_bridges_two_fields_has_betweenness() -> None:
    chain = ties_of_pieces(
        (VOCABULARY, measure("a", 1, [], ["training", "loans"]), measure("b", 1, [], ["loans", "insurance"]))
    )
    rows = {one.instrument.removeprefix(NS): one for one in instrument_centrality(chain)}
    assert rows["loans"].betweenness == 1.0
    assert rows["training"].betweenness == rows["insurance"].betweenness == 0.0
    assert instrument_centrality(chain)[0].instrument == NS + "loans"


WEIGHTS = st.dictionaries(
    st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda p: p[0] < p[1]), st.integers(1, 9)
)


@given(WEIGHTS)
def test_pagerank_is_that_of_networkx(weights: dict[tuple[int, int], int]) -> None:
    from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

    near: dict[str, dict[str, int]] = {str(n): {} for n in range(10)}
    graph = nx.Graph()
    graph.add_nodes_from(near)
    for (one, other), weight in weights.items():
        near[str(one)][str(other)] = near[str(other)][str(one)] = weight
        graph.add_edge(str(one), str(other), weight=weight)
    theirs = _pagerank_python(graph, alpha=0.85, tol=1e-12, max_iter=2000)
    assert pagerank(near) == pytest.approx(theirs, abs=1e-9)


# -- similarity


def test_provinces_with_the_same_shares_are_alike() -> None:
    same = ties_of_pieces(
        (VOCABULARY, measure("a", 1, ["610600"], ["loans"]), measure("b", 1, ["640000"], ["loans"]),
         measure("c", 1, ["640000"], ["loans"]), measure("d", 1, ["620000"], ["training"]))
    )  # fmt: skip
    first, *rest = province_similarity(same)
    assert (codes([first.province, first.other]), first.similarity) == (["610000", "640000"], 1.0)
    assert (first.shared, codes(first.foremost), first.measures, first.other_measures) == (1, ["loans"], 1, 2)
    assert [one.similarity for one in rest] == [0.0, 0.0]


def test_a_pair_is_told_once_and_its_cosine_is_that_of_its_counts(ties: Ties) -> None:
    pairs = province_similarity(ties)
    names = [codes([one.province, one.other]) for one in pairs]
    assert sorted(map(tuple, names)) == list(combinations(["610000", "620000", "640000"], 2))
    found = {tuple(name): one for name, one in zip(names, pairs, strict=True)}
    # 610000: training 1, workshops 1; 620000: training, workshops, loans, insurance 1 each
    assert found["610000", "620000"].similarity == pytest.approx(2 / math.sqrt(2 * 4), abs=1e-6)


def test_the_cosine_of_nothing_is_nothing() -> None:
    assert cosine({}, {"a": 1}) == 0.0


# -- co-issuing


def test_agencies_that_issue_together(ties: Ties) -> None:
    first, *rest = co_issuing(ties)
    assert codes([first.agency, first.other]) == ["agriculture", "finance"]
    assert (first.bulletins, first.agency_bulletins, first.other_bulletins) == (2, 3, 2)
    assert first.jaccard == pytest.approx(2 / 3, abs=1e-6)
    assert [codes([one.agency, one.other]) for one in rest] == [["banks", "finance"], ["agriculture", "banks"]]


# -- tables, and what is written


@pytest.mark.parametrize("name", ANALYSES)
def test_a_table_has_labels_in_both_languages(name: str, ties: Ties) -> None:
    answer = table(name, analyse(name, ties), ties)
    assert answer.rows
    for column in answer.question.columns:
        assert set(column.titles) == {"zh", "en"}
        assert all(column.titles.values())
    zh, en = to_objects(answer, "zh"), to_objects(answer, "en")
    assert zh != en
    assert [list(row) for row in zh] == [list(row) for row in en]
    for form in (to_json, to_csv, to_markdown):
        assert form(answer, "zh")


def test_labels_are_those_of_the_vocabulary(ties: Ties) -> None:
    row = to_objects(table("similarity", analyse("similarity", ties), ties), "en")[0]
    assert (row["province"], row["province_label"]) in {
        ("610000", "Shaanxi"),
        ("620000", "Gansu"),
        ("640000", "Ningxia"),
    }


@pytest.mark.parametrize("name", ANALYSES)
def test_what_is_written_has_the_keys_that_are_declared(name: str, ties: Ties) -> None:
    rows = properties_of(name, analyse(name, ties), ties)
    _, keys = KEYS[name]
    assert rows
    assert all(set(found) == set(keys) for found in rows.values())
    assert all(key.startswith(PREFIX) for key in keys)


def test_the_properties_themselves(ties: Ties) -> None:
    def of(name: str) -> dict[str, dict[str, object]]:
        return {iri: dict(said) for iri, said in properties_of(name, analyse(name, ties), ties).items()}

    assert of("communities")[m("a")] == {"analysisCommunity": 2}
    assert of("co-issuing")[NS + "banks"] == {"analysisCoIssuers": 2, "analysisCoIssued": 2}
    assert of("similarity")[NS + "610000"]["analysisSimilarPlaces"] == ("620000", "640000")


# -- the embedded store, and the same each time


def test_the_store_is_analysed_through_its_pieces(store: GraphStore) -> None:
    found = ties_of_pieces(store_pieces(store, load_schema()))
    assert {one.type for one in found.ties} >= {"APPLIES_INSTRUMENT", "IN_BULLETIN"}
    assert all(found.thing(one.end).labels.get("zh") for one in found.of("APPLIES_INSTRUMENT"))
    for name in ANALYSES:
        table(name, analyse(name, found), found)


def test_every_process_finds_the_same() -> None:
    """Sets of text have another order in each process: none may reach a result."""
    program = (
        "from graphs import GRAPH\nfrom kg.analyse.tables import *\nfrom kg.analyse.ties import *\n"
        "ties = ties_of_pieces(GRAPH)\nfor name in ANALYSES: print(table(name, analyse(name, ties), ties).rows)"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}"},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(found) == 1


def test_many_measures_are_divided_in_reasonable_time() -> None:
    kinds = ["training", "workshops", "loans", "insurance"]
    pieces = [
        with_result(measure(f"n{n}", 1, ["610000"], [kinds[n % 4], kinds[(n // 7) % 4]]), "placed", n)
        for n in range(2000)
    ]
    found = find_communities(ties_of_pieces((VOCABULARY, *pieces)))
    assert sum(len(one.measures) for one in found.communities) == 2000
