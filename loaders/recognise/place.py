"""Places named in a text: provinces, prefectures and counties by full and short name, pairs and abbreviations.

Names: `ontology/places.tsv` (GB/T 2260 codes). Finds 云南省, 安康市, 滇闽, 苏陕; not 朝阳产业, whose short name is a
word of its own, unless a place that contains it stands before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick, MatchKind

from loaders.gazetteer import Gazetteer
from loaders.lexicon import Lexicon

COUNTRY = "100000"
# 全国, 全省, 我市, 本县, 该县: the area in force at a level; these are grammar (a pronoun and a level), not names.
_DEICTIC = re.compile(
    r"(?:全国|我国|我省|全省|本省|我市|全市|本市|我县|全县|本县|我区|全区|本区|该县|该市|该区|该省|我州|全州|全旗|全自治区)"
)
_LEVELS = {"省": "province", "市": "prefecture", "县": "county", "区": "", "州": "prefecture", "旗": "county"}
_PREFIX = re.compile(r"[省市县区州旗盟镇乡村]")
_HAN = re.compile("[一-鿿]")
_KEPT = 20_000  # forms in their context whose meaning is kept; a year's bulletins of all provinces have fewer


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named: its code, and whether it is spoken of by 全省, 该县 and the like."""

    start: int
    end: int
    code: str
    deictic: bool = False

    def moved(self, by: int) -> PlaceMention:
        """The mention with its offsets `by` further on."""
        return PlaceMention(self.start + by, self.end + by, self.code, self.deictic)


class PlaceGrammar:
    """The names of one gazetteer as a matcher; made once, then only read."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.codes = gazetteer.forms()
        self.pairs = gazetteer.pairs()
        self.risky = gazetteer.risky_forms()
        self.names = gazetteer.abbreviations()
        self.forms = tuple(sorted({*self.codes, *self.pairs}))
        self.automaton = AhoCorasick(list(self.forms), matchkind=MatchKind.LeftmostLongest)
        self.starts = frozenset(f[:2] for f in self.forms)  # no form has one character alone
        self._resolved: dict[tuple[str, str | None, str | None, int | None], str | None] = {}
        letters = "".join(sorted(self.names))
        # two or more one-character names together (滇闽两地, 沪苏浙皖) before a word for places or their work
        self.runs = re.compile(
            rf"(?P<run>[{letters}]{{2,5}})(?=两省|两地|三省|四省|省市|省区|协作|合作|劳务|对口|扶贫|帮扶|毗邻|交界)"
        )

    def resolve(self, form: str, beside: str | None, within: str | None, year: int | None) -> str | None:
        """What a form means beside the place before it, within the section's place; worked out once."""
        key = (form, beside, within, year)
        if key not in self._resolved:
            if len(self._resolved) >= _KEPT:
                self._resolved.clear()
            context = [code for code in (beside, within) if code]
            self._resolved[key] = self.gazetteer.resolve(form, context, year)
        return self._resolved[key]


@lru_cache(maxsize=4)
def place_grammar_of(lexicon: Lexicon) -> PlaceGrammar:
    """The place names of a lexicon's gazetteer, as a matcher."""
    return PlaceGrammar(lexicon.gazetteer)


def recognise_places(
    text: str, start: int, end: int, lexicon: Lexicon, within: str | None, year: int | None = None
) -> list[PlaceMention]:
    """Places in ``text[start:end]``, left to right; `within` (the section's place) settles names that several have."""
    grammar = place_grammar_of(lexicon)
    gazetteer = grammar.gazetteer
    piece = text[start:end]
    out: list[PlaceMention] = []
    doubtful: list[tuple[int, int, str]] = []
    for index, a, b in grammar.automaton.find_matches_as_indexes(piece):
        form = grammar.forms[index]
        context = [m.code for m in out[-2:] if m.end >= start + a - 1 and not m.deictic]
        if form in grammar.pairs:
            out += [PlaceMention(start + a, start + b, code) for code in grammar.pairs[form]]
            continue
        supported = context and any(gazetteer.inside(c, context[-1]) for c in grammar.codes[form])
        if form in grammar.risky and not supported and not _stands_alone(piece, a, b, form):
            doubtful.append((start + a, start + b, form))
            continue
        code = grammar.resolve(form, context[-1] if context else None, within, year)
        if code is not None:
            out.append(PlaceMention(start + a, start + b, code))
    for a, b, form in doubtful:  # 定西、陇南两市: a place beside it in a list vouches for a form that is a word too
        beside = [
            m.code for m in out if (m.start == b + 1 and text[b] == "、") or (m.end == a - 1 and text[m.end] == "、")
        ]
        around = {gazetteer.province_of(code) for code in beside}
        same = [c for c in grammar.codes[form] if gazetteer.province_of(c) in around]
        if len(same) == 1:
            out.append(PlaceMention(a, b, same[0]))
    taken = [(m.start, m.end) for m in out]
    for run in grammar.runs.finditer(piece):
        if not any(a < start + run.end() and start + run.start() < b for a, b in taken):
            at = start + run.start()
            out += [PlaceMention(at + k, at + k + 1, grammar.names[c]) for k, c in enumerate(run["run"])]
    for m in _DEICTIC.finditer(piece):
        meant = _deictic(m[0], within, gazetteer, out, start + m.start())
        if meant:
            out.append(PlaceMention(start + m.start(), start + m.end(), meant, deictic=True))
    return sorted(set(out), key=lambda m: (m.start, m.end, m.code)) if len(out) > 1 else out


def _stands_alone(text: str, start: int, end: int, form: str) -> bool:
    """Whether a county's full name has no Chinese beside it (易县:…), so that no words make it."""
    if not form.endswith("县"):
        return False
    return not _HAN.match(text[start - 1 : start]) and not _HAN.match(text[end : end + 1])


def place_may_open(text: str, position: int, lexicon: Lexicon) -> bool:
    """Whether a place can begin at `position`; False is certain, so that most positions need no search."""
    grammar = place_grammar_of(lexicon)
    return (
        text[position : position + 2] in grammar.starts
        or grammar.runs.match(text, position) is not None
        or _DEICTIC.match(text, position) is not None
    )


def _deictic(
    word: str, within: str | None, gazetteer: Gazetteer, named: list[PlaceMention], position: int
) -> str | None:
    """What 全省 or 该县 means here: the section's place or one above it; 该县 the last county named before."""
    if word in ("全国", "我国"):
        return COUNTRY
    level = _LEVELS.get(word[-1], "")
    if word[0] == "该":
        before = [m.code for m in named if m.end <= position and not m.deictic]
        return next((c for c in reversed(before) if not level or _level(c, gazetteer) == level), within)
    if within is None or within == COUNTRY:
        return within if within and word[0] != "全" else None
    if not level:
        return within
    line = (within, *gazetteer.ancestors(within))
    return next((c for c in line if c != COUNTRY and _level(c, gazetteer) == level), within)


def _level(code: str, gazetteer: Gazetteer) -> str:
    return gazetteer.by_code[code].level
