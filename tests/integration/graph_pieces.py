"""Small property graphs written by hand, and what a server holds of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from neo4j import Driver

from loaders.neo4j.graph import Node, Piece, Relationship, content_version
from loaders.neo4j.push import PushSummary, push_pieces
from loaders.neo4j.schema import load_schema

BASE = "https://zhenxing.example/id/"
TERMS = "https://zhenxing.example/ns#"
TRAINING = TERMS + "instrument-test-training"
FUNDS = TERMS + "instrument-test-funds"
PROGRAM = BASE + "program/test"
SCHEMA = load_schema()


def vocabulary(*iris: str, **names: str) -> Piece:
    """A vocabulary of instruments, each broader than the one before."""
    nodes = [
        Node(iri, ("Concept", "Instrument"), {"iri": iri, "code": iri[-8:], "name": names.get(iri[-5:], iri[-5:])}, "")
        for iri in sorted(iris)
    ]
    joins = [Relationship(a, "BROADER", b, {}, "") for a, b in zip(sorted(iris), sorted(iris)[1:], strict=False)]
    return Piece("", content_version(nodes, joins), tuple(nodes), tuple(joins))


def bulletin_iri(key: str) -> str:
    return f"{BASE}bulletin/{key}"


def bulletin(
    key: str,
    measures: int = 2,
    *,
    quote: str = "开展技能培训",
    instrument: str = TRAINING,
    program: str = "",
    label: str = "Measure",
) -> Piece:
    """A bulletin with some measures that apply one instrument, and perhaps carry out a program."""
    iri = bulletin_iri(key)
    nodes = [Node(iri, ("Bulletin",), {"iri": iri, "bulletin": key, "name": f"简报{key}"}, key)]
    joins = []
    for n in range(measures):
        one = f"{iri}/measure/{n:05}"
        said = {"iri": one, "bulletin": key, "name": quote[:30], "quote": quote, "start": n, "confidence": 0.75}
        nodes.append(Node(one, (label,), said, key))
        joins.append(Relationship(one, "IN_BULLETIN", iri, {}, key))
        joins.append(Relationship(one, "APPLIES_INSTRUMENT", instrument, {"quote": quote, "confidence": 0.9}, key))
        if program:
            joins.append(Relationship(one, "UNDER_PROGRAM", PROGRAM, {}, key))
    if program:
        nodes.append(Node(PROGRAM, ("Program",), {"iri": PROGRAM, "name": program}, ""))
    nodes.sort(key=lambda node: node.iri)
    joins.sort(key=lambda one: (one.start, one.type, one.end))
    version = content_version(nodes, joins)
    stamped = [
        replace(node, properties={**node.properties, "graphVersion": version}) if node.iri == iri else node
        for node in nodes
    ]
    return Piece(key, version, tuple(stamped), tuple(joins))


def push_all(driver: Driver, *pieces: Piece, **options: Any) -> PushSummary:
    return push_pieces(driver, "neo4j", pieces, SCHEMA, **options)


def clear(driver: Driver) -> None:
    """Delete all nodes and relationships; constraints and indexes stay, for making them takes long."""
    for delete in ("MATCH ()-[r]->() CALL (r) { DELETE r }", "MATCH (n) CALL (n) { DELETE n }"):
        with driver.session() as session:
            session.run(delete + " IN TRANSACTIONS OF 10000 ROWS").consume()


def value(driver: Driver, statement: str, **parameters: Any) -> Any:
    """The one value of a query's one row."""
    rows, _, _ = driver.execute_query(statement, parameters)
    [row] = rows
    return row[0]


def everything(driver: Driver) -> tuple[list[Any], list[Any]]:
    """All nodes and relationships of ours without the note of the state, comparable."""
    nodes, _, _ = driver.execute_query(
        "MATCH (n:Zhenxing) WHERE NOT n:GraphState RETURN n.iri AS iri, labels(n) AS labels, properties(n) AS said"
    )
    joins, _, _ = driver.execute_query(
        "MATCH (a:Zhenxing)-[r]->(b:Zhenxing) RETURN a.iri, type(r), b.iri, properties(r) AS said"
    )
    return (
        sorted((n["iri"], sorted(n["labels"]), sorted(n["said"].items())) for n in nodes),
        sorted((r[0], r[1], r[2], sorted(r["said"].items())) for r in joins),
    )
