"""Each question on the embedded store and its twin on a real Neo4j: the same rows, and plans that begin at an index."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commands import kg
from neo4j import Driver
from neo4j_servers import Neo4jServer

from benchmarks.generate import write
from kg.push import store_pieces
from kg.questions import cypher, sparql
from kg.questions.bind import body_for
from kg.questions.cypher import ServerVocabulary, slim
from kg.questions.load import load_named, question_names
from kg.questions.model import SCHEMES, Answer, Cell, Filters, Thing
from kg.questions.resolve import Resolver, StoreVocabulary
from kg.store import GraphStore
from loaders.errors import KgError, ServerError
from loaders.neo4j.push import push_pieces
from loaders.neo4j.schema import load_schema

BULLETINS, SEED = 20, 11
PLACES: dict[str, dict[str, Any]] = {
    "examples": {"place": "西部地区", "exact_place": "甘肃"},
    "generated": {"place": "云南", "exact_place": "530000"},
}
NEEDED: dict[str, dict[str, Any]] = {
    "compare-metric": {"metric": "training-participants"},
    "instruments-for-target": {"target": "脱贫人口"},
    "outcomes-of-instrument": {"instrument": "vocational-training"},
}
SETS: list[dict[str, Any]] = [
    {},
    {"place": "PLACE"},
    {"exact_place": "PLACE"},
    {"place": ("PLACE", "610000")},
    {"place": "100000", "exact_place": "PLACE"},
    {"period": "2024"},
    {"period": "2021/2025"},
    {"period": "2022", "overlapping": True},
    {"instrument": "职业技能培训"},
    {"instrument": ("fund-allocation", "劳务输出")},
    {"target": "poverty-alleviated"},
    {"target": ("脱贫人口", "农民工")},
    {"metric": "农村居民人均可支配收入"},
    {"metric": ("training-participants", "帮扶车间")},
    {"statistic": "growth"},
    {"statistic": ("level", "standard", "target")},
    {"status": "done"},
    {"status": ("planned", "done"), "place": "PLACE"},
    {"min_confidence": Decimal("0.8")},
    {"min_confidence": Decimal("0.95"), "instrument": "vocational-training"},
    {"all_links": True},
    {"all_links": True, "statistic": ("standard", "target"), "period": "2020/2030"},
    {"all_links": True, "place": "100000", "instrument": "vocational-training", "target": "脱贫人口", "status": "done"},
    {"place": "100000", "period": "2023/2024", "overlapping": True, "target": "脱贫人口", "status": "done"},
    {"instrument": "vocational-training", "metric": "training-participants", "statistic": "level"},
    {"place": "香港"},
]  # fmt: skip
# One value of a condition that another set gives several or beside others: on the samples alone, the small graph.
SINGLE: list[dict[str, Any]] = [
    {"place": "PLACE"}, {"period": "2024"}, {"instrument": "职业技能培训"}, {"target": "poverty-alleviated"},
    {"metric": "农村居民人均可支配收入"}, {"statistic": "growth"}, {"status": "done"},
    {"min_confidence": Decimal("0.8")},
]  # fmt: skip
SCANS = ("NodeByLabelScan", "AllNodesScan", "CartesianProduct", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan")


@dataclass(frozen=True, slots=True)
class Both:
    """A graph in a store and on a server."""

    kind: str
    store: GraphStore
    driver: Driver

    def ask(self, name: str, given: dict[str, Any]) -> tuple[Answer, Answer]:
        """What the store and what the server answers."""
        filters = filters_of(given)
        return (
            sparql.run(load_named(name), self.store, filters),
            cypher.run(load_named(name, "cypher"), self.driver, filters),
        )


def filters_of(given: dict[str, Any]) -> Filters:
    lists: dict[str, Any] = {
        key: (value,) if isinstance(value, str) and key != "period" else value for key, value in given.items()
    }
    return Filters(**lists)


@pytest.fixture(scope="module")
def stores(examples_store: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("parity")
    write(BULLETINS, SEED, folder / "bulletins.jsonl")
    done = kg("build", folder / "bulletins.jsonl", "--store", folder / "generated")
    assert done.returncode == 0, done.stderr
    return {"examples": examples_store, "generated": folder / "generated"}


@pytest.fixture(scope="module", params=["examples", "generated"])
def both(request: pytest.FixtureRequest, stores: dict[str, Path], neo4j_server: Neo4jServer) -> Iterator[Both]:
    kind: str = request.param
    neo4j_server.empty()
    with GraphStore.reading(stores[kind]) as store, neo4j_server.driver() as driver:
        schema = load_schema()
        push_pieces(driver, None, store_pieces(store, schema), schema, base=store.names.base)
        yield Both(kind, store, driver)
    neo4j_server.empty()


def sets_of(name: str, kind: str) -> list[dict[str, Any]]:
    """The sets that a question takes, with what it needs and this graph's own places."""
    question = load_named(name)
    takes = {parameter.filter.replace("-", "_") for parameter in question.parameters} | {"overlapping"}
    if "all-links" in question.conditions:
        takes.add("all_links")
    fitting = [given for given in SETS if set(given) <= takes]
    if name == "evidence-of" and kind == "generated":  # a row for each evidence of some 2,000 measures: a few suffice
        fitting = [given for given in fitting if given in ({"exact_place": "PLACE"}, {"instrument": "职业技能培训"})]
    elif kind == "generated":
        fitting = [given for given in fitting if given not in SINGLE]
    named = [{key: placed(key, value, kind) for key, value in given.items()} for given in fitting]
    return [{**NEEDED.get(name, {}), **given} for given in named]


