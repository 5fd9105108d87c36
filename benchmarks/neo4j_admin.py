"""The way by files: `kg export --as neo4j-admin` and the import of them, beside neo4j-admin on CSV that is ready.

The store is built of generated bulletins. The ready CSV holds the same nodes and relationships as Python's csv module
writes them, one file for each combination of labels and each type.
"""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from benchmarks._measure import Figure, check, kg, mebibytes, run
from benchmarks.generate import write
from kg.push import store_pieces
from kg.store import GraphStore
from loaders.neo4j.graph import OURS, Node, Relationship, Value, joined
from loaders.neo4j.schema import load_schema

Say = Callable[[str], None]
_SEED = 7
_WITHIN = 1.25
_DELIMITER = "\x1f"
_NAMES = {str: "string", int: "long", float: "double", bool: "boolean", date: "date"}


def ready_csv(store: GraphStore, folder: Path) -> tuple[list[str], int, int]:
    """Write the store's graph as CSV; the options of neo4j-admin that name the files, nodes and relationships."""
    nodes: dict[str, Node] = {}
    joins: dict[tuple[str, str, str], Relationship] = {}
    for piece in store_pieces(store, load_schema()):
        for node in piece.nodes:
            nodes[node.iri] = joined((nodes[node.iri], node)) if node.iri in nodes else node
        for one in piece.relationships:
            joins[one.start, one.type, one.end] = one
    options = []
    tables: dict[tuple[str, ...], list[tuple[list[str], Mapping[str, Value]]]] = {}
    for node in nodes.values():
        tables.setdefault(node.labels, []).append(([node.iri], node.properties))
    for number, (labels, rows) in enumerate(tables.items()):
        path = folder / f"n{number}.csv"
        _write(path, ["iri:ID"], rows, skipped="iri")
        options.append(f"--nodes={':'.join((OURS, *labels))}={path}")
    kinds: dict[str, list[tuple[list[str], Mapping[str, Value]]]] = {}
    for one in joins.values():
        if one.start in nodes and one.end in nodes:
            kinds.setdefault(one.type, []).append(([one.start, one.end], one.properties))
    for kind, rows in kinds.items():
        path = folder / f"r-{kind}.csv"
        _write(path, [":START_ID", ":END_ID"], rows, skipped="")
        options.append(f"--relationships={kind}={path}")
    return options, len(nodes), sum(map(len, kinds.values()))


def _write(
    path: Path, first: list[str], rows: Iterable[tuple[list[str], Mapping[str, Value]]], *, skipped: str
) -> None:
    """One table: its columns are all keys that a row has, of the type that the first value of each has."""
    rows = list(rows)
    columns: dict[str, str] = {}
    for _, properties in rows:
        for key, value in properties.items():
            if key not in columns and key != skipped:
                many = isinstance(value, tuple)
                columns[key] = f"{key}:{_NAMES[type(value[0] if isinstance(value, tuple) else value)]}" + "[]" * many
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*first, *columns.values()])
        for ids, properties in rows:
            writer.writerow([*ids, *(_field(properties.get(key)) for key in columns)])


def _field(value: Value | None) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return _DELIMITER.join(str(one) for one in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def admin_figures(home: Path, bulletins: int, rounds: int, command: str, say: Say) -> list[Figure]:
    """The export's time and memory; neo4j-admin's time on its files and on ready ones, in turn.

    The server of `home` must not run; its database is replaced.
    """
    admin = home / "bin" / "neo4j-admin"
    with tempfile.TemporaryDirectory(prefix="zhenxing-bench-") as name:
        folder = Path(name)
        few = _store(folder / "few", max(1, bulletins // 10))
        store = _store(folder / "many", bulletins)
        small, large = (
            check(run(kg("export", folder / f"csv-{one.parent.name}", "--as", "neo4j-admin", "--store", one)))
            for one in (few, store)
        )
        say(f"export: {large.seconds:.1f} s")
        (folder / "ready").mkdir()
        with GraphStore.reading(store) as graphs:
            options, nodes, joins = ready_csv(graphs, folder / "ready")
        alone: list[str | Path] = [
            admin, "database", "import", "full", "neo4j", "--overwrite-destination", "--id-type=string",
            "--array-delimiter=U+001F", "--multiline-fields=true", "--report-file=" + str(folder / "report"), *options,
        ]  # fmt: skip
        ours: list[str | Path] = ["sh", folder / "csv-many" / "import.sh", "--overwrite-destination"]
        spent: dict[str, list[float]] = {"ready": [], "ours": []}
        for number in range(rounds + 1):  # the first does not count
            for which, words in (("ready", alone), ("ours", ours)):
                took = _timed(words, {"NEO4J_ADMIN": str(admin)}, folder)
                say(f"import of {which}: {took:.1f} s")
                if number:
                    spent[which].append(took)
    ready, own = (statistics.median(spent[which]) for which in ("ready", "ours"))
    what = f"{nodes:,} nodes and {joins:,} relationships of {bulletins:,} generated bulletins"
    return [
        Figure(
            f"`kg export --as neo4j-admin`, {what}",
            f"{large.seconds:.1f} s, peak {mebibytes(large.peak_bytes)}; a tenth of them: {small.seconds:.1f} s, "
            f"peak {mebibytes(small.peak_bytes)}",
            "memory constant", command,
        ),
        Figure(f"neo4j-admin on ready CSV, {what}", f"{ready:.1f} s", "", command),
        Figure(
            f"neo4j-admin on the files of the export, {what}",
            f"{own:.1f} s, {own / ready:.2f} of the ready one's; with the export {own + large.seconds:.1f} s, "
            f"{(own + large.seconds) / ready:.2f}",
            f"≤ {_WITHIN}", command,
        ),
    ]  # fmt: skip


def _store(folder: Path, bulletins: int) -> Path:
    folder.mkdir()
    write(bulletins, _SEED, folder / "bulletins.jsonl")
    check(run(kg("build", folder / "bulletins.jsonl", "--store", folder / "store")))
    return folder / "store"


def _timed(words: list[str | Path], variables: Mapping[str, str], folder: Path) -> float:
    started = time.perf_counter()
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"neo4j-admin ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
    return time.perf_counter() - started
