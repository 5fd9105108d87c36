"""Generated pieces of the property graph: seeded, in our own records, with exactly as many nodes and relationships.

The vocabulary is the real one; the bulletins around it have the size, the labels, the properties and the evidence that
the projection of real ones has (about 54 nodes; 20 properties a node, 10 on a relationship that is inferred). Words are
made of the vocabulary's own names. Real bulletins have six relationships a node, most of them without properties; here
some of those are left out at random, so that the graph has as many as it should.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from loaders import iris
from loaders.neo4j.graph import Node, Piece, Relationship, Value, content_version
from loaders.neo4j.projection import project_vocabulary
from loaders.neo4j.schema import GraphSchema, load_schema
from loaders.vocabulary import vocabulary_digest, vocabulary_quads

NODES, RELATIONSHIPS = 60_000, 200_000
_A_BULLETIN = 54  # nodes
_SECTIONS, _MEASURES = 5, 8  # of a bulletin; all other nodes are observations
_STATISTICS = ("level", "level", "level", "level", "change", "growth", "share", "standard", "target")
_PROVINCES = 31  # of the places, those whose bulletins are many
_FIRST_YEAR, _YEARS = 2016, 10


@lru_cache(maxsize=1)
def vocabulary() -> Piece:
    """The piece of the vocabulary, which is the same in every graph."""
    names = iris.Names()
    return project_vocabulary(vocabulary_quads(names.vocabulary_graph), vocabulary_digest(), load_schema())


@lru_cache(maxsize=1)
def schema() -> GraphSchema:
    """The schema of the ontology as it is."""
    return load_schema()


@dataclass(frozen=True, slots=True)
class Concepts:
    """What bulletins point to, by label."""

    provinces: tuple[Node, ...]
    inside: Mapping[str, tuple[Node, ...]]  # places in and under a province
    instruments: tuple[Node, ...]
    targets: tuple[Node, ...]
    metrics: tuple[Node, ...]
    agencies: tuple[Node, ...]


@lru_cache(maxsize=1)
def concepts() -> Concepts:
    """The vocabulary's nodes, sorted."""
    by_label: dict[str, list[Node]] = {}
    for node in vocabulary().nodes:
        for label in node.labels:
            by_label.setdefault(label, []).append(node)
    above = {one.start: one.end for one in vocabulary().relationships if one.type == "INSIDE"}
    above |= {one.start: one.end for one in vocabulary().relationships if one.type == "BROADER"}
    provinces = [node for node in by_label["Place"] if node.properties.get("level") == "province"][:_PROVINCES]
    inside: dict[str, list[Node]] = {node.iri: [node] for node in provinces}
    for node in by_label["Place"]:
        at: str | None = above.get(node.iri)
        while at is not None and at not in inside:
            at = above.get(at)
        if at is not None and node.iri not in inside:
            inside[at].append(node)
    return Concepts(
        tuple(provinces),
        {iri: tuple(nodes) for iri, nodes in inside.items()},
        *(tuple(by_label[label]) for label in ("Instrument", "TargetGroup", "Metric", "Agency")),
    )


def pieces(nodes: int = NODES, relationships: int = RELATIONSHIPS, seed: int = 7, revision: int = 0) -> Iterator[Piece]:
    """The vocabulary, then bulletins, with so many nodes and relationships together.

    `revision` changes every bulletin's measures and leaves its size as it is. ValueError where the vocabulary alone
    has more, or so few relationships are wanted that a bulletin's parts would hang on nothing.
    """
    first = vocabulary()
    yield first
    nodes, relationships = nodes - len(first.nodes), relationships - len(first.relationships)
    count = nodes // _A_BULLETIN
    if count < 1 or relationships < 3 * nodes:
        raise ValueError(f"{nodes} nodes and {relationships} relationships beside the vocabulary make no bulletins")
    for number in range(count):  # what does not divide evenly is spread over all
        yield bulletin(
            number, _part(nodes, count, number), _part(relationships, count, number), seed=seed, revision=revision
        )


def _part(total: int, count: int, number: int) -> int:
    return total * (number + 1) // count - total * number // count


