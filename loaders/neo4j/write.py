"""What a transaction writes: whole bulletins, their own nodes by CREATE, relationships between nodes found before.

Nodes are addressed by the server's own numbers, asked for within the same transaction, where they cannot change: beside
two look-ups by IRI for each relationship that is half the work and half the bytes. All values go as parameters; labels,
types and keys, which no parameter can be, are quoted names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar, cast

from loaders.neo4j.graph import OURS, Node, Piece, Relationship, Value, joined
from loaders.neo4j.schema import quoted

if TYPE_CHECKING:
    from neo4j import Transaction

ROWS = 10_000  # of one statement: what the server holds of it beside the transaction itself
_COLUMNS = 80  # keys that things of one kind may have together for rows without keys; beyond, rows are maps
T = TypeVar("T")


@dataclass(slots=True)
class Counters:
    """What the server itself counted."""

    nodes_created: int = 0
    nodes_deleted: int = 0
    relationships_created: int = 0
    relationships_deleted: int = 0
    properties_set: int = 0
    labels_added: int = 0
    labels_removed: int = 0
    constraints_added: int = 0
    indexes_added: int = 0
    indexes_removed: int = 0

    def add(self, other: object) -> None:
        """Add what another one, or the driver's, says."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(slots=True)
class Written:
    """What a transaction did: the server's counters, and what is to be looked at when all are done."""

    counters: Counters = field(default_factory=Counters)
    lost: list[Relationship] = field(default_factory=list)  # whose start or end is not there (yet)
    released: set[str] = field(default_factory=set)  # shared nodes that a relationship no longer points to
    held: int = 0  # own nodes that went and stay as bare ones, for somebody else's relationships

    def add(self, other: Written) -> None:
        """Add what another transaction did."""
        self.counters.add(other.counters)
        self.lost += other.lost
        self.released |= other.released
        self.held += other.held


@dataclass(slots=True)
class Found:
    """A node as it stands on the server."""

    number: int
    labels: tuple[str, ...]
    properties: dict[str, Any]


