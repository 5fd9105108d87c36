"""Frozen records of the property graph: what is written to Neo4j, exported for it and compared with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

Value = (
    str
    | int
    | float
    | bool
    | date
    | tuple[str, ...]
    | tuple[int, ...]
    | tuple[float, ...]
    | tuple[bool, ...]
    | tuple[date, ...]
)
"""What a property holds: Neo4j's own types. Integers have 64 bits; a tuple is a list of one type, never empty."""

OURS = "Zhenxing"
"""The label of every node that we write, besides its own ones: the mark of what may be changed and deleted."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node, named by its IRI."""

    iri: str
    labels: tuple[str, ...]  # sorted, without OURS
    properties: Mapping[str, Value]  # iri, name, name_en, code … ; `bulletin` is the owner's key
    owner: (
        str  # key of the bulletin whose own item it is; "" of what is shared (concepts, programs, agencies, documents)
    )


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship between two nodes by their IRIs; one piece has at most one of a start, type and end."""

    start: str
    type: str
    end: str
    properties: Mapping[str, Value]
    owner: str  # key of the bulletin that says so; "" of the vocabulary


@dataclass(frozen=True, slots=True)
class Piece:
    """The graph of one bulletin, of the vocabulary (key ""), or of a file of RDF (key "file:…").

    Nodes are sorted by IRI, relationships by start, type and end. A relationship may end at a node of another piece
    (a measure's instrument is a node of the vocabulary).
    """

    key: str
    version: str  # changes when the content does
    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]


def content_version(nodes: Iterable[Node], relationships: Iterable[Relationship]) -> str:
    """A hash of nodes and relationships, the same whatever order their properties have: 32 hexadecimal digits."""
    hasher = hashlib.sha256()
    for node in nodes:
        hasher.update(repr((node.iri, node.labels, sorted(node.properties.items()), node.owner)).encode())
    for one in relationships:
        hasher.update(repr((one.start, one.type, one.end, sorted(one.properties.items()), one.owner)).encode())
    return hasher.hexdigest()[:32]


def joined(nodes: Iterable[Node]) -> Node:
    """One node of what several pieces say of a shared thing, the same in whatever order they come.

    Labels are joined; where two say different values of a key (a name with and without a space) the one that sorts
    first stands.
    """
    first, *others = nodes
    labels, properties = set(first.labels), dict(first.properties)
    for node in others:
        labels.update(node.labels)
        for key, value in node.properties.items():
            known = properties.get(key)
            properties[key] = value if known is None else min(known, value, key=repr)
    return Node(first.iri, tuple(sorted(labels)), properties, first.owner)
