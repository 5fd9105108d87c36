"""Sections: the parts of a document with a place or an issuer of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from loaders.assemble.dateline import common_year
from loaders.assemble.issuer import heading_place
from loaders.assemble.locality import place_of_text, place_of_title
from loaders.folding import fold
from loaders.layout import LogicalText
from loaders.lexicon import Lexicon
from loaders.recognise.place import COUNTRY, recognise_places
from loaders.records import DocumentFacts
from loaders.segment import Block, Outline

_DIGEST_SHARE = 0.5  # of the headings of one level that must open with a place for a digest
_SEVERAL = 2  # articles that make a text a collection of them
_TITLE = 45  # characters of a title at most, and of the prose behind it at least
_HEAD = 160  # characters at the head of an article in which its date stands
_WIRE = re.compile(
    r"(?:\([^()]*\))?[一-鿿]{2,8}?(?:社|网|报|报道|台)[^。,]{0,24}?(?:\d日)?(?:电|讯|消息)(?=[(::\s一-鿿])"
)
_SOURCE_LINE = re.compile(
    r"来源\s*:|(?:发布)?(?:时间|日期)\s*:\s*20\d\d|作者\s*:|^\s*(?:19|20)\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?\s*$"
)
_YEAR_OF_LINE = re.compile(r"((?:19|20)\d\d)[-年/.]\d{1,2}[-月/.]\d{1,2}")
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


def sections_of(
    logical: LogicalText, outline: Outline, facts: DocumentFacts, lexicon: Lexicon, page: str
) -> list[SectionSpan]:
    """The parts with a place or an issuer of their own; one where a document is about one place.

    A heading that is only a place's or a central body's name opens a section (a collected bulletin); where most
    headings of one level open with different places, each of that level opens one (a digest); and several articles
    one behind the other, each with its title and its line of date and source, are a section each. `page` is the
    reader's text, in which such lines stand though they are furniture.
    """
    text = logical.text
    starts = _collected(text, outline, lexicon) or _digest(text, outline, facts, lexicon)
    if not starts and len(articles := _articles(logical, outline, page, lexicon)) >= _SEVERAL:
        return _of_articles(articles, logical, facts, lexicon, page)
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


def _articles(logical: LogicalText, outline: Outline, page: str, lexicon: Lexicon) -> list[Block]:
    """The titles of articles that stand one behind the other in one text; [] for one article alone.

    An article's title is a short line without a number, behind which its date and source stand, or a wire's dateline
    opens the text. Once there are two of them, a title that opens with another place begins an article too.
    """
    text, blocks = logical.text, outline.blocks
    dated: list[int] = []
    for i, block in enumerate(blocks[:-1]):
        short = block.end - block.start <= _TITLE and text[block.end - 1] not in "。;,"
        if block.marker or block.role not in ("title", "heading", "prose") or not short:
            continue
        follows = blocks[i + 1]
        between = page[logical.at[block.end - 1] + 1 : logical.at[follows.start]]
        note = text[follows.start : follows.end] if follows.role == "note" else ""
        wire = follows.role == "prose" and _WIRE.match(text, follows.start, follows.end)
        if wire or _SOURCE_LINE.search(fold(between)) or _SOURCE_LINE.search(note):
            dated.append(i)
    told = [i for i in dated if _tells(blocks, i)]
    if len(told) < _SEVERAL:
        return []
    others = [
        i for i, b in enumerate(blocks)
        if i > told[0] and b.role == "heading" and not b.marker and i not in told and _tells(blocks, i)
        and _opening_place(text, b, lexicon, None)
    ]  # fmt: skip
    return [blocks[i] for i in sorted({0, *told, *others}) if i in told or i in others or blocks[i].role == "title"]


def _tells(blocks: Sequence[Block], index: int) -> bool:
    """Whether prose of some length stands behind a title, before the next: a list of links has none."""
    behind = 0
    for block in blocks[index + 1 : index + 6]:
        if block.role in ("heading", "title"):
            break
        behind += block.end - block.start if block.role == "prose" else 0
    return behind >= _TITLE


def _of_articles(
    titles: Sequence[Block], logical: LogicalText, facts: DocumentFacts, lexicon: Lexicon, page: str
) -> list[SectionSpan]:
    """A section for each article, with the place and the year that it tells itself."""
    text = logical.text
    out: list[SectionSpan] = []
    for i, block in enumerate(titles):
        start = block.start if i else 0
        end = titles[i + 1].start if i + 1 < len(titles) else len(text)
        title = text[block.start : block.end]
        own = page[logical.at[start] : logical.at[end - 1] + 1]
        place = place_of_title(title, None, lexicon) or place_of_text(text[start:end], own, lexicon)
        year = _YEAR_OF_LINE.search(fold(own)[:_HEAD])
        out.append(
            SectionSpan(start, end, place, title, True, int(year[1]) if year else _year_of(facts, text[start:end]))
        )
    return out


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
