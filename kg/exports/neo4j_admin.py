"""A store as CSV files for `neo4j-admin database import`, with the command and what is to be run after it.

    DIR/
      nodes-LABEL.csv          rows, and nodes-LABEL-header.csv their columns; a further file where types differ
      relationships-TYPE.csv   likewise
      import.args              the arguments of neo4j-admin
      import.sh                runs it
      schema.cypher            constraints and indexes, and the few lists that no CSV of the import can carry

One bulletin is read at a time. What several bulletins say of a shared thing waits in a file beside the rows and is
joined as `kg push` does; two exports of one store are the same bytes.
"""

from __future__ import annotations

import json
import pickle
import shlex
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyoxigraph import NamedNode, Triple

from kg.exports.neo4j_csv import Table, Tables, fits, quoted_text
from kg.push import store_parcels, vocabulary_of
from kg.store import GraphStore
from loaders.errors import KgError
from loaders.iris import TERMS, digest
from loaders.lexicon import read_turtle
from loaders.neo4j.graph import OURS, Node, Piece, Relationship, Value, joined
from loaders.neo4j.prepare import state_iri
from loaders.neo4j.schema import STATE, GraphSchema, quoted, schema_cypher, schema_of
from loaders.resources import data_folder

_OWN = ("nodes-*.csv", "relationships-*.csv", "import.args", "import.sh", "schema.cypher", "import.report")
_BUFFER = 4 << 20  # bytes, neo4j-admin's own default; a row must find room in it
_SCRIPT = """\
#!/bin/sh
# Imports the files of this folder into a database of a stopped Neo4j 5; an option is handed on to neo4j-admin:
#     NEO4J_ADMIN=/path/to/neo4j-admin sh import.sh --overwrite-destination
# DATABASE names another database than neo4j. After the start: cypher-shell -f schema.cypher
cd "$(dirname "$0")" || exit 1
LC_ALL=C.UTF-8 exec "${NEO4J_ADMIN:-neo4j-admin}" database import full "${DATABASE:-neo4j}" "$@" @import.args
"""


@dataclass(frozen=True, slots=True)
class AdminExport:
    """What was written."""

    folder: Path
    nodes: int
    relationships: int
    lost: int  # relationships whose end is nowhere: a concept that the vocabulary lacks
    repairs: int  # lists that schema.cypher sets

    @property
    def after(self) -> str:
        """What a shell runs when the server has started."""
        return shlex.join(["cypher-shell", "-f", str(self.folder / "schema.cypher")])

    @property
    def command(self) -> str:
        """What a shell runs to import it."""
        return shlex.join(["sh", str(self.folder / "import.sh")])


def store_schema(store: GraphStore) -> GraphSchema:
    """The schema of the shipped ontology and of the vocabulary of a user's own that the store was built with.

    The store has names for the blank nodes of its files; those of the shipped files are read from the files.
    """
    paths = sorted(data_folder("ontology").glob("*.ttl"))
    named = tuple(f"{TERMS}node-{digest(path.stem, 6)}-" for path in paths)
    triples = {Triple(q.subject, q.predicate, q.object): None for path in paths for q in read_turtle(path)}
    for quad in vocabulary_of(store):
        ends = (quad.subject, quad.object)
        if not any(isinstance(end, NamedNode) and end.value.startswith(named) for end in ends):
            triples[Triple(quad.subject, quad.predicate, quad.object)] = None
    found = schema_of(triples)
    classes = {iri: one for iri, one in found.classes.items() if not iri.startswith(f"{TERMS}node-")}
    return GraphSchema(classes=classes, properties=found.properties)


