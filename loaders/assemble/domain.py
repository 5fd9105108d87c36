"""What is in the domain of rural revitalization: by the nearest heading that decides, else by the sentence's own words.

The rule is the contract's («Domain»); the words are `ontology/domain.ttl`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from loaders.assemble.cues import Cues
from loaders.lexicon import clause_bounds

_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_PARTS = re.compile(r"[、和及与]")
_SUBJECT = 5  # characters at least of a subject that stands beside another
_ITEM = re.compile(r"[^、]*\d[^、]*")  # of a clause that lists figures
_CLAUSE = re.compile(r"[^,;:。!?\n]+")


@lru_cache(maxsize=4096)  # a sentence and its clauses are asked of by one rule after another
def rural(text: str, cues: Cues) -> bool:
    """Whether words of the domain stand in the text."""
    if cues.inside.search(text) is not None:
        return True
    return len(set(cues.weak.findall(text))) >= 2


def heading_verdict(headings: Iterable[str], cues: Cues) -> bool | None:
    """What the nearest heading that decides says; `headings` nearest first. None where none decides.

    乡村振兴 decides «in», 制造业 «out»; 持续办好为民实事 and 政府工作报告 leave it open.
    """
    for heading in headings:
        if (verdict := _verdict(heading, cues)) is not None:
            return verdict
    return None


@lru_cache(maxsize=1024)  # each unit below a heading asks for it again
def _verdict(heading: str, cues: Cues) -> bool | None:
    if rural(heading, cues) or cues.weak.search(heading):
        # 新型城镇化和乡村全面振兴, 农村污水治理和河湖生态建设: each sentence by itself
        parts = [p for p in _PARTS.split(heading) if len(p) >= _SUBJECT and not cues.title_neutral.fullmatch(p)]
        whole = all(rural(p, cues) or cues.weak.search(p) for p in parts)
        return True if whole and not cues.outside.search(heading) else None
    # 推进新型城镇化和城乡融合 speaks of both: it leaves the question to the sentences below
    return False if cues.outside.search(heading) and not cues.mixed.search(heading) else None


def sentence_in(text: str, verdict: bool | None, cues: Cues) -> bool:
    """Whether a sentence is in the domain under the verdict of its headings.

    Under a heading in the domain a sentence that speaks of cities alone is out all the same; under one of industry a
    sentence of farming is in.
    """
    if verdict is True:
        return rural(text, cues) or not cues.outside.search(text)
    return rural(text, cues) or (verdict is None and cues.pair.search(text) is not None)


@lru_cache(maxsize=512)
def clauses(text: str) -> tuple[tuple[int, int], ...]:
    """The clauses of a sentence, between its commas, semicolons and colons."""
    return tuple(m.span() for m in _CLAUSE.finditer(text))


def clause_around(text: str, start: int, end: int) -> str:
    """The clause in which ``text[start:end]`` stands."""
    a, b = clause_bounds(text, start, end)
    return text[a:b]


def own_clause_rural(text: str, position: int, cues: Cues) -> bool:
    """Whether the clause at `position` is rural by its own words."""
    return rural(clause_around(text, position, position), cues)


def clause_in(text: str, start: int, end: int, verdict: bool | None, cues: Cues) -> bool:
    """Whether the number at ``text[start:end]`` of a sentence is in the domain, by its own clause.

    Of a pair (城乡居民收入分别增长4%、6%) the second is the rural one. In a mixed sentence a clause without a subject
    of its own (增长9%, 建成260个) goes with the rural clauses beside it.
    """
    pieces = clauses(text)
    at = next((i for i, (a, b) in enumerate(pieces) if a <= start < b), None)
    if at is None:
        return verdict is True
    a, b = pieces[at]
    own = text[a:b]
    if "(" in own and "(" not in text[a:start]:
        own = own[: own.index("(")]  # what a bracket behind the number adds is another matter
    pair = cues.pair.search(text, a, start)
    if pair is not None and (place := _place_in_pair(text, pair.end(), b, start)) is not None:
        return place % 2 == 1
    if rural(own, cues):
        # 新增城镇就业30万人、输转农村劳动力500万人次: each goes by itself
        item = next((x for x in _ITEM.finditer(own) if x.start() <= start - a < x.end()), None)
        return item is None or rural(item[0], cues) or not cues.outside.search(item[0])
    if cues.outside.search(own):
        return False
    if verdict is True:
        return True
    inside = [rural(text[x:y], cues) for x, y in pieces]
    outside = [cues.outside.search(text[x:y]) is not None for x, y in pieces]
    if not any(outside) and 2 * sum(inside) >= len(pieces):
        return True  # nothing else is spoken of in the sentence
    if not _goes_on(own, start - a, cues):
        return False
    for step in (-1, 1):
        i = at + step
        while 0 <= i < len(pieces) and not outside[i] and ";" not in text[min(pieces[i][1], a) : max(pieces[i][0], b)]:
            if inside[i]:
                return True
            i += step
    return False


def _place_in_pair(text: str, start: int, end: int, number: int) -> int | None:
    """Which number of the clause it is, from 0, where there are two or four; None otherwise."""
    found = [m.start() for m in _FIGURE.finditer(text, start, end) if not text.startswith("年", m.end())]
    return found.index(number) if len(found) in (2, 4) and number in found else None


def _goes_on(clause: str, number_at: int, cues: Cues) -> bool:
    """Whether a clause has no subject of its own: hardly more than a verb stands before its number."""
    head = cues.adverb.sub("", clause[:number_at])
    verb = cues.action.match(head)
    return len(head) - (verb.end() if verb else 0) <= _SUBJECT - 1 or cues.elided.match(clause) is not None
