"""Which of the labels found in a measure's text say what it applies, and for whom.

Not every word for an instrument is one that the measure applies: a clause may only tell why (为了…, 围绕…) or to
what end (确保…); a phrase may only say what went before (在危房改造的基础上), what one looks to (以示范区建设为统揽),
what honour came of it (入选试点县) or what is inspected (了解产业扶贫情况, 将技能培训纳入考核); a list may only say
what a fund is about (产业等方面); and some words are too weak to count beside a stronger one (安置区 beside
技能培训). Such mentions give way where the text applies something else as well; where they are all that there is,
they stand.
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
MANY = 5  # instruments in one measure, of which some are named in passing
OPENING = 2  # clauses that tell what a measure is about
VERB_REACH = 4  # characters before a label in which its verb begins

_OF_THESE = re.compile(r"\(其?中?[^()]*\d[^()]*\)")  # 审批项目13个(其中产业项目10个): parts of a number

Spans = Sequence[tuple[int, int]]


def choose_instruments(body: str, hits: list[Hit], cues: Cues) -> tuple[Hit, ...]:
    """The instruments that a measure's text applies; `hits` is a scan of the whole scheme in folded `body`."""
    spread = spans_of(cues.spread, body)
    found = [h for h in resolve(hits) if h.concept.answer == SPREADING or not within(h, spread)]
    aside = [*side_clauses(body, cues), *spans_of(cues.mentioned, body), *spans_of(_OF_THESE, body)]
    stated = [h for h in found if not within(h, aside)]
    kept = stated or found
    strong = [h for h in kept if _label(body, h) not in cues.weak_instruments]
    return _without_passing(body, _without_faint(body, strong or kept, cues), cues)


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


def _without_passing(body: str, hits: Sequence[Hit], cues: Cues) -> tuple[Hit, ...]:
    """Of many instruments those alone that are more than a word in passing.

    A measure applies one to three as a rule. Where a long one names many, what stands there but once, behind its
    opening clauses, with no verb of action before it and no count behind, is part of another thing
    (农田灌排设施等短板).
    """
    by_code: dict[str, list[Hit]] = {}
    for h in hits:
        by_code.setdefault(h.concept.answer, []).append(h)
    if len(by_code) < MANY:
        return tuple(hits)
    begun = [a for a, _ in clauses(body)][OPENING:][:1]
    passing = {
        code for code, own in by_code.items()
        if begun and own[0].start >= begun[0] and len({(h.start, h.end) for h in own}) == 1
        and not body[own[0].end : own[0].end + 1].isdecimal()
        and not any(cues.action.match(body, p) for p in range(max(0, own[0].start - VERB_REACH), own[0].start))
    }  # fmt: skip
    return tuple(h for h in hits if h.concept.answer not in passing) or tuple(hits)


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
