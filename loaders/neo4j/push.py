"""Pieces → a Neo4j server: what has changed alone, a bulletin whole or not at all, over several connections.

Shared nodes are written by one thread, sorted, before the bulletins that point to them; bulletins are written side by
side, several small ones a transaction. A bulletin's node carries the version of what was written, in the same
transaction: whatever breaks off, the next push sees what is there and goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from random import uniform
from typing import TYPE_CHECKING

from loaders.iris import DEFAULT_BASE, TERMS
from loaders.neo4j import delete
from loaders.neo4j.graph import Node, Piece, Relationship, joined
from loaders.neo4j.prepare import GraphState, prepare, read_state, state_iri
from loaders.neo4j.schema import STATE, GraphSchema
from loaders.neo4j.update import update_pieces
from loaders.neo4j.write import Counters, Writer, Written

if TYPE_CHECKING:
    from neo4j import Driver

ITEMS = 15_000  # nodes and relationships that go together in a transaction, but for larger bulletins
PATIENCE_S = 180.0  # how long a server that has gone is waited for
_PAUSE_S = 1.0
_BATCHES_WAITING = 1  # read and ready beside those being written


@dataclass(frozen=True, slots=True)
class Parcel:
    """A piece that is read when it is needed: its key and version are known before."""

    key: str
    version: str
    read: Callable[[], Piece]


@dataclass(slots=True, kw_only=True)
class PushSummary:
    """What a push did: bulletins (and files) by their fate, and the server's own counters."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    gone: int = 0  # on the server and not in what was pushed; kept without `prune`
    vocabulary: bool = False  # whether it was written
    lost: int = 0  # relationships whose end is nowhere: a concept that the vocabulary lacks
    held: int = 0  # nodes that went and stay bare, for somebody else's relationships
    waits: int = 0  # times that the server was waited for
    counters: Counters = field(default_factory=Counters)

    @property
    def changed(self) -> bool:
        """Whether the server counted any change."""
        return self.counters != Counters()


def push_pieces(
    driver: Driver,
    database: str | None,
    pieces: Iterable[Piece],
    schema: GraphSchema,
    *,
    base: str = DEFAULT_BASE,
    jobs: int = 2,
    prune: bool = False,
    progress: Callable[[int], None] = lambda done: None,
    patience: float = PATIENCE_S,
) -> PushSummary:
    """Bring a database to what the pieces say, each under its key; the vocabulary, where it is among them, first.

    `progress` is called with the number of pieces that are done. `prune` deletes bulletins of this base IRI that are
    not among the pieces. Errors: ServerError for what stands in the way, the driver's own for the rest
    (`open_driver` and `server_faults` make them ServerError).
    """
    parcels = (Parcel(piece.key, piece.version, _held(piece)) for piece in pieces)
    return push(driver, database, parcels, schema, base=base, jobs=jobs, prune=prune, progress=progress,
                patience=patience)  # fmt: skip


def _held(piece: Piece) -> Callable[[], Piece]:
    return lambda: piece


def push(
    driver: Driver,
    database: str | None,
    parcels: Iterable[Parcel],
    schema: GraphSchema,
    *,
    base: str = DEFAULT_BASE,
    jobs: int = 2,
    prune: bool = False,
    progress: Callable[[int], None] = lambda done: None,
    patience: float = PATIENCE_S,
) -> PushSummary:
    """As `push_pieces`; what the server has in the same version is not read."""
    return _Push(driver, database, schema, base, jobs, progress, patience).run(parcels, prune=prune)