class _Bulletin:
    """A bulletin while it is made."""

    def __init__(self, key: str, rng: random.Random) -> None:
        self.key, self.rng = key, rng
        self.names = iris.Names()
        self.iri = self.names.bulletin(key)
        self.nodes: list[Node] = []
        self.joins: dict[tuple[str, str, str], Mapping[str, Value]] = {}
        self.spare: list[tuple[str, str, str]] = []  # relationships that there may be
        self.at = 0

    def add(self, label: str, iri: str, **properties: Value) -> str:
        named: dict[str, Value] = {"iri": iri, "bulletin": self.key, **properties}
        self.nodes.append(Node(iri, (label,), named, self.key))
        return iri

    def join(self, start: str, kind: str, end: str, properties: Mapping[str, Value] | None = None) -> None:
        self.joins[start, kind, end] = properties or {}

    def ground(self, quotes: Sequence[str], rules: Sequence[str], *, confidence: float) -> dict[str, Value]:
        """The properties of evidence: the words one after the other."""
        starts, ends = [], []
        for quote in quotes:
            starts.append(self.at)
            ends.append(self.at + len(quote))
            self.at += len(quote)
        return {
            "quote": quotes[0], "start": starts[0], "end": ends[0], "rule": rules[0], "evidenceQuotes": tuple(quotes),
            "evidenceStarts": tuple(starts), "evidenceEnds": tuple(ends), "evidenceRules": tuple(rules),
            "confidence": confidence,
        }  # fmt: skip

    def sure(self) -> float:
        return self.rng.randint(5000, 9999) / 10_000


def bulletin(number: int, nodes: int, relationships: int, *, seed: int = 7, revision: int = 0) -> Piece:
    """One bulletin of so many nodes and relationships; it depends on its number and the seed alone."""
    rng = random.Random(f"{seed} {number}")
    known = concepts()
    key = iris.digest(f"generated {seed} {number}", 20)
    b = _Bulletin(key, rng)
    province = known.provinces[number % len(known.provinces)]
    year = _FIRST_YEAR + rng.randrange(_YEARS)
    title = f"{province.properties['name']}{year}"
    b.add("Bulletin", b.iri, title=title, name=title, issued=date(year, 12, 31), issuedPrecision="day",
          authorityLevel="province", identity=f"text:{key}", characters=60 * nodes, charactersInDomain=50 * nodes,
          sourceName=f"{number}.txt", address=f"{number}.txt", mediaType="text/plain")  # fmt: skip
    b.join(b.iri, "PLACE", province.iri)
    b.spare.append((b.iri, "ISSUED_BY", rng.choice(known.agencies).iri))
    sections = [_section(b, n + 1, str(province.properties["name"])) for n in range(_SECTIONS)]
    measures = [_measure(b, n + 1, year, province, sections, revision) for n in range(_MEASURES)]
    for n in range(nodes - 1 - _SECTIONS - _MEASURES):
        _observation(b, n + 1, year, province, sections, measures)
    missing = relationships - len(b.joins)
    spare = [one for one in dict.fromkeys(b.spare) if one not in b.joins]
    if not 0 <= missing <= len(spare):
        raise ValueError(f"a bulletin of {nodes} nodes cannot have {relationships} relationships")
    for join in rng.sample(spare, missing):
        b.join(*join)
    joins = [Relationship(*ends, properties, key) for ends, properties in sorted(b.joins.items(), key=lambda x: x[0])]
    made = sorted(b.nodes, key=lambda node: node.iri)
    version = content_version(made, joins)
    made = [replace(x, properties={**x.properties, "graphVersion": version}) if x.iri == b.iri else x for x in made]
    return Piece(key, version, tuple(made), tuple(joins))


def _section(b: _Bulletin, n: int, place: str) -> str:
    iri = b.names.part(b.key, "section", f"s{n}")
    b.add("Section", iri, start=b.at, end=b.at + 900, rule="section", confidence=1.0, name=f"{place} {n}")
    b.join(iri, "IN_BULLETIN", b.iri)
    return iri


