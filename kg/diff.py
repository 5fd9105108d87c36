"""What differs between a store and what a Neo4j server holds of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.push import store_parcels
from kg.store import GraphStore
from loaders.neo4j.graph import OURS, Node, Piece, Value, joined
from loaders.neo4j.prepare import query, read_state
from loaders.neo4j.schema import STATE, GraphSchema
from loaders.neo4j.write import chunks, plain

if TYPE_CHECKING:
    from neo4j import Driver

Join = tuple[str, str, str]  # start, type, end


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: `what` (bulletin, vocabulary, node, relationship), which one, and how it stands."""

    what: str
    name: str  # key of a bulletin, IRI of a node, "start TYPE end" of a relationship
    how: str  # missing (on the server), extra (there), changed
    detail: str = ""


def differences(
    store: GraphStore, driver: Driver, database: str | None, schema: GraphSchema, *, deep: bool = False
) -> Iterator[Difference]:
    """Bulletins and vocabulary whose versions differ; with `deep` nodes and relationships of all others as well.

    What others have added to nodes of ours (properties, labels, relationships to nodes of theirs) is no difference.
    """
    base = store.names.base
    state = read_state(driver, database, base)
    on_server = {key: version for key, version in state.versions.items() if not key.startswith("file:")}
    types = {p.type for p in schema.properties.values() if p.role in ("relationship", "either")} | state.types
    shared: dict[str, Node] = {}
    equal: set[str] = set()
    for parcel in store_parcels(store, schema):
        version = on_server.pop(parcel.key, "") if parcel.key else state.vocabulary
        what, name = ("bulletin", parcel.key) if parcel.key else ("vocabulary", base)
        if version != parcel.version:
            yield Difference(what, name, "changed" if version else "missing", "of another version" if version else "")
        elif deep:
            equal.add(parcel.key)
            piece = parcel.read()
            for node in piece.nodes:
                if not node.owner and parcel.key:
                    known = shared.get(node.iri)
                    shared[node.iri] = joined((known, node)) if known else node
            yield from _compare(piece, driver, database, types)
    for key in sorted(on_server):
        yield Difference("bulletin", key, "extra")
    if deep:
        there = _nodes_by_iri(driver, database, sorted(shared))
        for iri, node in sorted(shared.items()):
            yield from _compare_node(node, there.get(iri))


def _compare(piece: Piece, driver: Driver, database: str | None, types: Iterable[str]) -> Iterator[Difference]:
    """Own nodes (of the vocabulary all) and the relationships that start at them."""
    own = {node.iri: node for node in piece.nodes if node.owner or not piece.key}
    starts = sorted(own)
    if piece.key:
        there = _nodes(
            driver, database, f"MATCH (n:{OURS} {{bulletin: $key}}) WHERE NOT n:{STATE} RETURN n.iri, labels(n), "
            "properties(n)", key=piece.key,
        )  # fmt: skip
    else:
        there = _nodes_by_iri(driver, database, starts)
    for iri in sorted(own.keys() | there.keys()):
        if iri in own:
            yield from _compare_node(own[iri], there.get(iri))
        else:
            yield Difference("node", iri, "extra")
    said = {(one.start, one.type, one.end): one.properties for one in piece.relationships if one.start in own}
    found: dict[Join, Mapping[str, Any]] = {}
    twice: set[Join] = set()
    for some in chunks(starts):
        rows = query(
            driver, database,
            f"UNWIND $iris AS iri MATCH (a:{OURS} {{iri: iri}})-[r]->(b:{OURS}) WHERE type(r) IN $types "
            "AND r.bulletin IS NULL RETURN a.iri, type(r), b.iri, properties(r)",
            iris=some, types=sorted(types),
        )  # fmt: skip
        for start, kind, end, properties in rows:
            join = (start, kind, end)
            if join in found:
                twice.add(join)
            found[join] = properties
    for join in sorted(said.keys() | found.keys()):
        name = " ".join(join)
        if join not in found:
            yield Difference("relationship", name, "missing")
        elif join not in said:
            yield Difference("relationship", name, "extra")
        elif join in twice:
            yield Difference("relationship", name, "extra", "there more than once")
        elif keys := _unlike(said[join], found[join]):
            yield Difference("relationship", name, "changed", ", ".join(keys))


def _compare_node(node: Node, there: tuple[set[str], Mapping[str, Any]] | None) -> Iterator[Difference]:
    if there is None:
        yield Difference("node", node.iri, "missing")
        return
    labels, properties = there
    unlike = [f":{label}" for label in node.labels if label not in labels] + _unlike(node.properties, properties)
    if unlike:
        yield Difference("node", node.iri, "changed", ", ".join(unlike))


def _unlike(said: Mapping[str, Value], there: Mapping[str, Any]) -> list[str]:
    return sorted(key for key, value in said.items() if repr(plain(there.get(key))) != repr(value))


def _nodes(driver: Driver, database: str | None, statement: str, **parameters: object) -> dict[str, Any]:
    rows = query(driver, database, statement, **parameters)
    return {iri: (set(labels), properties) for iri, labels, properties in rows if iri is not None}


def _nodes_by_iri(driver: Driver, database: str | None, iris: list[str]) -> dict[str, Any]:
    statement = f"UNWIND $iris AS iri MATCH (n:{OURS} {{iri: iri}}) RETURN iri, labels(n), properties(n)"
    found: dict[str, Any] = {}
    for some in chunks(iris):
        found |= _nodes(driver, database, statement, iris=some)
    return found
