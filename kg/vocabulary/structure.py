"""What the graph of a vocabulary must be like: its shapes, its terms, its order from broad to narrow."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, serialize

from kg.validate import default_engine
from kg.vocabulary.model import ELSEWHERE, Finding, Vocabulary, ancestors, short
from loaders.lexicon import NS
from loaders.resources import data_folder

UNEXPLAINED = "unexplained"  # the rule of concepts that lack what only a person reads
_EXPLAINED_SHAPE = NS + "shape-Explained"
_RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def shape_findings(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Violations of `ontology/shapes/vocabulary.ttl`: labels, definitions, notations, schemes, conditions, values."""
    triples = [triple for file in vocabulary.triples.values() for triple in file]
    text = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    shapes = data_folder("ontology") / "shapes" / "vocabulary.ttl"
    for violation in default_engine().validate(text, shapes, "en"):
        iri = vocabulary.owner.get(violation.focus, violation.focus)
        given = short(violation.value) if violation.value.startswith("http") else violation.value
        yield Finding(
            severity="error",
            rule=UNEXPLAINED if violation.shape == _EXPLAINED_SHAPE else "shape",
            term=short(iri),
            where=vocabulary.where(iri, given),
            message=violation.message + (f": {given}" if given else ""),
            labels=(given,) if given else (),
        )


def term_findings(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Properties, classes and values of our namespace that no file declares: a mistyped name silently does nothing."""
    known = {iri for file in vocabulary.lines.values() for iri in file}
    names = sorted(short(iri) for iri in known if iri.startswith(NS))
    seen: set[tuple[str, str, str]] = set()
    for file, triples in vocabulary.triples.items():
        for triple in triples:
            kinds = [("property", triple.predicate)]
            if isinstance(triple.object, NamedNode):
                kinds.append(("class" if triple.predicate.value == _RDF_TYPE else "value", triple.object))
            for kind, term in kinds:
                iri = term.value
                if not iri.startswith(NS) or iri in known or ELSEWHERE.match(short(iri)) or (file, kind, iri) in seen:
                    continue
                seen.add((file, kind, iri))
                near = difflib.get_close_matches(short(iri), names, n=1)
                subject = str(getattr(triple.subject, "value", ""))
                owner = vocabulary.owner.get(subject, subject)
                yield Finding(
                    severity="error",
                    rule="unknown-term",
                    term=short(owner),
                    where=f"{file}:{vocabulary.lines[file].get(owner, 1)}",
                    message=f"names a {kind} that is not declared: kg:{short(iri)}"
                    + (f"; kg:{near[0]} is the nearest" if near else ""),
                )


def order_findings(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Cycles in skos:broader, concepts below one of another scheme, and concepts that would answer with two codes."""
    by_iri = vocabulary.by_iri()
    told: set[str] = set()
    for term in vocabulary.terms:
        above = list(ancestors(term, by_iri))
        ring = [term, *(t for t in above if any(a.iri == term.iri for a in ancestors(t, by_iri)))]
        if (len(ring) > 1 or term.iri in term.broader) and term.iri not in told:
            told |= {t.iri for t in ring}
            chain = " → ".join([*(t.name for t in ring), term.name])
            yield _finding(vocabulary, term.iri, "cycle", f"is broader than itself: {chain}")
        for broader in term.broader:
            other = by_iri.get(broader)
            if other is not None and term.scheme and other.scheme != term.scheme:
                yield _finding(
                    vocabulary, term.iri, "scheme-crossed",
                    f"is of the scheme {term.scheme}, its broader concept {other.name} of {other.scheme}",
                )  # fmt: skip
        tops = sorted({t.code for t in above if not t.broader})
        if len(tops) > 1:
            yield _finding(
                vocabulary, term.iri, "two-answers",
                f"has two topmost concepts, and can answer with one code alone: {', '.join(tops)}",
            )  # fmt: skip


def code_findings(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Two concepts of a scheme with one notation, and units that no concept of the scheme of units has."""
    first: dict[tuple[str, str], str] = {}
    for term in vocabulary.terms:
        other = first.setdefault((term.scheme, term.code), term.iri)
        if other != term.iri:
            message = f"has the notation {term.code!r} that {short(other)} has too"
            yield _finding(vocabulary, term.iri, "one-notation", message, other)
    units = {term.code for term in vocabulary.terms if term.scheme == "units"}
    for term in vocabulary.terms:
        for unit in sorted(term.units - units):
            yield _finding(vocabulary, term.iri, "unknown-unit", f"names a unit that does not exist: {unit}")
    yield from _unit_forms(vocabulary)


def _unit_forms(vocabulary: Vocabulary) -> Iterator[Finding]:
    """A form of a unit must mean one unit with one factor."""
    meaning: dict[str, tuple[str, str]] = {}
    for file in vocabulary.triples.values():
        for triple in file:
            if triple.predicate.value != NS + "unitForm" or not isinstance(triple.object, Literal):
                continue
            form, _, factor = triple.object.value.partition("=")
            unit = str(getattr(triple.subject, "value", ""))
            other, other_factor = meaning.setdefault(form, (unit, factor or "1"))
            if (other, other_factor) != (unit, factor or "1"):
                message = f"has the form {form} (factor {factor or 1}), as {short(other)} has (factor {other_factor})"
                yield _finding(vocabulary, unit, "one-form", message, other)


def _finding(vocabulary: Vocabulary, iri: str, rule: str, message: str, other: str = "") -> Finding:
    where = vocabulary.where(iri)
    if other and where.rpartition(":")[0] not in vocabulary.users:
        place = vocabulary.where(other)
        where = place if place.rpartition(":")[0] in vocabulary.users else where
    return Finding(severity="error", rule=rule, term=short(iri), where=where, message=message)
