"""What the analyses start from: the ties of measures and bulletins, of a store's pieces or of a Neo4j server.

A tie is one relationship without its evidence; both sources give the same ones. Of several between the same two things
(two files of RDF may say the same) the surest counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kg.questions.model import Thing
from loaders.neo4j.graph import OURS, Node, Piece

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

    from loaders.neo4j.connect import ServerAddress

PLACE = "ACTS_IN"
INSTRUMENT = "APPLIES_INSTRUMENT"
TARGET = "FOR_TARGET"
PROGRAM = "RUNS_PROGRAM"
BULLETIN = "IN_BULLETIN"
ISSUER = "ISSUED_BY"
METRIC = "METRIC"
"""From a measure to the metric of one of its results: HAS_RESULT and METRIC in one."""

_OF_MEASURES = (INSTRUMENT, BULLETIN, PLACE, PROGRAM, TARGET)
_RESULT, _INSIDE, _PROVINCE = "HAS_RESULT", "INSIDE", "province"
_NAMED = {"Agency", "Bulletin", "Instrument", "Measure", "Metric", "Place", "Program", "TargetGroup"}
_TOGETHER = 5000  # IRIs in one query


@dataclass(frozen=True, slots=True)
class Tie:
    """One relationship; `weight` is its confidence, 1 where it has none."""

    start: str
    type: str
    end: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """All ties, sorted by start, type and end, and what their ends are called."""

    ties: tuple[Tie, ...]
    things: Mapping[str, Thing]  # by IRI; a thing without a code has its IRI there
    provinces: Mapping[str, str]  # IRI of a place → that of the province it is in (or is); the country has none

    def of(self, *types: str) -> Iterator[Tie]:
        """The ties of these types."""
        return (tie for tie in self.ties if tie.type in types)

    def ends(self, kind: str) -> dict[str, list[str]]:
        """The ends of one type by their start, sorted."""
        found: dict[str, list[str]] = {}
        for tie in self.of(kind):
            found.setdefault(tie.start, []).append(tie.end)
        return found

    def provinces_of(self) -> dict[str, list[str]]:
        """The provinces in which each measure acts, sorted; none for one that acts in the whole country."""
        return {
            measure: found
            for measure, places in self.ends(PLACE).items()
            if (found := sorted({self.provinces[place] for place in places if place in self.provinces}))
        }

    def thing(self, iri: str) -> Thing:
        """A thing; one that nothing names is called by its IRI."""
        return self.things.get(iri) or Thing(iri)


class _Gathered:
    """Ties while they are read."""

    def __init__(self, least: float) -> None:
        self.least = least
        self.weights: dict[tuple[str, str, str], float] = {}
        self.things: dict[str, Thing] = {}

    def add(self, start: str, kind: str, end: str, confidence: object) -> None:
        weight = float(confidence) if isinstance(confidence, int | float) else 1.0
        key = (start, kind, end)
        if weight >= self.least and weight > self.weights.get(key, 0.0):
            self.weights[key] = weight

    def name(self, iri: str, properties: Mapping[str, Any]) -> None:
        labels = {
            language: str(properties[key])
            for language, key in (("zh", "name"), ("en", "name_en"))
            if properties.get(key) is not None
        }
        code = properties.get("code") or iri
        self.things[iri] = Thing(code if isinstance(code, str) else min(map(str, code)), labels)

    def done(self, provinces: Mapping[str, str]) -> Ties:
        ties = tuple(Tie(*key, weight) for key, weight in sorted(self.weights.items()))
        used = sorted({iri for tie in ties for iri in (tie.start, tie.end)})
        used += sorted({provinces[iri] for iri in used if iri in provinces} - set(used))
        return Ties(
            ties=ties,
            things={iri: self.things[iri] for iri in used if iri in self.things},
            provinces={iri: provinces[iri] for iri in used if iri in provinces},
        )


def ties_of_pieces(pieces: Iterable[Piece], least: float = 0.0) -> Ties:
    """The ties of a graph given as pieces, the vocabulary among them; those surer than or as sure as `least`."""
    gathered = _Gathered(least)
    above: dict[str, str] = {}
    levels: dict[str, str] = {}
    for piece in pieces:
        _read_piece(piece, gathered, above, levels)
    return gathered.done({place: found for place in levels if (found := _province(place, above, levels))})


def _read_piece(piece: Piece, gathered: _Gathered, above: dict[str, str], levels: dict[str, str]) -> None:
    measures, bulletins = set(), set()
    for node in piece.nodes:
        if _NAMED.intersection(node.labels) and (len(node.properties) > 1 or node.iri not in gathered.things):
            gathered.name(node.iri, node.properties)
            _note_place(node, levels)
        if "Measure" in node.labels:
            measures.add(node.iri)
        if "Bulletin" in node.labels:
            bulletins.add(node.iri)
    metrics: dict[str, list[str]] = {}
    for one in piece.relationships:
        if one.type == METRIC:
            metrics.setdefault(one.start, []).append(one.end)
    for one in piece.relationships:
        confidence = one.properties.get("confidence")
        if one.type == _INSIDE:
            above[one.start] = one.end
        elif (one.type in _OF_MEASURES and one.start in measures) or (one.type == ISSUER and one.start in bulletins):
            gathered.add(one.start, one.type, one.end, confidence)
        elif one.type == _RESULT and one.start in measures:
            for metric in metrics.get(one.end, ()):
                gathered.add(one.start, METRIC, metric, confidence)


def _note_place(node: Node, levels: dict[str, str]) -> None:
    if "Place" in node.labels:
        levels[node.iri] = str(node.properties.get("level", ""))


def _province(place: str, above: Mapping[str, str], levels: Mapping[str, str]) -> str:
    """The province around a place; "" for the country and for a place that no province holds."""
    seen = set()
    while place and place not in seen:
        if levels.get(place) == _PROVINCE:
            return place
        seen.add(place)
        place = above.get(place, "")
    return ""


_MEASURES_CYPHER = f"""
MATCH (m:{OURS}:Measure)-[r:{"|".join(_OF_MEASURES)}]->(x:{OURS})
RETURN m.iri AS start, type(r) AS type, x.iri AS end, r.confidence AS confidence"""
_RESULTS_CYPHER = f"""
MATCH (m:{OURS}:Measure)-[r:{_RESULT}]->(:{OURS})-[:{METRIC}]->(x:{OURS})
RETURN m.iri AS start, '{METRIC}' AS type, x.iri AS end, r.confidence AS confidence"""
_ISSUERS_CYPHER = f"""
MATCH (b:{OURS}:Bulletin)-[r:{ISSUER}]->(x:{OURS})
RETURN b.iri AS start, type(r) AS type, x.iri AS end, r.confidence AS confidence"""
_NAMES_CYPHER = f"""
UNWIND $iris AS iri MATCH (n:{OURS} {{iri: iri}})
RETURN iri, n.code AS code, n.name AS name, n.name_en AS name_en"""
_PROVINCES_CYPHER = f"""
UNWIND $iris AS iri MATCH (n:{OURS} {{iri: iri}})-[:{_INSIDE}*0..4]->(p:{OURS}:Place {{level: '{_PROVINCE}'}})
RETURN iri, p.iri AS province"""


def ties_of_server(driver: Driver, address: ServerAddress, least: float = 0.0) -> Ties:
    """The ties of the graph on a server, of the nodes with our label alone; ServerError for every fault of it."""
    from loaders.neo4j.connect import server_faults

    with server_faults(address), driver.session(database=address.database, default_access_mode="READ") as session:
        return session.execute_read(_read_server, least)


def _read_server(transaction: ManagedTransaction, least: float) -> Ties:
    gathered = _Gathered(least)
    for query in (_MEASURES_CYPHER, _RESULTS_CYPHER, _ISSUERS_CYPHER):
        for row in transaction.run(query):
            gathered.add(row["start"], row["type"], row["end"], row["confidence"])
    places = sorted({end for _, kind, end in gathered.weights if kind == PLACE})
    provinces: dict[str, str] = {}
    for some in _parts(places):
        provinces |= {row["iri"]: row["province"] for row in transaction.run(_PROVINCES_CYPHER, iris=some)}
    used = {iri for start, _, end in gathered.weights for iri in (start, end)} | set(provinces.values())
    for some in _parts(sorted(used)):
        for row in transaction.run(_NAMES_CYPHER, iris=some):
            gathered.name(row["iri"], row)
    provinces |= {province: province for province in provinces.values()}
    return gathered.done(provinces)


def _parts(iris: Sequence[str]) -> Iterator[Sequence[str]]:
    return (iris[at : at + _TOGETHER] for at in range(0, len(iris), _TOGETHER))
