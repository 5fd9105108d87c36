"""Units of prose → measures: which are one, what they apply, for whom, where and when.

By the contract's definition: a numbered item that states an action is one measure; in running prose each sentence that
states one. An action applies an instrument, so a sentence in which none is recognised is a general aim and no measure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loaders.assemble.action import actions
from loaders.assemble.cues import Cues
from loaders.assemble.domain import clauses, heading_verdict, rural, sentence_in
from loaders.assemble.label import added_by_theme, choose_instruments, choose_targets, resolve
from loaders.lexicon import Hit, Lexicon
from loaders.recognise.place import COUNTRY, PlaceMention
from loaders.segment import Block, Unit

LABELS = ("instruments", "targets")  # the schemes whose labels say what a measure applies, and for whom
_DAY = re.compile(r"(?:\d{1,2}月)?\d{1,2}日")
_YEAR = re.compile(r"(?:19|20)\d{2}年")
_SHORT = 24  # characters below which a line without a sentence end is no sentence
_QUOTED = re.compile(r"“[^”]*”")  # a verb in a name (“百千万高质量发展工程”) is nobody's act
_QUOTE_ONLY = re.compile(r"^“[^”]*”$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A measure before its names and numbers are settled; offsets are into logical text."""

    start: int
    end: int
    unit: Unit
    instruments: tuple[Hit, ...]
    targets: tuple[Hit, ...]
    inherited: bool  # its instruments are its theme's
    score: float  # how sure it is that this is a measure
    rule: str


def block_verdict(block: Block, unit: Unit, above: Sequence[str], cues: Cues) -> bool | None:
    """Whether the headings above a unit put it in or out of the domain; `above` are section's and document's titles."""
    headings = [unit.theme.text] if unit.theme is not None else []
    headings += [h.text for h in reversed(block.headings) if unit.theme is None or h.text != unit.theme.text]
    return heading_verdict([*headings, *above], cues)


def draft_measure(
    text: str, unit: Unit, verdict: bool | None, cues: Cues, lexicon: Lexicon, within: str | None,
    above: Sequence[str] = (),
) -> Draft | None:  # fmt: skip
    """The measure that a unit is, or None; `above` are the titles that it stands under."""
    body = text[unit.start : unit.end]
    if unit.kind == "theme":
        return None
    if verdict is False:
        verdict = None  # a heading of industry at large: a sentence of farming under it is judged by itself
    if not sentence_in(body, verdict, cues):
        return None
    item = unit.kind == "item"
    if not item and len(body) < _SHORT and body[-1] not in "。!?;”":
        return None  # a running head or a caption, no sentence
    if not item and (cues.exhort.search(body) or _QUOTE_ONLY.match(body) or _background(body, cues)):
        return None
    if cues.particulars.match(body, unit.marker_end - unit.start) or body.endswith("?") or cues.announces.search(body):
        return None
    acting = actions(body[unit.marker_end - unit.start :], cues, lexicon, within)
    shift = unit.marker_end - unit.start
    acting = [(a + shift, b + shift) for a, b in acting]
    if not acting and not (item and _acts_somewhere(_QUOTED.sub("", body), cues)):
        return None
    if verdict is None and not item:
        acting = [(a, b) for a, b in acting if _rural_beside(body, a, b, cues)]
        if not acting:
            return None
    if verdict is None and item and not any(rural(body[a:b], cues) for a, b in acting or [(0, len(body))]):
        return None
    hits = lexicon.scan(body, *LABELS)
    theme_hits = lexicon.scan(unit.theme.text, *LABELS) if unit.theme is not None else {}
    found = hits.get("instruments", [])
    if verdict is None and not item:
        # in a mixed sentence only the clauses that are in the domain say what is applied
        spans = [(a, b) for a, b in clauses(body) if _rural_beside(body, a, b, cues)]
        found = [h for h in found if any(a <= h.start < b for a, b in spans)] or found
    instruments = choose_instruments(body, found, cues)
    inherited = False
    if not instruments:
        instruments = tuple(resolve(theme_hits.get("instruments", [])))[:2]
        inherited = True
        if not instruments or (verdict is not True and not item):
            return None
    else:
        instruments += added_by_theme(instruments, _hits_above(text, unit, theme_hits, above, lexicon), cues)
    targets = choose_targets(body, hits.get("targets", []), cues)
    score = (0.95 if item else 0.9) - (0.25 if inherited else 0) - (0.1 if verdict is None else 0)
    rule = "measure.enumerated" if item else "measure.sentence"
    return Draft(unit.start, unit.end, unit, instruments, targets, inherited, score, rule)


