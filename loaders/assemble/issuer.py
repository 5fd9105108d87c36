"""Who issued a document, by its title, its masthead and its signature."""

from __future__ import annotations

import re
from functools import lru_cache

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.place import COUNTRY, recognise_places

_MASTHEAD, _CLOSING = 10, 8  # lines at the head and at the end in which an issuer may stand
_LINE = 60
_AFTER_NAME = re.compile(r"(?:编印?|印发|主办|供稿)?(?:(?:19|20)\d{2}年\d{1,2}月(?:\d{1,2}日)?)?(?:印发)?$")


def issuers_of(title: str, publisher: str | None, text: str, lexicon: Lexicon) -> tuple[list[str], list[str | None]]:
    """Names and known concepts: the bodies before 关于 in the title (joint ones too), the publisher, the masthead's or
    the signature's bodies.
    """
    folded = fold(title)
    head = folded.split("关于")[0] if "关于" in folded else ""
    names = [n for n in re.split(r"[、\s,]+", head) if n]
    if not names and publisher:
        names = [n for n in re.split(r"[、,;\s]+", fold(publisher)) if n]
    if not names:
        lines = text.split("\n")
        for line in [*reversed(lines[-_CLOSING:]), *lines[:_MASTHEAD]]:
            if names := _bodies(line, lexicon):
                break
    return names, [_concept(name, lexicon) for name in names]


def _bodies(line: str, lexicon: Lexicon) -> list[str]:
    """The bodies that a line consists of (江西省农业农村厅江西省乡村振兴局2024年3月15日); [] where it says more."""
    if len(line) > 2 * _LINE:
        return []  # a paragraph, from which no date at the end takes so much
    bare = _AFTER_NAME.sub("", line)
    if not 4 <= len(bare) <= _LINE:
        return []
    starts = [p.start for p in recognise_places(bare, 0, len(bare), lexicon, None) if not p.deictic]
    if starts and starts[0] == 0:
        cuts = [s for i, s in enumerate(starts) if i == 0 or _is_body(bare[starts[i - 1] : s], lexicon)]
        names = [bare[a:b] for a, b in zip(cuts, [*cuts[1:], len(bare)], strict=True)]
        return names if all(_is_body(n, lexicon) for n in names) else []
    return [bare] if _central(bare, lexicon) else []


def _is_body(name: str, lexicon: Lexicon) -> bool:
    found = [p for p in recognise_places(name, 0, len(name), lexicon, None) if not p.deictic]
    return bool(found) and found[0].start == 0 and any(is_organ_form(name[p.end :], lexicon) for p in found)


def _central(name: str, lexicon: Lexicon) -> bool:
    whole = [h for h in lexicon.find_in("agencies", name) if h.start == 0 and h.end == len(name)]
    return bool(whole) and "centre" in whole[0].concept.values("level")


def _concept(name: str, lexicon: Lexicon) -> str | None:
    hits = lexicon.find_in("agencies", name)
    return max(hits, key=lambda h: h.end - h.start).concept.iri if hits else None


@lru_cache(maxsize=4)
def _organ_forms(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(form for c in lexicon.in_scheme("agencies") for form in c.values("organForm"))


def is_organ_form(tail: str, lexicon: Lexicon) -> bool:
    """Whether `tail` is what stands behind a place's name in the name of an organ (农业农村厅 of 云南省农业农村厅)."""
    return tail in _organ_forms(lexicon)


def heading_place(text: str, lexicon: Lexicon) -> str | None:
    """The place of a heading that is only a place's or a central body's name (陕西, 国家乡村振兴局：)."""
    bare = re.sub(r"^[【\[▲■●◆★☆▶(]+|[】\]):：]+$", "", text).strip()
    if not 2 <= len(bare) <= 18:
        return None
    found = [p for p in recognise_places(bare, 0, len(bare), lexicon, None) if not p.deictic]
    if found and found[0].start == 0 and found[-1].end == len(bare) and len({p.code for p in found}) <= 2:
        return found[-1].code
    if _central(bare, lexicon):
        return COUNTRY
    if found and found[0].start == 0 and is_organ_form(bare[found[-1].end :], lexicon):
        return found[-1].code
    return None
