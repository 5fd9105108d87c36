"""A part of the graph: nodes and relationships of pieces, of what a question answered, or of a Cypher query.

An answer's part is every thing that its rows name, what relates two of them, and what lies between two of them (the
observation between a measure and a metric, the prefecture between a county and its province). The same answer gives the
same part whether the graph comes from a store or from a server. An answer of counts (instruments-by-place) names no
measure: its rows themselves are a graph, by kg.bridges.networkx.from_rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from kg.questions.model import Answer, Thing
from loaders.errors import KgError
from loaders.neo4j.graph import OURS, Node, Piece, Relationship, Value, joined

if TYPE_CHECKING:
    from neo4j import Driver, Record
    from neo4j import graph as neo4j_graph

    from loaders.neo4j.connect import ServerAddress


@dataclass(frozen=True, slots=True)
class Subgraph:
    """Nodes sorted by IRI, relationships by start, type and end, whose ends are all among the nodes.

    What is not ours (no `iri`) is named by its element ID, which is good for that database at that time only.
    """

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What an answer names: IRIs, and concepts by code and Chinese label, as a code alone may be in two schemes."""

    iris: frozenset[str]
    concepts: frozenset[tuple[str, str]]

    def has(self, iri: str, properties: Mapping[str, object]) -> bool:
        """Whether it names the node."""
        return iri in self.iris or (first(properties.get("code")), properties.get("name")) in self.concepts


def first(code: object) -> object:
    """The code of a thing in an answer: of several the one that sorts first."""
    return min(code) if isinstance(code, list | tuple) else code


def selected(answer: Answer) -> Selection:
    """What the rows of an answer name."""
    iris: set[str] = set()
    concepts: set[tuple[str, str]] = set()
    for row in answer.rows:
        for column, cell in zip(answer.question.columns, row, strict=True):
            if isinstance(cell, str) and column.type == "iri":
                iris.add(cell)
            for thing in (cell,) if isinstance(cell, Thing) else cell if isinstance(cell, tuple) else ():
                iris.add(thing.code)  # of a thing without a code that is its IRI
                concepts.add((thing.code, thing.label("zh")))
    return Selection(frozenset(iris), frozenset(concepts))


def of_pieces(pieces: Iterable[Piece]) -> Subgraph:
    """All that some pieces say; a thing that only another piece describes has nothing but its IRI."""
    told: dict[str, list[Node]] = {}
    relationships: dict[tuple[str, str, str], Relationship] = {}
    for piece in pieces:
        for node in piece.nodes:
            told.setdefault(node.iri, []).append(node)
        for one in piece.relationships:
            relationships.setdefault((one.start, one.type, one.end), one)
    return _whole({iri: joined(nodes) for iri, nodes in told.items()}, relationships.values())


def of_answer(answer: Answer, pieces: Iterable[Piece]) -> Subgraph:
    """The part of a graph, given as pieces with the vocabulary among them, that an answer is about."""
    everything = of_pieces(pieces)
    selection = selected(answer)
    chosen = {node.iri for node in everything.nodes if selection.has(node.iri, node.properties)}
    into: dict[str, set[str]] = {}
    out_of: dict[str, set[str]] = {}
    for one in everything.relationships:
        if one.start in chosen and one.end not in chosen:
            into.setdefault(one.end, set()).add(one.start)
        if one.end in chosen and one.start not in chosen:
            out_of.setdefault(one.start, set()).add(one.end)
    between = {iri for iri in into.keys() & out_of.keys() if len(into[iri] | out_of[iri]) > 1}
    kept = [
        one
        for one in everything.relationships
        if (one.start in chosen and one.end in chosen | between) or (one.start in between and one.end in chosen)
    ]
    return Subgraph(tuple(node for node in everything.nodes if node.iri in chosen | between), tuple(kept))


def _whole(nodes: dict[str, Node], relationships: Collection[Relationship]) -> Subgraph:
    for one in relationships:
        for iri in (one.start, one.end):
            if iri not in nodes:
                nodes[iri] = Node(iri, (), {"iri": iri}, "")
    ordered = sorted(relationships, key=lambda one: (one.start, one.type, one.end))
    return Subgraph(tuple(nodes[iri] for iri in sorted(nodes)), tuple(ordered))


# -- from a server

CODES_CYPHER = f"MATCH (n:{OURS}) WHERE n.code IN $codes RETURN n.iri AS iri, n.code AS code, n.name AS name"
"""The nodes that may be what an answer names; $codes are the codes of its things."""

