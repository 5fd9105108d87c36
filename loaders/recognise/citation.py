"""Citations: policy documents named in 《》, with their number and how the text stands to them.

Numbers by GB/T 9704-2012, 7.2.5: 国发〔2018〕3号. Finds 根据《乡村振兴促进法》 as based-on, 印发《…》 as issues;
without a word before it, mentions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from loaders.lexicon import Lexicon

DOCUMENT_NUMBER = re.compile(
    r"[一-鿿]{1,12}[〔\[(【](?:19|20)\d{2}[〕\])】]\s?(?:第)?\d{1,4}号|(?:[一-鿿]{1,8})?令第?\d{1,3}号"
)
_TITLE = re.compile(r"《([^《》\n]{3,80}(?:《[^《》\n]*》[^《》\n]*)?)》")
_RELATIONS = ("forwards", "amends", "repeals", "issues", "implements", "based-on")
_NEAR = 14  # a verb governs the title at most so far before it; a modifier may stand between (印发省级部门《…》)


@dataclass(frozen=True, slots=True)
class CitationMention:
    """A document named: ``text[start:end]`` is its title without the marks 《》."""

    start: int
    end: int
    title: str
    number: str | None
    relation: str


@lru_cache(maxsize=4)
def _relations_of(lexicon: Lexicon) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((r, re.compile(lexicon.alternation(f"cite-{r}"))) for r in _RELATIONS)


def recognise_citations(text: str, start: int, end: int, lexicon: Lexicon) -> list[CitationMention]:
    """Documents named in ``text[start:end]``, left to right."""
    out: list[CitationMention] = []
    for m in _TITLE.finditer(text, start, end):
        before = text[max(start, m.start() - _NEAR) : m.start()]
        clause = re.split(r"[,。;:、》]", before)[-1]
        relation, at = "mentions", -1
        for name, pattern in _relations_of(lexicon):
            for word in pattern.finditer(clause):
                if word.end() > at:
                    relation, at = name, word.end()
        if out and at < 0 and re.fullmatch(r"[》、和及与以]{1,4}", text[out[-1].end : m.start()]):
            relation = out[-1].relation  # 根据《甲》《乙》, 《甲》和《乙》
        number = DOCUMENT_NUMBER.match(text, m.end() + 1) if text[m.end() : m.end() + 1] in "(〔[" else None
        out.append(CitationMention(m.start(1), m.end(1), m[1], number[0] if number else None, relation))
    return out
