"""A Neo4j that holds the graph, in use: the questions' times, and readers beside one who pushes."""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from benchmarks._measure import Figure
from benchmarks.property_graph import pieces, schema
from kg.questions import cypher
from kg.questions.load import load_named, question_names
from kg.questions.model import Filters, Question
from kg.questions.resolve import Resolver, fill
from loaders.iris import Names
from loaders.neo4j.connect import ServerAddress, open_driver
from loaders.neo4j.graph import Piece
from loaders.neo4j.push import push_pieces

if TYPE_CHECKING:
    from neo4j import Driver

Say = Callable[[str], None]
ASKED = 20  # times that each question is asked with each set of filters
READERS = 20
MEDIAN_MS, P95_MS = 300, 1000
_PATIENCE_MS = 8_000
_EXTRA = (8_000, 23_000)  # the vocabulary and the bulletins that are pushed beside the readers
_SEED = 11
_MARK = "（1）"  # ends the quote of a measure of the revision 1

KINDS: Mapping[str, tuple[str, ...]] = {
    "a province": ("place",),
    "a province and a year": ("place", "period"),
    "an instrument": ("instrument",),
    "an instrument, a group and a year": ("instrument", "target", "period"),
    "a group": ("target",),
    "a metric": ("metric",),
    "a metric and a province": ("metric", "place"),
    "no filter": (),
}
_SAMPLE = """
MATCH (place:Place {level: 'province'})<-[:BROADER*0..]-()<-[:ACTS_IN]-(measure:Measure)-[:HAS_RESULT]->(figure),
  (measure)-[:APPLIES_INSTRUMENT]->(instrument), (measure)-[:FOR_TARGET]->(target),
  (figure)-[:METRIC]->(metric)<-[:MATCHED_CONCEPT]-(figure)
WHERE metric.outcome AND figure.statistic = 'level' AND (figure)-[:PLACE]->()-[:BROADER*0..]->(place)
  AND measure.firstMonth / 100 = measure.lastMonth / 100 AND figure.firstMonth / 100 = measure.firstMonth / 100
RETURN measure.iri AS measure, place.code AS place, instrument.code AS instrument, target.code AS target,
  metric.code AS metric, toString(measure.firstMonth / 100) AS period
ORDER BY measure LIMIT 1
"""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def question_figures(driver: Driver, command: str, say: Say) -> list[Figure]:
    """Median and 95th percentile of each question's query: all its sets of filters, and none, which answers all."""
    figures = []
    vocabulary = cypher.ServerVocabulary(driver)
    resolver = Resolver(vocabulary)
    sample = _sample(driver)
    for name in question_names():
        question = load_named(name, "cypher")
        filtered: list[float] = []
        kinds = found = 0
        for what, filters in _sets(question, sample).items():
            text, parameters = cypher.bound(question, *fill(question, filters, resolver))
            spent, rows = _ask(driver, cypher.slim(question, text), parameters)
            if what == "no filter":
                figures.append(_question_figure(f"`{name}`, no filter", spent, rows, command))
            else:
                filtered += spent
                found += rows
                kinds += 1
            say(f"{name}, {what}: {rows} rows, {statistics.median(spent):.0f} ms, p95 {percentile(spent, 0.95):.0f} ms")
        if not found:
            raise RuntimeError(f"{name}: nothing was found, so that nothing was measured")
        figures.append(_question_figure(f"`{name}`, filters of {kinds} kinds", filtered, found, command))
    return sorted(figures, key=lambda figure: figure.what)


def _sample(driver: Driver) -> dict[str, str]:
    """A measure and what it is about, by code: what is asked about is there."""
    rows, _, _ = driver.execute_query(_SAMPLE)
    return dict(rows[0])


def _sets(question: Question, sample: Mapping[str, str]) -> dict[str, Filters]:
    """The filters that a question takes, with those that it needs, each set once."""
    takes = {parameter.filter for parameter in question.parameters}
    needs = frozenset(parameter.filter for parameter in question.parameters if parameter.required)
    sets: dict[frozenset[str], str] = {}
    for what, wanted in KINDS.items():
        if takes >= set(wanted):
            sets.setdefault(needs.union(wanted), what if needs.issubset(wanted) else f"{what} and what it needs")
    named = {what: Filters(**{one: _value(one, sample) for one in wanted}) for wanted, what in sets.items()}
    if "of" in takes:
        measure = sample["measure"]
        bulletin = measure.partition("/measure/")[0]
        named = {"a measure": Filters(of=(measure,)), "a bulletin": Filters(of=(bulletin,)), **named}
    return named


def _value(filter_name: str, sample: Mapping[str, str]) -> Any:
    return sample[filter_name] if filter_name == "period" else (sample[filter_name],)


def _question_figure(what: str, spent: Sequence[float], rows: int, command: str) -> Figure:
    value = f"{statistics.median(spent):.0f} ms, p95 {percentile(spent, 0.95):.0f} ms ({rows:,} rows)"
    return Figure(what, value, f"< {MEDIAN_MS} ms, p95 < {P95_MS} ms", command)


