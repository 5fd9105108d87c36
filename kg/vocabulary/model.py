"""What a check of a vocabulary reads and what it answers: terms with their labels and files, and findings.

The lexicon of a build forgets where a label stood; a check must name file and line, so it reads the Turtle once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from loaders.folding import fold
from loaders.lexicon import NS, SKOS, SKOSXL, read_turtle, vocabulary_paths
from loaders.resources import data_folder

SEVERITIES = ("error", "warning", "information")
ASKED_FOR = frozenset({"cues", "units", "program-kinds"})  # schemes whose forms the rules ask for by name
ELSEWHERE = re.compile(r"places?-")  # concepts that no Turtle file holds: the places, which are a table
_CHINESE = frozenset({"zh", "zh-hans", "zh-cn", ""})
_PLAIN = ("prefLabel", "altLabel", "hiddenLabel")
_FORMS = (
    "titleSuffix", "organForm", "headNoun", "classifier", "verbalClassifier", "nameSuffix", "nameEnding", "knownName",
    "unitForm", "countedNoun", "followingNoun", "precedingNoun", "adverb",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check has to say; `where` is ``FILE:LINE``, `term` the concept's short name."""

    severity: str  # error, warning, information
    rule: str  # a name that stays, for filters and for the docs
    term: str
    where: str
    message: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """One form of a term, folded; a label with gaps has several parts, a label with conditions words near or far."""

    parts: tuple[str, ...]
    near: tuple[str, ...] = ()
    far: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As it is written: the parts with … between them."""
        return "…".join(self.parts)

    @property
    def plain(self) -> bool:
        """Whether it is found wherever it stands."""
        return len(self.parts) == 1 and not self.near and not self.far


@dataclass(frozen=True, slots=True)
class Term:
    """A concept as its files state it."""

    iri: str
    scheme: str
    code: str
    broader: tuple[str, ...]
    labels: tuple[Label, ...]  # those that the matcher knows, sorted by text
    repeated: tuple[str, ...]  # plain labels that are stated twice, as two kinds of label
    endings: tuple[str, ...]  # forms of other kinds (ends of titles, of names, of organs)
    exclusions: tuple[str, ...]
    shared: frozenset[str]  # labels that it shares with another concept by intent
    usual: frozenset[str]  # of a metric: code of its usual unit
    units: frozenset[str]  # of a metric: codes that its numbers may have

    @property
    def name(self) -> str:
        """Its IRI without the namespace."""
        return short(self.iri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All that a check looks at; blank nodes are named after their file, so that two files never share one."""

    triples: Mapping[str, tuple[Triple, ...]]  # by file
    terms: tuple[Term, ...]
    owner: Mapping[str, str]  # node of a label with conditions → the concept that has it
    users: frozenset[str]  # files that are not shipped
    lines: Mapping[str, Mapping[str, int]]  # file → subject → line
    said: Mapping[str, frozenset[str]]  # file → its literals, folded

    def by_iri(self) -> dict[str, Term]:
        """The terms by their IRIs."""
        return {term.iri: term for term in self.terms}

    def files_of(self, iri: str) -> tuple[str, ...]:
        """Files in which the term is a subject, a user's own first."""
        there = [f for f in self.lines if iri in self.lines[f]]
        return tuple(sorted(there, key=lambda f: f not in self.users))

    def where(self, iri: str, label: str = "") -> str:
        """``FILE:LINE`` of the term, in the file that states the label where one is named."""
        files = self.files_of(iri)
        if label:
            stating = [f for f in files if label in self.said[f]]
            files = tuple(stating) or files
        return f"{files[0]}:{self.lines[files[0]][iri]}" if files else ""


def short(iri: str) -> str:
    """The part of a name after the last # or /."""
    return re.split(r"[#/]", iri)[-1]


@dataclass(frozen=True, slots=True)
class _File:
    """One Turtle file as read."""

    name: str
    triples: tuple[Triple, ...]
    lines: Mapping[str, int]  # by subject
    said: frozenset[str]


def read_vocabulary(extra: Sequence[Path] = ()) -> Vocabulary:
    """The shipped files and a user's own; InputError names a file that is no Turtle."""
    shipped = _shipped_files()
    files = [*shipped, *(_file(path, path.as_posix(), len(shipped) + n) for n, path in enumerate(extra))]
    terms, owner = _terms([triple for file in files for triple in file.triples])
    return Vocabulary(
        triples={file.name: file.triples for file in files},
        terms=terms,
        owner=owner,
        users=frozenset(path.as_posix() for path in extra),
        lines={file.name: file.lines for file in files},
        said={file.name: file.said for file in files},
    )


