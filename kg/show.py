"""A bulletin or a measure, with the evidence marked in its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.questions.sparql import describe
from kg.store import GraphStore
from loaders.errors import KgError
from loaders.iris import TERMS

_PREFIXES = """PREFIX kg: <https://zhenxing.example/ns#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One stretch of the text and what was made of it."""

    start: int
    end: int
    kind: str  # measure, observation, program or citation
    name: str  # the end of its IRI: m3, o12
    says: str  # what was understood, for the eye


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text with its marks, and what is known of the bulletin."""

    bulletin: str
    facts: tuple[tuple[str, str], ...]
    text: str
    start: int  # of the stretch to show
    end: int
    marks: tuple[Mark, ...]


def show(store: GraphStore, written: str, language: str) -> Shown:
    """What to show of a bulletin or a measure, by IRI, by the end of it, or by source name or title.

    Errors: KgError where nothing or more than one thing is meant.
    """
    node = _find(store, written)
    bulletin = node.value if "/measure/" not in node.value else node.value.partition("/measure/")[0]
    row = next(iter(_query(store, f"SELECT ?t WHERE {{ {NamedNode(bulletin)} kg:text/kg:content ?t }}")), None)
    if row is None:
        raise KgError(f"{written!r} is neither a bulletin nor a measure of this store")
    text = _value(row[0])
    marks = tuple(sorted(_marks(store, NamedNode(bulletin), language), key=lambda m: (m.start, -m.end, m.kind)))
    start, end = 0, len(text)
    if node.value != bulletin:
        name = node.value.rpartition("/")[2]
        own = next((mark for mark in marks if mark.kind == "measure" and mark.name == name), None)
        if own is None:
            raise KgError(f"{written!r} is neither a bulletin nor a measure of this store")
        start, end = own.start, own.end
        marks = tuple(mark for mark in marks if start <= mark.start and mark.end <= end)
    return Shown(
        bulletin=bulletin, facts=_facts(store, NamedNode(bulletin)), text=text, start=start, end=end, marks=marks
    )


def _query(store: GraphStore, query: str) -> Iterable[tuple[object, ...]]:
    return store.store.query(_PREFIXES + query, use_default_graph_as_union=True)  # type: ignore[return-value]


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _find(store: GraphStore, written: str) -> NamedNode:
    base = store.names.base
    for candidate in (written, base + written, f"{base}bulletin/{written}"):
        try:
            node = NamedNode(candidate)
        except ValueError:
            continue
        if any(_query(store, f"SELECT ?type WHERE {{ VALUES ?type {{ kg:Bulletin kg:Measure }} {node} a ?type }}")):
            return node
    found = {}
    for bulletin, name, title in _query(
        store,
        "SELECT ?b ?name ?title WHERE { ?b a kg:Bulletin ; kg:sourceName ?name OPTIONAL { ?b dcterms:title ?title } }",
    ):
        names = {_value(name), _value(name).rpartition("/")[2], _value(title)}
        names |= {one.partition("#")[0] for one in names}  # a table alone means its row, or any of several
        key = _value(bulletin).rpartition("/")[2]
        if written in names or (len(written) >= 6 and key.startswith(written)):
            found[_value(bulletin)] = _value(name)
    if not found:
        raise KgError(f"there is no bulletin or measure {written!r}; kg query evidence-of shows their names")
    if len(found) > 1:
        raise KgError(f"{written!r} may be any of {', '.join(sorted(found))}: give one of these")
    return NamedNode(next(iter(found)))


def _facts(store: GraphStore, bulletin: NamedNode) -> tuple[tuple[str, str], ...]:
    rows = _query(
        store,
        f"SELECT ?p ?v WHERE {{ {bulletin} ?p ?v . FILTER (isLiteral(?v)) }} ORDER BY ?p ?v",
    )
    return tuple((_value(p).replace("#", "/").rpartition("/")[2], _value(v)) for p, v in rows)


def _marks(store: GraphStore, bulletin: NamedNode, language: str) -> Iterable[Mark]:
    ends = "?span oa:start ?start ; oa:end ?end ."
    labels: dict[str, list[str]] = {}
    labelled = f"?m kg:inBulletin {bulletin} ; kg:appliesInstrument|kg:forTarget ?c"
    for measure, concept in _query(store, f"SELECT ?m ?c WHERE {{ {labelled} }} ORDER BY ?m ?c"):
        labels.setdefault(_value(measure), []).append(_value(concept))
    observations = list(
        _query(
            store,
            "SELECT ?o ?start ?end ?metric ?value ?unit ?statistic ?period WHERE { "
            f"?o a kg:Observation ; kg:inBulletin {bulletin} ; kg:span ?span ; kg:metric ?metric ; kg:value ?value ; "
            f"kg:inUnit ?unit ; kg:statistic ?statistic . OPTIONAL {{ ?o kg:period ?period }} {ends} }}",
        )
    )
    concepts = {iri for found in labels.values() for iri in found}
    concepts |= {_value(term) for row in observations for term in (row[3], row[5])}
    label = {iri: thing.label(language) for iri, thing in describe(store, concepts).items()}
    for measure, start, end in _query(
        store,
        f"SELECT ?m ?start ?end WHERE {{ ?m a kg:Measure ; kg:inBulletin {bulletin} ; kg:span ?span . {ends} }}",
    ):
        yield _mark("measure", measure, start, end, "、".join(label[iri] for iri in labels.get(_value(measure), [])))
    for observation, start, end, metric, value, unit, statistic, period in observations:
        parts = (f"{label[_value(metric)]} = {_value(value)} {label[_value(unit)]}", _value(statistic), _value(period))
        yield _mark("observation", observation, start, end, ", ".join(part for part in parts if part))
    named = f"?link kg:subject {bulletin} ; kg:predicate ?p ; kg:object ?o ; kg:evidence/oa:hasSelector ?span ."
    for thing, start, end, predicate in _query(store, f"SELECT ?o ?start ?end ?p WHERE {{ {named} {ends} }}"):
        kind = "program" if _value(predicate) == TERMS + "namesProgram" else "citation"
        yield _mark(kind, thing, start, end, _value(predicate).partition("#")[2])


def _mark(kind: str, node: object, start: object, end: object, says: str) -> Mark:
    name = _value(node).rpartition("/")[2]
    return Mark(start=int(_value(start)), end=int(_value(end)), kind=kind, name=name, says=says)
