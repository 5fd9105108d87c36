"""Which of the labels found in a measure's text say what it applies, and for whom.

Not every word for an instrument is one that the measure applies: a clause may only tell why (为了…, 围绕…) or to
what end (确保…); a list may only say what an inspection or a fund is about (产业等方面); and some words are too weak to
count beside a stronger one (安置区 beside 技能培训). Such mentions give way where the text applies something else as
well; where they are all that there is, they stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.assemble.cues import Cues
from loaders.assemble.domain import clauses
from loaders.lexicon import Hit, longest

# the instrument of a measure that spreads a practice: what the practice applies is not its own
SPREADING = "demonstration"
SHORT = 2  # characters of a label that says little by itself

_OF_THESE = re.compile(r"\(其?中?[^()]*\d[^()]*\)")  # 审批项目13个(其中产业项目10个): parts of a number

Spans = Sequence[tuple[int, int]]


def choose_instruments(body: str, hits: list[Hit], cues: Cues) -> tuple[Hit, ...]:
    """The instruments that a measure's text applies; `hits` is a scan of the whole scheme in folded `body`."""
    spread = spans_of(cues.spread, body)
    found = [h for h in resolve(hits) if h.concept.answer == SPREADING or not within(h, spread)]
    aside = [*side_clauses(body, cues), *spans_of(cues.listed, body), *spans_of(_OF_THESE, body)]
    stated = [h for h in found if not within(h, aside)]
    kept = stated or found
    strong = [h for h in kept if _label(body, h) not in cues.weak_instruments]
    return _without_faint(body, strong or kept, cues)


def _without_faint(body: str, hits: Sequence[Hit], cues: Cues) -> tuple[Hit, ...]:
    """Without the instruments that rest on one short word behind the first clause, where there are plainer ones.

    Two characters are found in many words (a crop, a place's goods); those that are an instrument's own name are firm.
    """
    by_code: dict[str, list[Hit]] = {}
    for h in hits:
        by_code.setdefault(h.concept.answer, []).append(h)
    opening = body.find(",")
    faint = {
        code for code, own in by_code.items()
        if len(own) == 1 and own[0].length <= SHORT and 0 <= opening < own[0].start
        and _label(body, own[0]) not in cues.firm_short
    }  # fmt: skip
    return tuple(hits) if len(faint) == len(by_code) else tuple(h for h in hits if h.concept.answer not in faint)


def added_by_theme(chosen: Sequence[Hit], above: Sequence[Hit], cues: Cues) -> tuple[Hit, ...]:
    """The instruments that a title or theme names for all that stands below it (东西部协作, 易地搬迁后续扶持).

    One hit a code, and none that the measure names itself.
    """
    own = {h.concept.answer for h in chosen}
    return tuple({h.concept.answer: h for h in above if h.concept.answer in cues.spanning - own}.values())


def choose_targets(body: str, hits: list[Hit], cues: Cues) -> tuple[Hit, ...]:
    """The groups and areas that a measure's text is for."""
    spread = spans_of(cues.spread, body)
    return tuple(h for h in resolve(hits) if not within(h, spread))


def resolve(hits: list[Hit]) -> list[Hit]:
    """The longest of labels that overlap; a gap label covers its parts only, so what stands in its gap stays."""
    plain = longest([h for h in hits if not h.gap])
    gaps = [h for h in hits if h.gap]
    kept = [h for h in plain if not any(_covers(g, h) for g in gaps)]
    out = kept + [
        g for g in gaps if not any(p.start <= g.start and g.end <= p.end and p.concept is not g.concept for p in kept)
    ]  # fmt: skip
    return sorted(out, key=lambda h: (h.start, h.end))


def _covers(gap: Hit, plain: Hit) -> bool:
    """Whether a part of a gap label holds a shorter label of another concept."""
    inside = any(a <= plain.start and plain.end <= b and b - a > plain.length for a, b in gap.parts)
    return inside and gap.concept is not plain.concept


def _label(body: str, hit: Hit) -> str:
    """The label that was matched, a gap label's parts joined."""
    return "".join(body[a:b] for a, b in hit.parts or ((hit.start, hit.end),))


def side_clauses(body: str, cues: Cues) -> list[tuple[int, int]]:
    """The clauses that tell why or to what end, and not what is done."""
    out = []
    for n, (a, b) in enumerate(clauses(body)):
        clause = body[a:b]
        ends = n > 0 and cues.purpose.match(clause)
        if cues.reason.match(clause) or ends:
            out.append((a, b))
    return out


def spans_of(pattern: re.Pattern[str], body: str) -> list[tuple[int, int]]:
    """Where a pattern stands."""
    return [(m.start(), m.end()) for m in pattern.finditer(body)]


def within(hit: Hit, spans: Spans) -> bool:
    """Whether a hit lies inside one of the spans."""
    return any(a <= hit.start and hit.end <= b for a, b in spans)