def _hits_above(
    text: str, unit: Unit, theme_hits: dict[str, list[Hit]], above: Sequence[str], lexicon: Lexicon
) -> list[Hit]:
    """Instruments in a unit's theme and in the titles above it, by offsets from the unit's start.

    A title that is not in the text (a table's column, a file's name) has no evidence to point to and is left out.
    """
    placed = [(unit.theme.start, theme_hits)] if unit.theme is not None else []
    placed += [(at, lexicon.scan(x, *LABELS)) for x in above if x and (at := text.find(x)) >= 0]
    return [
        Hit(h.start + at - unit.start, h.end + at - unit.start, h.concept)
        for at, hits in placed for h in resolve(hits.get("instruments", []))
    ]  # fmt: skip


def _rural_beside(body: str, a: int, b: int, cues: Cues) -> bool:
    """Whether an acting clause is in the domain by its own words, or by those of the clause next to it.

    农村人居环境整治行动圆满完成，高质量建成260个宜居村: the subject stands in the clause before.
    """
    if rural(body[a:b], cues):
        return True
    if cues.outside.search(body[a:b]):
        return False
    pieces = clauses(body)
    at = next(i for i, (x, y) in enumerate(pieces) if x <= a < y)
    near = [pieces[k] for k in (at - 1, at + 1) if 0 <= k < len(pieces)]
    return any(rural(body[x:y], cues) and ";" not in body[min(a, x) : max(b, y)] for x, y in near)


def _acts_somewhere(body: str, cues: Cues) -> bool:
    """Whether an item has a verb of action, in a clause of no figure but what is granted."""
    found = [body[a:b] for a, b in clauses(body)]
    return any(_has_object(x, cues) and (not re.search(r"\d", x) or cues.standard.search(x)) for x in found)


def _has_object(clause: str, cues: Cues) -> bool:
    """Whether a verb of action has something behind it: in 产量平稳发展 it only happens."""
    return any(m.end() < len(clause) for m in cues.action.finditer(clause))


def _background(body: str, cues: Cues) -> bool:
    """A sentence that studies speeches or praises, and counts nothing, is background, and so is a definition."""
    if cues.definition.search(body) and not re.search(r"\d", _DAY.sub("", _YEAR.sub("", body))):
        return True
    found = len(set(cues.background.findall(body)))
    return found >= 3 or (found > 0 and not re.search(r"\d", _YEAR.sub("", body)))


def measure_place(
    body: str, places: Sequence[PlaceMention], section: str | None, cues: Cues, lexicon: Lexicon
) -> tuple[str | None, tuple[str, ...]]:
    """Where a measure acts: its section's place, or the one smaller place that it names as such; and all it names."""
    gazetteer = lexicon.gazetteer
    smaller = [
        p for p in places
        if not p.deictic and p.code != section and (section is None or gazetteer.inside(p.code, section))
    ]  # fmt: skip
    acted: list[str] = []
    for p in smaller:
        head = body[max(0, p.start - 6) : p.start]
        at_start = p.start == 0 or body[p.start - 1] in ",;。:、"
        if (at_start and _subject(body, p)) or cues.place_verb.search(head):
            acted.append(p.code)
    distinct = list(dict.fromkeys(acted))
    distinct = [c for c in distinct if not any(o != c and gazetteer.inside(o, c) for o in distinct)]
    if len(distinct) == 1:
        return distinct[0], (distinct[0],)
    if len(distinct) > 1:
        return section, tuple(sorted(distinct))
    return section, (section,) if section else ()


def _subject(body: str, p: PlaceMention) -> bool:
    """Whether a place that opens a clause is the actor and not part of a name or a list of goods (静宁苹果)."""
    return p.end - p.start > 2 or p.code.endswith("0000") or p.code == COUNTRY
