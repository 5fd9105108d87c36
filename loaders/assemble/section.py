"""Sections: the parts of a document with a place or an issuer of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from loaders.assemble.dateline import common_year
from loaders.assemble.issuer import heading_place
from loaders.layout import LogicalText
from loaders.lexicon import Lexicon
from loaders.recognise.place import COUNTRY, recognise_places
from loaders.records import DocumentFacts
from loaders.segment import Block, Outline

_DIGEST_SHARE = 0.5  # of the headings of one level that must open with a place for a digest
_DATE_LINE = re.compile(r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日.{0,4}")


@dataclass(frozen=True, slots=True)
class SectionSpan:
    """A section in logical text."""

    start: int
    end: int
    place: str | None
    title: str | None
    own: bool  # it has a heading of its own
    year: int | None  # of its relative expressions (今年)


def sections_of(logical: LogicalText, outline: Outline, facts: DocumentFacts, lexicon: Lexicon) -> list[SectionSpan]:
    """The parts with a place or an issuer of their own; one where a document is about one place.

    A heading that is only a place's or a central body's name opens a section (a collected bulletin); where most
    headings of one level open with different places, each of that level opens one (a digest).
    """
    text = logical.text
    starts = _collected(text, outline, lexicon) or _digest(text, outline, facts, lexicon)
    if not starts:
        return [SectionSpan(0, len(text), facts.place, None, False, _year_of(facts, text))]
    out: list[SectionSpan] = []
    first_prose = next((b.start for b in outline.blocks if b.role == "prose" and b.end - b.start > 18), len(text))
    if starts[0][0] > first_prose:
        out.append(SectionSpan(0, starts[0][0], facts.place, None, False, _year_of(facts, text[: starts[0][0]])))
    for i, (start, place, title) in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else len(text)
        year = common_year(text[start:end]) if facts.date is None or len(facts.date) < 10 else None
        out.append(SectionSpan(start, end, place or facts.place, title, True, year or _year_of(facts, text)))
    if out[0].start > 0:  # a masthead stands above the first section and belongs to it
        out[0] = replace(out[0], start=0)
    return out


def _collected(text: str, outline: Outline, lexicon: Lexicon) -> list[tuple[int, str | None, str]]:
    """Sections under headings that are nothing but the name of a place or of a central body; two at least."""
    starts: list[tuple[int, str | None, str]] = []
    blocks = outline.blocks
    for i, block in enumerate(blocks):
        if block.role not in ("heading", "title", "note") and not (
            block.role == "prose" and block.end - block.start <= 18
        ):
            continue
        body = text[block.marker_end : block.end]
        place = heading_place(body, lexicon)
        signature = i + 1 < len(blocks) and _DATE_LINE.fullmatch(text[blocks[i + 1].start : blocks[i + 1].end])
        if place is not None and not signature:
            starts.append((block.start, place, body.strip("【】:：[]")))
    return starts if len({place for _, place, _ in starts}) >= 2 else []


def _digest(text: str, outline: Outline, facts: DocumentFacts, lexicon: Lexicon) -> list[tuple[int, str | None, str]]:
    """Items of a digest: headings of one level of which most open with a place, and with different ones."""
    within = facts.place if facts.place != COUNTRY else None
    by_level: dict[int, list[tuple[Block, str | None]]] = {}
    for block in outline.blocks:
        if block.role == "heading":
            by_level.setdefault(block.level, []).append((block, _opening_place(text, block, lexicon, within)))
    for level in sorted(by_level):
        placed = [(b, c) for b, c in by_level[level] if c]
        provinces = {lexicon.gazetteer.province_of(c) for _, c in placed if c}
        if (
            len({c for _, c in placed}) >= 3
            and len(placed) > _DIGEST_SHARE * len(by_level[level])
            and (len(provinces) >= 3 or len(placed) >= 4)
        ):
            first = placed[0][0].start
            return [(b.start, c, text[b.marker_end : b.end]) for b, c in by_level[level] if b.start >= first]
    return []


def _opening_place(text: str, block: Block, lexicon: Lexicon, within: str | None) -> str | None:
    """The place that opens a heading; of 湖北襄阳 the smaller."""
    body = text[block.marker_end : block.end]
    named = [p for p in recognise_places(body, 0, len(body), lexicon, within) if not p.deictic]
    if not named or named[0].start > 1:
        return None
    code, end = named[0].code, named[0].end
    for p in named[1:]:
        if p.start == end and lexicon.gazetteer.inside(p.code, code):
            code, end = p.code, p.end
    return code


def _year_of(facts: DocumentFacts, text: str) -> int | None:
    if facts.date:
        return int(facts.date[:4])
    return common_year(text)
