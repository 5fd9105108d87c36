"""What holds for a stretch of a document: its section's place, whether it plans or reports, and its subject's period."""

from __future__ import annotations

import re
from dataclasses import dataclass

from loaders.assemble.cues import Cues
from loaders.assemble.facts import common_year, heading_place, plan_by_title
from loaders.layout import LogicalText
from loaders.lexicon import Lexicon
from loaders.recognise.period import five_years, recognise_periods
from loaders.recognise.place import COUNTRY, recognise_places
from loaders.records import DocumentFacts
from loaders.segment import Block, Outline

_WORK_REPORT = re.compile(r"工作报告")
_FIVE = re.compile(r"五年来|这五年|过去五年|“?十[三四]五”?(?:时期|期间|以来|以来的)|五年间")
_LAST_YEAR = re.compile(r"过去一年|一年来|去年|上年|(?P<year>(?:19|20)\d{2})年")
_DIGEST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class SectionSpan:
    """A section in logical text."""

    start: int
    end: int
    place: str | None
    title: str | None
    own: bool  # it has a heading of its own
    year: int | None  # of its relative expressions (今年)


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for a paragraph."""

    section: int  # index of its section
    plan: bool
    period: str | None  # the subject's


def sections_of(logical: LogicalText, outline: Outline, facts: DocumentFacts, lexicon: Lexicon) -> list[SectionSpan]:
    """The parts with a place or an issuer of their own; one where a document is about one place.

    A heading that is only a place's or a central body's name opens a section (a collected bulletin); where headings of
    one level name different places, each opens one (a digest).
    """
    text = logical.text
    starts: list[tuple[int, str | None, str | None]] = []
    candidates: list[tuple[Block, str]] = []
    for block in outline.blocks:
        if block.role not in ("heading", "title", "note") and not (block.role == "prose" and block.end - block.start <= 18):
            continue
        body = text[block.marker_end : block.end]
        place = heading_place(body, lexicon)
        if place is not None:
            starts.append((block.start, place, body.strip("【】:：[]")))
        elif block.role in ("heading", "title"):
            named = [p for p in recognise_places(body, 0, len(body), lexicon, facts.place if facts.place != COUNTRY else None) if not p.deictic]
            if named and named[0].start <= 2:
                candidates.append((block, named[0].code))
    if len(starts) < 2:
        codes = {code for _, code in candidates}
        heads = [b for b in outline.blocks if b.role in ("heading", "title")]
        level = min((b.level for b, _ in candidates), default=0)
        same = [(b, c) for b, c in candidates if b.level == level or b.role == "title"]
        peers = [b for b in heads if b.level == level or b.role == "title"]
        if len(codes) >= 3 and len(same) >= _DIGEST_SHARE * len(peers) and not _parts_of_one(codes, facts, lexicon):
            by_start = {b.start: c for b, c in same}
            starts = [(b.start, by_start.get(b.start, facts.place), text[b.marker_end : b.end]) for b in peers]
    if not starts or (len(starts) == 1 and starts[0][0] > 400):
        return [SectionSpan(0, len(text), facts.place, None, False, _year_of(facts, text))]
    starts.sort()
    out: list[SectionSpan] = []
    first_prose = next((b.start for b in outline.blocks if b.role == "prose" and b.end - b.start > 18), len(text))
    if starts[0][0] > first_prose:
        out.append(SectionSpan(0, starts[0][0], facts.place, None, False, _year_of(facts, text[: starts[0][0]])))
    elif starts[0][0] > 0:
        starts[0] = (0, *starts[0][1:])
    for i, (start, place, title) in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else len(text)
        if out and out[-1].place == place and out[-1].own and end - start < 8:
            continue
        out.append(SectionSpan(start, end, place, title, True, common_year(text[start:end]) or _year_of(facts, text)))
    return out


def _parts_of_one(codes: set[str], facts: DocumentFacts, lexicon: Lexicon) -> bool:
    """Whether the places are parts of the document's own (a province's report that goes through its cities)."""
    return facts.place not in (None, COUNTRY) and False and bool(lexicon)


def _year_of(facts: DocumentFacts, text: str) -> int | None:
    if facts.date:
        return int(facts.date[:4])
    return common_year(text)


def settings_of(
    logical: LogicalText, outline: Outline, facts: DocumentFacts, sections: list[SectionSpan], cues: Cues
) -> list[Setting]:
    """Section, plan or report, and subject's period of each block, in order."""
    text = logical.text
    out: list[Setting] = []
    work_report = bool(facts.title and _WORK_REPORT.search(facts.title))
    plan_title = plan_by_title(facts.title, cues)
    k = -1
    plan: bool | None = plan_title or None
    period: str | None = None
    for block in outline.blocks:
        section = next((i for i, s in enumerate(sections) if s.start <= block.start < s.end), len(sections) - 1)
        if section != k:
            k = section
            plan = plan_title or None
            period = _default_period(facts, sections[k], work_report, bool(plan))
        body = text[block.start : block.end]
        year = sections[k].year
        heading = _heading_mode(block, text, cues)
        if block.role in ("heading", "title") or (block.units and block.marker and block.marker < 7):
            mode = _mode_of_heading(body[:60], cues, year)
            if mode is not None and block.role in ("heading", "title"):
                plan = mode
                period = _subject(body, facts, year, bool(plan), work_report) or _default_period(facts, sections[k], work_report, bool(plan))
        if block.role == "prose":
            if heading is None and not plan_title:
                plan = _mode_of_paragraph(body, cues, plan, year)
            head = body[:120]
            said = _subject(head, facts, year, bool(plan), work_report)
            if not plan and said is None and _FIVE.search(body) and not period_is_five(period):
                said = _five(facts, year, text) if period is None or period == _default_period(facts, sections[k], work_report, bool(plan)) else None
            if said is not None:
                period = said
            elif bool(plan) != (out[-1].plan if out else bool(plan)):
                period = _default_period(facts, sections[k], work_report, bool(plan))
        out.append(Setting(section, bool(plan), period))
    return out


