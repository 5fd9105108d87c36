"""What is in a store, counted."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal

from kg.questions.sparql import describe
from kg.store import GraphStore

_PREFIXES = "PREFIX kg: <https://zhenxing.example/ns#>\n"
_COUNTS = {
    "bulletins": "?x a kg:Bulletin",
    "bulletins_in_domain": "?x a kg:Bulletin ; kg:charactersInDomain ?n . FILTER (?n > 0)",
    "sections": "?x a kg:Section",
    "measures": "?x a kg:Measure",
    "observations": "?x a kg:Observation",
    "not_understood": "?x a kg:Observation ; kg:understood false",
    "links": "?x kg:predicate kg:hasResult",
    "instrument_labels": "?x kg:predicate kg:appliesInstrument",
    "target_labels": "?x kg:predicate kg:forTarget",
    "programs": "?x a kg:Program",
    "policy_documents": "?x a kg:PolicyDocument",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCount:
    """What was read of one place."""

    code: str
    label: dict[str, str]
    bulletins: int
    measures: int
    observations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Counts of a store."""

    counts: dict[str, int]
    characters: int
    characters_in_domain: int
    places: tuple[PlaceCount, ...]
    base: str
    vocabulary: str
    quads: int


def count(store: GraphStore) -> Stats:
    """Count bulletins, what they say, and what was read of each place."""
    counts = {
        name: _number(store, f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {pattern} }}")
        for name, pattern in _COUNTS.items()
    }
    places: dict[str, dict[str, int]] = {}
    kinds = {"bulletins": "kg:inBulletin ?x", "measures": "a kg:Measure", "observations": "a kg:Observation"}
    for name, pattern in kinds.items():
        counted = "?x" if name == "bulletins" else "?part"
        query = (
            f"SELECT ?place (COUNT(DISTINCT {counted}) AS ?n) "
            f"WHERE {{ ?part kg:place ?place ; {pattern} }} GROUP BY ?place"
        )
        for place, number in store.store.query(_PREFIXES + query, use_default_graph_as_union=True):  # type: ignore[union-attr]
            places.setdefault(place.value, {})[name] = int(number.value)
    things = describe(store, places)
    return Stats(
        counts=counts,
        characters=_number(store, "SELECT (SUM(?c) AS ?n) WHERE { ?x kg:characters ?c }"),
        characters_in_domain=_number(store, "SELECT (SUM(?c) AS ?n) WHERE { ?x kg:charactersInDomain ?c }"),
        places=tuple(
            PlaceCount(
                code=things[iri].code,
                label=dict(things[iri].labels),
                bulletins=found.get("bulletins", 0),
                measures=found.get("measures", 0),
                observations=found.get("observations", 0),
            )
            for iri, found in sorted(places.items())
        ),
        base=store.facts.base,
        vocabulary=store.facts.vocabulary,
        quads=len(store.store),
    )


def _number(store: GraphStore, query: str) -> int:
    for (value,) in store.store.query(_PREFIXES + query, use_default_graph_as_union=True):  # type: ignore[union-attr]
        if isinstance(value, Literal):
            return int(value.value)
    return 0
