"""RDF → property graph: the quads of a bulletin, of the vocabulary or of anybody's file as one `Piece`.

Pure, and led by the ontology (`GraphSchema`). What Python knows is the form of evidence alone: a `kg:Link` says how
sure a relationship is; `kg:evidence` and `kg:span` lead to a rule and a stretch of text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from loaders import iris
from loaders.errors import InputError
from loaders.neo4j.graph import Node, Piece, Relationship, Value, content_version
from loaders.neo4j.schema import GraphProperty, GraphSchema
from loaders.neo4j.statements import (
    Statements,
    Term,
    by_subject,
    language_of,
    number_of,
    text_of,
    types_of,
    united,
    value_of,
    without_blank_nodes,
)
from loaders.neo4j.values import Scalar, month_day, together
from loaders.quads import SENTENCE_RULE

INDEX_LIMIT = 8000
"""Bytes in UTF-8 of an indexed value: a range index of Neo4j takes no more than 8,164 of a text."""

_NAME_LENGTH = 30
_INLINE_DEPTH = 3  # a bulletin's text, and the text's original; what leads back to itself ends
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_OA = "http://www.w3.org/ns/oa#"
_SELECTOR, _START, _END, _EXACT = (_OA + name for name in ("hasSelector", "start", "end", "exact"))
_EVIDENCE, _SPAN, _RULE = (iris.term(name) for name in ("evidence", "span", "rule"))
_SUBJECT, _PREDICATE, _OBJECT = (iris.term(name) for name in ("subject", "predicate", "object"))
_IN_BULLETIN = iris.term("inBulletin")
_OF_EVIDENCE = frozenset({_TYPE, _EVIDENCE, _SPAN, _SELECTOR, _START, _END, _EXACT, _RULE})
_OF_LINK = _OF_EVIDENCE | {_SUBJECT, _PREDICATE, _OBJECT, _IN_BULLETIN}


def parse_part(nquads: bytes) -> Iterable[Quad]:
    """The quads of N-Quads as a store keeps them."""
    return parse(nquads, format=RdfFormat.N_QUADS)


def project_bulletin(
    quads: Iterable[Quad], key: str, version: str, schema: GraphSchema, names: iris.Names | None = None
) -> Piece:
    """The piece of one bulletin's named graph: its parts are its own, programs, agencies and documents are shared."""
    bulletin = (names or iris.Names()).bulletin(key)
    projector = _Projector(schema, key, own=bulletin, inside=bulletin + "/")
    nodes, relationships = projector.run(quads)
    return _stamped(Piece(key, version, tuple(nodes), tuple(relationships)), bulletin)


def _stamped(piece: Piece, bulletin: str) -> Piece:
    """The piece with its version on the bulletin's node, by which a later push knows what it need not write."""
    nodes = tuple(
        replace(node, properties={**node.properties, "graphVersion": piece.version}) if node.iri == bulletin else node
        for node in piece.nodes
    )
    return replace(piece, nodes=nodes)


def project_vocabulary(quads: Iterable[Quad], version: str, schema: GraphSchema) -> Piece:
    """The piece of the vocabulary's named graph, which everybody shares."""
    nodes, relationships = _Projector(schema, "", own="", inside="").run(quads)
    return Piece("", version, tuple(nodes), tuple(relationships))


def project_file(
    quads: Iterable[Quad | Triple], name: str, schema: GraphSchema, names: iris.Names | None = None
) -> Piece:
    """The piece of any RDF that uses the ontology's terms; `name` is the file's own IRI or name.

    What it says of the vocabulary's terms and of the programs, agencies and documents of `names` is shared, all else is
    the file's own. A blank node is named by RDFC-1.0 and the file, so that the same file gives the same nodes. A thing
    that is pointed to and not described is a node with no more than its IRI, and the label of the property's range
    where that is one class, for another file to describe.
    """
    key = f"file:{iris.digest(name, 20)}"
    plain = without_blank_nodes(quads, f"urn:zhenxing:{key}:")
    base = (names or iris.Names()).base
    shared = (iris.TERMS, *(f"{base}{kind}/" for kind in ("program", "agency", "document")))
    nodes, relationships = _Projector(schema, key, own="", inside="", file=True, shared=shared).run(plain)
    return Piece(key, content_version(nodes, relationships), tuple(nodes), tuple(relationships))


