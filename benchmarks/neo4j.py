"""Neo4j: loading over Bolt beside others, loading again, the import of CSV, questions, and reading while one pushes.

    python benchmarks/neo4j.py [--small] [--rounds 3] [--heap 2g] [--out FILE]

Everything runs on one server of its own (Java 17 and, the first time, Maven), on a temporary folder. One loader after
the other, each into an empty database, in rounds: the median of the rounds counts, a round on a smaller graph warms all
up. The peers are the packages of the dependency group `bench`.
"""

from __future__ import annotations

import argparse
import gc
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":  # the folder of this file goes: `neo4j` is the driver
    sys.path[0] = str(ROOT)

from benchmarks._measure import Figure, machine, table  # noqa: E402
from benchmarks.neo4j_admin import admin_figures  # noqa: E402
from benchmarks.neo4j_peers import peers  # noqa: E402
from benchmarks.neo4j_use import question_figures, reading_figures  # noqa: E402
from benchmarks.property_graph import NODES, RELATIONSHIPS, pieces, schema, with_few_properties  # noqa: E402
from kg.neo4j_server import local_address, start, stop  # noqa: E402
from loaders.neo4j.connect import ServerAddress, open_driver  # noqa: E402
from loaders.neo4j.graph import Piece  # noqa: E402
from loaders.neo4j.push import PushSummary, push_pieces  # noqa: E402

if TYPE_CHECKING:
    from neo4j import Driver

COMMAND = "python benchmarks/neo4j.py"
SMALL = (6_000, 20_000)  # the vocabulary is in it
WARM = (6_000, 20_000)
OURS = "kg push"
GOALS = {"rdflib-neo4j 1.1": 3.0, "py2neo 2021.2.4, bulk": 2.0, "plain UNWIND/MERGE loop": 2.0}
AGAIN = 10.0
PARTS = ("few", "full", "questions", "reading", "admin")


@dataclass(frozen=True, slots=True)
class Server:
    """The server of the benchmark."""

    home: Path
    address: ServerAddress
    driver: Driver


@contextmanager
def server(heap: str) -> Iterator[Server]:
    """A server on a temporary folder, stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="zhenxing-bench-") as folder:
        home = Path(folder) / "home"
        start(home, bolt_port=free_port(), http_port=free_port(), heap=heap, environment=None, say=say)
        try:
            address = local_address(home)
            if address is None:
                raise RuntimeError(f"the server of {home} does not run")
            with open_driver(address) as driver:
                yield Server(home, address, driver)
        finally:
            stop(home)


def free_port() -> int:
    """A port of this machine that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def say(line: str) -> None:
    """What goes on, beside the table."""
    print("·", line, file=sys.stderr, flush=True)


def empty(driver: Driver) -> None:
    """Remove everything, constraints and indexes too."""
    driver.execute_query("CALL apoc.schema.assert({}, {}, true)")
    names, _, _ = driver.execute_query("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name")
    for name in names:
        driver.execute_query("DROP INDEX $name IF EXISTS", name=name["name"])
    for delete in ("MATCH ()-[r]->() CALL (r) { DELETE r }", "MATCH (n) CALL (n) { DELETE n }"):
        with driver.session() as session:
            session.run(delete + " IN TRANSACTIONS OF 10000 ROWS").consume()


def load(driver: Driver, graph: Sequence[Piece]) -> PushSummary:
    """Our push, as `kg push` does it."""
    return push_pieces(driver, None, graph, schema())


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, without pauses of the collector for what others left."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def size_of(driver: Driver) -> tuple[int, int]:
    """Nodes and relationships that the database has."""
    rows, _, _ = driver.execute_query("RETURN COUNT { MATCH (n) } AS nodes, COUNT { MATCH ()-->() } AS joins")
    return rows[0]["nodes"], rows[0]["joins"]


def counts(graph: Sequence[Piece]) -> tuple[int, int]:
    """Nodes and relationships of pieces."""
    return sum(len(piece.nodes) for piece in graph), sum(len(piece.relationships) for piece in graph)


