"""What holds for a whole document while it is assembled: its layout, outline, facts, sections, settings, domain."""

from __future__ import annotations

from dataclasses import dataclass, replace

from loaders.assemble.cues import Cues, cues_of
from loaders.assemble.domain import clauses, heading_verdict, rural
from loaders.assemble.facts import document_facts
from loaders.assemble.measure import block_verdict
from loaders.assemble.section import SectionSpan, sections_of
from loaders.assemble.setting import Setting, is_late, settings_of, tells_of_a_plan
from loaders.furniture import furniture, load_furniture_words
from loaders.layout import LogicalText, lay_out
from loaders.lexicon import Lexicon
from loaders.records import Document, DocumentFacts, Section
from loaders.segment import Block, Heading, Unit, segment, sentences

DENSE = 0.5  # share of rural sentences above which a text's subject is the domain; general work reports have 0.1 to 0.3
_SAYS_ENOUGH = 12  # characters of a sentence that can tell what it is about


@dataclass(frozen=True, slots=True)
class Scope:
    """The whole of a document, read only."""

    document: Document
    lexicon: Lexicon
    cues: Cues
    logical: LogicalText
    blocks: tuple[Block, ...]
    facts: DocumentFacts
    sections: tuple[SectionSpan, ...]
    settings: tuple[Setting, ...]  # one a block
    titles: tuple[tuple[str, ...], ...]  # of each section, nearest first
    dense: tuple[bool, ...]  # whether most sentences of the section are rural by their own words
    late: bool

    @property
    def text(self) -> str:
        """The logical text."""
        return self.logical.text


def scope_of(document: Document, lexicon: Lexicon) -> Scope:
    """Lay out, segment and survey a document."""
    cues = cues_of(lexicon)
    logical = lay_out(document, furniture(document.text, load_furniture_words()))
    outline = segment(logical)
    outline = replace(outline, blocks=_without_glossary(outline.blocks, logical.text, cues))
    facts = document_facts(document, logical, outline, lexicon)
    sections = tuple(sections_of(logical, outline, facts, lexicon, document.text))
    settings = tuple(settings_of(logical, outline, facts, list(sections), cues))
    return Scope(
        document, lexicon, cues, logical, outline.blocks, facts, sections, settings,
        titles=tuple(_titles(s, logical.text, outline.blocks, facts, cues) for s in sections),
        dense=tuple(_is_dense(i, logical.text, outline.blocks, settings, cues) for i in range(len(sections))),
        late=is_late(facts, logical.text),
    )  # fmt: skip


def _without_glossary(blocks: tuple[Block, ...], text: str, cues: Cues) -> tuple[Block, ...]:
    """The blocks with those of a glossary as notes: what explains terms tells of no measure."""
    out: list[Block] = []
    below: int | None = None
    for block in blocks:
        if block.role in ("heading", "title"):
            if below is not None and block.level <= below:
                below = None
            if cues.glossary.search(text, block.start, block.end):
                below = block.level
        out.append(block if below is None else replace(block, role="note", units=()))
    return tuple(out)


def _titles(
    section: SectionSpan, text: str, blocks: tuple[Block, ...], facts: DocumentFacts, cues: Cues
) -> tuple[str, ...]:  # fmt: skip
    """Titles above a section's headings, nearest first: its own, else the document's."""
    if not section.own:
        return (facts.title,) if facts.title else _subject_of_news(text, blocks, cues)
    own = [
        text[b.marker_end : b.end] for b in blocks
        if b.role in ("heading", "title") and section.start <= b.start < section.end and not b.marker
    ]  # fmt: skip
    return tuple(own[1::-1])


def _subject_of_news(text: str, blocks: tuple[Block, ...], cues: Cues) -> tuple[str, ...]:
    """What a text without a title is about: the rural clauses of an opening that is the news of a plan or notice."""
    opening = next((b for b in blocks if b.role == "prose"), None)
    if opening is None or not tells_of_a_plan(text, (opening,), cues):
        return ()
    body = text[opening.start : opening.end].split("。")[0]
    return tuple(body[a:b] for a, b in clauses(body) if rural(body[a:b], cues))[:1]


def _is_dense(
    section: int, text: str, blocks: tuple[Block, ...], settings: tuple[Setting, ...], cues: Cues
) -> bool:  # fmt: skip
    bodies = [
        text[x:y]
        for b, s in zip(blocks, settings, strict=True) if b.role == "prose" and s.section == section
        for u in b.units for x, y in sentences(text, u.start, u.end) if y - x >= _SAYS_ENOUGH
    ]  # fmt: skip
    return len(bodies) >= 3 and sum(rural(x, cues) for x in bodies) >= DENSE * len(bodies)


def verdict_of(scope: Scope, block: Block, unit: Unit, section: int) -> bool | None:
    """Whether a unit is in the domain by its headings, else by its section's and its paragraph's own words."""
    verdict = block_verdict(block, unit, scope.titles[section], scope.cues)
    if verdict is None and scope.dense[section]:
        bodies = [scope.text[u.start : u.end] for u in block.units]
        if 2 * sum(rural(x, scope.cues) for x in bodies) >= len(bodies):
            return True
    return verdict


def units_of(scope: Scope, block: Block, section: int) -> tuple[Unit, ...]:
    """The paragraph's units; an item of several sentences goes by its own opening sentence, as a heading.

    Where neither that nor a heading above decides on the domain (一是全力挖掘内需增长新潜能 in a general report), its
    sentences are judged one by one.
    """
    out: list[Unit] = []
    for unit in block.units:
        pieces = list(sentences(scope.text, unit.start, unit.end)) if unit.kind == "item" else []
        if len(pieces) < 2:
            out.append(unit)
            continue
        a, b = pieces[0]
        opening = Heading(a, b, 9, scope.text[min(unit.marker_end, b) : b])
        own = heading_verdict([opening.text], scope.cues)
        if own is True or (own is None and verdict_of(scope, block, unit, section)):
            out.append(unit)
        else:
            out.append(Unit(a, b, "theme", unit.theme, min(unit.marker_end, b)))
            out += [Unit(x, y, "sentence", opening, x) for x, y in pieces[1:]]
    return tuple(out)


def section_records(scope: Scope) -> tuple[Section, ...]:
    """The sections as records, each without the blank lines around it."""
    out = []
    for i, s in enumerate(scope.sections):
        body = scope.text[s.start : s.end]
        if body.strip("\n"):
            start = s.start + len(body) - len(body.lstrip("\n"))
            span = scope.logical.span(start, s.start + len(body.rstrip("\n")))
            out.append(Section(id=f"s{i + 1}", span=span, place=s.place, title=s.title))
    return tuple(out)
