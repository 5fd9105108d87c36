"""The records that pass between the stages: frozen, tuples all the way down, no behaviour beyond what is derived.

Offsets are Unicode code points, half-open, always into the reader's text (`Document.text`), so that
``document.text[span.start:span.end]`` is the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points of the reader's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"no span: {self.start}..{self.end}")

    def covers(self, other: Span) -> bool:
        """Whether the other lies inside this one."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether they have a code point in common."""
        return self.start < other.end and other.start < self.end


# --------------------------------------------------------------------------- what a reader gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The way back from a stretch of the reader's text to the original.

    `kind` is ``page`` (pdf, 1-based), ``paragraph`` (docx, 1-based), ``cell`` (a table's ``SHEET!B7`` or
    ``table 2 row 3 column 1``) or ``path`` (html, an element path such as ``/html/body/div[2]/p[1]``).
    """

    span: Span
    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What stands beside the text: table columns, file properties. Nothing here is guessed from prose."""

    title: str | None = None
    publisher: str | None = None
    place: str | None = None  # a name as given, e.g. the value of a column `province`
    year: str | None = None  # the year that the document is of, as given
    date: str | None = None  # YYYY-MM-DD, YYYY-MM or YYYY
    number: str | None = None  # 文号
    url: str | None = None
    identifier: str | None = None  # a declared id, unique in its source


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One bulletin as its reader read it."""

    source: str  # FILE, FILE#N or ARCHIVE!/MEMBER, as the contract says
    text: str
    text_sha256: str  # of text encoded as UTF-8
    media_type: str
    original_sha256: str  # of the bytes read (the file's, the archive member's)
    original: str  # address of the bytes: a path as the user named it, or a URL from the metadata
    metadata: Metadata = Metadata()
    anchors: tuple[Anchor, ...] = ()
    furniture: tuple[Span, ...] = ()  # stretches that the reader knows to be no prose (navigation, running heads)
    headings: tuple[tuple[Span, int], ...] = ()  # stretches that the format marks as headings, with their level


# --------------------------------------------------------------------------- what extraction says


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why a statement was made: where, and by which rule or lexicon entry."""

    span: Span
    rule: str  # a concept's IRI or a rule's name, e.g. "measure.enumerated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A policy instrument or a target group given to a measure."""

    code: str  # the contract's code (nearest ancestor that has one)
    concept: str  # IRI of the concept that fired, possibly a narrower one
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyRole:
    """A body that a measure makes responsible."""

    name: str
    role: str  # lead, joint, support
    concept: str | None = None  # IRI of a known agency
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a document with an issuer or a place of its own."""

    id: str
    span: Span
    place: str | None
    title: str | None
    confidence: float = 1.0
    rule: str = "section"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What an authority did, does or orders."""

    id: str  # unique in its document, from its position: m1, m2, …
    span: Span
    section: str  # id of its section
    place: str | None
    places: tuple[str, ...]
    period: str | None
    status: str | None  # done, planned
    theme: str | None
    theme_span: Span | None
    instruments: tuple[Label, ...]
    targets: tuple[Label, ...]
    agencies: tuple[AgencyRole, ...]
    confidence: float
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One reported, planned or prescribed quantity (qb:Observation)."""

    id: str  # o1, o2, …
    span: Span
    section: str
    value: Decimal  # base unit; a decrease is negative
    unit: str  # a code of the contract
    statistic: str
    qualifier: str
    metric: str  # the contract's code; "other" where none fits
    metric_concept: str | None  # IRI of the concept that fired; None: seen and not understood
    place: str | None
    period: str | None
    measure: str | None  # id of the measure whose result, extent or rule it is
    confidence: float
    link_confidence: float | None
    evidence: tuple[Evidence, ...]  # never empty
    rule: str
    understood: bool = True  # False: a number in the domain for which no metric was recognised


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A thing with a name of its own."""

    span: Span
    name: str
    kind: str
    confidence: float
    rule: str
    measures: tuple[str, ...] = ()  # ids of the measures in whose span it stands
    mentions: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A policy document named in the text."""

    span: Span
    title: str
    number: str | None
    relation: str
    confidence: float
    rule: str
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """Document metadata by GB/T 9704 (number, issuers, level, kind, date)."""

    title: str | None = None
    publisher: str | None = None
    number: str | None = None
    issuers: tuple[str, ...] = ()
    issuer_concepts: tuple[str | None, ...] = ()
    level: str | None = None  # centre province city county township
    kind: str | None = None
    date: str | None = None
    place: str | None = None
    subject_period: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that was said of one bulletin."""

    document: Document
    facts: DocumentFacts
    sections: tuple[Section, ...]
    measures: tuple[Measure, ...]
    observations: tuple[Observation, ...]
    programs: tuple[Program, ...]
    citations: tuple[Citation, ...]
    characters: int  # of prose, white space left out
    characters_in_domain: int
    notes: tuple[str, ...] = field(default=())  # what a reader of the summary should know
