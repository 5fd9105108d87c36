"""Document metadata by GB/T 9704-2012: title, number, issuers, level, kind, date, and the place that it is about."""

from __future__ import annotations

import re
from functools import lru_cache

from loaders.assemble.cues import Cues
from loaders.assemble.dateline import document_date
from loaders.assemble.issuer import issuers_of
from loaders.assemble.locality import place_of
from loaders.folding import fold
from loaders.layout import LogicalText
from loaders.lexicon import Lexicon
from loaders.recognise.citation import DOCUMENT_NUMBER
from loaders.recognise.place import recognise_places
from loaders.records import Document, DocumentFacts
from loaders.segment import Outline

_LEVEL = {"country": "centre", "province": "province", "prefecture": "city", "county": "county"}
_TITLE_BRACKETS = re.compile(r"\((?:试行|暂行|征求意见稿|修订|摘要|摘编|全文|节选)\)$")
_OPENING = 1200  # characters at the head of a text in which number, title and dateline stand


@lru_cache(maxsize=4)
def _kinds_of(lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """Title endings, longest first, with the kind's Chinese name."""
    pairs = [(fold(s), c.zh) for c in lexicon.in_scheme("document-kinds") for s in c.values("titleSuffix")]
    return tuple(sorted(pairs, key=lambda p: (-len(p[0]), p)))


def document_facts(document: Document, logical: LogicalText, outline: Outline, lexicon: Lexicon) -> DocumentFacts:
    """What the document says of itself; a value that nothing says is None."""
    meta = document.metadata
    title = _clean(meta.title) or (outline.title.text if outline.title else None)
    text = logical.text
    head = text[:_OPENING]
    number = meta.number or _number(head)
    date = document_date(document, text, title)
    place = place_of(document, text, title, lexicon)
    issuers, concepts = issuers_of(title or "", meta.publisher, text, lexicon)
    level = _level(issuers, place, lexicon)
    central = [c for c in concepts if c and "centre" in lexicon.concept(c).values("level")]
    if central:
        level = "centre"
    kind = _kind(title or "", lexicon)
    return DocumentFacts(
        title=title, publisher=meta.publisher, number=number, issuers=tuple(issuers), issuer_concepts=tuple(concepts),
        level=level, kind=kind, date=date, place=place,
    )  # fmt: skip


def _number(head: str) -> str | None:
    """The document's number in the opening of its text; not one behind a title, which is another document's."""
    m = DOCUMENT_NUMBER.search(head) if "号" in head else None
    return m[0] if m and "《" not in head[max(0, m.start() - 3) : m.start()] else None


def _level(issuers: list[str], place: str | None, lexicon: Lexicon) -> str | None:
    """The level of the first issuer's place, else of the document's."""
    for name in issuers:
        if found := [p for p in recognise_places(name, 0, len(name), lexicon, place) if not p.deictic]:
            return _LEVEL[lexicon.gazetteer.by_code[found[0].code].level]
    return _LEVEL[lexicon.gazetteer.by_code[place].level] if place is not None else None


def _clean(title: str | None) -> str | None:
    return " ".join(title.split()) if title and title.strip() else None


def _kind(title: str, lexicon: Lexicon) -> str | None:
    bare = _TITLE_BRACKETS.sub("", fold(title).strip())
    bare = re.sub(r"[》”]$", "", bare)
    return next((zh for suffix, zh in _kinds_of(lexicon) if bare.endswith(suffix)), None)


def plan_by_title(title: str | None, cues: Cues) -> bool:
    """Whether a document so titled orders or plans (通知, 方案) rather than reports."""
    folded = fold(title or "")
    return bool(cues.plan_document.search(folded)) and not cues.report_title.search(folded)
