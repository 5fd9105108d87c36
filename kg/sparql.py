"""Any SPARQL query on a store, with its results as text."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal, InvalidOperation

from pyoxigraph import (
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from kg.exports.rdf import PREFIXES
from kg.store import GraphStore
from loaders.contract import json_number
from loaders.errors import KgError

# A string, an IRI or a comment; then SERVICE as a word of its own, neither a variable nor (part of) a prefixed name.
_QUOTED = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|<[^<>"{}|^`\\\s]*>|#[^\n]*'
    r"|'''(?:[^\\]|\\.)*?'''|'(?:[^'\\\n]|\\.)*'",
    re.DOTALL,
)
_SERVICE = re.compile(r"(?<![\w?$:.-])SERVICE(?![\w:.-])", re.IGNORECASE)
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = {_XSD + name for name in ("integer", "decimal", "double", "float", "int", "long")}


def ask_store(store: GraphStore, query: str, form: str) -> str:
    """The results of a query as table, json (a list of objects), csv or md; triples as Turtle, a truth as a word.

    Errors: KgError for a query that is no SPARQL, or none of the forms that only read.
    """
    if _SERVICE.search(_QUOTED.sub(" ", query)):
        raise KgError("SERVICE is not served: a query asks this store alone, and opens no connection")
    try:
        found = store.store.query(query, use_default_graph_as_union=True, prefixes=PREFIXES)
    except (SyntaxError, ValueError) as fault:
        raise KgError(f"the query is no SPARQL that reads: {fault}") from None
    except RuntimeError as fault:
        raise KgError(f"the query cannot be run: {fault}") from None
    if isinstance(found, QueryBoolean):
        return json.dumps(bool(found)) + "\n"
    if isinstance(found, QueryTriples):
        return (serialize(found, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode("utf-8")
    if form == "csv":
        return (found.serialize(format=QueryResultsFormat.CSV) or b"").decode("utf-8").replace("\r\n", "\n")
    return _rows(found, form)


def _rows(found: QuerySolutions, form: str) -> str:
    names = [variable.value for variable in found.variables]
    rows = [[solution[name] for name in names] for solution in found]
    if form == "json":
        objects = [{name: _plain(term) for name, term in zip(names, row, strict=True)} for row in rows]
        return json.dumps(objects, ensure_ascii=False, indent=1) + "\n"
    cells = [["" if term is None else str(_text(term)) for term in row] for row in rows]
    if form == "md":
        lines = [names, ["---"] * len(names), *([c.replace("|", "\\|").replace("\n", " ") for c in r] for r in cells)]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, escapechar="\\")
    writer.writerows([names, *([" ".join(cell.split()) for cell in row] for row in cells)])
    return out.getvalue()


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _plain(term: object) -> str | int | float | bool | None:
    """A term as JSON: a number as a number, a truth as a truth, all else as text."""
    if isinstance(term, Literal):
        if term.datatype.value in _NUMBERS:
            try:
                value = Decimal(term.value)
            except InvalidOperation:
                return term.value
            return json_number(value) if value.is_finite() else term.value
        if term.datatype.value == _XSD + "boolean":
            return term.value in ("true", "1")
    return None if term is None else _text(term)