class Writer:
    """Statements within one transaction, and what they did."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.written = Written()

    def run(self, statement: str, **parameters: object) -> list[list[Any]]:
        """The rows of a statement; its counters are added up."""
        result = self._transaction.run(statement, parameters)
        rows = result.values()
        self.written.counters.add(result.consume().counters)
        return rows

    def numbers(self, iris: Iterable[str]) -> dict[str, int]:
        """The server's numbers of the nodes that there are; for the rest of this transaction alone."""
        statement = f"UNWIND $iris AS iri MATCH (n:{OURS} {{iri: iri}}) RETURN iri, id(n)"
        return {iri: number for rows in chunks(list(iris)) for iri, number in self.run(statement, iris=rows)}

    def found(self, iris: Iterable[str]) -> dict[str, Found]:
        """The nodes that there are, as they stand."""
        statement = f"UNWIND $iris AS iri MATCH (n:{OURS} {{iri: iri}}) RETURN iri, id(n), labels(n), properties(n)"
        return {
            iri: Found(number, tuple(sorted(set(labels) - {OURS})), properties)
            for rows in chunks(list(iris))
            for iri, number, labels, properties in self.run(statement, iris=rows)
        }

    # -- nodes

    def create_nodes(self, nodes: Sequence[Node]) -> dict[str, int]:
        """Create nodes of one piece or several; their numbers. A constraint refuses what is there already."""
        numbers: dict[str, int] = {}
        for labels, group in by_labels(nodes).items():
            for some in chunks(group):
                keys = columns(node.properties for node in some)
                if len(keys) > _COLUMNS:
                    statement = f"UNWIND $rows AS row CREATE (n{labels}) SET n = row RETURN collect(id(n))"
                    rows: Sequence[object] = [node.properties for node in some]
                else:
                    statement = f"UNWIND $rows AS row CREATE (n{labels}{literal(keys, 0)}) RETURN collect(id(n))"
                    rows = [list(map(node.properties.get, keys)) for node in some]
                [[made]] = self.run(statement, rows=rows)
                numbers.update(zip((node.iri for node in some), made, strict=True))
        return numbers

    def replace_nodes(self, nodes: Sequence[Node], there: Mapping[str, Found], ours: frozenset[str]) -> None:
        """Make nodes that are there what these say: all properties, and those labels that are of `ours`."""
        for labels, group in by_labels(nodes).items():
            statement = f"UNWIND $rows AS row MATCH (n) WHERE id(n) = row[0] SET n = row[1], n{labels}"
            for some in chunks(group):
                self.run(statement, rows=[[there[node.iri].number, node.properties] for node in some])
        self.drop_labels(
            (there[node.iri].number, label)
            for node in nodes
            for label in set(there[node.iri].labels) & ours - set(node.labels)
        )

    def drop_labels(self, pairs: Iterable[tuple[int, str]]) -> None:
        """Remove labels from nodes by their numbers."""
        by_label: dict[str, list[int]] = {}
        for number, label in pairs:
            by_label.setdefault(label, []).append(number)
        for label, numbers in sorted(by_label.items()):
            for some in chunks(sorted(numbers)):
                self.run(f"UNWIND $rows AS row MATCH (n) WHERE id(n) = row REMOVE n:{quoted(label)}", rows=some)

    def merge_nodes(self, nodes: Sequence[Node], *, whole: bool, ours: frozenset[str], keys: frozenset[str]) -> None:
        """Write shared nodes, sorted by IRI so that two who write them wait for each other in one order.

        Only what differs is written. With `whole` they are what these say alone (the vocabulary): labels of `ours` and
        `keys` that are not said any more go; without it they are what everybody says of them together.
        """
        nodes = sorted(nodes, key=lambda node: node.iri)
        there = self.found(node.iri for node in nodes)
        fresh = [node for node in nodes if node.iri not in there]
        for labels, group in by_labels(fresh).items():
            statement = f"UNWIND $rows AS row MERGE (n:{OURS} {{iri: row.iri}}) SET n += row, n{labels}"
            for some in chunks(group):
                self.run(statement, rows=[node.properties for node in some])
        changed, labelled, stale = list[list[Any]](), list[Node](), list[tuple[int, str]]()
        for node in nodes:
            old = there.get(node.iri)
            if old is None:
                continue
            new = node if whole else _together(node, old)
            changes: dict[str, Any] = {
                key: value for key, value in new.properties.items() if plain(old.properties.get(key)) != value
            }
            if whole:
                changes.update(dict.fromkeys((old.properties.keys() & keys) - new.properties.keys()))
                stale += [(old.number, label) for label in set(old.labels) & ours - set(new.labels)]
            if changes:
                changed.append([old.number, changes])
            if not set(new.labels) <= set(old.labels):
                labelled.append(new)
        for pairs in chunks(changed):
            self.run("UNWIND $rows AS row MATCH (n) WHERE id(n) = row[0] SET n += row[1]", rows=pairs)
        for labels, group in by_labels(labelled).items():
            for some in chunks(group):
                rows = [there[node.iri].number for node in some]
                self.run(f"UNWIND $rows AS row MATCH (n) WHERE id(n) = row SET n{labels}", rows=rows)
        self.drop_labels(stale)

    # -- relationships

    def create_relationships(
        self, joins: Iterable[Relationship], known: Mapping[str, int], *, merge: bool = False
    ) -> None:
        """Create (or with `merge` make there be) relationships; those with an end that is not there are `lost`."""
        joins = list(joins)
        outside = {iri for one in joins for iri in (one.start, one.end) if iri not in known}
        numbers = {**known, **self.numbers(sorted(outside))} if outside else known
        groups: dict[tuple[bool, str], list[Relationship]] = {}
        for one in joins:
            if one.start in numbers and one.end in numbers:
                groups.setdefault((one.end in outside, one.type), []).append(one)
            else:
                self.written.lost.append(one)
        # what ends at a shared node comes last: others who write to that node wait from then on until the commit
        for (_, kind), group in sorted(groups.items(), key=lambda item: item[0]):
            for some in chunks(group):
                self.join(kind, some, numbers, merge=merge)

    def join(self, kind: str, joins: Sequence[Relationship], numbers: Mapping[str, int], *, merge: bool) -> None:
        """Create or merge relationships of one type."""
        ends = "UNWIND $rows AS row MATCH (a) WHERE id(a) = row[0] MATCH (b) WHERE id(b) = row[1] "
        name, keys = quoted(kind), columns(one.properties for one in joins)
        rows: list[list[object]]
        if merge or len(keys) > _COLUMNS:
            rows = [[numbers[one.start], numbers[one.end], one.properties] for one in joins]
            described = " SET r += row[2]" if keys else ""
            self.run(f"{ends}{'MERGE' if merge else 'CREATE'} (a)-[r:{name}]->(b){described}", rows=rows)
        else:
            rows = [[numbers[one.start], numbers[one.end], *map(one.properties.get, keys)] for one in joins]
            self.run(f"{ends}CREATE (a)-[:{name}{literal(keys, 2)}]->(b)", rows=rows)

    # -- pieces

    def create_pieces(self, pieces: Sequence[Piece]) -> None:
        """Create the own nodes of new pieces and all their relationships; what is shared is there already."""
        numbers = self.create_nodes([node for piece in pieces for node in piece.nodes if node.owner])
        self.create_relationships((one for piece in pieces for one in piece.relationships if one.owner), numbers)


def _together(node: Node, old: Found) -> Node:
    """What is there and what is said now; the same in whatever order both came."""
    said = {key: value for key, raw in old.properties.items() if key in node.properties and (value := plain(raw))}
    return joined((node, Node(node.iri, old.labels, said, "")))


def plain(value: Any) -> Value:
    """A value of the server's as ours: lists are tuples, its dates Python's."""
    if isinstance(value, list):
        return cast(Value, tuple(plain(one) for one in value))
    return cast(Value, value.to_native() if hasattr(value, "to_native") else value)


def by_labels(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    """Nodes by what stands after their name in Cypher: ``:Zhenxing:Measure``."""
    found: dict[str, list[Node]] = {}
    cached: dict[tuple[str, ...], list[Node]] = {}
    for node in nodes:
        group = cached.get(node.labels)
        if group is None:
            text = f":{OURS}" + "".join(f":{quoted(label)}" for label in node.labels)
            group = cached[node.labels] = found.setdefault(text, [])
        group.append(node)
    return found


def columns(things: Iterable[Mapping[str, Value]]) -> tuple[str, ...]:
    """The keys that any of the things has, sorted: statements stay few, and the server plans each but once."""
    return tuple(sorted(set[str]().union(*things)))


def literal(keys: Sequence[str], first: int) -> str:
    """The properties of what is created, as columns of `row` from `first` on; one that is null is not set.

    Beside a map for each row this is a quarter less work for the server, and the keys go over the wire once.
    """
    return f" {{{', '.join(f'{quoted(key)}: row[{at}]' for at, key in enumerate(keys, first))}}}" if keys else ""


def chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """Parts of at most ROWS."""
    for first in range(0, len(rows), ROWS):
        yield rows[first : first + ROWS]