def project_dataset(
    quads: Iterable[Quad], name: str, schema: GraphSchema, names: iris.Names | None = None
) -> tuple[Piece, ...]:
    """The pieces of a file with named graphs: a graph of a bulletin is that bulletin, all the rest the file's."""
    prefix = (names or iris.Names()).graph("")
    bulletins: dict[str, list[Quad]] = {}
    rest: list[Quad] = []
    for quad in quads:
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        key = graph[len(prefix) :] if graph.startswith(prefix) else ""
        (bulletins.setdefault(key, []) if key and key not in ("vocabulary", "runs") else rest).append(quad)
    found = []
    for key, own in sorted(bulletins.items()):
        piece = project_bulletin(own, key, "", schema, names)
        version = content_version(piece.nodes, piece.relationships)
        found.append(_stamped(replace(piece, version=version), (names or iris.Names()).bulletin(key)))
    if rest:
        found.append(project_file(rest, name, schema, names))
    return tuple(found)


def unknown_terms(quads: Iterable[Quad | Triple], schema: GraphSchema) -> dict[str, int]:
    """Properties and classes that no ontology declares and that do not reach Neo4j; how often each is used."""
    counts: dict[str, int] = {}
    for quad in quads:
        term = quad.predicate.value
        if term == _TYPE and isinstance(quad.object, NamedNode):
            if quad.object.value not in schema.classes:
                counts[quad.object.value] = counts.get(quad.object.value, 0) + 1
        elif term not in schema.properties and term != _TYPE:
            counts[term] = counts.get(term, 0) + 1
    return dict(sorted(counts.items()))


class _Ground(NamedTuple):
    """One stretch of text and the rule that found it; sorts by place."""

    start: int
    end: int
    rule: str
    quote: str
    anchor: str
    node: str  # IRIs of the evidence and of its span
    span: str


@dataclass(slots=True)
class _Projector:
    """Projects the statements of one graph."""

    schema: GraphSchema
    key: str
    own: str
    inside: str
    file: bool = False
    shared: tuple[str, ...] = ()

    def run(self, quads: Iterable[Quad]) -> tuple[list[Node], list[Relationship]]:
        """Nodes and relationships, sorted."""
        return _Run(self, by_subject(quads)).run()

    def owner(self, iri: str) -> str:
        """The key of the bulletin or file that the thing is a part of; "" of what is shared."""
        if self.file:
            return "" if iri.startswith(self.shared) else self.key
        return self.key if self.own and (iri == self.own or iri.startswith(self.inside)) else ""


