"""The SPARQL backend: a bound question on the embedded store → an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pyoxigraph import Literal, NamedNode, QuerySolutions

from kg.questions.bind import bind
from kg.questions.model import Answer, Cell, Column, Filters, Question, Thing
from kg.questions.resolve import Resolver, StoreVocabulary, fill
from kg.store import GraphStore
from loaders.errors import InputError

_LABELS = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX kg: <https://zhenxing.example/ns#>
SELECT ?thing ?code ?label ?name WHERE {
  VALUES ?thing { %s }
  OPTIONAL { ?thing skos:notation ?code }
  OPTIONAL { ?thing skos:prefLabel|rdfs:label|dcterms:title ?label }
  OPTIONAL { ?thing kg:sourceName ?name }
}"""
_TOGETHER = 2000  # things looked up in one query


def run(question: Question, store: GraphStore, filters: Filters) -> Answer:
    """Ask a question; rows are sorted by its order and then by every column, so that two runs agree."""
    values, conditions = fill(question, filters, Resolver(StoreVocabulary(store)))
    query = bind(question, values, conditions)
    try:
        found = store.store.query(query, use_default_graph_as_union=True)
    except SyntaxError as fault:
        raise InputError(f"{question.path}: is no SPARQL: {fault}") from None
    if not isinstance(found, QuerySolutions):
        raise InputError(f"{question.path}: a question is a SELECT query")
    answered = {variable.value for variable in found.variables}
    if missing := [column.name for column in question.columns if column.name not in answered]:
        raise InputError(f"{question.path}: the query does not answer the column {missing[0]}")
    raw = [tuple(solution[column.name] for column in question.columns) for solution in found]
    things = describe(store, _things(question.columns, raw))
    rows = [
        tuple(_cell(column, term, things) for column, term in zip(question.columns, row, strict=True)) for row in raw
    ]
    return Answer(question=question, rows=tuple(sort_rows(question, rows)))


def _things(columns: Sequence[Column], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    for row in rows:
        for column, term in zip(columns, row, strict=True):
            if column.type in ("concept", "place", "bulletin") and isinstance(term, NamedNode):
                yield term.value
            elif column.type == "places" and isinstance(term, Literal):
                yield from term.value.split()


def describe(store: GraphStore, iris: Iterable[str]) -> dict[str, Thing]:
    """Codes and labels of things by their IRIs; one without a code has its IRI in the code's place."""
    wanted = sorted(set(iris))
    codes: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {iri: {} for iri in wanted}
    for at in range(0, len(wanted), _TOGETHER):
        query = _LABELS % " ".join(str(NamedNode(iri)) for iri in wanted[at : at + _TOGETHER])
        for thing, code, label, name in store.store.query(query, use_default_graph_as_union=True):  # type: ignore[union-attr]
            if code is not None:
                codes[thing.value] = min(code.value, codes.get(thing.value, code.value))
            if label is not None:
                known = labels[thing.value]
                language = label.language or "zh"
                known[language] = min(label.value, known.get(language, label.value))
            elif name is not None:
                labels[thing.value].setdefault("zh", name.value)
    return {iri: Thing(codes.get(iri, iri), labels[iri]) for iri in wanted}


def _cell(column: Column, term: object, things: dict[str, Thing]) -> Cell:
    if term is None:
        return None
    if isinstance(term, NamedNode):
        return things[term.value] if column.type in ("concept", "place", "bulletin") else term.value
    if not isinstance(term, Literal):
        return str(term)
    if column.type == "places":
        return tuple(sorted((things[iri] for iri in set(term.value.split())), key=lambda thing: thing.code))
    if column.type == "integer":
        return int(term.value)
    return Decimal(term.value) if column.type == "decimal" else term.value


def sort_rows(question: Question, rows: Iterable[tuple[Cell, ...]]) -> list[tuple[Cell, ...]]:
    """Rows by the question's order, then by all columns from the left; what is missing comes last."""
    place = {column.name: at for at, column in enumerate(question.columns)}
    ordered = sorted(rows, key=lambda row: tuple(_key(cell) for cell in row))
    for name in reversed(question.order):
        at, falling = place[name.removeprefix("-")], name.startswith("-")
        ordered.sort(key=lambda row: _key(row[at]), reverse=falling)
        if falling:
            ordered.sort(key=lambda row: row[at] is None)
    return ordered


def _key(cell: Cell) -> tuple[int, Decimal, str]:
    if cell is None:
        return 2, Decimal(0), ""
    if isinstance(cell, Decimal | int):
        return 0, Decimal(cell), ""
    if isinstance(cell, Thing):
        return 1, Decimal(0), cell.code
    if isinstance(cell, tuple):
        return 1, Decimal(0), " ".join(thing.code for thing in cell)
    return 1, Decimal(0), cell
