"""The Cypher backend: a question's twin on a Neo4j server → an answer, the same as the embedded store gives.

Values go to the server as parameters, never into the text: a list of IRIs or codes for each filter that may be given
more than once, a number for a month and for the least confidence. A column of concepts, places or things is a node in
the file, for Browser to draw; here its IRI alone comes over the wire, and each thing's names once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal

from kg.questions.bind import body_for
from kg.questions.model import Answer, Cell, Column, Filters, Question, Thing
from kg.questions.resolve import Label, Resolver, Term, fill
from kg.questions.sparql import sort_rows
from loaders.errors import ServerError
from loaders.neo4j.graph import OURS
from loaders.neo4j.schema import STATE, quoted
from loaders.quads import decimal_literal

if TYPE_CHECKING:
    from neo4j import Driver

Parameter = str | int | float | list[str]
_LABELS = {"instruments": "Instrument", "targets": "TargetGroup", "metrics": "Metric", "places": "Place"}
_THINGS = ("concept", "place", "bulletin")  # types of columns whose things are shown with their names
_SINGLE = ("period", "min-confidence")  # filters that have one value
_OTHER_NAMES = ("aliases", "hiddenNames", "formerCode")  # each a list, of other languages with _LANGUAGE after it


def run(question: Question, driver: Driver, filters: Filters, database: str | None = None) -> Answer:
    """Ask a question (as `load_named(name, "cypher")` gives it); rows have the order that the store's have.

    Errors: KgError as for the store; ServerError for a database without a graph. The driver's own leave as they are
    (`open_driver` makes them ServerError).
    """
    values, conditions = fill(question, filters, Resolver(ServerVocabulary(driver, database)))
    text, parameters = bound(question, values, conditions)
    found = _ask(driver, database, slim(question, text), parameters)
    things = _describe(driver, database, _iris(question.columns, found))
    rows = [
        tuple(_cell(column, value, things) for column, value in zip(question.columns, row, strict=True))
        for row in found
    ]
    return Answer(question=question, rows=tuple(sort_rows(question, rows)))


def bound(
    question: Question, values: Mapping[str, Sequence[Term]], conditions: Set[str]
) -> tuple[str, dict[str, Parameter]]:
    """The query to run and its parameters, in Neo4j's own types: what is pasted into Browser does the same."""
    filters = {parameter.name: parameter.filter for parameter in question.parameters}
    parameters: dict[str, Parameter] = {}
    for name, terms in values.items():
        if filters[name] in _SINGLE:
            parameters[name] = _number(terms[0])
        else:
            parameters[name] = [term.value for term in terms]
    return body_for(question, conditions), parameters


def slim(question: Question, text: str) -> str:
    """The query with its columns in the question's order and IRIs for nodes: a node would bring all that it holds."""
    columns = []
    for column in question.columns:
        name = f"`{column.name}`"
        if column.type in (*_THINGS, "iri"):
            columns.append(f"{name}.iri AS {name}")
        else:
            columns.append(f"[one IN {name} | one.iri] AS {name}" if column.type == "places" else name)
    return f"CALL () {{\n{text}\n}}\nRETURN {', '.join(columns)}"