def _ask(driver: Driver, query: str, parameters: Mapping[str, Any]) -> tuple[list[float], int]:
    """Milliseconds of each time, after two that do not count, until the last row is here; rows."""
    spent: list[float] = []
    rows = 0
    for _ in range(ASKED + 2):
        started = time.perf_counter()
        records, _, _ = driver.execute_query(query, dict(parameters), routing_="r")
        spent.append(1000 * (time.perf_counter() - started))
        rows = len(records)
        if sum(spent) > _PATIENCE_MS and len(spent) > 3:  # an answer of all the graph
            break
    return spent[2:], rows


# ------------------------------------------------------------------ reading while one pushes

_LOOK = f"""
MATCH (b:Zhenxing {{iri: $iri}})
RETURN b.graphVersion AS version, COUNT {{ (b)<-[:IN_BULLETIN]-() }} AS parts,
  COUNT {{ (b)<-[:IN_BULLETIN]-()-->() }} + COUNT {{ (b)-->() }} AS joins,
  COUNT {{ (b)<-[:IN_BULLETIN]-(m:Measure) WHERE m.quote ENDS WITH '{_MARK}' }} AS revised
"""


@dataclass(slots=True)
class _Seen:
    """What the readers saw."""

    spent: list[float] = field(default_factory=list)
    absent: int = 0
    halves: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def reading_figures(address: ServerAddress, command: str, say: Say) -> list[Figure]:
    """Twenty readers, each with a connection, while bulletins are pushed: new ones, then the same ones changed."""
    first, second = (list(pieces(*_EXTRA, seed=_SEED, revision=n)) for n in (0, 1))
    whole = {piece.key: _wholes(old, piece) for old, piece in zip(first[1:], second[1:], strict=True)}
    figures = []
    for what, graph in (("new bulletins", first), ("changed bulletins", second)):
        seen = _Seen()
        with open_driver(address) as driver:
            took = _read_beside(driver, graph, whole, seen)
        say(f"{what}: pushed in {took:.1f} s; {len(seen.spent)} reads; errors {seen.errors[:2]}; {seen.halves[:3]}")
        value = (
            f"{len(seen.errors)} errors, {len(seen.halves)} halves in {len(seen.spent):,} reads "
            f"(p95 {percentile(seen.spent, 0.95):.0f} ms); {len(graph) - 1} bulletins pushed in {took:.1f} s"
        )
        figures.append(
            Figure(f"{READERS} connections read while {what} are pushed", value, "no error, no half", command)
        )
    return figures


def _wholes(*revisions: Piece) -> set[tuple[str, int, int, int]]:
    """What may be seen of a bulletin: version, parts, relationships and measures of the revision."""
    seen = set()
    for revision, piece in enumerate(revisions):
        measures = sum("Measure" in node.labels for node in piece.nodes)
        parts = len(piece.nodes) - 1  # each has one IN_BULLETIN, which the pattern of _LOOK goes along once
        seen.add((piece.version, parts, len(piece.relationships) - parts, measures * revision))
    return seen


def _read_beside(
    driver: Driver, graph: Sequence[Piece], whole: Mapping[str, set[tuple[str, int, int, int]]], seen: _Seen
) -> float:
    """Push while others read; seconds of the push."""
    stop = threading.Event()
    lock = threading.Lock()
    names = Names()
    keys = sorted(whole)
    question = load_named("measures-to-outcomes", "cypher")
    asked = cypher.bound(
        question, *fill(question, Filters(place=("510000",), period="2021"), Resolver(cypher.ServerVocabulary(driver)))
    )

    def read(number: int) -> None:
        rng = random.Random(number)
        while not stop.is_set():
            key = rng.choice(keys)
            started = time.perf_counter()
            try:
                if number % 4 == 0:  # a question now and then, for its errors
                    driver.execute_query(asked[0], dict(asked[1]), routing_="r")
                    rows: Sequence[Any] = []
                else:
                    rows, _, _ = driver.execute_query(_LOOK, {"iri": names.bulletin(key)}, routing_="r")
            except Exception as fault:  # whatever a reader gets is what is counted
                with lock:
                    seen.errors.append(f"{type(fault).__name__}: {fault}"[:200])
                continue
            with lock:
                seen.spent.append(1000 * (time.perf_counter() - started))
                for row in rows:
                    if tuple(row.values()) not in whole[key]:
                        seen.halves.append(f"{key}: {tuple(row.values())} is none of {sorted(whole[key])}")

    readers = [threading.Thread(target=read, args=(number,), daemon=True) for number in range(READERS)]
    for reader in readers:
        reader.start()
    started = time.perf_counter()
    try:
        push_pieces(driver, None, graph, schema())
        return time.perf_counter() - started
    finally:
        stop.set()
        for reader in readers:
            reader.join(60)
