"""`kg diff` on a real server: what is missing there, extra, changed; what others added is no difference."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import kg, texts
from graph_pieces import clear
from neo4j import Driver
from neo4j_servers import Neo4jServer


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("diff")
    assert kg("build", texts(folder / "in", 3), "--store", folder / "store").returncode == 0
    return folder / "store"


@pytest.fixture
def driver(neo4j_server: Neo4jServer) -> Iterator[Driver]:
    with neo4j_server.driver() as driver:
        yield driver
        clear(driver)


Found = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def found(neo4j_server: Neo4jServer, store: Path) -> Found:
    """What differs, as (what, how); the exit code is checked."""

    def run(*options: str) -> list[tuple[str, str]]:
        done = kg("diff", "--json", "--store", store, *options, **neo4j_server.variables)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == (6 if rows else 0), done.stderr
        return sorted((row["what"], row["how"]) for row in rows)

    return run


def test_an_empty_server_lacks_all(found: Found, driver: Driver) -> None:
    assert found() == [("bulletin", "missing")] * 3 + [("vocabulary", "missing")]


def test_differences_by_version_and_in_depth(
    found: Found, driver: Driver, neo4j_server: Neo4jServer, store: Path, tmp_path: Path
) -> None:
    push = ("push", "--store", store)
    assert kg(*push, **neo4j_server.variables).returncode == 0
    assert found() == []
    assert found("--deep") == []

    # What others add is theirs.
    driver.execute_query(
        "MATCH (m:Measure) SET m.mine = 1, m:Starred CREATE (m)<-[:ABOUT]-(:Note), (m)-[:OF]->(:Person)"
    )
    assert found("--deep") == []

    driver.execute_query("MATCH (m:Measure) WITH m ORDER BY m.iri LIMIT 1 SET m.quote = '改'")
    driver.execute_query("MATCH (m:Measure)-[r:APPLIES_INSTRUMENT]->() WITH r ORDER BY elementId(r) LIMIT 1 DELETE r")
    driver.execute_query(
        "MATCH (b:Bulletin), (i:Instrument) WITH b, i ORDER BY b.iri, i.iri LIMIT 1 "
        "CREATE (b)-[:APPLIES_INSTRUMENT]->(i)"
    )
    driver.execute_query("MATCH (i:Instrument) WITH i ORDER BY i.iri LIMIT 1 SET i.name = '改'")
    assert found() == []
    assert found("--deep") == [
        ("node", "changed"), ("node", "changed"), ("relationship", "extra"), ("relationship", "missing"),
    ]  # fmt: skip

    driver.execute_query("MATCH (b:Bulletin) WITH b ORDER BY b.iri LIMIT 1 SET b.graphVersion = 'old'")
    driver.execute_query(
        "CREATE (:Zhenxing:Bulletin {iri: 'https://zhenxing.example/id/bulletin/x', bulletin: 'x', graphVersion: '1'})"
    )
    assert found() == [("bulletin", "changed"), ("bulletin", "extra")]

    assert kg(*push, "--prune", **neo4j_server.variables).returncode == 0
    assert found() == []


def test_for_people(driver: Driver, neo4j_server: Neo4jServer, store: Path) -> None:
    done = kg("diff", "--store", store, **neo4j_server.variables)
    assert done.returncode == 6
    assert done.stdout.count("missing  bulletin ") == 3
    assert "3 bulletins missing" in done.stderr
    assert "kg push" in done.stderr
