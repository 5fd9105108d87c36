"""Analyses and bridges on a real server: the same as on the store, and nothing touched that is not ours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, kg
from neo4j import Driver
from neo4j_servers import Neo4jServer

from kg.analyse.tables import ANALYSES, analyse
from kg.analyse.ties import Ties, ties_of_pieces, ties_of_server
from kg.analyse.write import KEYS, PREFIX, Written, properties_of, write_back
from kg.bridges import frames, subgraph
from kg.bridges import networkx as bridge
from kg.bridges import py2neo as old_bridge
from kg.push import store_pieces
from kg.questions.load import load_named
from kg.questions.model import Answer, Filters
from kg.questions.sparql import run
from kg.store import GraphStore
from loaders.errors import KgError, ServerError
from loaders.neo4j.connect import ServerAddress, open_driver
from loaders.neo4j.graph import Piece
from loaders.neo4j.push import push_pieces
from loaders.neo4j.schema import load_schema

FOREIGN = (
    "CREATE (:Measure {iri: 'theirs', analysisCommunity: 77})-[:APPLIES_INSTRUMENT]->(:Instrument {iri: 'their own'})"
)


@dataclass(frozen=True)
class Loaded:
    """The examples, in a store and on a server."""

    store: Path
    pieces: tuple[Piece, ...]
    driver: Driver
    address: ServerAddress
    variables: dict[str, str]


@pytest.fixture(scope="module")
def loaded(neo4j_server: Neo4jServer, examples_store: Path) -> Iterator[Loaded]:
    schema = load_schema()
    with GraphStore.reading(examples_store) as graphs:
        pieces = tuple(store_pieces(graphs, schema))
    neo4j_server.empty()
    with open_driver(neo4j_server.address) as driver:
        push_pieces(driver, None, pieces, schema)
        driver.execute_query(FOREIGN)
        yield Loaded(examples_store, pieces, driver, neo4j_server.address, neo4j_server.variables)
    neo4j_server.empty()


@pytest.fixture(scope="module")
def ties(loaded: Loaded) -> Ties:
    return ties_of_server(loaded.driver, loaded.address)


def asked(loaded: Loaded, name: str, **filters: tuple[str, ...]) -> Answer:
    with GraphStore.reading(loaded.store) as graphs:
        return run(load_named(name), graphs, Filters(**filters))


def rows(loaded: Loaded, query: str) -> list[list[object]]:
    return [record.values() for record in loaded.driver.execute_query(query).records]


# -- analyses


@pytest.mark.parametrize("least", [0.0, 0.85])
def test_store_and_server_have_the_same_ties(loaded: Loaded, least: float) -> None:
    on_server = ties_of_server(loaded.driver, loaded.address, least)
    assert on_server == ties_of_pieces(loaded.pieces, least)
    assert on_server.ties


@pytest.mark.parametrize("name", ANALYSES)
def test_results_are_written_to_our_nodes_alone(loaded: Loaded, ties: Ties, name: str) -> None:
    label, keys = KEYS[name]
    wanted = properties_of(name, analyse(name, ties), ties)
    assert write_back(loaded.driver, loaded.address, name, wanted) == Written(len(wanted), 0, 0)
    query = f"MATCH (n:Zhenxing:{label}) WHERE n.{keys[0]} IS NOT NULL RETURN n.iri, properties(n)"
    found = {
        str(iri): {key: tuple(said) if isinstance(said, list) else said for key, said in properties.items()}
        for iri, properties in rows(loaded, query)
    }
    assert {iri: {key: said[key] for key in keys} for iri, said in found.items()} == wanted
    assert rows(loaded, "MATCH (n) WHERE NOT n:Zhenxing RETURN n.iri, n.analysisCommunity ORDER BY n.iri") == [
        ["their own", None], ["theirs", 77],
    ]  # fmt: skip


def test_old_results_go_and_results_without_a_node_are_told(loaded: Loaded, ties: Ties) -> None:
    wanted = properties_of("centrality", analyse("centrality", ties), ties)
    write_back(loaded.driver, loaded.address, "centrality", wanted)
    kept = dict(list(wanted.items())[:3])
    absent = {"urn:nobody": next(iter(wanted.values())), "theirs": next(iter(wanted.values()))}
    written = write_back(loaded.driver, loaded.address, "centrality", {**kept, **absent})
    assert written == Written(3, len(wanted) - 3, 2)
    assert rows(loaded, "MATCH (n) WHERE n.analysisPagerank IS NOT NULL RETURN count(n)") == [[3]]


def test_what_is_written_changes_no_analysis_and_no_push(loaded: Loaded, ties: Ties) -> None:
    for name in ANALYSES:
        write_back(loaded.driver, loaded.address, name, properties_of(name, analyse(name, ties), ties))
    assert ties_of_server(loaded.driver, loaded.address) == ties
    summary = push_pieces(loaded.driver, None, loaded.pieces, load_schema())
    assert (summary.created, summary.updated, summary.deleted) == (0, 0, 0)
    assert rows(loaded, "MATCH (n:Zhenxing) WHERE n.analysisCommunity IS NOT NULL RETURN count(n) > 0") == [[True]]


@pytest.mark.parametrize("name", ANALYSES)
def test_the_command_says_the_same_of_both(loaded: Loaded, name: str) -> None:
    store = kg("analyse", name, "--store", loaded.store, "--format", "json")
    server = kg("analyse", name, "--backend", "neo4j", "--format", "json", **loaded.variables)
    assert (store.returncode, server.returncode) == (0, 0), store.stderr + server.stderr
    assert store.stdout == server.stdout
    assert json.loads(store.stdout)


def test_the_command_writes_only_when_it_is_asked_to(loaded: Loaded) -> None:
    rows(loaded, "MATCH (n:Zhenxing) REMOVE n.analysisSimilarPlaces, n.analysisSimilarities")
    count = "MATCH (n) WHERE n.analysisSimilarPlaces IS NOT NULL RETURN count(n)"
    assert kg("analyse", "similarity", "--backend", "neo4j", **loaded.variables).returncode == 0
    assert rows(loaded, count) == [[0]]
    done = kg("analyse", "similarity", "--store", loaded.store, "--write", "--lang", "en", **loaded.variables)
    assert done.returncode == 0, done.stderr
    assert "other province" in done.stdout
    [[number]] = rows(loaded, count)
    assert done.stderr.startswith(f"{number} nodes at {loaded.address.uri} have analysisSimilarPlaces")
    assert number


@pytest.mark.parametrize(("arguments", "code", "sentence"), [
    (["centrality", "--resolution", "2"], 2, "centrality takes no --resolution"),
    (["communities", "--resolution", "nan"], 2, "finite"),
    (["communities", "--resolution", "0"], 2, "resolution"),
    (["similarity", "--min-confidence", "1.5"], 2, "min-confidence"),
    (["likeness"], 2, "co-issuing"),
    (["similarity", "--store", "nowhere"], 4, "there is no store here"),
    (["similarity", "--backend", "neo4j", "--uri", "bolt://127.0.0.1:1"], 5, "no Neo4j server answers"),
    (["similarity", "--write", "--uri", "http://127.0.0.1:7474"], 5, "Bolt is needed"),
])  # fmt: skip
def test_wrong_commands(tmp_path: Path, arguments: list[str], code: int, sentence: str) -> None:
    done = kg("analyse", *arguments, cwd=tmp_path, NEO4J_PASSWORD="not used anywhere")
    assert (done.returncode, sentence in done.stderr) == (code, True), done.stderr
    assert "Traceback" not in done.stderr


# -- networkx and frames


def without_analyses(part: subgraph.Subgraph) -> subgraph.Subgraph:
    """A part as it was pushed."""
    return subgraph.Subgraph(
        tuple(
            replace(node, properties={key: v for key, v in node.properties.items() if not key.startswith(PREFIX)})
            for node in part.nodes
        ),
        tuple(replace(one, owner="") for one in part.relationships),
    )


@pytest.mark.parametrize(("name", "filters"), [
    ("measures-to-outcomes", {"place": ("陕西",)}),
    ("instruments-by-place", {}),
    ("compare-metric", {"metric": ("workshops-count",)}),
    ("evidence-of", {}),
])  # fmt: skip
def test_the_part_of_an_answer_is_the_same_on_both_sides(
    loaded: Loaded, name: str, filters: dict[str, tuple[str, ...]]
) -> None:
    answer = asked(loaded, name, **filters)
    assert answer.rows
    on_server = without_analyses(subgraph.of_answer_on_server(answer, loaded.driver, loaded.address))
    assert on_server == without_analyses(subgraph.of_answer(answer, loaded.pieces))
    graph = bridge.from_answer_on_server(answer, loaded.driver, loaded.address)
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (len(on_server.nodes), len(on_server.relationships))


def test_a_graph_of_cypher_has_the_ends_that_are_not_returned(loaded: Loaded) -> None:
    query = "MATCH (m:Zhenxing:Measure)-[r:APPLIES_INSTRUMENT]->(i {code: $code}) RETURN r"
    graph = bridge.from_cypher(loaded.driver, loaded.address, query, {"code": "vocational-training"})
    [instrument] = [iri for iri, said in graph.nodes(data=True) if said.get("code") == "vocational-training"]
    assert graph.nodes[instrument]["name"] == "职业技能培训"
    assert graph.in_degree(instrument) == graph.number_of_edges() == graph.number_of_nodes() - 1 > 3
    assert all(said["labels"] for _, said in graph.nodes(data=True))


def test_paths_and_nodes_of_other_people(loaded: Loaded) -> None:
    graph = bridge.from_cypher(loaded.driver, loaded.address, "MATCH p = (:Measure {iri: 'theirs'})-->() RETURN p")
    assert sorted(said["iri"] for _, said in graph.nodes(data=True)) == ["their own", "theirs"]
    assert not {"their own", "theirs"} & set(graph)  # an IRI is a name only where it is unique: under our label
    assert [key for _, _, key in graph.edges(keys=True)] == ["APPLIES_INSTRUMENT"]


def test_values_of_neo4j_become_values_of_python(loaded: Loaded) -> None:
    query = """CALL { RETURN 1 AS one } WITH one MATCH (n {iri: 'theirs'})
    RETURN n, date('2024-05-01') AS d"""
    assert len(bridge.from_cypher(loaded.driver, loaded.address, query)) == 1
    native, _, _ = loaded.driver.execute_query(
        "RETURN date('2024-05-01'), datetime('2024-05-01T00:00:00Z'), point({x: 1.0, y: 2.0}), [1, 2], duration('P1D')"
    )
    found = [subgraph.plain(value) for value in native[0].values()]
    assert str(found[0]) == "2024-05-01"
    assert found[3] == (1, 2)
    assert all(isinstance(value, str) for value in (found[1], found[2], found[4]))


def test_frames_of_the_server(loaded: Loaded) -> None:
    part = subgraph.of_cypher(loaded.driver, loaded.address, "MATCH (p:Zhenxing:Place {level: 'province'}) RETURN p")
    frame, other = frames.pandas_nodes(part, "Place"), frames.polars_nodes(part, "Place")
    assert len(frame) == len(other) >= 31
    assert frame.set_index("code").loc["610000", "name"] == "陕西省"


@pytest.mark.parametrize(("query", "error", "sentence"), [
    ("CREATE (n:Zhenxing:Measure {iri: 'new'}) RETURN n", ServerError, "read access mode"),
    ("MATCH (", ServerError, "SyntaxError"),
    ("RETURN 1", KgError, "values alone"),
])  # fmt: skip
def test_cypher_that_gives_no_graph(loaded: Loaded, query: str, error: type[KgError], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        bridge.from_cypher(loaded.driver, loaded.address, query)
    assert rows(loaded, "MATCH (n {iri: 'new'}) RETURN count(n)") == [[0]]


def test_cypher_that_finds_nothing_gives_an_empty_graph(loaded: Loaded) -> None:
    assert len(bridge.from_cypher(loaded.driver, loaded.address, "MATCH (n:Zhenxing {iri: 'none'}) RETURN n")) == 0


def test_the_python_of_the_page_runs(loaded: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kg-store").symlink_to(loaded.store)
    monkeypatch.chdir(tmp_path)
    on_store, on_server = re.findall(
        r"^```python\n(.*?)^```$", (ROOT / "docs" / "analyse.md").read_text("utf-8"), re.S | re.M
    )
    names: dict[str, Any] = {"password": loaded.address.password}
    exec(on_store + on_server.replace("bolt://127.0.0.1:7687", loaded.address.uri), names)
    assert len(names["whole"]) > len(names["part"]) > 10
    assert names["mixes"].number_of_edges() == len(names["counts"].rows)
    assert len(names["frame"]) == len(names["answer"].rows) > 0
    assert len(names["links"]) > 0
    assert {key for _, _, key in names["graph"].edges(keys=True)} == {"FOR_TARGET"}


# -- py2neo


@pytest.fixture
def old_graph(loaded: Loaded) -> Iterator[object]:
    with old_bridge.open_graph(loaded.address) as graph:
        yield graph


def test_py2neo_gets_the_part_of_an_answer(loaded: Loaded, old_graph: object) -> None:
    answer = asked(loaded, "measures-to-outcomes", place=("陕西",))
    found = old_bridge.of_answer(old_graph, answer)
    part = subgraph.of_answer(answer, loaded.pieces)
    assert {node["iri"] for node in found.nodes} == {node.iri for node in part.nodes}
    relationships = {(type(one).__name__, one.start_node["iri"], one.end_node["iri"]) for one in found.relationships}
    assert relationships == {(one.type, one.start, one.end) for one in part.relationships}


def test_py2neo_gets_a_part_by_cypher(old_graph: object) -> None:
    query = "MATCH (m:Zhenxing:Measure)-[r:APPLIES_INSTRUMENT]->(i {code: $code}) RETURN m, r, i"
    found = old_bridge.of_cypher(old_graph, query, {"code": "vocational-training"})
    assert found.types() == {"APPLIES_INSTRUMENT"}
    assert {"Zhenxing", "Measure", "Instrument"} == set(found.labels())
    assert not old_bridge.of_cypher(old_graph, "MATCH (n:Zhenxing {iri: 'none'}) RETURN n").nodes


def test_py2neo_only_reads_and_says_what_the_server_says(loaded: Loaded, old_graph: object) -> None:
    with pytest.raises(ServerError, match="read access mode"):
        old_bridge.of_cypher(old_graph, "CREATE (n:Zhenxing {iri: 'new'}) RETURN n")
    with pytest.raises(ServerError, match="SyntaxError"):
        old_bridge.of_cypher(old_graph, "MATCH (")
    assert rows(loaded, "MATCH (n {iri: 'new'}) RETURN count(n)") == [[0]]


# py2neo forgets the sockets of a connection that fails.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("change", [{"password": "wrong-password"}, {"uri": "bolt://127.0.0.1:1"}])
def test_py2neo_without_a_connection(loaded: Loaded, change: dict[str, str]) -> None:
    with (
        pytest.raises(ServerError, match="gets no connection"),
        old_bridge.open_graph(replace(loaded.address, **change)),
    ):
        pass
    with (
        pytest.raises(ServerError, match="Bolt is needed"),
        old_bridge.open_graph(replace(loaded.address, uri="http://127.0.0.1:7474")),
    ):
        pass
