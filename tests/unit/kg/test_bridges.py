"""Parts of the graph as networkx, pandas and polars have them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import networkx as nx
import pandas as pd
import polars as pl
import pytest
from graphs import GRAPH, ID, NS, VOCABULARY, issued, measure, tie

from kg.analyse.tables import analyse, table
from kg.analyse.ties import ties_of_pieces
from kg.bridges import frames, subgraph
from kg.bridges import networkx as bridge
from kg.push import store_pieces
from kg.questions.load import load_named
from kg.questions.model import Answer, Filters, Thing
from kg.questions.rows import to_objects
from kg.questions.sparql import run
from kg.store import GraphStore
from loaders.errors import KgError
from loaders.neo4j.graph import Node, Piece, Value
from loaders.neo4j.schema import load_schema

MEASURE = f"{ID}bulletin/a/measure/m1"
SEEN = f"{ID}bulletin/a/observation/o1"


@pytest.fixture(scope="module")
def whole() -> subgraph.Subgraph:
    return subgraph.of_pieces(GRAPH)


@pytest.fixture
def similarity() -> Answer:
    ties = ties_of_pieces(GRAPH)
    return table("similarity", analyse("similarity", ties), ties)


def asked(store: GraphStore, name: str, **filters: Any) -> Answer:
    return run(load_named(name), store, Filters(**filters))


# -- parts


def test_all_ends_are_nodes_and_everything_is_sorted() -> None:
    found = subgraph.of_pieces(GRAPH[1:])  # without the vocabulary, that describes most ends
    iris = [node.iri for node in found.nodes]
    assert iris == sorted(iris)
    assert {one.start for one in found.relationships} | {one.end for one in found.relationships} <= set(iris)
    keys = [(one.start, one.type, one.end) for one in found.relationships]
    assert keys == sorted(keys)
    assert dict(next(node for node in found.nodes if node.iri == NS + "loans").properties) == {"iri": NS + "loans"}


def test_what_two_pieces_say_of_one_thing_is_joined() -> None:
    program = f"{ID}program/1"
    pieces = [Piece(key, "v", (Node(program, ("Program",), {"iri": program, **said}, ""),), ()) for key, said in
              (("a", {"name": "薯链贷"}), ("b", {"name_en": "Potato loan"}))]  # fmt: skip
    (node,) = subgraph.of_pieces(pieces).nodes
    assert dict(node.properties) == {"iri": program, "name": "薯链贷", "name_en": "Potato loan"}


def test_the_part_of_an_answer_is_what_it_names_and_what_lies_between(similarity: Answer) -> None:
    county = Thing("610629", {"zh": "洛川县"})
    rows = ((Thing("610000", {"zh": "陕西省"}), county, *similarity.rows[0][2:]),)
    part = subgraph.of_answer(replace(similarity, rows=rows), GRAPH)
    places = {node.iri.removeprefix(NS) for node in part.nodes if "Place" in node.labels}
    assert places == {"610000", "610600", "610629"}  # the prefecture between the two, not the country
    inside = [(one.start, one.end) for one in part.relationships if one.type == "INSIDE"]
    assert inside == [(NS + "610600", NS + "610000"), (NS + "610629", NS + "610600")]
    names = {node.iri for node in part.nodes}
    assert all({one.start, one.end} <= names for one in part.relationships)


def test_a_code_alone_selects_nothing(similarity: Answer) -> None:
    other = replace(VOCABULARY.nodes[1], iri=NS + "group-610000", properties={"code": "610000", "name": "又一个"})
    part = subgraph.of_answer(similarity, (*GRAPH, Piece("x", "v", (other,), ())))
    assert other.iri not in {node.iri for node in part.nodes}


def test_the_observation_between_a_measure_and_its_metric_belongs_to_the_answer(store: GraphStore) -> None:
    answer = asked(store, "measures-to-outcomes", all_links=True)
    graph = bridge.from_answer(answer, store_pieces(store, load_schema()))
    rows = to_objects(answer, "zh")
    assert rows
    by_code = {said.get("code"): iri for iri, said in graph.nodes(data=True) if "Metric" in said["labels"]}
    for row in rows:
        assert row["measure"] in graph
        assert nx.has_path(graph, row["measure"], by_code[row["metric"]])


def test_an_empty_answer_has_an_empty_part(similarity: Answer) -> None:
    assert subgraph.of_answer(replace(similarity, rows=()), GRAPH) == subgraph.Subgraph((), ())


# -- networkx


def test_a_multidigraph_has_everything(whole: subgraph.Subgraph) -> None:
    graph = bridge.from_pieces(GRAPH)
    assert isinstance(graph, nx.MultiDiGraph)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(whole.nodes), len(whole.relationships))
    assert graph.nodes[NS + "610000"]["labels"] == ("Place",)
    assert graph.nodes[NS + "610000"]["name_en"] == "Shaanxi"
    edge = graph.edges[MEASURE, SEEN, "HAS_RESULT"]
    assert (edge["type"], edge["confidence"], edge["quote"], edge["start"]) == ("HAS_RESULT", 0.7, "吸纳就业", 3)


def test_a_property_may_have_any_name() -> None:
    hostile: dict[str, Value] = {"iri": "urn:a", "key": "1", "labels": "x", "node_for_adding": "2", "self": "3"}
    edge = tie("urn:a", "T", "urn:a", **{"key": "4", "u_for_edge": "5", "type": "6"})
    piece = Piece("x", "v", (Node("urn:a", ("Measure",), hostile, "x"),), (edge,))
    graph = bridge.from_pieces([piece])
    assert graph.nodes["urn:a"]["labels"] == ("Measure",)
    assert graph.nodes["urn:a"]["node_for_adding"] == "2"
    assert graph.edges["urn:a", "urn:a", "T"] == {"key": "4", "u_for_edge": "5", "type": "T"}


def test_several_relationships_of_one_type_are_kept() -> None:
    part = subgraph.Subgraph(
        (Node("a", (), {}, ""), Node("b", (), {}, "")), (tie("a", "T", "b", n=1), tie("a", "T", "b", n=2))
    )
    assert sorted(key for _, _, key in bridge.multidigraph(part).edges(keys=True)) == ["T", "T#2"]


def test_rows_as_edges(similarity: Answer) -> None:
    graph = bridge.from_rows(similarity, "province", "foremost")
    assert graph.nodes["610000"]["label_zh"] == "陕西省"
    assert graph.nodes["training"] == {"column": "foremost", "label_en": "training", "label_zh": "培训"}
    said = next(iter(graph.get_edge_data("610000", "training").values()))
    assert said["other_label"] == "甘肃省"
    assert said["similarity"] == pytest.approx(0.7071)
    assert not {"province", "foremost", "foremost_label"} & set(said)


@pytest.mark.parametrize(("start", "end", "sentence"), [
    ("nowhere", "other", "has no column 'nowhere'"),
    ("province", "similarity", "'similarity' holds no things"),
])  # fmt: skip
def test_columns_that_cannot_be_nodes(similarity: Answer, start: str, end: str, sentence: str) -> None:
    with pytest.raises(KgError, match=sentence):
        bridge.from_rows(similarity, start, end)


# -- frames


def test_an_answer_is_the_same_frame_in_both_libraries(store: GraphStore) -> None:
    answer = asked(store, "measures-to-outcomes", all_links=True)
    one, other = frames.pandas_answer(answer), frames.polars_answer(answer)
    assert list(one.columns) == other.columns
    assert one.shape == other.shape == (len(answer.rows), one.shape[1])
    assert str(one["value"].dtype) == "Float64"
    assert other["value"].dtype == pl.Float64
    assert other["places_label"].dtype == pl.List(pl.String)
    for name in one.columns:
        assert [None if v is pd.NA else v for v in one[name]] == other[name].to_list()


def test_labels_of_an_answer_in_the_language_that_was_asked_for(similarity: Answer) -> None:
    assert set(frames.pandas_answer(similarity, "en")["province_label"]) <= {"Shaanxi", "Gansu", "Ningxia"}
    assert set(frames.polars_answer(similarity)["province_label"].to_list()) <= {"陕西省", "甘肃省", "宁夏回族自治区"}


@pytest.mark.parametrize("build", [frames.pandas_answer, frames.polars_answer])
def test_an_answer_without_rows_keeps_its_columns(similarity: Answer, build: Callable[[Answer], Any]) -> None:
    empty = build(replace(similarity, rows=()))
    assert empty.shape[0] == 0
    assert list(empty.columns) == list(build(similarity).columns)
    assert list(empty.dtypes) == list(build(similarity).dtypes)


def test_nodes_as_frames(whole: subgraph.Subgraph) -> None:
    one, other = frames.pandas_nodes(whole, "Observation"), frames.polars_nodes(whole, "Observation")
    assert list(one.columns[:5]) == other.columns[:5] == ["iri", "labels", "name", "name_en", "code"]
    assert other["firstDay"].to_list() == [date(2024, 1, 1)] * 4
    assert str(one["firstDay"].dtype).startswith("datetime64")
    assert other["understood"].dtype == pl.Boolean
    assert str(one["understood"].dtype) == "boolean"
    assert one["value"].sum() == other["value"].sum() == 336.0
    assert len(frames.pandas_nodes(whole)) == len(whole.nodes)


def test_relationships_as_frames_keep_both_meanings_of_start(whole: subgraph.Subgraph) -> None:
    one, other = frames.pandas_relationships(whole, "HAS_RESULT"), frames.polars_relationships(whole, "HAS_RESULT")
    assert list(one.columns[:3]) == other.columns[:3] == ["start", "type", "end"]
    assert one["start"][0] == other["start"][0] == MEASURE
    assert one["start_"][0] == other["start_"][0] == 3
    assert len(frames.polars_relationships(whole)) == len(whole.relationships)


def test_values_of_different_kinds_have_one_column() -> None:
    def node(iri: str, **said: Value) -> Node:
        return Node(iri, (), said, "")

    part = subgraph.Subgraph(
        (node("a", n=1, names="甲", odd=True), node("b", n=2.5, names=("乙", "丙"), odd="x"), node("c")), ()
    )
    for found in (frames.polars_nodes(part).to_dicts(), frames.pandas_nodes(part).to_dict("records")):
        assert [row["n"] for row in found[:2]] == [1.0, 2.5]
        assert [row["names"] for row in found[:2]] == [["甲"], ["乙", "丙"]]
        assert [row["odd"] for row in found[:2]] == ["True", "x"]
    assert frames.polars_nodes(part).row(2, named=True)["n"] is None


def test_no_nodes_are_an_empty_frame() -> None:
    empty = subgraph.Subgraph((), ())
    assert frames.pandas_nodes(empty).shape == frames.polars_nodes(empty).shape == (0, 5)
    assert frames.pandas_relationships(empty).shape == frames.polars_relationships(empty).shape == (0, 3)


def test_analyses_go_into_frames_too() -> None:
    ties = ties_of_pieces((*GRAPH, issued("z", "finance", "banks"), measure("z", 2, ["620000"], ["loans"])))
    frame = frames.pandas_answer(table("co-issuing", analyse("co-issuing", ties), ties))
    assert frame["bulletins"].tolist() == [2, 2, 1]


# -- libraries that are not there


@pytest.mark.parametrize(("missing", "call", "extra"), [
    ("pandas", "from kg.bridges.frames import pandas_nodes as f\nf(Subgraph((), ()))", "frames"),
    ("polars", "from kg.bridges.frames import polars_nodes as f\nf(Subgraph((), ()))", "frames"),
    ("py2neo", "from kg.bridges.py2neo import open_graph as f\n"
               "from loaders.neo4j.connect import ServerAddress\n"
               "with f(ServerAddress('bolt://127.0.0.1:1', 'neo4j', 'x')): pass", "py2neo"),
])  # fmt: skip
def test_a_library_that_is_not_installed_is_named_with_its_extra(missing: str, call: str, extra: str) -> None:
    program = (
        f"import sys\nsys.modules[{missing!r}] = None\nfrom loaders.errors import KgError\n"
        f"from kg.bridges.subgraph import Subgraph\ntry:\n    exec({call!r})\nexcept KgError as e:\n    print(e)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert f"{missing} is not installed: pip install 'zhenxing[{extra}]'" in done.stdout


def test_a_bridge_loads_its_own_library_alone() -> None:
    program = (
        "import sys\nimport kg.bridges.subgraph, kg.bridges.frames, kg.bridges.py2neo\n"
        "print({'networkx', 'pandas', 'polars', 'py2neo', 'neo4j'} & set(sys.modules))\n"
        "import kg.bridges.networkx\nprint({'pandas', 'polars', 'py2neo', 'neo4j'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["set()", "set()"]


@pytest.mark.parametrize("words", [["--help"], ["analyse", "--help"]])
def test_help_loads_none_of_the_libraries(words: list[str]) -> None:
    program = (
        f"import sys\nfrom kg.cli import run\nassert run({words!r}) == 0\n"
        "print({'networkx', 'pandas', 'polars', 'py2neo', 'neo4j', 'numpy'} & set(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"
