"""The area that a text is about: what its title names, else what its own words name most.

A text about the whole country says 全国, one about an area 全省, 我县; an area that a text does not name gives None.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePath

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.place import COUNTRY, PlaceMention, recognise_places
from loaders.records import Document

_OF_PROVINCE = re.compile("全省|我省|省委")
_OWN_LEVEL = (("county", re.compile("全县|我县|县委")), ("prefecture", re.compile("全市|我市|市委")))
_IN_PASSING = 2  # words of a province that a county's text may have: 省委省政府 is its superior
_OPENING = 200  # characters in which a text names what it is about
_HEAD = 60  # characters in which its title stands
_READ = 20_000  # characters of a text that tell what it is about
_SUBNATIONAL = re.compile(
    r"我省|全省|省委|省级|本省|我市|全市|我县|全县|我区|全区|自治区党委|市委|县委|[我全本][镇乡]|区委区政府"
)
_NATIONAL = re.compile(r"全国|我国|中央|党中央|国务院|国家")
# what the text of one area says of itself, and one about the whole country of that; 国家 and 中央 stand in both
_OWN_AREA = re.compile(
    r"[我全本][省市县区州旗盟镇乡](?!域|民)|^(?:[xX×某*]{1,3})?[市县区镇乡](?!域|民)[^,。]{2,12}(?:局|办|委|政府)"
)
_OWN_COUNTRY = re.compile(r"全国|我国")
_SOURCE = re.compile(r"(?:来源|发布机构|发布单位|供稿单位)\s*:\s*([^\n]{2,24})")
# a leader's visit names where a speech was held, not what the text is about: 考察云南重要讲话精神
_VISIT = re.compile(r"(?:视察|考察|调研)[^,。;]{2,12}?(?:时的?)?(?:系列)?重要(?:讲话|指示)")


@lru_cache(maxsize=4)
def _letters_of(lexicon: Lexicon) -> re.Pattern[str]:
    """Where a province's one-character name may stand for it: few texts have one, so few are counted one by one."""
    letters = "".join(sorted(lexicon.gazetteer.abbreviations()))
    return re.compile(rf"[“出入来在]([{letters}])|([{letters}])字号")


def place_of(document: Document, text: str, title: str | None, lexicon: Lexicon) -> str | None:
    """The area that a document is about: its metadata, its title, its file's name, then its text."""
    meta = document.metadata
    given: str | None = None
    for label in (meta.place, meta.publisher):
        if given is None and label and (found := recognise_places(fold(label), 0, len(label), lexicon, None)):
            given = found[-1].code if found[-1].start == found[0].end or len(found) == 1 else found[0].code
        if given is None and label and label.strip() in ("全国", "国家"):
            given = COUNTRY
    return (
        place_of_title(title, given, lexicon)
        or given
        or _place_of_name(document, lexicon)
        or place_of_text(text, document.text, lexicon)
    )


def place_of_title(title: str | None, given: str | None, lexicon: Lexicon) -> str | None:
    """The place that a title names; beside a `given` one only where it narrows that (安康：… of 陕西)."""
    if not title:
        return None
    gazetteer = lexicon.gazetteer
    if lead := re.match(r"^([一-鿿]{2,12})[::]", fold(title)):
        code = gazetteer.resolve(lead[1], [given] if given else [])  # 安康：…, though 安康 is a word too
        if code and (given is None or gazetteer.inside(code, given)):
            return code
    named = [p for p in recognise_places(fold(title), 0, len(title), lexicon, given) if not p.deictic]
    code = _one_place([p.code for p in named], lexicon)
    return code if code and (given is None or (named[0].start <= 1 and gazetteer.inside(code, given))) else None


