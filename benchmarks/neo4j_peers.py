"""How others load the same nodes and relationships over Bolt: rdflib-neo4j, py2neo's bulk loader, a plain MERGE loop.

Each gets what it needs ready made, so that its time is its own: rows of dictionaries and lists, or rdflib's triples.
rdflib-neo4j knows no properties of relationships; what it writes is less by that.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loaders import iris
from loaders.neo4j.connect import ServerAddress
from loaders.neo4j.graph import OURS, Node, Piece, Relationship

if TYPE_CHECKING:
    from neo4j import Driver

ROWS = 10_000  # of one statement, as we take
UNIQUE = f"CREATE CONSTRAINT peer_iri IF NOT EXISTS FOR (n:{OURS}) REQUIRE n.iri IS UNIQUE"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """Nodes by labels, and relationships by type as start, properties and end: each thing once."""

    nodes: dict[tuple[str, ...], list[Row]]
    relationships: dict[str, list[tuple[str, Row, str]]]


def rows_of(pieces: Iterable[Piece]) -> Rows:
    """The pieces as rows."""
    nodes: dict[tuple[str, ...], list[Row]] = {}
    relationships: dict[str, list[tuple[str, Row, str]]] = {}
    for piece in pieces:
        for node in piece.nodes:
            nodes.setdefault(node.labels, []).append(_listed(node))
        for one in piece.relationships:
            relationships.setdefault(one.type, []).append((one.start, _listed(one), one.end))
    return Rows(nodes, relationships)


def _listed(thing: Node | Relationship) -> Row:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in thing.properties.items()}


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(rows), ROWS):
        yield rows[first : first + ROWS]


def plain_loop(driver: Driver, rows: Rows) -> None:
    """UNWIND and MERGE in transactions of ROWS, as most write it by hand."""
    driver.execute_query(UNIQUE)
    for labels, nodes in rows.nodes.items():
        query = f"UNWIND $rows AS row MERGE (n:{OURS} {{iri: row.iri}}) SET n += row, n:{':'.join(labels)}"
        for some in _chunks(nodes):
            driver.execute_query(query, rows=some)
    for kind, joins in rows.relationships.items():
        query = (
            f"UNWIND $rows AS row MATCH (a:{OURS} {{iri: row[0]}}) MATCH (b:{OURS} {{iri: row[2]}}) "
            f"MERGE (a)-[r:{kind}]->(b) SET r += row[1]"
        )
        for some in _chunks(joins):
            driver.execute_query(query, rows=some)


def py2neo_bulk(address: ServerAddress, driver: Driver, rows: Rows) -> None:
    """py2neo's `create_nodes` and `create_relationships`, its fastest."""
    from py2neo import Graph
    from py2neo.bulk import create_nodes, create_relationships

    driver.execute_query(UNIQUE)
    graph = Graph(address.uri, auth=(address.username, address.password))
    for labels, nodes in rows.nodes.items():
        for some in _chunks(nodes):
            create_nodes(graph.auto(), some, labels={OURS, *labels})
    for kind, joins in rows.relationships.items():
        for some in _chunks(joins):
            create_relationships(graph.auto(), some, kind, start_node_key=(OURS, "iri"), end_node_key=(OURS, "iri"))


def triples_of(pieces: Iterable[Piece]) -> tuple[list[tuple[Any, Any, Any]], list[str]]:
    """The pieces as rdflib's triples, a subject's own together, and the names of the properties that are lists."""
    from rdflib import RDF, Literal, URIRef

    terms: dict[str, Any] = {}

    def named(iri: str) -> Any:
        if iri not in terms:
            terms[iri] = URIRef(iri)
        return terms[iri]

    triples: list[tuple[Any, Any, Any]] = []
    lists: set[str] = set()
    for piece in pieces:
        joins: dict[str, list[Relationship]] = {}
        for one in piece.relationships:
            joins.setdefault(one.start, []).append(one)
        for node in piece.nodes:
            subject = named(node.iri)
            triples += [(subject, RDF.type, named(iris.term(label))) for label in node.labels]
            for key, value in node.properties.items():
                if isinstance(value, tuple):
                    lists.add(key)
                for each in value if isinstance(value, tuple) else (value,):
                    triples.append((subject, named(iris.term(key)), Literal(each)))
            triples += [(subject, named(iris.term(one.type)), named(one.end)) for one in joins.get(node.iri, ())]
    return triples, sorted(lists)


def rdflib_store(driver: Driver, triples: Sequence[tuple[Any, Any, Any]], lists: Sequence[str]) -> None:
    """rdflib-neo4j with its own batches; names without their namespaces, as a user of Browser would want them."""
    from rdflib import Graph, Namespace
    from rdflib_neo4j import HANDLE_MULTIVAL_STRATEGY, HANDLE_VOCAB_URI_STRATEGY, Neo4jStore, Neo4jStoreConfig

    config = Neo4jStoreConfig(
        custom_prefixes={"kg": Namespace(iris.TERMS)},
        batching=True,
        handle_vocab_uri_strategy=HANDLE_VOCAB_URI_STRATEGY.IGNORE,
        handle_multival_strategy=HANDLE_MULTIVAL_STRATEGY.ARRAY if lists else HANDLE_MULTIVAL_STRATEGY.OVERWRITE,
        multival_props_names=[("kg", name) for name in lists],
    )
    with contextlib.redirect_stdout(io.StringIO()):  # it prints what it does
        graph = Graph(store=Neo4jStore(config=config, neo4j_driver=driver))
        for triple in triples:
            graph.add(triple)
        graph.close(True)


def peers(address: ServerAddress, driver: Driver, pieces: Sequence[Piece]) -> dict[str, Callable[[], None]]:
    """The loaders of others by name, each ready to go."""
    rows = rows_of(pieces)
    triples, lists = triples_of(pieces)
    return {
        "rdflib-neo4j 1.1": lambda: rdflib_store(driver, triples, lists),
        "py2neo 2021.2.4, bulk": lambda: py2neo_bulk(address, driver, rows),
        "plain UNWIND/MERGE loop": lambda: plain_loop(driver, rows),
    }