def period_is_five(period: str | None) -> bool:
    """Whether a period is a span of five years."""
    return bool(period and (m := re.fullmatch(r"(\d{4})/(\d{4})", period)) and int(m[2]) - int(m[1]) == 4)


def _five(facts: DocumentFacts, year: int | None, text: str) -> str | None:
    return five_years(year, is_late(facts, text)) if year else None


def is_late(facts: DocumentFacts, text: str) -> bool:
    """Whether 五年来 runs to the end of the document's year: it is of the second half of the year, or a plan's last year."""
    if facts.date and len(facts.date) >= 7:
        return int(facts.date[5:7]) >= 7
    if facts.date and int(facts.date[:4]) % 5 == 0 and not (facts.title and _WORK_REPORT.search(facts.title)):
        return True
    return False


def _default_period(facts: DocumentFacts, section: SectionSpan, work_report: bool, plan: bool) -> str | None:
    year = section.year
    if year is None:
        return None
    early = bool(facts.date and len(facts.date) >= 7 and int(facts.date[5:7]) <= 3)
    if work_report and not plan:
        return str(year - 1)
    if not plan and early and not section.own:
        return str(year - 1)
    return str(year)


def _heading_mode(block: Block, text: str, cues: Cues) -> bool | None:
    """What the headings above a paragraph say: True plan, False report, None nothing."""
    for heading in reversed(block.headings):
        mode = _mode_of_heading(heading.text, cues, None)
        if mode is not None:
            return mode
    return None


def _mode_of_heading(heading: str, cues: Cues, year: int | None) -> bool | None:
    report, plan = cues.report_heading.search(heading), cues.plan_heading.search(heading)
    if report and plan:
        return None
    if plan:
        return True
    return False if report else None


def _mode_of_paragraph(body: str, cues: Cues, plan: bool | None, year: int | None) -> bool | None:
    """Whether a paragraph under no telling heading plans: its cue words weighed, the mode before it where they balance."""
    done = len(cues.done_sentence.findall(body))
    ahead = len(cues.plan_paragraph.findall(body))
    figures_ahead = len(re.findall(r"\d[^。;,]{0,12}(?:左右|以上)", body)) if not done else 0
    if _FIVE.search(body[:30]) or re.match(r"(?:过去的?一年|一年来|去年|20\d{2}年以来)", body):
        return False
    if re.match(r"(?:今年|新的一年|下一步|明年)[,，我]", body) and ahead > done:
        return True
    if done >= 2 and done > ahead:
        return False
    if ahead + figures_ahead > done and ahead:
        return True
    if plan is None and done == 0 and len(body) > 40:
        # imperative clauses without any word of completion, before anything was reported: an order or a plan
        return True if cues.action.match(_second_sentence(body)) else None
    return plan


def _second_sentence(body: str) -> str:
    parts = re.split(r"[。]", body)
    sentence = parts[1] if len(parts) > 2 and len(parts[0]) <= 30 else parts[0]
    return re.sub(r"^(?:[持续深入扎实大力加快全面积极稳步有序统筹全力着力切实严格坚决集中重点]{2})+", "", sentence)


def _subject(head: str, facts: DocumentFacts, year: int | None, plan: bool, work_report: bool) -> str | None:
    """The period that a heading or a paragraph's opening names as its subject."""
    opening = re.split(r"[。;]", head)[0][:60]
    late = is_late(facts, head)
    if plan:
        found = [p for p in recognise_periods(opening, 0, len(opening), year, late) if p.start <= 12]
        return found[0].period if found and not found[0].as_of else None
    if year and (m := _FIVE.search(opening)) and m.start() <= 14:
        return recognise_periods(opening, m.start() - 1 if opening[m.start() - 1 : m.start()] == "“" else m.start(), len(opening), year, late)[0].period if recognise_periods(opening, m.start(), len(opening), year, late) else None
    found = [p for p in recognise_periods(opening, 0, len(opening), year, late) if p.start <= 8]
    return found[0].period if found and (found[0].plain_year or found[0].since) else None
