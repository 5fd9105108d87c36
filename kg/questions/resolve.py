"""From what a user writes (a code, a label or an alias, in Chinese or English) to terms of the graph's vocabulary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher, get_close_matches
from typing import NamedTuple, Protocol

from pyoxigraph import Literal, NamedNode

from kg.questions.model import CODES, SCHEMES, Filters, Parameter, Question
from kg.store import GraphStore
from loaders import iris
from loaders.contract import period_months
from loaders.errors import KgError

Term = NamedNode | Literal
_BRACKET = re.compile(r"\s*[（(][^）)]*[）)]")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_LEVELS = ("country", "province", "prefecture", "county")
_PERIOD = re.compile(r"(\d{4})年(?:(\d{1,2})月)?")

_LABELS = """
PREFIX kg: <https://zhenxing.example/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?concept ?code ?label ?preferred ?level WHERE { GRAPH <%s> {
  ?concept skos:inScheme <%s> .
  OPTIONAL { ?concept kg:level ?level }
  { ?concept skos:notation ?code } UNION
  { ?concept skos:prefLabel ?label . BIND(true AS ?preferred) } UNION
  { ?concept skos:altLabel|skos:hiddenLabel|kg:formerCode ?label }
} }"""

_GROUPS = """
PREFIX kg: <https://zhenxing.example/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?label ?member WHERE { GRAPH <%s> {
  ?group a kg:PlaceGroup ; skos:prefLabel|skos:altLabel ?label ; skos:member ?member .
} }"""


def folded(text: str) -> str:
    """A label as a key: compatibility forms folded, case and outer white space gone."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _rank(levels: Mapping[str, str]) -> int:
    """How large the largest of some places is, 0 for the country; what is no place ranks with it."""
    return min((_LEVELS.index(level) if level in _LEVELS else 0 for level in levels.values()), default=0)


def months(period: str) -> tuple[int, int]:
    """First and last month of a period as a user writes it; KgError says which forms there are."""
    spelt = _PERIOD.sub(lambda m: m[1] + (f"-{int(m[2]):02d}" if m[2] else ""), period.strip().upper())
    found = period_months(spelt.replace("至", "/"))
    if found is None:
        raise KgError(
            f"{period!r} is no period: write 2024, 2024-09, 2024-Q3 or two of them with a slash between, 2021/2025"
        )
    return found


class Label(NamedTuple):
    """A code or a label of a concept, the other of the two None."""

    concept: str  # IRI
    code: str | None
    label: str | None
    preferred: bool
    level: str  # of a place; "" of other concepts


class Vocabulary(Protocol):
    """Where a backend's concepts have their codes and labels from."""

    @property
    def base(self) -> str:
        """IRI with which the names of data begin."""

    def labels(self, scheme: str) -> Iterable[Label]:
        """All codes and labels of the concepts of `instruments`, `targets`, `metrics` or `places`."""

    def members(self) -> Iterable[tuple[str, str]]:
        """Each label of each group of places with the IRI of each member."""


