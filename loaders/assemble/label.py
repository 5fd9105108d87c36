"""Which of the labels found in a measure's text say what it applies, and for whom.

Not every word for an instrument is one that the measure applies: a clause may only tell why (为了…, 围绕…), for what end
(确保…) or with what result (…率达到…), a list may only say what an inspection or a fund is about (产业、就业等方面), and
some words are too weak to count beside a stronger one (安置区 beside 技能培训). Such mentions give way where the text
applies something else as well; where they are all that there is, they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.assemble.action import clauses
from loaders.assemble.cues import Cues
from loaders.lexicon import Hit, longest

SPREADING = "demonstration"  # the instrument of a measure that spreads a practice: what the practice applies is not its own

Spans = Sequence[tuple[int, int]]


def choose_instruments(body: str, hits: list[Hit], cues: Cues) -> tuple[Hit, ...]:
    """The instruments that a measure's text applies; `hits` is a scan of the whole scheme in folded `body`."""
    spread = spans_of(cues.spread, body)
    found = [h for h in resolve(hits) if h.concept.answer == SPREADING or not within(h, spread)]
    aside = [*side_clauses(body, cues), *spans_of(cues.listed, body)]
    stated = [h for h in found if not within(h, aside)]
    kept = stated or found
    strong = [h for h in kept if _label(body, h) not in cues.weak_instruments]
    return tuple(strong or kept)


def choose_targets(body: str, hits: list[Hit], cues: Cues) -> tuple[Hit, ...]:
    """The groups and areas that a measure's text is for."""
    spread = spans_of(cues.spread, body)
    return tuple(h for h in resolve(hits) if not within(h, spread))


def resolve(hits: list[Hit]) -> list[Hit]:
    """The longest of labels that overlap; a gap label covers its parts only, so what stands in its gap stays."""
    plain = longest([h for h in hits if not h.gap])
    gaps = [h for h in hits if h.gap]
    plain = [
        h for h in plain
        if not any(g.concept is not h.concept and a <= h.start and h.end <= b and b - a > h.length for g in gaps for a, b in g.parts)
    ]  # fmt: skip
    out = plain + [g for g in gaps if not any(p.start <= g.start and g.end <= p.end for p in plain if p.concept is not g.concept)]
    return sorted(out, key=lambda h: (h.start, h.end))


def _label(body: str, hit: Hit) -> str:
    """The label that was matched, a gap label's parts joined."""
    return "".join(body[a:b] for a, b in hit.parts or ((hit.start, hit.end),))


def side_clauses(body: str, cues: Cues) -> list[tuple[int, int]]:
    """The clauses that tell why, for what end or with what result, and not what is done."""
    out = []
    for n, (a, b) in enumerate(clauses(body)):
        clause = body[a:b]
        if cues.reason.match(clause) or (n and cues.purpose.match(clause)) or (cues.outcome.search(clause) and not cues.ahead.search(clause)):
            out.append((a, b))
    return out


def spans_of(pattern: re.Pattern[str], body: str) -> list[tuple[int, int]]:
    return [(m.start(), m.end()) for m in pattern.finditer(body)]


def within(hit: Hit, spans: Spans) -> bool:
    return any(a <= hit.start and hit.end <= b for a, b in spans)
