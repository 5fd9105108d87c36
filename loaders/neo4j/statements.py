"""Statements about a thing: grouped from quads, read as values, joined, freed of blank nodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Triple,
)

from loaders import iris
from loaders.neo4j.values import Scalar, scalar

Term = NamedNode | Literal
Statements = dict[str, list[Term]]

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_CONFIDENCE = iris.term("confidence")


def by_subject(quads: Iterable[Quad]) -> dict[str, Statements]:
    """What is said of each subject, by property; what leads to a blank node or a quoted triple is left out."""
    about: dict[str, Statements] = {}
    for quad in quads:
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if isinstance(value, Triple | BlankNode) or isinstance(subject, Triple):
            continue
        name = subject.value
        statements = about.get(name)
        if statements is None:
            about[name] = {predicate: [value]}
        elif predicate in statements:
            statements[predicate].append(value)
        else:
            statements[predicate] = [value]
    return about


def types_of(statements: Statements) -> tuple[str, ...]:
    """The IRIs of the classes, sorted."""
    types = statements.get(_TYPE)
    if not types:
        return ()
    return (types[0].value,) if len(types) == 1 else tuple(sorted([one.value for one in types]))


def value_of(term: Term) -> tuple[Scalar, str, str]:
    """Value, precision of a date, and the language where it is neither Chinese nor none."""
    if type(term) is not Literal:
        iri = term.value
        return (iri[len(iris.TERMS) :] if iri.startswith(iris.TERMS) else iri), "", ""
    if term.language:
        return term.value, "", language_of(term)
    value, precision = scalar(term)
    return value, precision, ""


def language_of(literal: Literal) -> str:
    """Nothing for Chinese and for no language; en for all English; else the tag with _ for -."""
    tag = (literal.language or "zh").lower()
    main = tag.partition("-")[0]
    return "" if main == "zh" else "en" if main == "en" else tag.replace("-", "_")


def united(linked: Sequence[Statements]) -> Statements:
    """Two links with the same ends as one: the evidence of both, the higher confidence."""
    if len(linked) == 1:
        return linked[0]
    found: Statements = {}
    for statements in linked:
        for term, values in statements.items():
            found[term] = list(dict.fromkeys([*found.get(term, ()), *values]))
    if _CONFIDENCE in found:
        found[_CONFIDENCE] = [max(found[_CONFIDENCE], key=lambda term: str(value_of(term)[0]))]
    return found


def number_of(statements: Statements, predicate: str) -> int:
    """The first whole number that is said; 0 where there is none."""
    for term in statements.get(predicate, ()):
        value = value_of(term)[0]
        if type(value) is int:
            return value
    return 0


def text_of(statements: Statements, predicate: str) -> str:
    """The first value that is said, as text; "" where there is none."""
    for term in statements.get(predicate, ()):
        return term.value
    return ""


def without_blank_nodes(quads: Iterable[Quad | Triple], prefix: str) -> list[Quad]:
    """The statements of one graph with names for blank nodes; a quoted triple is left out."""
    dataset = Dataset(Quad(q.subject, q.predicate, q.object) for q in quads if not isinstance(q.object, Triple))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    def named(term: object) -> object:
        return NamedNode(prefix + term.value) if isinstance(term, BlankNode) else term

    plain = [Quad(named(q.subject), q.predicate, named(q.object), DefaultGraph()) for q in dataset]  # type: ignore[arg-type]
    return sorted(plain, key=str)