@lru_cache(maxsize=1)
def _shipped_files() -> tuple[_File, ...]:
    folder = data_folder("ontology")
    paths = (folder / "core.ttl", folder / "graph.ttl", *vocabulary_paths())
    return tuple(_file(path, path.name, number) for number, path in enumerate(paths))


def _file(path: Path, name: str, number: int) -> _File:
    triples = tuple(_triple(quad, f"urn:zhenxing:label:{number}:") for quad in read_turtle(path))
    said = frozenset(fold(t.object.value) for t in triples if isinstance(t.object, Literal))
    return _File(name, triples, _lines(path, triples), said)


def _triple(quad: Quad, prefix: str) -> Triple:
    subject, value = quad.subject, quad.object
    if isinstance(subject, BlankNode):
        subject = NamedNode(prefix + subject.value)
    if isinstance(value, BlankNode):
        value = NamedNode(prefix + value.value)
    return Triple(subject, quad.predicate, value)


def _lines(path: Path, triples: Sequence[Triple]) -> dict[str, int]:
    """Line of each subject's first statement; 1 where the way of writing hides it."""
    text = path.read_text("utf-8")
    prefixes = dict(re.findall(r"@?prefix\s+([\w-]*:)\s*<([^>]*)>", text, re.IGNORECASE))
    at: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if (m := re.match(r"<([^>]*)>|([\w-]*:)([\w.%-]+)", line)) is None:
            continue
        iri = m[1] or f"{prefixes.get(m[2], m[2])}{m[3]}"
        at.setdefault(iri, number)
    return {iri: at.get(iri, 1) for iri in {str(t.subject.value) for t in triples if isinstance(t.subject, NamedNode)}}


def _terms(triples: Sequence[Triple]) -> tuple[tuple[Term, ...], dict[str, str]]:
    about: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for triple in triples:
        value = triple.object
        language = (value.language or "") if isinstance(value, Literal) else "@"
        statements = about.setdefault(_key(triple.subject), {})
        statements.setdefault(triple.predicate.value, []).append((_key(value), language))

    def chinese(node: str, prop: str) -> list[str]:
        return [fold(v) for v, tag in sorted(about.get(node, {}).get(prop, [])) if tag in _CHINESE]

    def values(node: str, prop: str) -> tuple[str, ...]:
        return tuple(sorted({v for v, _ in about[node].get(prop, [])}))

    owner: dict[str, str] = {}
    terms: list[Term] = []
    for iri in sorted(about):
        if SKOS + "inScheme" not in about[iri] and not about[iri].get(SKOS + "broader"):
            continue
        plain = [label for prop in _PLAIN for label in chinese(iri, SKOS + prop)]
        others = [label for prop in _PLAIN[1:] for label in chinese(iri, SKOS + prop)]
        labels = {Label((label,)) for label in plain}
        labels |= {Label(parts) for label in chinese(iri, NS + "gapLabel") if (parts := _parts(label))}
        for prop in ("hiddenLabel", "altLabel"):
            for node in values(iri, SKOSXL + prop):
                owner[node] = iri
                near, far = (tuple(sorted(chinese(node, NS + p))) for p in ("nearWord", "farWord"))
                forms = chinese(node, SKOSXL + "literalForm")
                labels |= {Label(parts, near, far) for form in forms if (parts := _parts(form))}
        terms.append(
            Term(
                iri=iri,
                scheme=short(next(iter(values(iri, SKOS + "inScheme")), "")),
                code=next(iter(values(iri, SKOS + "notation")), short(iri)),
                broader=values(iri, SKOS + "broader"),
                labels=tuple(sorted(labels, key=lambda x: (x.text, x.near, x.far))),
                repeated=tuple(sorted({label for label in others if others.count(label) > 1})),
                endings=tuple(form.partition("=")[0] for prop in _FORMS for form in chinese(iri, NS + prop)),
                exclusions=tuple(sorted(set(chinese(iri, NS + "exclusionLabel")))),
                shared=frozenset(chinese(iri, NS + "sharedLabel")),
                usual=frozenset(values(iri, NS + "unit")),
                units=frozenset((*values(iri, NS + "unit"), *values(iri, NS + "unitAllowed"))),
            )
        )
    return tuple(terms), owner


def _parts(label: str) -> tuple[str, ...]:
    return tuple(part for part in label.split("…") if part)


def _key(term: object) -> str:
    return str(getattr(term, "value", term))


def ancestors(term: Term, by_iri: Mapping[str, Term]) -> Iterator[Term]:
    """The terms above one, nearest first; a cycle ends it."""
    seen, waiting = {term.iri}, list(term.broader)
    while waiting:
        above = by_iri.get(waiting.pop(0))
        if above is not None and above.iri not in seen:
            seen.add(above.iri)
            yield above
            waiting += above.broader
