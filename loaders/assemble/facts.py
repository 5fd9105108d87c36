"""Document metadata by GB/T 9704-2012: title, number, issuers, level, kind, date, and the place that it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import PurePath

from loaders.assemble.cues import Cues
from loaders.folding import fold
from loaders.layout import LogicalText
from loaders.lexicon import Lexicon
from loaders.recognise.citation import DOCUMENT_NUMBER
from loaders.recognise.place import COUNTRY, PlaceMention, recognise_places
from loaders.records import Document, DocumentFacts
from loaders.segment import Outline

_FULL_DATE = re.compile(r"((?:19|20)\d{2})年(\d{1,2})月(\d{1,2})日")
_DASHED_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
# 2026年政府工作报告, 2024年工作要点; not 2023年要抓牢…, which speaks of a year and may be older
_TITLE_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})年?(?=[^要将,]{0,16}(?:报告|要点|方案|意见|通知|计划|公报|总结|简报|情况|措施|统计))"
)
_LEVEL = {"country": "centre", "province": "province", "prefecture": "city", "county": "county"}
_SUBNATIONAL = re.compile(r"我省|全省|省委|省级|本省|我市|全市|我县|全县|我区|全区|自治区党委|市委|县委")
_NATIONAL = re.compile(r"全国|我国|中央|党中央|国务院|国家")
_TITLE_BRACKETS = re.compile(r"\((?:试行|暂行|征求意见稿|修订|摘要|摘编|全文|节选)\)$")
_OPENING = 1200  # characters at the head of a text in which number, title and dateline stand
_SPEECH_DATE = re.compile(r"^——")


@lru_cache(maxsize=4)
def _kinds_of(lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """Title endings, longest first, with the kind's Chinese name."""
    pairs = [(fold(s), c.zh) for c in lexicon.in_scheme("document-kinds") for s in c.values("titleSuffix")]
    return tuple(sorted(pairs, key=lambda p: (-len(p[0]), p)))


def document_facts(document: Document, logical: LogicalText, outline: Outline, lexicon: Lexicon) -> DocumentFacts:
    """What the document says of itself; a value that nothing says is None."""
    meta = document.metadata
    title = _clean(meta.title) or (outline.title.text if outline.title else None)
    text = logical.text
    head = text[:_OPENING]
    number = meta.number or (
        m[0] if (m := DOCUMENT_NUMBER.search(head)) and "《" not in head[max(0, m.start() - 3) : m.start()] else None
    )
    date = _date(document, text, title)
    place = _place(document, text, title, lexicon)
    issuers, concepts = _issuers(title or "", meta.publisher, text, lexicon, place)
    level = None
    if place is not None:
        level = _LEVEL[lexicon.gazetteer.by_code[place].level]
    central = [c for c in concepts if c and "centre" in lexicon.concept(c).values("level")]
    if central:
        level = "centre"
    kind = _kind(title or "", lexicon)
    return DocumentFacts(
        title=title, publisher=meta.publisher, number=number, issuers=tuple(issuers), issuer_concepts=tuple(concepts),
        level=level, kind=kind, date=date, place=place,
    )  # fmt: skip


def _clean(title: str | None) -> str | None:
    return " ".join(title.split()) if title and title.strip() else None


def _kind(title: str, lexicon: Lexicon) -> str | None:
    bare = _TITLE_BRACKETS.sub("", fold(title).strip())
    bare = re.sub(r"[》”]$", "", bare)
    return next((zh for suffix, zh in _kinds_of(lexicon) if bare.endswith(suffix)), None)