ANSWER_CYPHER = f"""
MATCH (a:{OURS})-->(x:{OURS})-->(b:{OURS})
WHERE a.iri IN $iris AND b.iri IN $iris AND a <> b AND NOT x.iri IN $iris
WITH $iris + collect(DISTINCT x.iri) AS part
MATCH (n:{OURS}) WHERE n.iri IN part
OPTIONAL MATCH (n)-[r]->(m:{OURS}) WHERE m.iri IN part AND (n.iri IN $iris OR m.iri IN $iris)
RETURN n, r, m"""
"""The part of the graph that $iris are in."""

_ENDS_CYPHER = "MATCH (n) WHERE elementId(n) IN $ids RETURN n"


def of_cypher(
    driver: Driver, address: ServerAddress, query: str, parameters: Mapping[str, Any] | None = None
) -> Subgraph:
    """All nodes, relationships and paths that a query returns, and the ends of its relationships.

    The query may only read. KgError when it has rows and none holds a node, relationship or path; ServerError for what
    the server refuses.
    """
    records, found = _ask(driver, address, query, parameters or {})
    if records and not found.nodes:
        raise KgError("the Cypher query returns values alone: return nodes, relationships or paths for a graph")
    hollow = [node.element_id for node in found.nodes if not node.labels and not len(node)]
    full = {}
    if hollow:  # the driver knows no more than the ID of an end that is not returned itself
        _, ends = _ask(driver, address, _ENDS_CYPHER, {"ids": hollow})
        full = {node.element_id: node for node in ends.nodes}
    names = {}
    nodes = {}
    for one in found.nodes:
        node = _node(full.get(one.element_id, one))
        names[one.element_id] = node.iri
        nodes[node.iri] = node
    relationships = [_relationship(one, names) for one in sorted(found.relationships, key=lambda one: one.element_id)]
    return _whole(nodes, relationships)


def of_answer_on_server(answer: Answer, driver: Driver, address: ServerAddress) -> Subgraph:
    """The part of the graph on a server that an answer is about; empty where the server has none of it."""
    selection = selected(answer)
    records, _ = _ask(driver, address, CODES_CYPHER, {"codes": codes_of(selection)})
    return of_cypher(driver, address, ANSWER_CYPHER, {"iris": iris_of(selection, records)})


def codes_of(selection: Selection) -> list[str]:
    """What $codes of CODES_CYPHER is."""
    return sorted({code for code, _ in selection.concepts})


def iris_of(selection: Selection, rows: Iterable[Mapping[str, Any] | Record]) -> list[str]:
    """What $iris of ANSWER_CYPHER is, by the rows of CODES_CYPHER."""
    concepts = {row["iri"] for row in rows if (first(row["code"]), row["name"]) in selection.concepts}
    return sorted(selection.iris | concepts)


def _ask(
    driver: Driver, address: ServerAddress, query: str, parameters: Mapping[str, Any]
) -> tuple[Sequence[Record], neo4j_graph.Graph]:
    from loaders.neo4j.connect import server_faults

    with (
        server_faults(address),
        driver.session(database=address.database, default_access_mode="READ") as session,
        session.begin_transaction() as transaction,
    ):
        result = transaction.run(query, dict(parameters))
        return list(result), result.graph()


def _node(node: neo4j_graph.Node) -> Node:
    properties = {key: plain(value) for key, value in sorted(node.items())}
    iri = properties.get("iri") if OURS in node.labels else None
    labels = tuple(sorted(node.labels - {OURS}))
    return Node(str(iri or node.element_id), labels, properties, str(properties.get("bulletin", "")))


def _relationship(one: neo4j_graph.Relationship, names: Mapping[str, str]) -> Relationship:
    start, end = one.nodes
    if start is None or end is None:
        raise KgError("the Cypher query returns a relationship without its ends")
    properties = {key: plain(value) for key, value in sorted(one.items())}
    return Relationship(names[start.element_id], one.type, names[end.element_id], properties, "")


def plain(value: Any) -> Value:
    """A value of the driver as one of ours: lists as tuples, dates as dates, other times and points as text."""
    if isinstance(value, list):
        return cast(Value, tuple([plain(one) for one in value]))
    if isinstance(value, bool | int | float | str | date):
        return value
    native = value.to_native() if hasattr(value, "to_native") else value
    return native if type(native) is date else str(value)
