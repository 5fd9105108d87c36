"""Whether a clause tells of an action of an authority.

In official Chinese the subject of an action is left out or an authority, so an action's verb opens its clause, behind
adverbs, a time, an agent or a prepositional phrase; the verb of a result stands behind the noun that it happens to
(粮食总产量突破…). That order is the rule; the verbs are `ontology/cues.ttl`.
"""

from __future__ import annotations

import re

from loaders.assemble.cues import Cues
from loaders.assemble.domain import clauses
from loaders.lexicon import Lexicon
from loaders.recognise.place import place_may_open, recognise_places

_TIME = re.compile(
    r"(?:自|截至|截止到?|到|至)?(?:(?:19|20)\d{2}年(?:以来|来|底|度|全年)?|\d{1,2}月(?:份|底|中旬|\d+日)?|今年|去年|上年|明年|上半年|下半年|前?[一二三四]季度|近年来|[一三五十]年来|“?十[三四五]五”?(?:时期|期间|以来)?|以来|期间)+"
)
_BRACKET = re.compile(r"\([^()]{0,30}\)|“[^“”]{0,12}”(?=[,、])")
_BRIEF = 14  # characters of a clause that may be nothing but its verb and what surrounds it
_DISPOSAL = "将把"
_PRINTED = re.compile(r"《[^《》]*》(?:\([^()]*\))?(?:已|正式|近日|日前)*(?:印发|出台|发布|施行)")
_JOINERS = re.compile(r"[、和与及等]")
_NUMBER_HEAD = re.compile(r"\d|[一二三四五六七八九十百两](?=[个项批])")


def is_action(clause: str, cues: Cues, lexicon: Lexicon, within: str | None) -> bool:
    """Whether an authority acts in this clause.

    True of 累计建成高标准农田4397万亩 and 对脱贫劳动力给予奖补; false of 粮食总产量突破1300万吨 and of
    832个脱贫县都已培育起….
    """
    rest = _BRACKET.sub("", clause) if "(" in clause or "“" in clause[:14] else clause
    if cues.nominal.search(rest) or cues.grounds.search(rest) or cues.completed.search(rest):
        return False
    if cues.viewpoint.match(rest) or cues.firm_ground.match(rest) or cues.problem.search(rest):
        return False
    if _PRINTED.match(rest):
        return True
    if cues.document_acts.match(rest) or cues.accumulated.search(rest) or cues.fronted.match(rest):
        return True
    position = 0
    for _ in range(8):
        if position >= len(rest):
            return False
        verb = cues.action.match(rest, position)
        if verb and not cues.as_noun.match(rest, verb.end()):  # 发展水平居全国前列: only part of its subject
            if verb[0] in cues.attitudes:  # 聚焦…问题 alone is an aim; 聚焦增收开展培训 is an action
                return _acts_after(rest, verb.end(), cues)
            return not _without_object(rest, verb.end(), cues)
        # 将农村贫困人口纳入医保: what is dealt with stands before the verb; 将实施 is only to come
        disposal = rest[position] in _DISPOSAL and not cues.action.match(rest, position + 1)
        if disposal and _acts_after(rest, position + 1, cues):
            return True
        if m := (
            _TIME.match(rest, position)
            or cues.adverb.match(rest, position)
            or cues.agent.match(rest, position)
            or cues.organ.match(rest, position)
        ):
            position = m.end()
            continue
        if cues.circumstance.match(rest, position):
            return False
        if m := cues.preposition.match(rest, position):
            return _acts_after(rest, m.end() + 1, cues)
        if m := _JOINERS.match(rest, position):
            position = m.end()
            continue
        if place_may_open(rest, position, lexicon):
            named = recognise_places(rest, position, min(len(rest), position + 14), lexicon, within)
            places = [p for p in named if p.start <= position]
            if places:
                position = max(p.end for p in places)
                position += rest.startswith("委", position)  # 垫江县委
                continue
        agency = [h for h in lexicon.find_in("agencies", rest[position : position + 24]) if h.start <= 1]
        if agency:
            position += max(h.end for h in agency)
            continue
        return False
    return False


def _acts_after(clause: str, position: int, cues: Cues) -> bool:
    """Whether a verb of action that is no part of a noun stands behind `position`."""
    return any(not cues.noun_tail.match(clause, v.end()) for v in cues.action.finditer(clause, position))


def _without_object(clause: str, position: int, cues: Cues) -> bool:
    """Whether nothing but verbs and adverbs is left of a short clause: 有效衔接深化拓展 happens, nobody does it."""
    if len(clause) > _BRIEF:
        return False
    rest = clause[position:].rstrip("。!")
    while rest and (m := cues.action.match(rest) or cues.adverb.match(rest)):
        rest = rest[m.end() :]
    return not rest


def actions(text: str, cues: Cues, lexicon: Lexicon, within: str | None) -> list[tuple[int, int]]:
    """The clauses of a sentence in which an authority acts."""
    pieces = clauses(text)
    if cues.purpose.match(text) and len(pieces) > 1:
        # what for comes first; what is done begins with who does it, or when, and else is the last clause
        begun = next((n for n in range(1, len(pieces)) if _begins(text[slice(*pieces[n])], cues, lexicon, within)), -1)
        pieces = pieces[begun:]
    acting = [
        (a, b) for n, (a, b) in enumerate(pieces)
        # 改善人居环境,是打好第一仗: what is done is only what is spoken of
        if not (n + 1 < len(pieces) and cues.copula.match(text, pieces[n + 1][0]))
        and is_action(text[a:b], cues, lexicon, within)
    ]  # fmt: skip
    # 企业全部复工,吸纳劳动力2.6万人: with nothing done beside it, what comes of a thing is no act
    return acting if any(not cues.effect.match(text, a) for a, _ in acting) else []


def _begins(clause: str, cues: Cues, lexicon: Lexicon, within: str | None) -> bool:
    """Whether a clause opens with a time, a body or a place."""
    if _TIME.match(clause) or cues.agent.match(clause) or cues.organ.match(clause):
        return True
    named = (
        recognise_places(clause, 0, min(len(clause), 8), lexicon, within) if place_may_open(clause, 0, lexicon) else []
    )
    return any(p.start == 0 for p in named)