def placed(key: str, value: Any, kind: str) -> Any:
    own = PLACES[kind].get(key)
    if value == "PLACE":
        return own
    return tuple(own if one == "PLACE" else one for one in value) if isinstance(value, tuple) else value


def comparable(cell: Cell) -> object:
    """A cell with its labels in both languages."""
    if isinstance(cell, Thing):
        return cell.code, cell.label("zh"), cell.label("en")
    if isinstance(cell, tuple):
        return [comparable(one) for one in cell]
    return round(cell, 9) if isinstance(cell, Decimal) else cell


def demand_equal(name: str, given: dict[str, Any], store: Answer, server: Answer) -> None:
    columns = [column.name for column in store.question.columns]
    for at, (left, right) in enumerate(itertools.zip_longest(store.rows, server.rows)):
        assert left is not None, f"{name} {given}: more rows on the server"
        assert right is not None, f"{name} {given}: more rows in the store"
        for column, one, other in zip(columns, left, right, strict=True):
            assert comparable(one) == comparable(other), f"{name} {given}: row {at}, {column}"


@pytest.mark.parametrize("name", question_names())
def test_both_answer_the_same(both: Both, name: str) -> None:
    filled = 0
    sets = sets_of(name, both.kind)
    for given in sets:
        store, server = both.ask(name, given)
        demand_equal(name, given, store, server)
        filled += bool(server.rows)
    assert filled >= len(sets) // 2, "too many sets find nothing: they compare nothing"


def test_the_evidence_of_a_thing_is_the_same(both: Both) -> None:
    answer, _ = both.ask("measures-to-outcomes", {"all_links": True})
    bulletin, measure = answer.rows[0][0], answer.rows[0][1]
    assert isinstance(bulletin, Thing)
    assert isinstance(measure, str)
    base = both.store.names.base
    evidence, _ = both.ask("evidence-of", {"of": bulletin.code})
    observation = next(row[1] for row in evidence.rows if row[2] == "metric")
    for given in (
        {"of": measure},
        {"of": bulletin.code.removeprefix(base)},
        {"of": (observation, measure)},
        {"of": bulletin.code, "period": "2000/2030", "overlapping": True},
        {"of": bulletin.code, "status": "done", "min_confidence": Decimal("0.5")},
        {"of": bulletin.code, "place": "100000", "instrument": "vocational-training"},
        {"of": "bulletin/x'y)//$inside"},
    )[: None if both.kind == "examples" else 2]:
        store, server = both.ask("evidence-of", given)
        demand_equal("evidence-of", given, store, server)


