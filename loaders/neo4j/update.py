"""Bulletins that are on the server already, in another version: only what differs is written, in place.

A reader of Neo4j sees what is committed while it is committed, record by record: the less of a bulletin is touched, the
less can be seen half. Nodes that stay keep the server's numbers, and everything that others have attached to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loaders.neo4j import delete
from loaders.neo4j.graph import OURS, Node, Piece, Relationship
from loaders.neo4j.write import Found, Writer, chunks, plain

Join = tuple[str, str, str]


def update_pieces(
    writer: Writer, pieces: Sequence[tuple[Piece, str]], *, ours: frozenset[str], types: Sequence[str]
) -> None:
    """Make own nodes and relationships what pieces say, each with the prefix of its own IRIs; shared ones are there.

    What is found under an IRI of theirs (of a file that describes the same thing, a bare end) becomes theirs.
    """
    own: dict[str, Node] = {node.iri: node for piece, _ in pieces for node in piece.nodes if node.owner}
    said: dict[Join, Relationship] = {
        (one.start, one.type, one.end): one for piece, _ in pieces for one in piece.relationships if one.owner
    }
    former: set[str] = set()
    for piece, prefix in pieces:
        former.update(delete.own_iris(writer, piece.key, prefix))
        if piece.key.startswith("file:"):
            delete.delete_said_of_shared(writer, piece.key, types)
    there = writer.found(sorted(former | own.keys()))
    numbers = {iri: there[iri].number for iri in own if iri in there}

    joins = _joins(writer, sorted(one.number for one in there.values()), types)
    stale = [number for join, (number, _) in joins.items() if join not in said]
    for some in chunks(sorted(stale)):
        rows = writer.run(
            "UNWIND $rows AS row MATCH ()-[r]->(m) WHERE id(r) = row DELETE r WITH DISTINCT m "
            "WHERE m.bulletin IS NULL RETURN m.iri",
            rows=list(some),
        )
        writer.written.released |= {iri for (iri,) in rows if iri is not None}
    gone = sorted(there[iri].number for iri in former - own.keys() if iri in there)
    for some in chunks(gone):
        writer.run(
            "UNWIND $rows AS row MATCH (n) WHERE id(n) = row AND NOT EXISTS { (n)--() } DELETE n", rows=list(some)
        )
    if gone:
        left = [number for some in chunks(gone) for (number,) in writer.run(
            "UNWIND $rows AS row MATCH (n) WHERE id(n) = row RETURN id(n)", rows=list(some))]  # fmt: skip
        if left:
            delete.make_bare(writer, left, ours)

    changed = [node for iri, node in own.items() if iri in there and _differs(node, there[iri])]
    writer.replace_nodes(changed, there, ours)
    numbers.update(writer.create_nodes([node for iri, node in own.items() if iri not in there]))
    rewritten = [
        [number, said[join].properties]
        for join, (number, properties) in joins.items()
        if join in said and {key: plain(value) for key, value in properties.items()} != said[join].properties
    ]
    for pairs in chunks(rewritten):
        writer.run("UNWIND $rows AS row MATCH ()-[r]->() WHERE id(r) = row[0] SET r = row[1]", rows=list(pairs))
    writer.create_relationships((one for join, one in said.items() if join not in joins), numbers)


def _joins(writer: Writer, numbers: Sequence[int], types: Sequence[str]) -> dict[Join, tuple[int, dict[str, Any]]]:
    """The relationships of ours that start at these nodes; one that is there twice counts once and is made right."""
    return {
        (start, kind, end): (number, properties)
        for some in chunks(numbers)
        for start, kind, end, number, properties in writer.run(
            f"UNWIND $rows AS row MATCH (n)-[r]->(m:{OURS}) WHERE id(n) = row AND type(r) IN $types "
            "RETURN n.iri, type(r), m.iri, id(r), properties(r)",
            rows=list(some),
            types=list(types),
        )
    }


def _differs(node: Node, there: Found) -> bool:
    said = {key: plain(value) for key, value in there.properties.items()}
    return said != node.properties or not set(node.labels) <= set(there.labels)
