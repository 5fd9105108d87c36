"""What goes wrong with a server: one sentence each, the right exit code, nothing lost, nothing injected."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from commands import kg, texts
from graph_pieces import SCHEMA, TRAINING, bulletin, bulletin_iri, clear, everything, push_all, value, vocabulary
from neo4j import Driver
from neo4j_servers import Neo4jServer, free_port, launch

from kg.neo4j_server import status
from loaders.errors import ServerError
from loaders.neo4j.connect import check_version, open_driver, server_faults
from loaders.neo4j.graph import Node, Piece
from loaders.neo4j.push import push_pieces

HOSTILE = (
    "'", '"', "`", "``", "\\", "\\u0027", "\\u0060", "{}", "{iri: 1}", "$iri", "}) DETACH DELETE n //",
    "'; MATCH (n) DELETE n; //", "\x00", "a\x00b", "\u202e反\u202c", "\u200f", "\ufeff", "\U0001f600",
    "\r\n\t", "\ud7ff", "e\u0301", "  ", "`)-[:X]->(",
)  # fmt: skip


@pytest.fixture
def driver(neo4j_server: Neo4jServer) -> Iterator[Driver]:
    with neo4j_server.driver() as driver:
        yield driver
        clear(driver)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults")
    assert kg("build", texts(folder / "in", 2), "--store", folder / "store").returncode == 0
    return folder / "store"


def refused(store: Path, *options: str, **variables: str) -> str:
    """The one sentence of a push that the server refuses."""
    done = kg("push", "--store", store, *options, **variables)
    assert done.returncode == 5, done.stderr
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("kg: ")
    assert "Traceback" not in sentence
    return sentence


class TestAddress:
    def test_a_wrong_password(self, neo4j_server: Neo4jServer, store: Path) -> None:
        said = refused(store, **{**neo4j_server.variables, "NEO4J_PASSWORD": "wrong-secret"})
        assert "wrong user name or password" in said
        assert "wrong-secret" not in said

    def test_no_password(self, neo4j_server: Neo4jServer, store: Path) -> None:
        assert "NEO4J_PASSWORD" in refused(store, "--uri", neo4j_server.uri, NEO4J_PASSWORD="")

    def test_a_password_is_no_option(self, store: Path) -> None:
        assert kg("push", "--store", store, "--password", "x").returncode == 2

    @pytest.mark.parametrize(
        ("uri", "words"),
        [
            ("ftp://127.0.0.1", "no address of a Neo4j server"),
            ("http://127.0.0.1:7474", "Bolt is needed"),
            ("bolt://me:secret@127.0.0.1", "no user and no password"),
        ],
    )
    def test_a_wrong_uri(self, uri: str, words: str, store: Path) -> None:
        said = refused(store, "--uri", uri, NEO4J_PASSWORD="x")
        assert words in said
        assert "secret" not in said

    def test_nobody_there(self, store: Path) -> None:
        assert "no Neo4j server answers" in refused(
            store, "--uri", f"bolt://127.0.0.1:{free_port()}", NEO4J_PASSWORD="x"
        )

    def test_none_is_named_and_none_runs(self, store: Path, tmp_path: Path) -> None:
        assert "kg neo4j start" in refused(store, "--home", str(tmp_path), NEO4J_URI="")

    def test_a_database_that_is_not_there(self, neo4j_server: Neo4jServer, store: Path) -> None:
        assert "--database" in refused(store, "--database", "other", **neo4j_server.variables)

    @pytest.mark.parametrize("version", ["4.4.40", "2025.12.1", "3.5.0", "6.0"])
    def test_versions_that_are_not_supported(self, version: str) -> None:
        with pytest.raises(ServerError, match=rf"Neo4j {version}; Zhenxing works with Neo4j 5"):
            check_version(version, "bolt://x")

    def test_a_build_says_so_before_it_works(self, tmp_path: Path) -> None:
        done = kg("build", texts(tmp_path / "in", 1), "--store", tmp_path / "s", "--neo4j", NEO4J_URI="ftp://x")
        assert done.returncode == 5
        assert not (tmp_path / "s").exists()


class TestWhatStandsInTheWay:
    @pytest.fixture(autouse=True)
    def _no_schema(self, neo4j_server: Neo4jServer) -> Iterator[None]:
        neo4j_server.empty()
        yield
        neo4j_server.empty()

    def test_an_index_over_the_same_key(self, driver: Driver, neo4j_server: Neo4jServer, store: Path) -> None:
        driver.execute_query("CREATE INDEX my_own FOR (n:Zhenxing) ON (n.iri)")
        driver.execute_query("CALL db.awaitIndexes(60)")
        said = refused(store, **neo4j_server.variables)
        assert "'my_own'" in said
        assert "drop that index first" in said
        assert value(driver, "MATCH (n) RETURN count(n)") == 0

    def test_a_constraint_of_our_name(self, driver: Driver, neo4j_server: Neo4jServer, store: Path) -> None:
        driver.execute_query("CREATE CONSTRAINT zhenxing_iri FOR (n:Person) REQUIRE n.iri IS UNIQUE")
        assert "rename that one" in refused(store, **neo4j_server.variables)
        assert value(driver, "MATCH (n) RETURN count(n)") == 0

    def test_two_nodes_of_one_iri(self, driver: Driver, neo4j_server: Neo4jServer, store: Path) -> None:
        driver.execute_query("UNWIND [1, 2] AS n CREATE (:Zhenxing {iri: 'x', n: n})")
        assert "2 nodes" in refused(store, **neo4j_server.variables)
        assert value(driver, "MATCH (n) RETURN count(n)") == 2

    def test_a_constraint_that_our_values_break(self, driver: Driver, neo4j_server: Neo4jServer, store: Path) -> None:
        driver.execute_query("CREATE CONSTRAINT theirs FOR (n:Measure) REQUIRE n.status IS UNIQUE")
        said = refused(store, **neo4j_server.variables)
        assert "ConstraintValidationFailed" in said
        assert value(driver, "MATCH (n:Measure) RETURN count(n)") == 0  # no half bulletin
        driver.execute_query("DROP CONSTRAINT theirs")
        assert kg("push", "--store", store, **neo4j_server.variables).returncode == 0
        assert kg("diff", "--deep", "--store", store, **neo4j_server.variables).returncode == 0

    def test_a_text_index_of_an_older_ontology_is_made_again(self, driver: Driver) -> None:
        driver.execute_query("CREATE FULLTEXT INDEX zhenxing_text FOR (n:Measure) ON EACH [n.quote]")
        push_all(driver, vocabulary(TRAINING), bulletin("a"))
        labels = value(
            driver, "SHOW INDEXES YIELD name, labelsOrTypes WHERE name = 'zhenxing_text' RETURN labelsOrTypes"
        )
        assert set(labels) == set(SCHEMA.node_labels())


class TestValues:
    def test_hostile_text_everywhere(self, driver: Driver) -> None:
        words = vocabulary(TRAINING)
        pieces = []
        for n, text in enumerate((*HOSTILE, "".join(HOSTILE), "字" * 350_000, "x" * 1_000_000)):
            small = text[:200]
            piece = bulletin(f"h{n}", 1)
            iri = f"{bulletin_iri(f'h{n}')}/measure/{small}"
            said = {"iri": iri, "bulletin": f"h{n}", "name": text, "quote": text, "status": small, "list": (text, "")}
            said[f"key {small[:20].replace(chr(0), '')}`"] = 1  # the server takes no null character in a key
            node = Node(iri, ("Measure", f"L{small[:20].replace(chr(0), '')}`"), said, f"h{n}")
            pieces.append(replace(piece, nodes=(*piece.nodes, node)))
        driver.execute_query("CREATE (:Theirs {name: 'stays'})")
        push_all(driver, words, *pieces)
        assert value(driver, "MATCH (n:Theirs {name: 'stays'}) RETURN count(n)") == 1
        rows, _, _ = driver.execute_query("MATCH (n:Zhenxing) RETURN n.iri, labels(n), properties(n)")
        found = {iri: (labels, properties) for iri, labels, properties in rows}
        for piece in pieces:
            for node in piece.nodes:
                labels, properties = found[node.iri]
                assert set(labels) == {*node.labels, "Zhenxing"}
                assert {k: tuple(v) if isinstance(v, list) else v for k, v in properties.items()} == node.properties
        assert not push_all(driver, words, *pieces).changed
        push_all(driver, words, prune=True)
        assert value(driver, "MATCH (n:Zhenxing) WHERE n.bulletin IS NOT NULL RETURN count(n)") == 0

    def test_numbers_at_their_limits(self, driver: Driver) -> None:
        piece = bulletin("a", 1)
        said = {"low": -(2**63), "high": 2**63 - 1, "big": 1e308, "small": 5e-324, "yes": True, "list": (1, 2)}
        nodes = tuple(
            replace(n, properties={**n.properties, **said}) if n.labels == ("Measure",) else n for n in piece.nodes
        )
        push_all(driver, vocabulary(TRAINING), replace(piece, nodes=nodes))
        there = value(driver, "MATCH (n:Measure) RETURN properties(n)")
        assert {key: there[key] for key in said} == {**said, "list": [1, 2]}

    def test_an_iri_that_no_index_takes(self, neo4j_server: Neo4jServer, driver: Driver, tmp_path: Path) -> None:
        path = tmp_path / "long.ttl"
        path.write_text(f"<https://example.org/{'x' * 9000}> a <https://zhenxing.example/ns#Measure> .", "utf-8")
        done = kg("push", path, **neo4j_server.variables)
        assert done.returncode == 3
        assert "Neo4j indexes no more than" in done.stderr
        assert value(driver, "MATCH (n) RETURN count(n)") == 0

    def test_what_the_server_refuses_leaves_no_half_bulletin(self, driver: Driver, neo4j_server: Neo4jServer) -> None:
        words, good, bad = vocabulary(TRAINING), bulletin("a"), bulletin("b")
        nodes = tuple(
            replace(n, properties={**n.properties, "x": {"a": 1}}) if "/" in n.iri[-7:] else n for n in bad.nodes
        )
        bad = replace(bad, nodes=nodes)
        with pytest.raises(ServerError, match="refuses"), server_faults(neo4j_server.address):
            push_all(driver, words, good, bad)
        assert value(driver, "MATCH (n:Zhenxing {bulletin: 'b'}) RETURN count(n)") == 0
        push_all(driver, words, good, bulletin("b"))
        assert value(driver, "MATCH (n:Measure) RETURN count(n)") == 4


def many(count: int, measures: int, quote: str = "开展技能培训") -> list[Piece]:
    return [bulletin(f"{n:04}", measures, quote=quote) for n in range(count)]


def test_a_server_that_is_killed_and_comes_back(neo4j_server: Neo4jServer, driver: Driver) -> None:
    """Killed, not stopped, in the middle of a push: the push waits, and ends at the same graph."""
    words, pieces = vocabulary(TRAINING), many(40, 300)
    halfway = threading.Event()

    def kill_and_start() -> None:
        halfway.wait(120)
        running = status(neo4j_server.home)
        assert running is not None
        os.kill(running.pid, signal.SIGKILL)
        time.sleep(1)
        launch(neo4j_server.home)

    restarter = threading.Thread(target=kill_and_start)
    restarter.start()

    def progress(done: int) -> None:
        if done >= 10:
            halfway.set()

    with open_driver(neo4j_server.address) as own:
        summary = push_pieces(own, "neo4j", [words, *pieces], SCHEMA, progress=progress)
    restarter.join()
    assert summary.created == 40
    with neo4j_server.driver() as fresh:
        assert value(fresh, "MATCH (n:Measure) RETURN count(n)") == 40 * 300
        assert value(fresh, "MATCH (:Measure)-[r]->() RETURN count(r)") == 40 * 600
        stood = everything(fresh)
        assert not push_all(fresh, words, *pieces).changed
        assert len({n[0] for n in stood[0]}) == len(stood[0])


def test_a_server_that_does_not_come_back(neo4j_server: Neo4jServer, driver: Driver) -> None:
    """The wait is bounded and ends with a sentence; what was written stays, and the next push goes on from there."""
    words, pieces = vocabulary(TRAINING), many(12, 600)
    gone: list[int] = []
    when = 0.0

    def progress(done: int) -> None:
        nonlocal when
        if not gone:
            running = status(neo4j_server.home)
            assert running is not None
            os.kill(running.pid, signal.SIGKILL)
            gone.append(done)
            when = time.monotonic()

    try:
        with (
            pytest.raises(ServerError, match="no Neo4j server answers"),
            open_driver(neo4j_server.address) as own,
        ):
            push_pieces(own, "neo4j", [words, *pieces], SCHEMA, progress=progress, patience=1)
        assert time.monotonic() - when < 20, "the driver would try for half a minute"
    finally:
        launch(neo4j_server.home)
    with neo4j_server.driver() as fresh:
        summary = push_all(fresh, words, *pieces)
        assert summary.unchanged >= gone[0]
        assert value(fresh, "MATCH (n:Measure) RETURN count(n)") == 12 * 600


def test_a_read_only_database(neo4j_server: Neo4jServer, store: Path) -> None:
    neo4j_server.restart("server.databases.read_only=neo4j\n")
    try:
        assert "read-only: nothing was written" in refused(store, **neo4j_server.variables)
    finally:
        neo4j_server.restart()
    with neo4j_server.driver() as fresh:
        assert value(fresh, "MATCH (n) RETURN count(n)") == 0


def test_twenty_readers_see_no_half_bulletin(neo4j_server: Neo4jServer, driver: Driver) -> None:
    words, measures = vocabulary(TRAINING), 40
    push_all(driver, words, *many(20, measures))
    stop, faults, reads = threading.Event(), list[str](), list[int]()

    def read(own: Driver) -> None:
        try:
            while not stop.is_set():
                rows, _, _ = own.execute_query(
                    "MATCH (b:Bulletin) RETURN b.iri, b.graphVersion, "
                    "COUNT { (b)<-[:IN_BULLETIN]-(:Measure)-[:APPLIES_INSTRUMENT]->() }",
                    routing_="r",
                )
                faults.extend(f"{iri}: {version} {n}" for iri, version, n in rows if n != measures)
                reads.append(len(rows))
        except Exception as error:
            faults.append(repr(error))

    with neo4j_server.driver() as own:
        readers = [threading.Thread(target=read, args=(own,)) for _ in range(20)]
        for reader in readers:
            reader.start()
        for quote in ("发放补贴", "以工代赈"):
            push_all(driver, words, *many(40, measures, quote))
        stop.set()
        for reader in readers:
            reader.join()
    assert not faults, sorted(set(faults))[:20]
    assert len(reads) > 20
    assert max(reads) == 40