def place_of_text(text: str, page: str, lexicon: Lexicon) -> str | None:
    """The place that a text's own words name most; `page` is the same with its furniture, where a source is named."""
    gazetteer = lexicon.gazetteer
    counts: Counter[str] = Counter()
    body = text[:_READ]
    national, local = len(_NATIONAL.findall(body)), len(_SUBNATIONAL.findall(body))
    visits = [m.span() for m in _VISIT.finditer(body)]
    named = [
        p
        for p in recognise_places(body, 0, len(body), lexicon, None)
        if not any(a <= p.start and p.end <= b for a, b in visits)
    ]
    for mention in named:
        if mention.deictic or mention.code == COUNTRY:
            continue
        province = gazetteer.province_of(mention.code)
        if province:
            counts[province] += 1
    letters = _letters_of(lexicon)
    seen = {letter for pair in letters.findall(body) for letter in pair}
    for letter, code in gazetteer.abbreviations().items():
        if letter in seen and (
            n := len(re.findall(rf"[“出入来在]{letter}[“”籍企商猪字货菜]|{letter}字号|[出入来在]{letter}", body))
        ):
            counts[code] += n  # 出湘出海, “湘字号”
    codes = [p.code for p in named if not p.deictic and p.code != COUNTRY]
    line = _one_place(codes, lexicon)
    if line is not None and codes.count(line) >= 2 and not (national or local) and len(set(codes)) > 1:
        return line  # it names one place again and again, and beside it only those around it
    opening = Counter(gazetteer.province_of(m.code) or "" for m in named if not m.deictic and m.start < 160)
    opening.pop("", None)
    if counts:
        (best, n), *others = counts.most_common(2)
        dominant = n >= 2 and (not others or n >= 2 * others[0][1])
        if local or (dominant and n > national):
            return _narrow(best, named, body, lexicon) if (dominant or local >= national or opening.get(best)) else best
    own = len(_OWN_AREA.findall(body)) > len(_OWN_COUNTRY.findall(body)) or _OWN_AREA.search(body[:_HEAD]) is not None
    if own:  # an area that the text does not name
        return _place_of_source(page, lexicon)
    if national:
        return COUNTRY
    return counts.most_common(1)[0][0] if counts else None


def _place_of_source(page: str, lexicon: Lexicon) -> str | None:
    """The place of the paper or the body that a page names as its source (来源:湖北日报), a line that is furniture."""
    if (line := _SOURCE.search(fold(page))) is None:
        return None
    named = [p for p in recognise_places(line[1], 0, len(line[1]), lexicon, None) if not p.deictic]
    return _one_place([p.code for p in named], lexicon)


def _one_place(codes: list[str], lexicon: Lexicon) -> str | None:
    """The one place that codes stand for: the smallest of a line from a province down; None for 粤桂."""
    distinct = list(dict.fromkeys(codes))
    if not distinct:
        return None
    deepest = max(distinct, key=lambda c: len(lexicon.gazetteer.ancestors(c)))
    return deepest if all(lexicon.gazetteer.inside(deepest, c) for c in distinct) else None


def _narrow(province: str, named: Sequence[PlaceMention], body: str, lexicon: Lexicon) -> str:
    """The county or prefecture that a text of a province is about, else the province.

    Its own words tell the level (全县, 我市); where it has none, the place that its opening names, and not the
    province by itself, and that it names most.
    """
    gazetteer = lexicon.gazetteer
    if len(_OF_PROVINCE.findall(body)) > _IN_PASSING:
        return province
    levels = [name for name, words in _OWN_LEVEL if len(words.findall(body)) >= 2][:1]
    inside = [
        m for m in named
        if not m.deictic and m.code != COUNTRY and m.code != province and gazetteer.inside(m.code, province)
    ]  # fmt: skip
    if len({m.code for m in inside}) == 1 and all(m.code != province for m in named):
        return inside[0].code  # the only place that it names
    for level in levels or ("county", "prefecture"):
        counts = Counter(m.code for m in inside if gazetteer.by_code[m.code].level == level)
        if not counts:
            continue
        (best, n), *others = counts.most_common(2)
        opens = any(m.code == best and m.start < _OPENING for m in inside) and not any(
            m.code == province and m.start < _OPENING and all(o.start != m.end for o in inside) for m in named
        )
        if levels or (opens and n >= 2 and (not others or n >= 2 * others[0][1])):
            return best
    return province


def _place_of_name(document: Document, lexicon: Lexicon) -> str | None:
    """A place in the file name, in Chinese or in English."""
    stem = PurePath(document.source.split("!/")[-1].split("#")[0]).stem
    if found := [p for p in recognise_places(fold(stem), 0, len(stem), lexicon, None) if not p.deictic]:
        return found[0].code
    for word in re.findall(r"[A-Za-z]{3,}", stem):
        if word.lower() in ("national", "china"):
            return COUNTRY
        found_places = lexicon.gazetteer.find_label(word.capitalize())
        provinces = [p for p in found_places if p.level == "province"]
        if len(provinces) == 1:
            return provinces[0].code
    return None