class StoreVocabulary:
    """The vocabulary that a store was built with."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    @property
    def base(self) -> str:
        """IRI with which the names of data begin."""
        return self._store.names.base

    def labels(self, scheme: str) -> Iterable[Label]:
        """All codes and labels of the concepts of a scheme."""
        query = _LABELS % (self._store.names.vocabulary_graph, iris.term(scheme))
        for concept, code, label, preferred, level in self._store.store.query(query):  # type: ignore[union-attr]
            yield Label(
                concept.value,
                None if code is None else code.value,
                None if label is None else label.value,
                preferred is not None,
                level.value if level else "",
            )

    def members(self) -> Iterable[tuple[str, str]]:
        """Each label of each group of places with the IRI of each member."""
        for label, member in self._store.store.query(_GROUPS % self._store.names.vocabulary_graph):  # type: ignore[union-attr]
            yield label.value, member.value


class Resolver:
    """Looks up concepts and places in a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._schemes: dict[str, tuple[dict[str, str], dict[str, dict[str, str]], list[str]]] = {}
        self._groups: dict[str, set[str]] | None = None

    def _scheme(self, scheme: str) -> tuple[dict[str, str], dict[str, dict[str, str]], list[str]]:
        """Concepts by code, by folded label (with their level), and all that a user may have meant."""
        if scheme not in self._schemes:
            codes: dict[str, str] = {}
            labels: dict[str, dict[str, str]] = {}
            shown: list[str] = []
            for concept, code, label, preferred, level in self._vocabulary.labels(scheme):
                if code is not None:
                    codes[folded(code)] = concept
                    shown.append(code)
                if label is not None:
                    for form in (label, _BRACKET.sub("", label)):  # 培训人数 names 培训人数（人次） too
                        if form:
                            labels.setdefault(folded(form), {})[concept] = level
                    if preferred:
                        shown.append(label)
            self._schemes[scheme] = codes, labels, sorted(set(shown))
        return self._schemes[scheme]

    def concept(self, scheme: str, written: str, what: str) -> NamedNode:
        """The concept that a code, label or alias names; KgError names the nearest, or the several that it may be."""
        codes, labels, shown = self._scheme(scheme)
        key = folded(written)
        if key in codes:
            return NamedNode(codes[key])
        found = labels.get(key, {})
        if not found:
            near = self._nearest(key, labels, shown)
            hint = f"; nearest: {', '.join(near)}" if near else ""
            raise KgError(f"there is no {what} {written!r}{hint}")
        ranks = {concept: _rank({concept: level}) for concept, level in found.items()}
        first = sorted(concept for concept, rank in ranks.items() if rank == min(ranks.values()))
        if len(first) > 1:
            code_of = {iri: code for code, iri in codes.items()}
            names = ", ".join(sorted(code_of.get(iri, iri) for iri in first))
            raise KgError(f"{written!r} is the name of more than one {what}: give the code of one of them, {names}")
        return NamedNode(first[0])

    @staticmethod
    def _nearest(key: str, labels: Mapping[str, Mapping[str, str]], shown: list[str]) -> list[str]:
        """The names that are most alike; of equal ones those of larger places, codes and labels before aliases."""
        by_key = {folded(one): one for one in shown}
        spelt = {name for name in (*by_key, *labels) if len(name) > 1}  # 云 is in the name of too many places
        names = sorted(spelt, key=lambda name: (_rank(labels.get(name, {})), name not in by_key, name))
        matcher = SequenceMatcher(b=key)
        alike: dict[str, float] = {}
        for name in get_close_matches(key, names, 1000, 0.5):
            matcher.set_seq1(name)
            alike[name] = matcher.ratio()
        near = sorted((name for name in names if name in alike), key=lambda name: -alike[name])[:3]
        if not near:
            near = [one for one in by_key if key and (key in one or one in key)][:3]
        return [by_key.get(one, one) for one in near]

    def places(self, written: str) -> list[NamedNode]:
        """The place of that code or name, or the members of the group of places that has it (西部地区, 闽宁)."""
        if self._groups is None:
            self._groups = {}
            for label, member in self._vocabulary.members():
                self._groups.setdefault(folded(label), set()).add(member)
        codes, labels, _ = self._scheme("places")
        key = folded(written)
        if key in self._groups and key not in codes and key not in labels:
            return [NamedNode(member) for member in sorted(self._groups[key])]
        return [self.concept("places", written, "place")]

    def node(self, written: str) -> NamedNode:
        """A bulletin, measure or observation by its IRI, or by the part of it after the base."""
        base = self._vocabulary.base
        if re.match(r"[a-z][a-z0-9+.-]*:", written):
            candidate = written
        else:
            candidate = base + (written if written.startswith("bulletin/") else f"bulletin/{written}")
        try:
            return NamedNode(candidate)
        except ValueError:
            raise KgError(f"{written!r} names nothing: give an IRI, or its end as the other answers show it") from None

    def terms(self, parameter: Parameter, values: Iterable[str]) -> list[Term]:
        """RDF terms for the values of a parameter."""
        if parameter.filter in ("place", "exact-place"):
            return list(dict.fromkeys(place for value in values for place in self.places(value)))
        return [self._term(parameter, value) for value in values]

    def _term(self, parameter: Parameter, value: str) -> Term:
        name = parameter.filter
        if name in SCHEMES:
            return self.concept(SCHEMES[name], value, name)
        if name == "period":
            month = months(value)[0 if parameter.part == "first" else 1]
            return Literal(str(month), datatype=NamedNode(_XSD + "integer"))
        if name == "min-confidence":
            return Literal(value, datatype=NamedNode(_XSD + "decimal"))
        if name == "of":
            return self.node(value)
        if value not in CODES[name]:
            near = get_close_matches(value, CODES[name], 1, 0.4)
            hint = f"; nearest: {near[0]}" if near else ""
            raise KgError(f"there is no {name} {value!r}{hint} (all: {', '.join(CODES[name])})")
        return Literal(value)


def fill(question: Question, filters: Filters, resolver: Resolver) -> tuple[dict[str, list[Term]], set[str]]:
    """Terms for each parameter that is given or has a default, and the conditions that hold.

    Errors: KgError for a filter that the question does not take, for one that it needs, and for an unknown value.
    """
    takes = {parameter.filter for parameter in question.parameters}
    _check(question, filters, takes)
    values: dict[str, list[Term]] = {}
    conditions = set()
    for parameter in question.parameters:
        given = filters.given(parameter.filter) or parameter.default
        if not given:
            if parameter.required:
                raise KgError(f"{question.name} needs --{parameter.filter}")
            continue
        values[parameter.name] = resolver.terms(parameter, given)
        conditions.add(parameter.filter)
        if parameter.filter == "period":
            conditions.add("period-overlapping" if filters.overlapping else "period-inside")
    if filters.all_links:
        conditions.add("all-links")
    return values, conditions


def _check(question: Question, filters: Filters, takes: set[str]) -> None:
    given = [
        name
        for name in ("place", "exact-place", "period", *SCHEMES, *CODES, "min-confidence", "of")
        if filters.given(name)
    ]
    if strange := [name for name in given if name not in takes]:
        offered = ", ".join(f"--{name}" for name in sorted(takes)) or "none"
        raise KgError(f"{question.name} takes no --{strange[0]} (its filters: {offered})")
    if filters.all_links and "all-links" not in question.conditions:
        raise KgError(f"{question.name} takes no --all-links")
    if filters.overlapping and not filters.period:
        raise KgError("--overlapping needs --period")
    if filters.min_confidence is not None and not 0 <= filters.min_confidence <= 1:
        raise KgError(f"--min-confidence is a probability from 0 to 1, not {filters.min_confidence}")


def decimal(value: str) -> Decimal:
    """A number as a user writes it; KgError where it is none."""
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise KgError(f"{value!r} is no number") from None
    if not found.is_finite():
        raise KgError(f"{value!r} is no number")
    return found
