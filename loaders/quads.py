"""Extraction → the quads of one named graph: deterministic names, evidence and confidence on every link.

The model (docs/model.md): a plain triple says what holds (``measure kg:appliesInstrument instrument``), and beside it
a `kg:Link` with the same subject, predicate and object says how sure that is and which stretch of the text shows it.
There are no blank nodes, so that sorted N-Quads are the canonical form.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from loaders import iris
from loaders.contract import period_months
from loaders.folding import fold
from loaders.records import Citation, Evidence, Extraction, Label, Measure, Observation, Program, Span

_XSD = "http://www.w3.org/2001/XMLSchema#"
_DCTERMS = "http://purl.org/dc/terms/"
_PROV = "http://www.w3.org/ns/prov#"
_OA = "http://www.w3.org/ns/oa#"
_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}
_ANCHORS = {"page": "page", "paragraph": "paragraph", "cell": "cell", "path": "elementPath"}
_ROLES = {"lead": "ledBy", "joint": "jointWith", "support": "supportedBy"}
_RELATIONS = {
    "based-on": "basedOn",
    "implements": "implements",
    "forwards": "forwards",
    "issues": "issues",
    "amends": "amends",
    "repeals": "repeals",
    "mentions": "cites",
}
_PLACE_RULE = "measure.place"
_PLACES = 9
SENTENCE_RULE = "observation.sentence"
_SENTENCE_END = re.compile(r"[。！？!?]+[”’」』）)]?|(?<=[：；:;])\s*\n|\n[ \t\r]*\n|\n(?=[\u3000\t ]{2})")

_node = lru_cache(maxsize=4096)(NamedNode)  # terms, concepts and places come again and again
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_DECIMAL = NamedNode(_XSD + "decimal")
_INTEGER = NamedNode(_XSD + "integer")


@lru_cache(maxsize=512)
def _kg(name: str) -> NamedNode:
    return NamedNode(iris.term(name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """What a graph was made with: hashes of all vocabulary files and of the rules' source."""

    vocabulary: str
    rules: str
    document_kinds: Mapping[str, str] = field(default_factory=dict)  # Chinese name → IRI of the concept


def decimal_literal(value: Decimal) -> Literal:
    """The canonical `xsd:decimal`: no exponent, no zeros that say nothing, so that store and part agree.

    A third has no end: nine places are kept, which stores of 18 digits after the point can hold beside any total.
    """
    text = format(round(value, _PLACES) if value.as_tuple().exponent < -_PLACES else value, "f")  # type: ignore[operator]
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return Literal("0" if text in ("-0", "") else text, datatype=_DECIMAL)


def _confidence(value: float) -> Literal:
    return decimal_literal(Decimal(f"{value:.4f}"))


def _integer(value: int) -> Literal:
    return Literal(str(value), datatype=_INTEGER)