@pytest.mark.parametrize(
    "written", ["陕西省份", "云男", "鼓楼区", "x' OR 1=1 //", 'x"}) DETACH DELETE (n) //', "$inside"]
)
def test_a_name_that_is_none_is_answered_alike(both: Both, written: str) -> None:
    said = []
    for resolver in (Resolver(StoreVocabulary(both.store)), Resolver(ServerVocabulary(both.driver))):
        with pytest.raises(KgError) as error:
            resolver.places(written)
        said.append(str(error.value))
    assert said[0] == said[1]


def test_all_names_mean_the_same_concepts(both: Both) -> None:
    """Codes, labels in both languages, aliases, hidden names and former codes, of all schemes and groups of places."""
    store, server = StoreVocabulary(both.store), ServerVocabulary(both.driver)
    for scheme in (*SCHEMES.values(), "places"):
        assert set(server.labels(scheme)) == set(store.labels(scheme))
    assert set(server.members()) == set(store.members())
    assert server.base == store.base


def conditions_of(name: str, kind: str) -> Iterator[set[str]]:
    """Each filter alone and all, `period` as both of its readings; on the larger graph each two of them as well.

    Two indexes make the planner choose, by the counts of the graph; on a small one it may as well take either.
    """
    conditions = [one for one in load_named(name, "cypher").conditions if one != "all-links"]
    single = [{one} for one in conditions]
    pairs = [{one, other} for one, other in itertools.combinations(conditions, 2) if {one[:6], other[:6]} != {"period"}]
    yield from (*single, *(pairs if kind == "generated" else ()), set(conditions) - {"period-inside"})


def operators(plan: dict[str, Any]) -> Iterator[str]:
    yield plan["operatorType"].split("@")[0]
    for below in plan.get("children", ()):
        yield from operators(below)


@pytest.mark.parametrize("name", question_names())
def test_a_filter_begins_at_an_index(both: Both, name: str) -> None:
    question = load_named(name, "cypher")
    values = {
        parameter.name: 0.5 if parameter.filter == "min-confidence" else 202401 if parameter.part else ["x"]
        for parameter in question.parameters
    }
    needed = {parameter.filter for parameter in question.parameters if parameter.required}
    for conditions in conditions_of(name, both.kind):
        query = slim(question, body_for(question, conditions | needed))
        _, summary, _ = both.driver.execute_query("EXPLAIN " + query, values)
        found = set(operators(summary.plan or {}))
        assert not found & set(SCANS), f"{name} {sorted(conditions)}: {sorted(found)}"
        # how sure a link is stands on the relationship, which has no index: that filter alone reads the type's links
        if conditions | needed != {"min-confidence"}:
            assert any("IndexSeek" in one for one in found), f"{name} {sorted(conditions)}: {sorted(found)}"


def test_the_command_asks_the_server_without_a_store(both: Both, neo4j_server: Neo4jServer, tmp_path: Path) -> None:
    def ask(*words: str) -> Any:
        return kg(
            "query", "outcomes-of-instrument", *words, "--backend", "neo4j", cwd=tmp_path, **neo4j_server.variables
        )

    done = ask("--instrument", "职业技能培训", "--lang", "en", "--format", "json", "--all-links")
    assert done.returncode == 0, done.stderr
    store, _ = both.ask("outcomes-of-instrument", {"instrument": "vocational-training", "all_links": True})
    assert [row["metric"] for row in json.loads(done.stdout)] == [row[0].code for row in store.rows]  # type: ignore[union-attr]
    done = ask("--instrument", "职业技能培")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nearest: 职业技能培训" in done.stderr
    done = ask("--instrument", "职业技能培训", "--place", "香港")
    assert done.returncode == 0
    assert "nothing in the database fits" in done.stderr


def test_an_empty_database_says_what_to_do(neo4j_server: Neo4jServer) -> None:
    neo4j_server.empty()
    with neo4j_server.driver() as driver, pytest.raises(ServerError, match="kg push"):
        cypher.run(load_named("instruments-by-place", "cypher"), driver, filters_of({"place": "陕西"}))
