"""Pushing to a real server: what has changed alone, whole bulletins, nothing of anybody else's."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import EXAMPLES, ROOT, environment, kg, texts
from graph_pieces import (
    BASE,
    FUNDS,
    PROGRAM,
    SCHEMA,
    TERMS,
    TRAINING,
    bulletin,
    bulletin_iri,
    clear,
    everything,
    push_all,
    value,
    vocabulary,
)
from neo4j import Driver
from neo4j_servers import Neo4jServer

from loaders.neo4j.delete import delete_own, own_iris
from loaders.neo4j.graph import Relationship
from loaders.neo4j.schema import schema_statements
from loaders.neo4j.write import Writer


@pytest.fixture
def driver(neo4j_server: Neo4jServer) -> Iterator[Driver]:
    with neo4j_server.driver() as driver:
        yield driver
        clear(driver)


def counted(text: str) -> dict[str, int]:
    return {name: int(n.replace(",", "")) for name, n in re.findall(r"^(\S.*?)\s{2,}([0-9,]+)$", text, re.M)}


class TestStore:
    def test_a_store_is_pushed_once_then_only_what_changed(
        self, neo4j_server: Neo4jServer, driver: Driver, tmp_path: Path
    ) -> None:
        folder, store = texts(tmp_path / "in", 5), tmp_path / "store"
        assert kg("build", folder, "--store", store).returncode == 0
        first = kg("push", "--store", store, **neo4j_server.variables)
        assert first.returncode == 0, first.stderr
        said = counted(first.stderr)
        assert said["created"] == 5
        assert said["nodes created"] == value(driver, "MATCH (n) RETURN count(n)") > 3000
        assert said["relationships created"] == value(driver, "MATCH ()-[r]->() RETURN count(r)")
        assert value(driver, "MATCH (n) WHERE NOT n:Zhenxing RETURN count(n)") == 0
        rows = driver.execute_query("SHOW INDEXES YIELD state, type WHERE type <> 'LOOKUP' RETURN state").records
        assert {row["state"] for row in rows} == {"ONLINE"}
        assert len(rows) == len(schema_statements(SCHEMA))

        again = kg("push", "--store", store, **neo4j_server.variables)
        assert "nothing to do" in again.stderr
        assert counted(again.stderr)["unchanged"] == 5

        numbers = dict(
            driver.execute_query(
                "MATCH (m:Measure) RETURN m.iri, elementId(m)", result_transformer_=lambda r: r.values()
            )
        )
        path = folder / "brief-002.txt"
        path.write_text(path.read_text("utf-8").replace("第3批", "第9批"), "utf-8")
        (folder / "brief-004.txt").unlink()
        built = kg("build", folder, "--store", store, "--prune", "--neo4j", **neo4j_server.variables)
        assert built.returncode == 0, built.stderr
        said = counted(built.stderr.partition("bulletins in")[2])
        assert (said["created"] + said["updated"], said["unchanged"]) == (1, 3)
        assert said["deleted"] == 2 - said["updated"]
        after = dict(
            driver.execute_query(
                "MATCH (m:Measure) RETURN m.iri, elementId(m)", result_transformer_=lambda r: r.values()
            )
        )
        kept = {iri for iri in numbers if numbers[iri] == after.get(iri)}
        assert len(kept) >= 0.5 * len(after)
        assert kg("diff", "--deep", "--store", store, **neo4j_server.variables).returncode == 0

    def test_two_pushes_at_once(self, neo4j_server: Neo4jServer, driver: Driver, tmp_path: Path) -> None:
        store = tmp_path / "store"
        assert kg("build", texts(tmp_path / "in", 12, 12), "--store", store).returncode == 0
        words = [sys.executable, "-m", "kg", "push", "--store", str(store)]
        both = [
            subprocess.Popen(words, cwd=ROOT, env=environment(**neo4j_server.variables), stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        for one in both:
            _, error = one.communicate(timeout=200)
            assert one.returncode == 0, error.decode()
        assert kg("diff", "--deep", "--store", store, **neo4j_server.variables).returncode == 0


class TestChanges:
    def test_a_changed_bulletin_is_replaced_and_the_others_stay(self, driver: Driver) -> None:
        words = vocabulary(TRAINING, FUNDS)
        push_all(driver, words, bulletin("a", 3), bulletin("b", 3))
        changed = bulletin("a", 2, quote="发放补贴", instrument=FUNDS)
        summary = push_all(driver, words, changed, bulletin("b", 3))
        assert (summary.created, summary.updated, summary.unchanged) == (0, 1, 1)
        assert (summary.counters.nodes_deleted, summary.counters.nodes_created) == (1, 0)
        assert (summary.counters.relationships_deleted, summary.counters.relationships_created) == (4, 2)
        stood = everything(driver)
        with_both = push_all(driver, words, changed, bulletin("b", 3))
        assert not with_both.changed
        driver.execute_query("MATCH (n) DETACH DELETE n")
        push_all(driver, words, changed, bulletin("b", 3))
        assert everything(driver) == stood

    def test_pruning_deletes_what_is_no_more(self, driver: Driver) -> None:
        words = vocabulary(TRAINING, FUNDS)
        push_all(driver, words, bulletin("a", program="以工代赈"), bulletin("b"))
        assert push_all(driver, words, bulletin("b")).gone == 1
        assert value(driver, "MATCH (n:Bulletin) RETURN count(n)") == 2
        summary = push_all(driver, words, bulletin("b"), prune=True)
        assert (summary.deleted, summary.counters.nodes_deleted) == (1, 4)  # the program goes with it
        assert value(driver, "MATCH (n:Zhenxing) RETURN count(n)") == 3 + 2 + 1

    def test_a_changed_bulletin_is_looked_up_by_its_key(self, driver: Driver) -> None:
        """Not among all nodes that there are: what a change takes does not grow with the database."""
        push_all(driver, vocabulary(TRAINING), *(bulletin(f"{n:02}") for n in range(40)))

        class Explained(Writer):
            def run(self, statement: str, **parameters: object) -> list[list[Any]]:
                plans.append(self._transaction.run("EXPLAIN " + statement, parameters).consume().plan)
                return []

        plans: list[Any] = []
        with driver.session() as session, session.begin_transaction() as transaction:
            own_iris(Explained(transaction), "07", BASE)
            delete_own(Explained(transaction), "07", BASE, ["IN_BULLETIN"])
        assert len(plans) == 4
        assert all("n:Zhenxing(bulletin)" in str(plan) for plan in plans), plans

    def test_a_shared_node_goes_with_the_last_that_points_to_it(self, driver: Driver) -> None:
        words = vocabulary(TRAINING)
        push_all(driver, words, bulletin("a", program="以工代赈"), bulletin("b", program="以工代赈"))
        push_all(driver, words, bulletin("a"), bulletin("b", program="以工代赈"))
        assert value(driver, "MATCH (n:Program {iri: $iri}) RETURN count(n)", iri=PROGRAM) == 1
        push_all(driver, words, bulletin("a"), bulletin("b"))
        assert value(driver, "MATCH (n:Program {iri: $iri}) RETURN count(n)", iri=PROGRAM) == 0

    def test_shared_nodes_are_the_same_in_whatever_order(self, driver: Driver) -> None:
        words = vocabulary(TRAINING)
        one, other = bulletin("a", program="以工代赈"), bulletin("b", program="以工 代赈")
        push_all(driver, words, one)
        push_all(driver, words, one, other)
        stood = everything(driver)
        driver.execute_query("MATCH (n) DETACH DELETE n")
        push_all(driver, words, other, one)
        assert everything(driver) == stood

    def test_a_changed_vocabulary(self, driver: Driver) -> None:
        third = TERMS + "instrument-test-third"
        push_all(driver, vocabulary(TRAINING, FUNDS, third), bulletin("a"))
        driver.execute_query("MATCH (n {iri: $iri}) SET n.remark = '记', n:Starred", iri=TRAINING)
        driver.execute_query("MATCH (n {iri: $iri}) CREATE (n)<-[:SEEN]-(:Person {name: 'X'})", iri=third)
        renamed = vocabulary(TRAINING, ining="职业技能培训")
        bare = replace(renamed, nodes=tuple(replace(n, labels=("Concept",)) for n in renamed.nodes), version="2")
        summary = push_all(driver, bare, bulletin("a"))
        assert summary.vocabulary
        assert summary.unchanged == 1
        labels, name, remark = driver.execute_query(
            "MATCH (n {iri: $iri}) RETURN labels(n), n.name, n.remark", iri=TRAINING
        ).records[0]
        assert sorted(labels) == ["Concept", "Starred", "Zhenxing"]
        assert (name, remark) == ("职业技能培训", "记")
        assert value(driver, "MATCH (n {iri: $iri}) RETURN count(n)", iri=FUNDS) == 0  # nobody points to it
        assert value(driver, "MATCH (n {iri: $iri})<-[:SEEN]-() RETURN count(n)", iri=third) == 1
        assert value(driver, "MATCH ()-[r:BROADER]->() RETURN count(r)") == 0

    def test_an_end_that_comes_later_and_one_that_never_does(self, driver: Driver) -> None:
        first = bulletin("a", 1)
        joins = (
            *first.relationships,
            Relationship(bulletin_iri("a"), "CITES", bulletin_iri("b"), {}, "a"),
            Relationship(bulletin_iri("a"), "CITES", bulletin_iri("nowhere"), {}, "a"),
        )
        summary = push_all(driver, vocabulary(TRAINING), replace(first, relationships=joins), bulletin("b", 1))
        assert summary.lost == 1
        assert value(driver, "MATCH (:Bulletin)-[r:CITES]->(:Bulletin) RETURN count(r)") == 1
        # The bulletin that is pointed to changes: who points to it keeps the relationship.
        push_all(driver, vocabulary(TRAINING), replace(first, relationships=joins), bulletin("b", 3))
        assert (
            value(driver, "MATCH (:Bulletin)-[r:CITES]->(b:Bulletin) RETURN b.graphVersion") == bulletin("b", 3).version
        )


class TestOthers:
    def test_what_is_not_ours_stays_as_it_is(self, driver: Driver) -> None:
        mine = f"{bulletin_iri('a')}/measure/00000"
        driver.execute_query(
            "CREATE (m:Measure {iri: $iri, name: '别人的', bulletin: 'a'}) "
            "CREATE (m)-[:APPLIES_INSTRUMENT]->(:Instrument {iri: $tool}) "
            "CREATE (:Bulletin {iri: $b, bulletin: 'a', graphVersion: 'x'})",
            iri=mine,
            tool=TRAINING,
            b=bulletin_iri("a"),
        )
        theirs = "MATCH (n) WHERE NOT n:Zhenxing RETURN collect([labels(n), properties(n), COUNT { (n)--() }])"
        before = value(driver, theirs)
        words = vocabulary(TRAINING, FUNDS)
        push_all(driver, words, bulletin("a"))
        push_all(driver, words, bulletin("a", 1, quote="别的"))
        push_all(driver, words, prune=True)
        assert value(driver, theirs) == before
        assert value(driver, "MATCH (n:Zhenxing) WHERE n.bulletin IS NOT NULL RETURN count(n)") == 0

    def test_relationships_of_others_to_our_nodes_stay(self, driver: Driver) -> None:
        words = vocabulary(TRAINING)
        push_all(driver, words, bulletin("a", 3))
        for n in (0, 2):
            iri = f"{bulletin_iri('a')}/measure/{n:05}"
            driver.execute_query(
                "MATCH (m:Zhenxing {iri: $iri}) "
                "CREATE (:Note {text: '核对'})-[:ABOUT]->(m) CREATE (m)-[:SEEN_BY]->(:Person)",
                iri=iri,
            )
        summary = push_all(driver, words, bulletin("a", 2, quote="发放补贴"))
        assert summary.held == 1
        assert value(driver, "MATCH (:Note)-[r:ABOUT]->() RETURN count(r)") == 2
        assert value(driver, "MATCH ()-[r:SEEN_BY]->() RETURN count(r)") == 2
        assert value(driver, "MATCH (m:Measure) RETURN count(m)") == 2
        bare = driver.execute_query(
            "MATCH (m:Zhenxing {iri: $iri}) RETURN labels(m), properties(m)", iri=f"{bulletin_iri('a')}/measure/00002"
        ).records[0]
        assert bare[0] == ["Zhenxing"]
        assert set(bare[1]) == {"iri", "name"}
        # It comes back: the bare node is the measure again, with the note on it.
        push_all(driver, words, bulletin("a", 3))
        assert value(driver, "MATCH (:Note)-[:ABOUT]->(m:Measure) RETURN count(m)") == 2
        assert value(driver, "MATCH (m:Measure) RETURN count(m)") == 3

    def test_a_node_of_somebody_with_our_label_and_iri_becomes_ours(self, driver: Driver) -> None:
        iri = f"{bulletin_iri('a')}/measure/00001"
        driver.execute_query("CREATE (:Zhenxing {iri: $iri, mine: 1})<-[:KNOWS]-(:Person)", iri=iri)
        push_all(driver, vocabulary(TRAINING), bulletin("a"))
        assert value(driver, "MATCH (m:Measure {iri: $iri})<-[:KNOWS]-() RETURN m.mine IS NULL", iri=iri) is True
        assert value(driver, "MATCH (m:Measure) RETURN count(m)") == 2


class TestFiles:
    TURTLE = """
        @prefix kg: <https://zhenxing.example/ns#> .
        @prefix my: <https://example.org/my/> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        my:b a kg:Bulletin ; dcterms:title "某县简报" .
        my:m a kg:Measure ; kg:inBulletin my:b ; kg:appliesInstrument kg:instrument-vocational-training .
        [] a kg:Measure ; kg:inBulletin my:b .
    """

    def test_a_colleagues_turtle(self, neo4j_server: Neo4jServer, driver: Driver, tmp_path: Path) -> None:
        path = tmp_path / "colleague.ttl"
        path.write_text(self.TURTLE, "utf-8")
        done = kg("push", path, **neo4j_server.variables)
        assert done.returncode == 0, done.stderr
        assert value(driver, "MATCH (m:Measure)-[:IN_BULLETIN]->(b:Bulletin {name: '某县简报'}) RETURN count(m)") == 2
        assert value(driver, "MATCH (i:Instrument) RETURN count(i)") > 10  # the vocabulary came with it
        again = kg("push", path, **neo4j_server.variables)
        assert "nothing to do" in again.stderr
        path.write_text(self.TURTLE.replace("[] a kg:Measure ; kg:inBulletin my:b .", ""), "utf-8")
        changed = kg("push", path, **neo4j_server.variables)
        assert counted(changed.stderr)["updated"] == 1
        assert value(driver, "MATCH (m:Measure)-[:IN_BULLETIN]->(b:Bulletin {name: '某县简报'}) RETURN count(m)") == 1

    def test_a_store_written_to_a_file_is_the_same_graph(
        self, neo4j_server: Neo4jServer, driver: Driver, tmp_path: Path
    ) -> None:
        store = tmp_path / "store"
        assert kg("build", texts(tmp_path / "in", 2), "--store", store).returncode == 0
        assert kg("push", "--store", store, **neo4j_server.variables).returncode == 0
        stood = everything(driver)
        for form in ("nq", "ttl"):
            assert kg("export", tmp_path / f"g.{form}", "--no-vocabulary", "--store", store).returncode == 0
            done = kg("push", tmp_path / f"g.{form}", **neo4j_server.variables)
            assert done.returncode == 0, done.stderr
        # The plain file owns now what it describes; the store takes it back.
        assert kg("push", "--store", store, **neo4j_server.variables).returncode == 0
        ours = [n for n in everything(driver)[0] if n[0] in {m[0] for m in stood[0]}]
        assert ours == stood[0]

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [("x.ttl", "@prefix a: <", "no RDF"), ("x.doc", "a", "names no format"), ("x.nq.gz", "a", "damaged")],
    )
    def test_files_that_are_none(self, name: str, content: str, words: str, tmp_path: Path) -> None:
        (tmp_path / name).write_text(content, "utf-8")
        done = kg("push", tmp_path / name)
        assert done.returncode == 3
        assert words in done.stderr
        assert name in done.stderr


def test_examples_reach_neo4j_with_their_hostile_neighbours(
    neo4j_server: Neo4jServer, driver: Driver, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    assert kg("build", tmp_path / "examples", "--store", store).returncode == 0
    assert kg("push", "--store", store, **neo4j_server.variables).returncode == 0
    assert kg("diff", "--deep", "--store", store, **neo4j_server.variables).returncode == 0