def canonical(quads: Iterable[Quad]) -> bytes:
    """Sorted N-Quads, each line once: the canonical form of a graph without blank nodes."""
    lines = set((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
    return b"".join(sorted(lines))


def bulletin_quads(extraction: Extraction, names: iris.Names, versions: Versions) -> list[Quad]:
    """All quads of one bulletin, in its one named graph."""
    writer = _Writer(extraction, names)
    writer.bulletin(versions)
    for section in extraction.sections:
        node = writer.start("section", section.id, "Section")
        writer.grounded(node, (Evidence(span=section.span, rule=section.rule),), section.confidence)
        writer.add(node, _kg("span"), writer.span(section.span))
        writer.place(node, section.place)
        writer.text(node, _DCTERMS + "title", section.title, language="zh")
    for measure in extraction.measures:
        writer.measure(measure)
    for observation in extraction.observations:
        writer.observation(observation)
    for program in extraction.programs:
        writer.program(program)
    for citation in extraction.citations:
        writer.citation(citation)
    writer.write_links()
    return writer.quads


@dataclass(slots=True)
class _Link:
    """One link while it is gathered: the same three terms may be said in several places."""

    terms: tuple[NamedNode, NamedNode, NamedNode]
    confidence: float
    evidence: set[Evidence]
    concepts: set[str]
    citation: bool = False


class _Writer:
    """Gathers the quads of one bulletin."""

    def __init__(self, extraction: Extraction, names: iris.Names) -> None:
        self.extraction = extraction
        self.document = extraction.document
        self.names = names
        self.identity = iris.identity(extraction.document)
        self.key = iris.key_of(self.identity)
        self.graph = NamedNode(names.graph(self.key))
        self.node = NamedNode(names.bulletin(self.key))
        self.text_node = NamedNode(names.part(self.key, "text", self.document.text_sha256[:16]))
        self.quads: list[Quad] = []
        self.links: dict[tuple[str, str, str], _Link] = {}
        self.evidences: dict[Evidence, NamedNode] = {}
        self.spans: dict[Span, NamedNode] = {}
        self.measures = {measure.id: measure for measure in extraction.measures}
        self.anchors = sorted(self.document.anchors, key=lambda anchor: anchor.span)
        self.anchor_starts = [anchor.span.start for anchor in self.anchors]
        self.edges = _edges(extraction)

    # -- the smallest steps

    def add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> None:
        self.quads.append(Quad(subject, predicate, value, self.graph))

    def text(self, subject: NamedNode, predicate: str, value: str | None, *, language: str | None = None) -> None:
        if value:
            self.add(subject, _node(predicate), Literal(value, language=language) if language else Literal(value))

    def own(self, subject: NamedNode, name: str, value: str | None) -> None:
        self.text(subject, iris.term(name), value)

    def part(self, kind: str, local: str) -> NamedNode:
        return NamedNode(self.names.part(self.key, kind, local))

    def start(self, kind: str, local: str, type_name: str) -> NamedNode:
        node = self.part(kind, local)
        self.add(node, _TYPE, _kg(type_name))
        self.add(node, _kg("inBulletin"), self.node)
        return node

    def place(self, node: NamedNode, code: str | None) -> None:
        if code:
            self.add(node, _kg("place"), _node(iris.concept("place", code)))

    def period(self, node: NamedNode, period: str | None) -> None:
        if not period:
            return
        self.own(node, "period", period)
        months = period_months(period)
        if months:
            self.add(node, _kg("firstMonth"), _integer(months[0]))
            self.add(node, _kg("lastMonth"), _integer(months[1]))

    # -- evidence

    def evidence(self, evidence: Evidence) -> NamedNode:
        """The node of one evidence, written once."""
        known = self.evidences.get(evidence)
        if known is not None:
            return known
        span = evidence.span
        node = self.part("evidence", f"{span.start}-{span.end}-{iris.digest(evidence.rule, 8)}")
        self.evidences[evidence] = node
        self.add(node, _TYPE, _kg("Evidence"))
        self.add(node, _node(_OA + "hasSource"), self.text_node)
        self.add(node, _node(_OA + "hasSelector"), self.span(span))
        self.own(node, "rule", evidence.rule)
        return node

    def span(self, span: Span) -> NamedNode:
        known = self.spans.get(span)
        if known is not None:
            return known
        node = self.part("span", f"{span.start}-{span.end}")
        self.spans[span] = node
        self.add(node, _TYPE, _kg("Span"))
        self.add(node, _TYPE, _node(_OA + "TextPositionSelector"))
        self.add(node, _TYPE, _node(_OA + "TextQuoteSelector"))
        self.add(node, _node(_OA + "start"), _integer(span.start))
        self.add(node, _node(_OA + "end"), _integer(span.end))
        self.add(node, _node(_OA + "exact"), Literal(self.document.text[span.start : span.end]))
        at = bisect.bisect_right(self.anchor_starts, span.start) - 1
        if at >= 0 and self.anchors[at].span.end > span.start and self.anchors[at].kind in _ANCHORS:
            kind, value = self.anchors[at].kind, self.anchors[at].value
            number = kind in ("page", "paragraph") and value.isdecimal()
            self.add(node, _kg(_ANCHORS[kind]), _integer(int(value)) if number else Literal(value))
        return node

    def grounded(self, node: NamedNode, evidence: Iterable[Evidence], confidence: float) -> None:
        self.add(node, _kg("confidence"), _confidence(confidence))
        for one in evidence:
            self.add(node, _kg("evidence"), self.evidence(one))

    def link(
        self,
        subject: NamedNode,
        name: str,
        target: NamedNode,
        evidence: Iterable[Evidence],
        confidence: float,
        *,
        concept: str | None = None,
        citation: bool = False,
    ) -> None:
        """Say that `subject` stands so to `target`; said twice it is one link with the evidence of both."""
        predicate = _kg(name)
        key = (subject.value, predicate.value, target.value)
        link = self.links.setdefault(key, _Link((subject, predicate, target), 0.0, set(), set(), citation))
        link.confidence = max(link.confidence, confidence)
        link.evidence.update(evidence)
        if concept:
            link.concepts.add(concept)

    def write_links(self) -> None:
        """Write the plain triple and the link node of everything said with `link`."""
        for key, link in self.links.items():
            subject, predicate, target = link.terms
            self.add(subject, predicate, target)
            node = self.start("link", iris.digest("|".join(key)), "Citation" if link.citation else "Link")
            if link.citation:
                self.add(node, _TYPE, _kg("Link"))
            self.add(node, _kg("subject"), subject)
            self.add(node, _kg("predicate"), predicate)
            self.add(node, _kg("object"), target)
            for concept in link.concepts:
                self.add(node, _kg("matchedConcept"), _node(concept))
            self.grounded(node, link.evidence, link.confidence)

    # -- the bulletin and its parts

    def bulletin(self, versions: Versions) -> None:
        """The bulletin, its text, the original, and how the graph came to be."""
        document, facts, node = self.document, self.extraction.facts, self.node
        given = document.metadata
        self.add(node, _TYPE, _kg("Bulletin"))
        self.own(node, "identity", self.identity)
        self.own(node, "sourceName", document.source)
        self.text(node, _DCTERMS + "title", facts.title or given.title, language="zh")
        self.text(node, _DCTERMS + "publisher", facts.publisher or given.publisher, language="zh")
        self.text(node, _DCTERMS + "source", given.url)
        date = facts.date or given.date
        if date:
            kind = _DATES.get(len(date))
            literal = Literal(date, datatype=_node(_XSD + kind)) if kind else Literal(date)
            self.add(node, _node(_DCTERMS + "issued"), literal)
        self.own(node, "documentNumber", facts.number)
        self.own(node, "authorityLevel", facts.level)
        self.own(node, "subjectPeriod", facts.subject_period)
        if facts.kind and facts.kind in versions.document_kinds:
            self.add(node, _kg("documentKind"), _node(versions.document_kinds[facts.kind]))
        self.place(node, facts.place)
        for name, known in zip(facts.issuers, facts.issuer_concepts or (None,) * len(facts.issuers), strict=True):
            self.add(node, _kg("issuedBy"), self.agency(name, known))
        self.add(node, _kg("characters"), _integer(self.extraction.characters))
        self.add(node, _kg("charactersInDomain"), _integer(self.extraction.characters_in_domain))
        for note in self.extraction.notes:
            self.own(node, "note", note)

        text = self.text_node
        self.add(node, _kg("text"), text)
        self.add(text, _TYPE, _kg("Text"))
        self.add(text, _kg("content"), Literal(document.text))
        self.own(text, "sha256", document.text_sha256)
        original = NamedNode(self.names.original(document.original_sha256))
        self.add(text, _kg("original"), original)
        self.add(original, _TYPE, _kg("Original"))
        self.own(original, "sha256", document.original_sha256)
        self.own(original, "address", document.original)
        self.text(original, _DCTERMS + "format", document.media_type)

        activity = NamedNode(self.names.activity(document.text_sha256, versions.vocabulary, versions.rules))
        vocabulary = _node(self.names.vocabulary(versions.vocabulary))
        self.add(self.graph, _node(_PROV + "wasGeneratedBy"), activity)
        self.add(activity, _TYPE, _kg("Extraction"))
        self.add(activity, _node(_PROV + "used"), text)
        self.add(activity, _node(_PROV + "used"), vocabulary)
        self.own(activity, "rules", versions.rules)

    def agency(self, name: str, known: str | None) -> NamedNode:
        if known:
            return _node(known)
        node = NamedNode(self.names.thing("agency", name))
        self.add(node, _TYPE, _kg("Agency"))
        self.text(node, _RDFS_LABEL, name, language="zh")
        return node

    def measure(self, measure: Measure) -> None:
        """A measure with its places, labels and agencies."""
        node = self.start("measure", measure.id, "Measure")
        own = Evidence(span=measure.span, rule=measure.rule)
        self.grounded(node, (own,), measure.confidence)
        self.add(node, _kg("span"), self.span(measure.span))
        self.add(node, _kg("inSection"), self.part("section", measure.section))
        self.place(node, measure.place)
        self.period(node, measure.period)
        self.own(node, "status", measure.status)
        self.own(node, "theme", measure.theme)
        for code in measure.places or ((measure.place,) if measure.place else ()):
            place = _node(iris.concept("place", code))
            self.link(node, "actsIn", place, (Evidence(span=measure.span, rule=_PLACE_RULE),), measure.confidence)
        self._labels(node, "appliesInstrument", "instrument", measure.instruments)
        self._labels(node, "forTarget", "target", measure.targets)
        for agency in measure.agencies:
            span = agency.span or measure.span
            name = _ROLES.get(agency.role, "supportedBy")
            evidence = Evidence(span=span, rule=f"agency.{agency.role}")
            self.link(node, name, self.agency(agency.name, agency.concept), (evidence,), measure.confidence)

    def _labels(self, node: NamedNode, name: str, scheme: str, labels: Iterable[Label]) -> None:
        for label in labels:
            target = _node(iris.concept(scheme, label.code))
            self.link(node, name, target, label.evidence, label.confidence, concept=label.concept)

    def observation(self, observation: Observation) -> None:
        """An observation, and the link from its measure."""
        node = self.start("observation", observation.id, "Observation")
        self.add(node, _TYPE, _node("http://purl.org/linked-data/cube#Observation"))
        self.add(node, _node("http://purl.org/linked-data/cube#dataSet"), _kg("observations"))
        own = Evidence(span=observation.span, rule=observation.rule)
        sentence = Evidence(span=self.sentence(observation.span), rule=SENTENCE_RULE)
        self.add(node, _kg("span"), self.span(observation.span))
        self.grounded(node, (own, sentence, *observation.evidence), observation.confidence)
        self.add(node, _kg("inSection"), self.part("section", observation.section))
        self.add(node, _kg("value"), decimal_literal(observation.value))
        self.add(node, _kg("inUnit"), _node(iris.concept("unit", observation.unit)))
        self.own(node, "statistic", observation.statistic)
        self.own(node, "qualifier", observation.qualifier)
        metric = iris.concept("metric", observation.metric)
        self.add(node, _kg("metric"), _node(metric))
        self.add(node, _kg("matchedConcept"), _node(observation.metric_concept or metric))
        understood = "true" if observation.understood else "false"
        self.add(node, _kg("understood"), Literal(understood, datatype=_node(_XSD + "boolean")))
        self.place(node, observation.place)
        self.period(node, observation.period)
        measure = self.measures.get(observation.measure or "")
        if measure is None:
            return
        name = "setsStandard" if observation.statistic == "standard" else "hasResult"
        confidence = observation.confidence if observation.link_confidence is None else observation.link_confidence
        evidence = Evidence(span=_join(measure.span, observation.span), rule=f"link.{name}")
        self.link(self.part("measure", measure.id), name, node, (evidence,), confidence)

    def sentence(self, span: Span) -> Span:
        """The sentence around a number, within the title, heading, section or measure that it stands in."""
        lower, upper = bisect.bisect_right(self.edges, span.start), bisect.bisect_left(self.edges, span.end)
        within = Span(self.edges[lower - 1] if lower else 0, (*self.edges, len(self.document.text))[upper])
        return sentence_around(self.document.text, span, within)

    def program(self, program: Program) -> None:
        """A named program, joined to the bulletin and to the measures that name it."""
        node = NamedNode(self.names.thing("program", program.name))
        self.add(node, _TYPE, _kg("Program"))
        self.text(node, _RDFS_LABEL, program.name, language="zh")
        self.add(node, _kg("programKind"), _node(iris.concept("program", program.kind)))
        spans = {program.span, *program.mentions}
        evidence = [Evidence(span=span, rule=program.rule) for span in spans]
        self.link(self.node, "namesProgram", node, evidence, program.confidence)
        for measure in self._measures(program.measures):
            inside = [one for one in evidence if measure.span.covers(one.span)] or evidence
            self.link(self.part("measure", measure.id), "runsProgram", node, inside, program.confidence)

    def citation(self, citation: Citation) -> None:
        """A policy document that the bulletin (or some measures of it) names."""
        node = NamedNode(self.names.thing("document", citation.number or citation.title))
        self.add(node, _TYPE, _kg("PolicyDocument"))
        self.text(node, _DCTERMS + "title", citation.title, language="zh")
        self.own(node, "documentNumber", citation.number)
        name = _RELATIONS.get(citation.relation, "cites")
        evidence = (Evidence(span=citation.span, rule=citation.rule),)
        self.link(self.node, name, node, evidence, citation.confidence, citation=True)
        for measure in self._measures(citation.measures):
            subject = self.part("measure", measure.id)
            self.link(subject, name, node, evidence, citation.confidence, citation=True)

    def _measures(self, ids: Iterable[str]) -> Iterator[Measure]:
        return (self.measures[one] for one in ids if one in self.measures)


def _edges(extraction: Extraction) -> list[int]:
    """Where a sentence must end though no mark says so: edges of measures and sections, ends of headings and title."""
    document, title = extraction.document, extraction.facts.title
    spans = [*(s.span for s in extraction.sections), *(m.span for m in extraction.measures)]
    edges = {edge for span in spans for edge in (span.start, span.end)}
    edges |= {span.end for span, _ in document.headings}
    if title:
        at = fold(document.text).find(fold(title))
        end = at + len(title)
        if at >= 0 and document.text[end : end + 1] in ("\n", "\r"):
            edges.add(end)
    return sorted(edges)


def sentence_around(text: str, span: Span, within: Span) -> Span:
    """The sentence in which a number stands, for a reader to judge it by; at most 300 characters on either side.

    A line break ends a sentence only where the text around it shows that it is more than page layout.
    """
    lower, upper = max(within.start, span.start - 300), min(within.end, span.end + 300)
    start = max((m.end() for m in _SENTENCE_END.finditer(text, lower, span.start)), default=lower)
    end_mark = _SENTENCE_END.search(text, span.end, upper)
    end = end_mark.end() if end_mark else upper
    while start < span.start and text[start].isspace():
        start += 1
    while end > span.end and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _join(one: Span, other: Span) -> Span:
    """The stretch from a measure to its observation: one piece of text that shows both."""
    return Span(min(one.start, other.start), max(one.end, other.end))
