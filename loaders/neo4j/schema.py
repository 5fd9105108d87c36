"""What the ontology says of the property graph: labels, relationship types, keys, constraints and indexes.

Terms that nothing is said of (`ontology/graph.ttl`) are read by their kind, so that a class or property of a user's own
reaches Neo4j without a line of Python.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from loaders import iris
from loaders.errors import InputError
from loaders.lexicon import read_turtle
from loaders.neo4j.graph import OURS
from loaders.resources import data_folder

FULL_TEXT_INDEX = "zhenxing_text"
FULL_TEXT_KEYS = ("name", "quote")
STATE = "GraphState"
"""Label of the one node that says which vocabulary a database holds."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_OWL = "http://www.w3.org/2002/07/owl#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OA = "http://www.w3.org/ns/oa#"
_TYPE = _RDF + "type"
_CLASSES = {_OWL + "Class", _RDFS + "Class"}
_KINDS = {
    _OWL + "ObjectProperty": "relationship",
    _OWL + "DatatypeProperty": "key",
    _OWL + "AnnotationProperty": "none",
    _RDF + "Property": "either",  # by its value: an IRI is a relationship, a literal a key
}
_CLASS_ROLES = {"node", "passage", "general", "relationship", "inline", "none"}
_PROPERTY_ROLES = {"relationship", "key", "list", "inline", "anchor", "first-day", "last-day", "none"}
NODE_ROLES = frozenset({"node", "passage", "general"})
_COMPUTED = {
    "iri", "name", "name_en", "bulletin", "graphVersion", "quote", "start", "end", "anchor", "number", "concepts",
    "evidenceQuotes", "evidenceStarts", "evidenceEnds", "evidenceRules", "evidenceAnchors",
}  # fmt: skip
_MODEL = (iris.TERMS, _OA)  # whose terms may have those keys: they are what the keys are computed from
_NAME = re.compile(r"[^\W\d]\w{0,62}")
_HEAD = """\
// The constraints and indexes of a Zhenxing graph, made from ontology/ by docs/build/cypher.py.
// Each statement may run again: what is there already stays.
"""


@dataclass(frozen=True, slots=True)
class GraphClass:
    """What a class is in the property graph."""

    iri: str
    role: str  # node, passage, general, relationship, inline or none
    label: str
    zh: str
    en: str
    definition: str  # in English; "" where there is none
    above: tuple[str, ...]  # all classes above it, itself first
    indexed: tuple[str, ...]  # IRIs of properties, its own and inherited


@dataclass(frozen=True, slots=True)
class GraphProperty:
    """What a property is in the property graph."""

    iri: str
    role: str  # relationship, key, list, inline, anchor, first-day, last-day, either or none
    type: str  # of the relationship
    key: str  # of the values; of the first and last day that of the date
    month_key: str  # of the first and last day: that of the number
    rank: int  # as a name, from 1; 0 for what names nothing
    zh: str
    en: str
    definition: str
    domain: tuple[str, ...]  # IRIs of classes, those of a union each
    range: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GraphSchema:
    """The whole of it, by IRI."""

    classes: Mapping[str, GraphClass]
    properties: Mapping[str, GraphProperty]

    def labels(self, types: Iterable[str]) -> tuple[str, ...]:
        """The labels of a thing with these classes, sorted; none for what is no node."""
        known = {above for one in types if one in self.classes for above in self.classes[one].above}
        roles = {iri: self.classes[iri].role for iri in known}
        nodes = {self.classes[iri].label for iri, role in roles.items() if role in ("node", "passage")}
        if not nodes and not any(role == "none" and iri.startswith(iris.TERMS) for iri, role in roles.items()):
            nodes = {self.classes[iri].label for iri, role in roles.items() if role == "general"}
        return tuple(sorted(nodes))

    def has_role(self, types: Iterable[str], role: str) -> bool:
        """Whether one of the classes, or one above it, has this role."""
        return any(
            self.classes[above].role == role
            for one in types
            if one in self.classes
            for above in self.classes[one].above
        )

    def node_labels(self) -> tuple[str, ...]:
        """All labels of nodes, sorted."""
        return tuple(sorted({one.label for one in self.classes.values() if one.role in NODE_ROLES}))

    def range_indexes(self) -> tuple[tuple[str, str], ...]:
        """Label and key of each range index, sorted."""
        return tuple(
            sorted(
                (one.label, self.properties[iri].month_key or self.properties[iri].key)
                for one in self.classes.values()
                if one.role in NODE_ROLES
                for iri in one.indexed
                if iri in self.properties
            )
        )