def _period(year: int, rng: random.Random) -> dict[str, Value]:
    month = rng.choice((1, 1, 1, 4, 7, 10))
    first = date(year, month, 1)
    return {
        "firstMonth": 100 * year + month, "firstDay": first, "lastMonth": 100 * year + 12,
        "lastDay": date(year, 12, 31), "period": str(year) if month == 1 else f"{year}-{month:02}/{year}-12",
    }  # fmt: skip


def _measure(b: _Bulletin, n: int, year: int, province: Node, sections: Sequence[str], revision: int) -> str:
    rng, known = b.rng, concepts()
    iri = b.names.part(b.key, "measure", f"m{n}")
    place = rng.choice(known.inside[province.iri][:40])
    instruments, target = rng.sample(known.instruments, 2), rng.choice(known.targets)
    words = "，".join(str(one.properties["name"]) for one in (place, *instruments, target))
    quote = f"{year}年{words}，{rng.randrange(10**9)}。" + (f"（{revision}）" if revision else "")
    b.add("Measure", iri, **b.ground([quote], ["measure.sentence"], confidence=0.9), **_period(year, rng),
          status=rng.choice(("done", "done", "planned")), theme=str(instruments[0].properties["name"]),
          name=quote[:30])  # fmt: skip
    b.join(iri, "IN_BULLETIN", b.iri)
    b.join(iri, "ACTS_IN", place.iri, b.ground([quote], ["measure.place"], confidence=b.sure()))
    for kind, concept in zip(("APPLIES_INSTRUMENT", "FOR_TARGET"), (instruments[0], target), strict=True):
        b.join(iri, kind, concept.iri, _matched(b, concept))
    b.spare += [(iri, "IN_SECTION", rng.choice(sections)), (iri, "PLACE", place.iri)]
    return iri


def _matched(b: _Bulletin, concept: Node) -> dict[str, Value]:
    said: dict[str, Value] = {"concepts": (concept.iri,)}
    return b.ground([str(concept.properties["name"])], [concept.iri], confidence=b.sure()) | said


def _observation(
    b: _Bulletin, n: int, year: int, province: Node, sections: Sequence[str], measures: Sequence[str]
) -> str:
    rng, known = b.rng, concepts()
    iri = b.names.part(b.key, "observation", f"o{n}")
    metric = rng.choice(known.metrics)
    value = rng.randint(1, 10**6) / rng.choice((1, 1, 10, 100))
    number = f"{value:g}"
    name = str(metric.properties["name"])
    sentence = f"{year}年{province.properties['name']}{name}达到{number}，{rng.randrange(10**9)}。"
    grounds = b.ground([sentence, number, number, name],
                       ["observation.sentence", "metric.counted-noun", "quantity.number", metric.iri],
                       confidence=b.sure())  # fmt: skip
    b.add("Observation", iri, **grounds, number=number, **_period(year, rng), qualifier="eq",
          statistic=rng.choice(_STATISTICS), understood=True, value=value, name=number)  # fmt: skip
    b.join(iri, "IN_BULLETIN", b.iri)
    b.join(iri, "METRIC", metric.iri)
    unit = iris.concept("unit", str(metric.properties.get("unit", "person")))
    b.join(iri, "IN_UNIT", unit)
    if n % 3 == 0:
        grounds = b.ground([sentence], ["link.hasResult"], confidence=b.sure())
        b.join(rng.choice(measures), "HAS_RESULT", iri, grounds)
    place: Any = rng.choice(known.inside[province.iri][:40])
    b.spare += [(iri, "MATCHED_CONCEPT", metric.iri), (iri, "PLACE", place.iri)]
    b.spare.append((iri, "IN_SECTION", rng.choice(sections)))
    return iri


def with_few_properties(piece: Piece) -> Piece:
    """The piece with four properties or less on a node and two on every relationship: what many a graph has."""
    kept = ("iri", "name", "bulletin", "value", "status", "code", "graphVersion")
    nodes = tuple(
        replace(node, properties={key: node.properties[key] for key in kept if key in node.properties})
        for node in piece.nodes
    )
    joins = tuple(replace(one, properties={"confidence": 0.9, "start": 120}) for one in piece.relationships)
    return replace(piece, nodes=nodes, relationships=joins)