def _date(document: Document, text: str, title: str | None) -> str | None:
    """A metadata column, then a full date in the text (a dateline before a mention), last a year in the file name."""
    meta = document.metadata
    if meta.date and (m := re.match(r"((?:19|20)\d{2})(?:\D(\d{1,2}))?(?:\D(\d{1,2}))?", meta.date.strip())):
        return "-".join([m[1], *(f"{int(x):02}" for x in m.groups()[1:] if x)])
    lines = text.split("\n")
    for line in [*lines[:12], *lines[-6:]]:
        m = _FULL_DATE.search(line) or _DASHED_DATE.search(line)
        if m and (len(line) <= 30 or line.startswith(("——", "(", "发布", "时间", "日期", "来源"))):
            return f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}"
    if m := re.match(r"[^。]{0,12}(?:新华社|本报|人民网|央视网|中新社)[^。]{0,16}?(\d{1,2})月(\d{1,2})日", text[:200]):
        year = _year_of_name(document) or _common_year(text)
        return f"{year}-{int(m[1]):02}-{int(m[2]):02}" if year else None
    if meta.year and (m := _YEAR.search(meta.year)):
        return m[1]
    if title and (m := _TITLE_YEAR.search(fold(title))):
        return m[1]
    name = _year_of_name(document)
    return str(name) if name else None


def _year_of_name(document: Document) -> int | None:
    name = PurePath(document.source.split("!/")[-1].split("#")[0]).stem
    years = _YEAR.findall(name)
    return int(years[-1]) if years else None


def _common_year(text: str) -> int | None:
    """The year that a text speaks of most, those it only compares with left out."""
    counts = Counter(int(m[1]) for m in re.finditer(r"(?<![较比与自\d])((?:19|20)\d{2})年", text))
    if not counts:
        return None
    most = max(counts.values())
    return max(year for year, n in counts.items() if n >= max(2, most * 0.6) or n == most)


def common_year(text: str) -> int | None:
    """The year that a stretch of text speaks of most; None where it names none."""
    return _common_year(text)


def _place(document: Document, text: str, title: str | None, lexicon: Lexicon) -> str | None:
    """The area that a document is about: its metadata, its title, then what its text names most."""
    gazetteer = lexicon.gazetteer
    meta = document.metadata
    given: str | None = None
    for label in (meta.place, meta.publisher):
        if given is None and label and (found := recognise_places(fold(label), 0, len(label), lexicon, None)):
            given = found[-1].code if found[-1].start == found[0].end or len(found) == 1 else found[0].code
        if given is None and label and label.strip() in ("全国", "国家"):
            given = COUNTRY
    if title and (lead := re.match(r"^([一-鿿]{2,12})[::]", fold(title))):
        code = gazetteer.resolve(lead[1], [given] if given else [])  # 安康：…, though 安康 is a word too
        if code and (given is None or gazetteer.inside(code, given)):
            return code
    if title:
        named = [p for p in recognise_places(fold(title), 0, len(title), lexicon, given) if not p.deictic]
        code = _one_place([p.code for p in named], lexicon)
        # a title narrows what the columns say (安康：… of 陕西), and settles what they leave open
        if code and (given is None or (named[0].start <= 1 and gazetteer.inside(code, given))):
            return code
    if given is not None:
        return given
    counts: Counter[str] = Counter()
    body = text[:20_000]
    national, local = len(_NATIONAL.findall(body)), len(_SUBNATIONAL.findall(body))
    named = recognise_places(body, 0, len(body), lexicon, None)
    for mention in named:
        if mention.deictic or mention.code == COUNTRY:
            continue
        province = gazetteer.province_of(mention.code)
        if province:
            counts[province] += 1
    for letter, code in gazetteer.abbreviations().items():
        counts[code] += len(re.findall(rf"[“出入来在]{letter}[“”籍企商猪字货菜]|{letter}字号|[出入来在]{letter}", body))
    name = _place_of_name(document, lexicon)
    if name:
        return name
    opening = Counter(gazetteer.province_of(m.code) or "" for m in named if not m.deictic and m.start < 160)
    opening.pop("", None)
    if counts:
        (best, n), *others = counts.most_common(2)
        dominant = n >= 2 and (not others or n >= 2 * others[0][1])
        if local or (dominant and n > national):
            return _narrow(best, named, body, lexicon) if (dominant or local >= national or opening.get(best)) else best
    if national:
        return COUNTRY
    return counts.most_common(1)[0][0] if counts else None