class _Push:
    """One push while it goes on."""

    def __init__(
        self,
        driver: Driver,
        database: str | None,
        schema: GraphSchema,
        base: str,
        jobs: int,
        progress: Callable[[int], None],
        patience: float,
    ) -> None:
        self.driver, self.database, self.schema, self.base = driver, database, schema, base
        self.jobs, self.progress, self.patience = jobs, progress, patience
        self.summary = PushSummary()
        self.total = Written()
        self.state = GraphState()
        self.done = 0
        self.shared: dict[str, Node] = {}  # that were written, as they were said so far
        self.said: set[tuple[str, str, str]] = set()  # relationships of shared nodes that were written
        self.labels: frozenset[str] = frozenset()
        self.types: frozenset[str] = frozenset()
        self.noted: tuple[frozenset[str], frozenset[str]] | None = None
        self.vocabulary: Parcel | None = None

    def run(self, parcels: Iterable[Parcel], *, prune: bool) -> PushSummary:
        counters = self.total.counters
        counters.add(prepare(self.driver, self.database, self.schema, uniqueness_only=True))
        self.state = read_state(self.driver, self.database, self.base)
        self.labels = frozenset(self.schema.node_labels()) | self.state.labels
        types = {p.type for p in self.schema.properties.values() if p.role in ("relationship", "either")}
        self.types = frozenset(types) | self.state.types
        empty = not self.state.versions and not self.state.vocabulary
        if not empty:  # of an empty database they are made when it is full, which is faster
            counters.add(prepare(self.driver, self.database, self.schema, uniqueness_only=False))
        keys: set[str] = set()
        with ThreadPoolExecutor(self.jobs, thread_name_prefix="push") as pool:
            self.write_all(pool, self.changed(parcels, keys))
        gone = sorted(key for key in self.state.versions.keys() - keys if not key.startswith("file:"))
        if prune:
            for key in gone:
                self.total.add(self.persist(partial(self.remove, key)))
                self.summary.deleted += 1
        else:
            self.summary.gone = len(gone)
        self.finish()
        if empty:
            counters.add(prepare(self.driver, self.database, self.schema, uniqueness_only=False))
        self.summary.counters = counters
        self.summary.lost, self.summary.held = len(self.total.lost), self.total.held
        return self.summary

    # -- what is to be written

    def changed(self, parcels: Iterable[Parcel], keys: set[str]) -> Iterator[Piece]:
        """The pieces that the server lacks; the vocabulary is written here, before the first of them."""
        for parcel in parcels:
            if not parcel.key:
                self.vocabulary = parcel
                if parcel.version != self.state.vocabulary:
                    self.write_vocabulary(parcel.read())
                continue
            keys.add(parcel.key)
            if self.state.versions.get(parcel.key) == parcel.version:
                self.summary.unchanged += 1
                self.step(1)
                continue
            yield _marked(parcel.read())

    def batches(self, pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
        """Pieces that go together."""
        batch: list[Piece] = []
        size = 0
        for piece in pieces:
            items = len(piece.nodes) + len(piece.relationships)
            if batch and size + items > ITEMS:
                yield batch
                batch, size = [], 0
            batch.append(piece)
            size += items
        if batch:
            yield batch

    def write_all(self, pool: ThreadPoolExecutor, pieces: Iterable[Piece]) -> None:
        """Write batches side by side; a few are read ahead, no more, so that memory does not grow."""
        under_way: set[Future[tuple[list[Piece], Written]]] = set()
        try:
            for batch in self.batches(pieces):
                self.write_shared(batch)
                under_way.add(pool.submit(self.write_batch, batch))
                while len(under_way) >= self.jobs + _BATCHES_WAITING:
                    under_way = self.settle(under_way)
            while under_way:
                under_way = self.settle(under_way)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise

    def settle(self, under_way: set[Future[tuple[list[Piece], Written]]]) -> set[Future[tuple[list[Piece], Written]]]:
        """Take in the batches that are written."""
        finished, rest = wait(under_way, return_when=FIRST_COMPLETED)
        for future in finished:
            batch, written = future.result()
            self.total.add(written)
            for piece in batch:
                if piece.key in self.state.versions:
                    self.summary.updated += 1
                else:
                    self.summary.created += 1
            self.step(len(batch))
        return rest

    def step(self, done: int) -> None:
        self.done += done
        self.progress(self.done)

    # -- transactions

    def persist(self, work: Callable[[Writer, bool], None]) -> Written:
        """Do the work in one transaction, again while the server is away or two stand in each other's way.

        The work is told whether it is done again: then the transaction before may have been written in spite of all.
        """
        from neo4j.exceptions import ServiceUnavailable, SessionExpired, TransientError

        attempts: list[Written] = []
        gone: float | None = None
        while True:
            try:
                # Not execute_write: it tries for half a minute of its own, so that no wait could be shorter.
                with (
                    self.driver.session(database=self.database, notifications_min_severity="OFF") as session,
                    session.begin_transaction() as transaction,
                ):
                    writer = Writer(transaction)
                    attempts.append(writer.written)
                    work(writer, len(attempts) > 1)
                    transaction.commit()
                # A commit whose answer was lost: the repetition found all done and changed nothing.
                if len(attempts) > 1 and writer.written.counters == Counters():
                    return max(attempts, key=lambda one: one.counters.nodes_created + one.counters.properties_set)
                return writer.written
            except (ServiceUnavailable, SessionExpired, TransientError) as error:
                now = time.monotonic()
                if gone is None:
                    gone = now
                    self.summary.waits += not isinstance(error, TransientError)
                if now - gone > self.patience:
                    raise
                time.sleep(_PAUSE_S * uniform(0.5, 1.5))  # two in each other's way must not meet again

    def write_batch(self, batch: list[Piece]) -> tuple[list[Piece], Written]:
        """Write bulletins: new ones straight away, which a constraint refuses where something of theirs is there."""
        from neo4j.exceptions import ConstraintError

        former = any(piece.key in self.state.versions for piece in batch)
        try:
            return batch, self.persist(lambda writer, again: self.write(writer, batch, careful=former, again=again))
        except ConstraintError:
            if former:
                raise
            return batch, self.persist(lambda writer, again: self.write(writer, batch, careful=True, again=True))

    def write(self, writer: Writer, batch: Sequence[Piece], *, careful: bool, again: bool) -> None:
        """Write bulletins in a transaction; what they said before goes."""
        if again:  # after a fault: perhaps it was written in spite of it, by us or by another who pushes the same
            there = dict(
                writer.run(
                    "UNWIND $rows AS row MATCH (n:Zhenxing {iri: row}) RETURN n.bulletin, n.graphVersion",
                    rows=[self.marker(piece) for piece in batch],
                )
            )
            batch = [piece for piece in batch if there.get(piece.key) != piece.version]
            careful = True
            if not batch:
                return
        if careful:
            pieces = [(piece, self.prefix(piece.key)) for piece in batch]
            update_pieces(writer, pieces, ours=self.labels, types=sorted(self.types))
        else:
            writer.create_pieces(batch)

    def remove(self, key: str, writer: Writer, again: bool) -> None:
        """Delete a bulletin that is no more."""
        held = delete.delete_own(writer, key, self.prefix(key), sorted(self.types))
        if held:
            delete.make_bare(writer, held.values(), self.labels)

    def prefix(self, key: str) -> str:
        """With what the IRIs of a piece's own nodes begin; the same key under another base is somebody else's."""
        return "" if key.startswith("file:") else self.base

    def marker(self, piece: Piece) -> str:
        """IRI of the node that carries a piece's version."""
        return file_state_iri(piece.key) if piece.key.startswith("file:") else f"{self.base}bulletin/{piece.key}"

    # -- what is shared

    def write_vocabulary(self, piece: Piece) -> None:
        """Make shared concepts what the vocabulary says; what it no longer says goes where nobody points to it."""
        from neo4j.exceptions import ConstraintError

        labels, types, keys = _names_of([piece])
        self.note_names(labels, types, keys)
        iris = frozenset(node.iri for node in piece.nodes)
        known = self.state.keys | keys

        def work(writer: Writer, again: bool) -> None:
            if fresh and not again:
                writer.create_relationships(piece.relationships, writer.create_nodes(piece.nodes))
            else:
                writer.merge_nodes(piece.nodes, whole=True, ours=self.labels, keys=known)
                self.replace_joins(writer, piece, iris)
                delete.delete_former_concepts(writer, iris, sorted(self.types), self.base)
            state = {"iri": state_iri(self.base), "base": self.base, "version": piece.version, "name": self.base}
            writer.run(f"MERGE (n:Zhenxing:{STATE} {{iri: $iri}}) SET n += $state", iri=state["iri"], state=state)

        fresh = not self.state.vocabulary  # of another base or of a file there may be concepts none the less
        try:
            self.total.add(self.persist(work))
        except ConstraintError:
            if not fresh:
                raise
            fresh = False
            self.total.add(self.persist(work))
        self.summary.vocabulary = True

    def replace_joins(self, writer: Writer, piece: Piece, iris: frozenset[str]) -> None:
        """Make the relationships of the vocabulary what it says; those of a file bear the file's key and stay."""
        rows = writer.run(
            "UNWIND $iris AS iri MATCH (a:Zhenxing {iri: iri})-[r]->(b:Zhenxing) "
            "WHERE type(r) IN $types AND r.bulletin IS NULL RETURN a.iri, type(r), b.iri, id(r)",
            iris=sorted(iris),
            types=sorted(self.types),
        )
        there = {(start, kind, end): number for start, kind, end, number in rows}
        said = {(one.start, one.type, one.end) for one in piece.relationships}
        stale = [number for join, number in there.items() if join not in said]
        if stale:
            writer.run("UNWIND $rows AS row MATCH ()-[r]->() WHERE id(r) = row DELETE r", rows=sorted(stale))
        fresh = [one for one in piece.relationships if (one.start, one.type, one.end) not in there]
        writer.create_relationships(fresh, {}, merge=True)

    def write_shared(self, batch: Sequence[Piece]) -> None:
        """Write what the batch says of shared things and was not said before in this push."""
        labels, types, _ = _names_of(batch)
        self.note_names(labels, types, frozenset())
        nodes: dict[str, Node] = {}
        for node in chain.from_iterable(piece.nodes for piece in batch):
            if not node.owner:
                known = nodes.get(node.iri) or self.shared.get(node.iri)
                together = node if known is None else joined((known, node))
                if together != known:
                    nodes[node.iri] = together
        joins = [
            _with_key(one, piece.key)
            for piece in batch
            for one in piece.relationships
            if not one.owner and (one.start, one.type, one.end) not in self.said
        ]
        if not nodes and not joins:
            return

        def work(writer: Writer, again: bool) -> None:
            writer.merge_nodes(list(nodes.values()), whole=False, ours=self.labels, keys=frozenset())
            writer.create_relationships(joins, {}, merge=True)

        self.total.add(self.persist(work))
        self.shared.update(nodes)
        self.said.update((one.start, one.type, one.end) for one in joins)

    def note_names(self, labels: frozenset[str], types: frozenset[str], keys: frozenset[str]) -> None:
        """Note on the server, before they are used, labels and types: of a later ontology's they would be unknown."""
        self.labels, self.types = self.labels | labels, self.types | types
        now = (self.labels, self.types)
        if not keys and (self.noted == now or now == (self.state.labels, self.state.types)):
            return
        state = {
            "base": self.base,
            "name": self.base,
            "labels": sorted(self.labels),
            "types": sorted(self.types),
            "keys": sorted(self.state.keys | keys),
        }

        def work(writer: Writer, again: bool) -> None:
            iri = state_iri(self.base)
            writer.run(f"MERGE (n:Zhenxing:{STATE} {{iri: $iri}}) SET n += $state", iri=iri, state=state)

        self.total.add(self.persist(work))
        self.noted = now
        self.state = replace(self.state, keys=self.state.keys | keys)

    def finish(self) -> None:
        """Relationships whose end came later; shared nodes that nobody points to any more."""
        lost, self.total.lost = self.total.lost, []
        if lost:
            self.total.add(self.persist(lambda writer, again: writer.create_relationships(lost, {}, merge=True)))
        unused = self.unused(self.total.released)
        if unused:
            types = sorted(self.types)
            self.total.add(self.persist(lambda writer, again: delete.delete_unused(writer, unused, types, self.base)))

    def unused(self, released: set[str]) -> set[str]:
        """Shared nodes that may go: of the vocabulary none."""
        found = {iri for iri in released if not iri.startswith(TERMS)}
        if found and self.vocabulary is not None and any(not iri.startswith(self.base) for iri in found):
            found -= {node.iri for node in self.vocabulary.read().nodes}
        return found


def file_state_iri(key: str) -> str:
    """IRI of the node that carries the version of a file's piece."""
    return f"urn:zhenxing:state:{key}"


def _marked(piece: Piece) -> Piece:
    """A file's piece with a node for its version, as a bulletin has one."""
    if not piece.key.startswith("file:"):
        return piece
    iri = file_state_iri(piece.key)
    properties = {"iri": iri, "bulletin": piece.key, "graphVersion": piece.version, "name": piece.key}
    return replace(piece, nodes=(*piece.nodes, Node(iri, (STATE,), properties, piece.key)))


def _with_key(join: Relationship, key: str) -> Relationship:
    """What a file says of shared things, with the file's key: the vocabulary must not take it for its own."""
    return replace(join, properties={**join.properties, "bulletin": key}) if key.startswith("file:") else join


def _names_of(pieces: Iterable[Piece]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    labels: set[str] = set()
    types: set[str] = set()
    keys: set[str] = set()
    for piece in pieces:
        for combination in {node.labels for node in piece.nodes}:
            labels.update(combination)
        types.update({one.type for one in piece.relationships})
        if not piece.key:
            keys.update(key for node in piece.nodes for key in node.properties)
    return frozenset(labels), frozenset(types), frozenset(keys)


__all__ = ["Parcel", "PushSummary", "push", "push_pieces"]