def load_schema(extra: tuple[Path, ...] = ()) -> GraphSchema:
    """The schema of the shipped ontology and a user's Turtle files; InputError for a file or a name that is wrong."""
    paths = (*sorted(data_folder("ontology").glob("*.ttl")), *extra)
    return schema_of(quad for path in paths for quad in read_turtle(path))


def schema_of(quads: Iterable[Quad | Triple]) -> GraphSchema:
    """The schema that these statements declare."""
    about: dict[str, dict[str, list[NamedNode | Literal | str]]] = {}
    for quad in quads:
        subject = _key(quad.subject)
        value = quad.object
        term = value if isinstance(value, (NamedNode, Literal)) else _key(value)
        about.setdefault(subject, {}).setdefault(quad.predicate.value, []).append(term)
    reader = _Reader(about)
    return GraphSchema(classes=reader.classes(), properties=reader.properties())


def schema_statements(schema: GraphSchema) -> tuple[str, ...]:
    """The Cypher statements that make constraints and indexes, without semicolons; each may run again."""
    labels = "|".join(quoted(label) for label in schema.node_labels())
    texts = ", ".join(f"n.{key}" for key in FULL_TEXT_KEYS)
    statements = [
        f"CREATE CONSTRAINT zhenxing_iri IF NOT EXISTS FOR (n:{OURS}) REQUIRE n.iri IS UNIQUE",
        f"CREATE RANGE INDEX zhenxing_bulletin IF NOT EXISTS FOR (n:{OURS}) ON (n.bulletin)",
    ]
    for label, key in schema.range_indexes():
        name = quoted(f"zhenxing_{upper_snake(label).lower()}_{upper_snake(key).lower()}")
        statements.append(f"CREATE RANGE INDEX {name} IF NOT EXISTS FOR (n:{quoted(label)}) ON (n.{quoted(key)})")
    statements.append(
        f"CREATE FULLTEXT INDEX {FULL_TEXT_INDEX} IF NOT EXISTS FOR (n:{labels}) ON EACH [{texts}] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'cjk'}}"
    )
    return tuple(statements)


def schema_cypher(schema: GraphSchema) -> str:
    """The text of `cypher/schema.cypher`."""
    return _HEAD + "".join(f"{statement};\n" for statement in schema_statements(schema))


def quoted(name: str) -> str:
    r"""A label, type or key as Cypher takes it: in backticks where it is more than ASCII letters, digits and _.

    A backslash goes as its escape: before all else Cypher reads \uXXXX as a character, be it the closing backtick.
    """
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return name
    return "`" + name.replace("\\", "\\u005C").replace("`", "``") + "`"