class _Run:
    """One projection while it goes on."""

    def __init__(self, projector: _Projector, about: dict[str, Statements]) -> None:
        self.projector = projector
        self.about = about
        self.properties = projector.schema.properties
        self.names = tuple(sorted((p for p in self.properties.values() if p.rank), key=lambda p: p.rank))
        self.limited = {"iri", *(key for _, key in projector.schema.range_indexes())}
        self.labels = lru_cache(maxsize=None)(projector.schema.labels)
        self.link_types = lru_cache(maxsize=None)(lambda types: projector.schema.has_role(types, "relationship"))
        self.passage_types = lru_cache(maxsize=None)(lambda types: projector.schema.has_role(types, "passage"))
        self.spans: dict[str, tuple[int, int, str, str]] = {}
        self.nodes: dict[str, Node] = {}
        self.joins: dict[tuple[str, str, str], dict[str, Value]] = {}
        self.links: dict[tuple[str, str, str], list[Statements]] = {}
        self.ends: dict[str, set[str]] = {}

    def run(self) -> tuple[list[Node], list[Relationship]]:
        for subject, statements in self.about.items():
            types = types_of(statements)
            labels = self.labels(types) or (self.presumed(statements) if not types else ())
            if labels:
                self.node(subject, labels, types, statements)
            elif types and self.link_types(types):
                self.gather(subject, statements)
        for (start, kind, end), linked in self.links.items():
            self.link(self.joins.setdefault((start, kind, end), {}), united(linked))
        if self.projector.file:
            self.bare_ends()
        owner = self.projector.owner
        nodes = [self.nodes[iri] for iri in sorted(self.nodes)]
        joins = [
            Relationship(start, kind, end, properties, owner(start))
            for (start, kind, end), properties in sorted(self.joins.items(), key=lambda item: item[0])
        ]
        return nodes, joins

    def presumed(self, statements: Statements) -> tuple[str, ...]:
        """The labels of a thing without a class, by the domain of what is said of it, where that is one class."""
        domains = {p.domain[0] for s in statements if (p := self.properties.get(s)) and len(p.domain) == 1}
        found = {self.labels((domain,)) for domain in domains} - {()}
        return found.pop() if len(found) == 1 else ()

    # -- nodes

    def node(self, iri: str, labels: tuple[str, ...], types: tuple[str, ...], statements: Statements) -> None:
        properties: dict[str, Value] = {"iri": iri}
        owner = self.projector.owner(iri)
        if owner:
            properties["bulletin"] = owner
        grounds = self.grounds(statements)
        if grounds:
            self.ground_node(properties, statements, grounds)
        self.values(iri, properties, statements)
        english, name = self.name(statements)
        if english:
            properties["name_en"] = english
        properties["name"] = name or english or _short(properties) or iris_name(iri)
        if types and self.passage_types(types):
            for key in [key for key in properties if key == "quote" or key.startswith("evidence")]:
                del properties[key]
        for key in self.limited & properties.keys():
            self.check(iri, key, properties[key])
        self.nodes[iri] = Node(iri, labels, properties, owner)

    def check(self, iri: str, key: str, value: Value) -> None:
        """An indexed text that no index takes is a fault of the input: the server would refuse all of it."""
        if isinstance(value, str) and len(value) > INDEX_LIMIT // 4 and len(value.encode()) > INDEX_LIMIT:
            size = len(value.encode())
            raise InputError(f"{iri[:100]}: its {key!r} has {size:,} bytes; Neo4j indexes no more than {INDEX_LIMIT:,}")

    def name(self, statements: Statements) -> tuple[str, str]:
        """Name in English and in Chinese (or no language): of each the property of the lowest rank that has one."""
        english = other = ""
        for prop in self.names:
            values = statements.get(prop.iri)
            if values is None:
                continue
            literals = [value for value in values if isinstance(value, Literal)]
            of_english = [value.value for value in literals if language_of(value) == "en"]
            of_chinese = [value.value for value in literals if language_of(value) == ""]
            english = english or min(of_english, default="")
            other = other or min(of_chinese, default="")
        return english, other

    def values(self, subject: str, properties: dict[str, Value], statements: Statements, depth: int = 0) -> None:
        """Keys and relationships of what is said of a node, and of what is inlined into it."""
        for predicate, values in statements.items():
            prop = self.properties.get(predicate)
            if prop is None or predicate in _OF_EVIDENCE:
                continue
            role = prop.role
            if role == "relationship" or role == "either":
                literals = [value for value in values if type(value) is Literal]
                if literals:
                    self.put(properties, prop, literals)
                for value in values:
                    if type(value) is NamedNode:
                        self.joins.setdefault((subject, prop.type, value.value), {})
                        self.ends.setdefault(value.value, set()).update(prop.range)
            elif role == "inline":
                for value in values if depth < _INLINE_DEPTH else ():
                    self.values(subject, properties, self.about.get(value.value, {}), depth + 1)
            elif role != "none":
                self.put(properties, prop, values)

    def put(self, properties: dict[str, Value], prop: GraphProperty, values: Sequence[Term]) -> None:
        """The values of a property under its key: in English under ``key_en``, in Chinese or none under the key."""
        if prop.role in ("first-day", "last-day"):
            self.put_month(properties, prop, values)
            return
        if len(values) == 1 and prop.role != "list":
            value, precision, language = value_of(values[0])
            key = f"{prop.key}_{language}" if language else prop.key
            properties[key] = value
            if precision:
                properties[f"{key}Precision"] = precision
            return
        languages: dict[str, list[Scalar]] = {}
        precisions: dict[str, set[str]] = {}
        for term in values:
            value, precision, language = value_of(term)
            languages.setdefault(language, []).append(value)
            precisions.setdefault(language, set()).add(precision)
        for language, found in languages.items():
            key = f"{prop.key}_{language}" if language else prop.key
            one = len(set(found)) == 1 and prop.role != "list"
            properties[key] = found[0] if one else together(found)
            if one and (precision := min(precisions[language])):
                properties[f"{key}Precision"] = precision

    def put_month(self, properties: dict[str, Value], prop: GraphProperty, values: Sequence[Term]) -> None:
        months = [value_of(term)[0] for term in values]
        last = prop.role == "last-day"
        numbers = [month for month in months if type(month) is int]
        month = months[0] if not numbers else max(numbers) if last else min(numbers)
        properties[prop.month_key] = month
        day = month_day(month, last=last)
        if day:
            properties[prop.key] = day

    # -- evidence

    def span(self, iri: str) -> tuple[int, int, str, str]:
        """Start, end, words and anchor of a span."""
        known = self.spans.get(iri)
        if known is None:
            statements = self.about.get(iri, {})
            anchor = ""
            for predicate, values in statements.items():
                prop = self.properties.get(predicate)
                if prop is not None and prop.role == "anchor":
                    anchor = values[0].value
            known = (number_of(statements, _START), number_of(statements, _END), text_of(statements, _EXACT), anchor)
            self.spans[iri] = known
        return known

    def grounds(self, statements: Statements) -> list[_Ground]:
        """All evidence of a thing, sorted by place."""
        found = []
        for term in statements.get(_EVIDENCE, ()):
            about = self.about.get(term.value, {})
            for selector in about.get(_SELECTOR, ()):
                start, end, quote, anchor = self.span(selector.value)
                rule = text_of(about, _RULE)
                found.append(_Ground(start, end, rule, quote, anchor, term.value, selector.value))
        if len(found) > 1:
            found.sort()
        return found

    def ground_node(self, properties: dict[str, Value], statements: Statements, grounds: list[_Ground]) -> None:
        """A node's own span is where it stands; the sentence around a number is its quote, the number beside it."""
        own = {term.value for term in statements.get(_SPAN, ())}
        main = next((one for one in grounds if one.span in own and one.rule != SENTENCE_RULE), grounds[0])
        self.ground(properties, grounds, main)
        sentence = next((one for one in grounds if one.rule == SENTENCE_RULE), None)
        if sentence:
            properties["quote"], properties["number"] = sentence.quote, main.quote

    def ground(self, properties: dict[str, Value], grounds: list[_Ground], main: _Ground) -> None:
        properties["quote"] = main.quote
        properties["start"] = main.start
        properties["end"] = main.end
        properties["rule"] = main.rule
        if main.anchor:
            properties["anchor"] = main.anchor
        self.inline(properties, main.node)
        self.inline(properties, main.span)
        properties["evidenceQuotes"] = tuple([one.quote for one in grounds])
        properties["evidenceStarts"] = tuple([one.start for one in grounds])
        properties["evidenceEnds"] = tuple([one.end for one in grounds])
        properties["evidenceRules"] = tuple([one.rule for one in grounds])
        anchors = tuple([one.anchor for one in grounds])
        if any(anchors):  # of plain text none has one
            properties["evidenceAnchors"] = anchors

    def inline(self, properties: dict[str, Value], iri: str) -> None:
        """What else is said of the main evidence and its span: a page, and what a user's ontology adds."""
        for predicate, values in self.about.get(iri, {}).items():
            if predicate not in _OF_EVIDENCE:
                prop = self.properties.get(predicate)
                if prop is None:
                    continue
                if prop.role in ("key", "list") or (prop.role == "anchor" and prop.key == "page"):
                    self.put(properties, prop, values)

    def gather(self, iri: str, statements: Statements) -> None:
        """Note a link under the ends and type of the relationship that it is."""
        ends = [statements.get(part, (None,))[0] for part in (_SUBJECT, _PREDICATE, _OBJECT)]
        if not all(type(end) is NamedNode for end in ends):
            raise InputError(f"{iri}: a kg:Link needs a kg:subject, a kg:predicate and a kg:object that are IRIs")
        start, predicate, end = (term.value for term in ends if term is not None)
        prop = self.properties.get(predicate)
        if prop is None:
            raise InputError(f"{iri}: its kg:predicate {predicate} is declared in no ontology")
        self.links.setdefault((start, prop.type, end), []).append(statements)
        self.ends.setdefault(start, set()).update(prop.domain)
        self.ends.setdefault(end, set()).update(prop.range)

    def link(self, properties: dict[str, Value], statements: Statements) -> None:
        """What stands on a relationship."""
        grounds = self.grounds(statements)
        if grounds:
            self.ground(properties, grounds, grounds[0])
        for term, values in statements.items():
            said = None if term in _OF_LINK else self.properties.get(term)
            if said is None or said.role in ("none", "inline"):
                continue
            if said.role in ("relationship", "either") and any(type(value) is NamedNode for value in values):
                properties[said.key] = tuple(sorted({value.value for value in values}))
            else:
                self.put(properties, said, values)

    def bare_ends(self) -> None:
        """Ends that nobody describes here, outside the vocabulary; a label only where one class alone can be meant."""
        for iri, classes in self.ends.items():
            if iri not in self.nodes and not iri.startswith(iris.TERMS):
                self.check(iri, "iri", iri)
                labels = self.labels(tuple(classes)) if len(classes) == 1 else ()
                self.nodes[iri] = Node(iri, labels, {"iri": iri}, "")


def iris_name(iri: str) -> str:
    """The last part of an IRI, for what has no other name."""
    return iri.rstrip("#/").rpartition("#")[2].rpartition("/")[2][:_NAME_LENGTH] or iri[:_NAME_LENGTH]


def _short(properties: Mapping[str, Value]) -> str:
    """The beginning of the words, without white space: what Browser shows of a measure, an observation, a section."""
    words = properties.get("number") or properties.get("quote") or ""
    return "".join(str(words)[: 4 * _NAME_LENGTH].split())[:_NAME_LENGTH]