def measure_loads(bench: Server, graph: Sequence[Piece], rounds: int) -> tuple[dict[str, list[float]], list[float]]:
    """Seconds of each loader in each round, ours last so that its graph stays; and of ours again, nothing changed.

    RuntimeError where a database has other nodes or relationships afterwards than it should.
    """
    driver = bench.driver
    loaders = {**peers(bench.address, driver, graph), OURS: lambda: load(driver, graph)}
    spent: dict[str, list[float]] = {name: [] for name in loaders}
    again: list[float] = []
    for number in range(rounds):
        for name, loader in loaders.items():
            empty(driver)
            spent[name].append(seconds(loader))
            nodes, joins = size_of(driver)
            if (nodes - (name == OURS), joins) != counts(graph):  # ours has a node for its own state
                raise RuntimeError(f"{name} wrote {nodes} nodes and {joins} relationships of {counts(graph)}")
            say(f"round {number + 1}, {name}: {spent[name][-1]:.1f} s")
        again.append(seconds(lambda: load(driver, graph)))
        say(f"round {number + 1}, again: {again[-1]:.2f} s")
    return spent, again


def load_figures(
    graph: Sequence[Piece], spent: dict[str, list[float]], again: Sequence[float], kind: str
) -> list[Figure]:
    """Items a second of each, and ours beside them."""
    nodes, joins = counts(graph)
    items = nodes + joins
    medians = {name: statistics.median(found) for name, found in spent.items()}
    ours = medians[OURS]
    figures = []
    for name in (OURS, *GOALS):
        rate = f"{items / medians[name]:,.0f} items/s ({medians[name]:.1f} s)"
        goal = ""
        if name in GOALS:
            rate += f"; `{OURS}` is {medians[name] / ours:.1f} times as fast"
            goal = f"≥ {GOALS[name]:g} times"
        what = f"{nodes:,} nodes and {joins:,} relationships, {kind}, by {name}"
        figures.append(Figure(what, rate, goal, COMMAND))
    unchanged = statistics.median(again)
    value = f"{unchanged:.2f} s, {ours / unchanged:.0f} times as fast as the first time"
    figures.append(Figure(f"the same pushed again, nothing changed ({kind})", value, f"≥ {AGAIN:g} times", COMMAND))
    return figures


def measure(nodes: int, relationships: int, *, rounds: int, heap: str, only: Sequence[str] = ()) -> list[Figure]:
    """All figures, on one server but for the import, which needs a stopped one; `only` names some of PARTS."""
    parts = only or PARTS
    figures: list[Figure] = []
    with server(heap) as bench:
        home = bench.home
        if set(parts) - {"admin"}:
            figures += _measure_server(bench, list(pieces(nodes, relationships)), rounds, parts)
        if "admin" in parts:
            stop(home)
            figures += admin_figures(home, max(20, nodes // 60), rounds, COMMAND, say)
    return figures


def _measure_server(bench: Server, graph: Sequence[Piece], rounds: int, parts: Sequence[str]) -> list[Figure]:
    figures: list[Figure] = []
    if "few" in parts or "full" in parts:
        say("warming up")
        measure_loads(bench, list(pieces(*WARM)), 1)
    if "few" in parts:
        few = [with_few_properties(piece) for piece in graph]
        figures += load_figures(few, *measure_loads(bench, few, rounds), "few properties")
    if "full" in parts:
        figures += load_figures(graph, *measure_loads(bench, graph, rounds), "all evidence")
    else:
        empty(bench.driver)
        load(bench.driver, graph)
    if "questions" in parts:
        figures += question_figures(bench.driver, COMMAND, say)
    if "reading" in parts:
        figures += reading_figures(bench.address, COMMAND, say)
    return figures


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="a tenth of the graph, to try")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--heap", default="1g", help="of the server")
    parser.add_argument("--only", nargs="+", default=[], choices=PARTS, help="parts")
    parser.add_argument("--out", type=Path, help="a file for the table, besides")
    arguments = parser.parse_args()
    nodes, relationships = SMALL if arguments.small else (NODES, RELATIONSHIPS)
    figures = measure(nodes, relationships, rounds=arguments.rounds, heap=arguments.heap, only=arguments.only)
    text = table(figures)
    print(text)
    say(machine())
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