def upper_snake(name: str) -> str:
    """A name in upper case, its words parted by _: appliesInstrument is APPLIES_INSTRUMENT."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).upper()


def local_name(iri: str) -> str:
    """The last part of an IRI as a name: letters, digits and _ alone, at most 60 of them."""
    last = re.split(r"[#/:]", iri.rstrip("#/:"))[-1]
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFC", last))[:60]
    return name if re.match(r"[^\W\d]", name) else f"_{name}"


def _key(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


class _Reader:
    """Reads classes and properties from what is said about each subject."""

    def __init__(self, about: Mapping[str, Mapping[str, list[NamedNode | Literal | str]]]) -> None:
        self.about = about

    def classes(self) -> dict[str, GraphClass]:
        found = [
            iri for iri in sorted(self.about) if _CLASSES & set(self.iris(iri, _TYPE)) and not iri.startswith("_:")
        ]
        return {iri: self.one_class(iri) for iri in found}

    def properties(self) -> dict[str, GraphProperty]:
        found: dict[str, GraphProperty] = {}
        for iri in sorted(self.about):
            kinds = [_KINDS[kind] for kind in self.iris(iri, _TYPE) if kind in _KINDS]
            said = self.text(iri, "graphRole") or self.text(iri, "graphName")
            if kinds or (said and not _CLASSES & set(self.iris(iri, _TYPE))):
                found[iri] = self.one_property(iri, min(kinds, key=list(_KINDS.values()).index, default="none"))
        return found

    def one_class(self, iri: str) -> GraphClass:
        above = self.above(iri)
        role = self.role(iri, _CLASS_ROLES) or next((r for c in above if (r := self.inherited(c))), "node")
        return GraphClass(
            iri=iri,
            role=role,
            label=self.name(iri, "graphLabel", {OURS, STATE}),
            zh=self.caption(iri, "zh"),
            en=self.caption(iri, "en"),
            definition=self.definition(iri),
            above=above,
            indexed=tuple(sorted({one for c in above for one in self.iris(c, iris.term("graphIndex"))})),
        )

    def inherited(self, iri: str) -> str:
        """What a subclass is by this class above it; nothing where that is a concept or of another vocabulary."""
        role = self.role(iri, _CLASS_ROLES)
        return role if iri.startswith(iris.TERMS) and role != "general" else ""

    def above(self, iri: str) -> tuple[str, ...]:
        found, waiting = {iri: None}, [iri]
        while waiting:
            for higher in self.iris(waiting.pop(0), _RDFS + "subClassOf"):
                if higher not in found:
                    found[higher] = None
                    waiting.append(higher)
        return tuple(one for one in found if _CLASSES & set(self.iris(one, _TYPE)) and not one.startswith("_:"))

    def one_property(self, iri: str, kind: str) -> GraphProperty:
        role = self.role(iri, _PROPERTY_ROLES) or kind
        local = local_name(iri)
        key = self.name(iri, "graphKey", set())
        if key in _COMPUTED and not (self.text(iri, "graphKey") and iri.startswith((*_MODEL, _SKOS))):
            key += "_"  # a user's own `name` or `iri` must not stand in the place of ours
        return GraphProperty(
            iri=iri,
            role=role,
            type=upper_snake(local),
            key=key,
            month_key=local if role in ("first-day", "last-day") else "",
            rank=self.rank(iri),
            zh=self.caption(iri, "zh"),
            en=self.caption(iri, "en"),
            definition=self.definition(iri),
            domain=self.union(iri, _RDFS + "domain"),
            range=self.union(iri, _RDFS + "range"),
        )

    def rank(self, iri: str) -> int:
        rank = self.text(iri, "graphName") or "0"
        if not re.fullmatch(r"[0-9]{1,4}", rank):
            raise InputError(f"{iri}: kg:graphName {rank!r} is no whole number")
        return int(rank)

    def iris(self, subject: str, predicate: str) -> list[str]:
        values = self.about.get(subject, {}).get(predicate, ())
        return [value if isinstance(value, str) else value.value for value in values if not isinstance(value, Literal)]

    def text(self, subject: str, name: str) -> str:
        values = self.about.get(subject, {}).get(iris.term(name), ())
        return max((value.value for value in values if isinstance(value, Literal)), default="")

    def role(self, iri: str, allowed: set[str]) -> str:
        role = self.text(iri, "graphRole")
        if role and role not in allowed:
            raise InputError(f"{iri}: kg:graphRole {role!r} is none of {', '.join(sorted(allowed))}")
        return role

    def name(self, iri: str, annotation: str, reserved: set[str]) -> str:
        name = self.text(iri, annotation) or local_name(iri)
        if not _NAME.fullmatch(name) or name in reserved:
            raise InputError(f"{iri}: {name!r} cannot be its name in a property graph; give another by kg:{annotation}")
        return name

    def caption(self, iri: str, language: str) -> str:
        for predicate in (_RDFS + "label", _SKOS + "prefLabel"):
            for value in self.about[iri].get(predicate, ()):
                if isinstance(value, Literal) and value.language == language:
                    return value.value
        return ""

    def definition(self, iri: str) -> str:
        for value in self.about[iri].get(_SKOS + "definition", ()):
            if isinstance(value, Literal) and value.language == "en":
                return value.value
        return ""

    def union(self, iri: str, predicate: str) -> tuple[str, ...]:
        """The classes of a domain or range; of an owl:unionOf each member."""
        found: list[str] = []
        for one in self.iris(iri, predicate):
            lists = self.iris(one, _OWL + "unionOf")
            if not lists:
                found.append(one)
            seen: set[str] = set()
            while lists and lists[0] not in seen:
                seen.add(lists[0])
                found += self.iris(lists[0], _RDF + "first")
                lists = self.iris(lists[0], _RDF + "rest")
        return tuple(sorted(found))
