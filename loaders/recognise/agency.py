"""Agencies with their role in a measure: who leads, who acts jointly, who supports.

Names: `ontology/agencies.ttl`. Finds 由人社部门牵头 as lead, 会同财政部门 as joint; a body that is only mentioned has
no role.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from loaders.lexicon import Hit, Lexicon


@dataclass(frozen=True, slots=True)
class AgencyMention:
    """A body with a role; ``text[start:end]`` is its name as written."""

    start: int
    end: int
    name: str
    role: str
    concept: str


_ENDING = "部门"
_LEAD_AFTER = re.compile(r"(?:等(?:部门|单位)?)?(?:负责)?(?:牵头|负责|主办|统筹)")
_JOINT_AFTER = re.compile(r"(?:将|要|应)?(?:会同|联合)")
_JOINT_BEFORE = re.compile(r"(?:会同|联合|与)(?:[一-鿿]{0,4}[、和])*$")
_SUPPORT_AFTER = re.compile(r"(?:等(?:部门|单位)?)?(?:积极)?(?:配合|协助|参与|按职责)")
_LISTED = re.compile(r"[、和及与]$")


def _with_shared_ending(text: str, hits: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """The hits, and the bodies of a list that leave 部门 to its last (财政、民政部门)."""
    out: list[Hit] = []
    for hit in hits:
        shared: list[Hit] = []
        position = hit.start
        while text[hit.start : hit.end].endswith(_ENDING) and position > 1 and text[position - 1] in "、和及与":
            end = position - 1
            found = None
            for length in range(6, 1, -1):
                name = text[max(0, end - length) : end]
                known = lexicon.find_in("agencies", name + _ENDING)
                found = next((h for h in known if h.start == 0 and h.end == len(name) + len(_ENDING)), None)
                if found is not None and len(name) == length:
                    shared.insert(0, Hit(end - length, end, found.concept))
                    break
            if found is None:
                break
            position = shared[0].start
        out += [h for h in shared if not any(h.start < o.end and o.start < h.end for o in hits)]
        out.append(hit)
    return sorted(out, key=lambda h: h.start)


def recognise_agencies(text: str, lexicon: Lexicon) -> list[AgencyMention]:
    """Bodies that a measure's text makes responsible, left to right; `text` is the measure's."""
    if not re.search("牵头|会同|联合|配合|负责|协助", text):
        return []
    hits = _with_shared_ending(text, lexicon.find_in("agencies", text), lexicon)
    out: list[AgencyMention] = []
    roles: list[str | None] = []
    for hit in hits:
        after, before = text[hit.end : hit.end + 12], text[max(0, hit.start - 10) : hit.start]
        role: str | None = None
        if _LEAD_AFTER.match(after):
            role = "lead"
        elif _SUPPORT_AFTER.match(after):
            role = "support"
        elif _JOINT_BEFORE.search(before):
            role = "joint"
        elif _JOINT_AFTER.match(after) or (
            re.search(r"由$", before) and re.search("牵头", text[hit.end : hit.end + 20])
        ):
            role = "lead"
        roles.append(role)
    for i in range(len(hits) - 2, -1, -1):  # 财政、民政部门配合: the whole list has the role
        if roles[i] is None and roles[i + 1] and re.fullmatch(r"[、和及与]", text[hits[i].end : hits[i + 1].start]):
            roles[i] = roles[i + 1]
    for i in range(1, len(hits)):  # 会同财政、民政部门
        if (
            roles[i] is None
            and roles[i - 1] == "joint"
            and re.fullmatch(r"[、和及与]", text[hits[i - 1].end : hits[i].start])
        ):
            roles[i] = "joint"
    for hit, role in zip(hits, roles, strict=True):
        if role:
            out.append(AgencyMention(hit.start, hit.end, text[hit.start : hit.end], role, hit.concept.iri))
    return out