def write_neo4j_admin(store: GraphStore, folder: Path, *, force: bool = False) -> AdminExport:
    """Write the files into a new or empty folder; with `force` those of a former export there go.

    KgError for a folder that holds anything and is not forced, or that cannot be written. What was there stays until
    all is written.
    """
    if folder.exists() and not folder.is_dir():
        raise KgError(f"{folder}: is a file; name a folder for the files of neo4j-admin")
    try:
        if folder.is_dir() and any(folder.iterdir()) and not force:
            raise KgError(f"{folder}: is not empty; name a new folder, or replace a former export there with --force")
        target = folder.resolve()
        fresh = target.with_name(f".{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        try:
            counts = _Export(store, fresh).run()
            target.mkdir(exist_ok=True)
            for pattern in _OWN:
                for former in target.glob(pattern):
                    former.unlink()
            for path in sorted(fresh.iterdir()):
                path.replace(target / path.name)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as fault:
        raise KgError(f"{folder}: cannot be written: {fault.strerror or fault}") from None
    except sqlite3.Error as fault:
        raise KgError(f"{folder}: cannot be written: {fault}") from None
    return AdminExport(folder, *counts)


class _Shared:
    """What several pieces say of shared things, in a file: memory does not grow with the number of programs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.base = sqlite3.connect(path, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "BEGIN",
            "CREATE TABLE node (iri TEXT PRIMARY KEY, said BLOB) WITHOUT ROWID",
            "CREATE TABLE relationship (start TEXT, type TEXT, stop TEXT, said BLOB, PRIMARY KEY (start, type, stop)) "
            "WITHOUT ROWID",
        ):  # fmt: skip
            self.base.execute(statement)

    def add_node(self, node: Node) -> None:
        """Join it with what was said of it before."""
        row = self.base.execute("SELECT said FROM node WHERE iri = ?", (node.iri,)).fetchone()
        said = pickle.dumps((node.labels, dict(node.properties)))
        if row is not None:
            if row[0] == said:
                return
            labels, properties = pickle.loads(row[0])
            one = joined((Node(node.iri, labels, properties, ""), node))
            said = pickle.dumps((one.labels, dict(one.properties)))
        self.base.execute("INSERT OR REPLACE INTO node VALUES (?, ?)", (node.iri, said))

    def add_relationship(self, one: Relationship) -> None:
        """Keep what was said first."""
        said = pickle.dumps((dict(one.properties), one.owner))
        self.base.execute(
            "INSERT OR IGNORE INTO relationship VALUES (?, ?, ?, ?)", (one.start, one.type, one.end, said)
        )

    def nodes(self) -> Iterator[Node]:
        """All of them, sorted by IRI."""
        for iri, said in self.base.execute("SELECT iri, said FROM node ORDER BY iri"):
            labels, properties = pickle.loads(said)
            yield Node(iri, labels, properties, "")

    def relationships(self) -> Iterator[tuple[Relationship, bool]]:
        """All of them, sorted, and whether both ends are there: of a bulletin's own the start always is."""
        rows = self.base.execute(
            "SELECT start, type, stop, r.said, a.iri, b.iri FROM relationship r LEFT JOIN node a ON a.iri = start "
            "LEFT JOIN node b ON b.iri = stop ORDER BY start, type, stop"
        )
        for start, kind, end, said, first, last in rows:
            properties, owner = pickle.loads(said)
            yield Relationship(start, kind, end, properties, owner), bool(last and (first or owner))

    def close(self) -> None:
        """Remove the file."""
        self.base.close()
        self.path.unlink(missing_ok=True)


class _Export:
    """One export while it goes on."""

    def __init__(self, store: GraphStore, folder: Path) -> None:
        self.store, self.folder = store, folder
        self.schema = store_schema(store)
        self.nodes = Tables(folder, "nodes", "iri:ID", ":LABEL")
        self.joins = Tables(folder, "relationships", ":START_ID,:END_ID", ":TYPE")
        self.shared = _Shared(folder / "shared.sqlite")
        self.concepts: frozenset[str] = frozenset()  # IRIs of the vocabulary's nodes
        self.keys: set[str] = set()  # their keys
        self.labels = set(self.schema.node_labels())
        self.types = {p.type for p in self.schema.properties.values() if p.role in ("relationship", "either")}
        self.lost = 0
        self.repairs: list[str] = []

    def run(self) -> tuple[int, int, int, int]:
        """Write everything; the numbers of nodes, relationships, lost relationships and repairs."""
        version = ""
        repairs = 0
        try:
            with (self.folder / "schema.cypher").open("w", encoding="utf-8", newline="") as cypher:
                cypher.write(schema_cypher(self.schema) + "CALL db.awaitIndexes(3600);\n")
                for parcel in store_parcels(self.store, self.schema):
                    piece = parcel.read()
                    if not piece.key:
                        version = piece.version
                        self.concepts = frozenset(node.iri for node in piece.nodes)
                        self.keys = {key for node in piece.nodes for key in node.properties}
                    self.write_piece(piece)
                    repairs += self.write_repairs(cypher)
                self.write_shared()
                if version:
                    self.write_node(self.state(version))
                repairs += self.write_repairs(cypher)
        finally:
            self.shared.close()
        nodes, joins = self.nodes.finish(), self.joins.finish()
        self.write_command(nodes, joins)
        return sum(one.rows for one in nodes), sum(one.rows for one in joins), self.lost, repairs

    def write_piece(self, piece: Piece) -> None:
        """Write what is the bulletin's own and put by the rest."""
        here = {node.iri for node in piece.nodes}
        for node in piece.nodes:
            if node.owner:
                self.write_node(node)
            else:
                self.shared.add_node(node)
        for one in piece.relationships:
            if one.owner and (one.end in here or one.end in self.concepts):
                self.write_relationship(one)
            else:
                self.shared.add_relationship(one)

    def write_shared(self) -> None:
        """Write what was put by, but for relationships that lead nowhere."""
        for node in self.shared.nodes():
            self.write_node(node)
        for one, whole in self.shared.relationships():
            if whole:
                self.write_relationship(one)
            else:
                self.lost += 1

    def write_node(self, node: Node) -> None:
        self.labels.update(node.labels)
        others = {key: value for key, value in node.properties.items() if key != "iri"}
        properties = self.carried(others, f"MATCH (x:{OURS} {{iri: %s}})", node.iri)
        self.nodes.write((OURS, *node.labels), quoted_text(node.iri), properties)

    def write_relationship(self, one: Relationship) -> None:
        self.types.add(one.type)
        found = f"MATCH (:{OURS} {{iri: %s}})-[x:{quoted(one.type)}]->(:{OURS} {{iri: %s}})"
        properties = self.carried(one.properties, found, one.start, one.end)
        self.joins.write((one.type,), f"{quoted_text(one.start)},{quoted_text(one.end)}", properties)

    def carried(self, properties: Mapping[str, Value], match: str, *iris: str) -> Mapping[str, Value]:
        """The properties that CSV carries; for the others a statement that sets them."""
        unfit = {key: value for key, value in properties.items() if type(value) is tuple and not fits(value)}
        if not unfit:
            return properties
        sets = ", ".join(f"x.{quoted(key)} = {_literal(value)}" for key, value in sorted(unfit.items()))
        self.repairs.append(f"{match % tuple(map(_literal, iris))} SET {sets};\n")
        return {key: value for key, value in properties.items() if key not in unfit}

    def write_repairs(self, cypher: IO[str]) -> int:
        count = len(self.repairs)
        cypher.writelines(self.repairs)
        self.repairs.clear()
        return count

    def state(self, version: str) -> Node:
        """The node by which `kg push` knows what the database holds."""
        base = self.store.facts.base
        properties: dict[str, Value] = {"iri": state_iri(base), "base": base, "name": base, "version": version}
        for key, names in (("labels", self.labels), ("types", self.types), ("keys", self.keys)):
            if names:
                properties[key] = tuple(sorted(names))
        return Node(state_iri(base), (STATE,), properties, "")

    def write_command(self, nodes: Sequence[Table], joins: Sequence[Table]) -> None:
        """The arguments, one a line, and the script."""
        longest = max((table.longest for table in (*nodes, *joins)), default=0)
        arguments = [
            "--id-type=string",
            "--array-delimiter=U+001F",
            "--trim-strings=true",
            f"--multiline-fields={'true' if any(table.multiline for table in (*nodes, *joins)) else 'false'}",
            f"--read-buffer-size={max(_BUFFER, 4 * longest)}",
            "--report-file=import.report",
            *(f"--nodes={_files(table)}" for table in nodes),
            *(f"--relationships={_files(table)}" for table in joins),
        ]
        (self.folder / "import.args").write_text("".join(f"{one}\n" for one in arguments), "utf-8")
        script = self.folder / "import.sh"
        script.write_text(_SCRIPT, "utf-8")
        script.chmod(0o755)


def _files(table: Table) -> str:
    """A table as the argument of neo4j-admin."""
    return f"{table.names}{'=' if table.names else ''}{table.header.name},{table.path.name}"


def _literal(value: Value) -> str:
    """A text, or a list of texts, in Cypher, whose escapes are those of JSON."""
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