def _one_place(codes: list[str], lexicon: Lexicon) -> str | None:
    """The one place that codes stand for: the smallest of a line from a province down; None for 粤桂."""
    distinct = list(dict.fromkeys(codes))
    if not distinct:
        return None
    deepest = max(distinct, key=lambda c: len(lexicon.gazetteer.ancestors(c)))
    return deepest if all(lexicon.gazetteer.inside(deepest, c) for c in distinct) else None


def _narrow(province: str, named: Sequence[PlaceMention], body: str, lexicon: Lexicon) -> str:
    """A county's or a city's own text says 全县, 我市: then its place is the one it names most at that level."""
    gazetteer = lexicon.gazetteer
    level = (
        "county"
        if len(re.findall("全县|我县|县委", body)) >= 2
        else "prefecture"
        if len(re.findall("全市|我市|市委", body)) >= 2
        else ""
    )
    if not level or len(re.findall("全省|我省|省委", body)) > 2:
        return province
    counts = Counter(
        m.code for m in named
        if not m.deictic and m.code != COUNTRY and gazetteer.by_code[m.code].level == level and gazetteer.inside(m.code, province)
    )  # fmt: skip
    return counts.most_common(1)[0][0] if counts else province


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


def _issuers(
    title: str, publisher: str | None, text: str, lexicon: Lexicon, place: str | None
) -> tuple[list[str], list[str | None]]:
    """Who issued it: the bodies before 关于 in the title (joint ones too), else the publisher."""
    folded = fold(title)
    head = folded.split("关于")[0] if "关于" in folded else ""
    names = [n for n in re.split(r"[、\s,]+", head) if n]
    if not names and publisher:
        names = [n for n in re.split(r"[、,;\s]+", fold(publisher)) if n]
    if not names:
        signed = re.findall(
            r"\n([一-鿿]{4,24}(?:厅|局|部|委|办公室|政府|委员会|领导小组|联合会|银行))\n+(?:[一-鿿]{4,24}\n+)*(?:19|20)\d{2}年",
            text[-400:],
        )
        names = list(dict.fromkeys(signed))
    concepts: list[str | None] = []
    for name in names:
        hits = lexicon.find(name).get("agencies", [])
        concepts.append(max(hits, key=lambda h: h.end - h.start).concept.iri if hits else None)
    return names, concepts


def heading_place(text: str, lexicon: Lexicon) -> str | None:
    """The place of a heading that is only a place's or a central body's name (陕西, 国家乡村振兴局：)."""
    bare = re.sub(r"^[【\[▲■●◆★☆▶(]+|[】\]):：]+$", "", text).strip()
    if not 2 <= len(bare) <= 18:
        return None
    found = [p for p in recognise_places(bare, 0, len(bare), lexicon, None) if not p.deictic]
    if found and found[0].start == 0 and found[-1].end == len(bare) and len({p.code for p in found}) <= 2:
        return found[-1].code
    hits = lexicon.find(bare).get("agencies", [])
    whole = [h for h in hits if h.start == 0 and h.end == len(bare)]
    if whole and "centre" in whole[0].concept.values("level"):
        return COUNTRY
    if found and found[0].start == 0 and whole_organ(bare, found[-1].end, lexicon):
        return found[-1].code
    return None


def whole_organ(name: str, start: int, lexicon: Lexicon) -> bool:
    """Whether ``name[start:]`` is the form of an organ that stands behind a place's name (云南省 + 农业农村厅)."""
    tail = name[start:]
    return any(tail == form for c in lexicon.in_scheme("agencies") for form in c.values("organForm"))


def plan_by_title(title: str | None, cues: Cues) -> bool:
    """Whether a document so titled orders or plans (通知, 方案) rather than reports."""
    return bool(
        title and cues.plan_document.search(fold(title)) and not re.search("总结|情况|回顾|成效|纪实|报告", title)
    )