def _iris(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> set[str]:
    """What the rows name by IRI and show with a name."""
    found: set[str] = set()
    for at, column in enumerate(columns):
        if column.type in _THINGS:
            found.update(row[at] for row in rows)
        elif column.type == "places":
            found.update(one for row in rows for one in row[at])
    return found - {None}


def _describe(driver: Driver, database: str | None, iris: Iterable[str]) -> dict[str, Thing]:
    """Codes and names of things by their IRIs."""
    query = (
        f"MATCH (thing:{OURS}) WHERE thing.iri IN $iris "
        "RETURN thing.iri, thing {.iri, .code, .name, .name_en, .title, .rule}"
    )
    wanted = sorted(iris)
    return {iri: _thing(said) for iri, said in _ask(driver, database, query, {"iris": wanted})} if wanted else {}


def _number(term: Term) -> int | float:
    whole = isinstance(term, Literal) and term.datatype.value.endswith("#integer")
    return int(term.value) if whole else float(term.value)


class ServerVocabulary:
    """The vocabulary that was pushed to a server."""

    def __init__(self, driver: Driver, database: str | None = None) -> None:
        self._driver, self._database = driver, database
        self._base: str | None = None

    @property
    def base(self) -> str:
        """IRI with which the names of data begin; ServerError where the database holds no graph of ours."""
        if self._base is None:
            query = f"MATCH (state:{OURS}:{STATE}) WHERE state.base IS NOT NULL RETURN state.base ORDER BY state.base"
            rows = _ask(self._driver, self._database, query)
            if not rows:
                raise ServerError("the database holds no Zhenxing graph: kg push writes the store's into it")
            self._base = str(rows[0][0])
        return self._base

    def labels(self, scheme: str) -> Iterator[Label]:
        """All codes and labels of the concepts of a scheme; ServerError where there are none at all."""
        label = quoted(_LABELS[scheme])
        query = f"MATCH (concept:{OURS}:{label}) WHERE concept.code IS NOT NULL RETURN properties(concept)"
        rows = _ask(self._driver, self._database, query)
        if not rows:
            raise ServerError("the database holds no vocabulary of Zhenxing: kg push writes the store's graph into it")
        for (concept,) in rows:
            iri, level = concept["iri"], concept.get("level", "")
            for code in _each(concept["code"]):
                yield Label(iri, code, None, False, level)
            for name in {concept.get("name"), concept.get("name_en")} - {None}:
                yield Label(iri, None, name, True, level)
            for other in _others(concept):
                yield Label(iri, None, other, False, level)

    def members(self) -> Iterator[tuple[str, str]]:
        """Each label of each group of places with the IRI of each member."""
        query = f"MATCH (group:{OURS}:PlaceGroup)-[:MEMBER]->(place) RETURN properties(group), collect(place.iri)"
        rows = _ask(self._driver, self._database, query)
        for group, members in rows:
            for label in {group.get("name"), group.get("name_en"), *_others(group)} - {None}:
                for member in members:
                    yield label, member


def _ask(
    driver: Driver, database: str | None, query: str, parameters: Mapping[str, Parameter] | None = None
) -> list[tuple[Any, ...]]:
    """The rows; read only, tried again where the server says that it may be."""
    rows, _, _ = driver.execute_query(query, dict(parameters or {}), database_=database, routing_="r")
    return [tuple(row.values()) for row in rows]


def _each(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else (value,)


def _others(properties: Mapping[str, Any]) -> Iterator[str]:
    for key, value in properties.items():
        if key.split("_", 1)[0] in _OTHER_NAMES:
            yield from _each(value)


def _cell(column: Column, value: Any, things: Mapping[str, Thing]) -> Cell:
    """A value of Neo4j as a cell: of an IRI the thing, of a float the decimal that it is."""
    if value is None:
        return None
    if column.type in _THINGS:
        return things[value]
    if column.type == "places":
        return tuple(sorted((things[iri] for iri in value), key=lambda thing: thing.code))
    if column.type == "integer":
        return int(value)
    return decimal(value) if column.type == "decimal" else str(value)


def decimal(value: float) -> Decimal:
    """The decimal whose nearest float this is, to the nine places that the graph keeps."""
    return Decimal(decimal_literal(Decimal(repr(value))).value)


def _thing(node: Mapping[str, Any]) -> Thing:
    """A node as a thing of an answer. What rests on words of a text has no name of its own but a title."""
    code = min(_each(node.get("code") or node["iri"]))
    names = {"zh": node.get("title" if node.get("rule") else "name"), "en": node.get("name_en")}
    return Thing(code, {language: name for language, name in names.items() if name})
