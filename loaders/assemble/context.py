"""What holds for a stretch of a document: its section's place, whether it plans or reports, and its subject's period."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from loaders.assemble.cues import Cues
from loaders.assemble.facts import common_year, heading_place, plan_by_title
from loaders.folding import fold
from loaders.layout import LogicalText
from loaders.lexicon import Lexicon
from loaders.recognise.period import five_years, recognise_periods
from loaders.recognise.place import COUNTRY, recognise_places
from loaders.records import DocumentFacts
from loaders.segment import Block, Outline

_WORK_REPORT = re.compile(r"工作报告")
_FIVE_SAID = re.compile(r"五年来|这五年|过去五年|五年间")
_ADDRESS = re.compile(r"^[^!,。]{2,8}!")  # 各位代表！
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

    A heading that is only a place's or a central body's name opens a section (a collected bulletin); where most
    headings of one level open with different places, each of that level opens one (a digest).
    """
    text = logical.text
    starts = _collected(text, outline, lexicon) or _digest(text, outline, facts, lexicon)
    if not starts:
        return [SectionSpan(0, len(text), facts.place, None, False, _year_of(facts, text))]
    out: list[SectionSpan] = []
    first_prose = next((b.start for b in outline.blocks if b.role == "prose" and b.end - b.start > 18), len(text))
    if starts[0][0] > first_prose:
        out.append(SectionSpan(0, starts[0][0], facts.place, None, False, _year_of(facts, text[: starts[0][0]])))
    for i, (start, place, title) in enumerate(starts):
        end = starts[i + 1][0] if i + 1 < len(starts) else len(text)
        year = common_year(text[start:end]) if facts.date is None or len(facts.date) < 10 else None
        out.append(SectionSpan(start, end, place or facts.place, title, True, year or _year_of(facts, text)))
    if out[0].start > 0:  # a masthead stands above the first section and belongs to it
        out[0] = replace(out[0], start=0)
    return out


def _collected(text: str, outline: Outline, lexicon: Lexicon) -> list[tuple[int, str | None, str]]:
    """Sections under headings that are nothing but the name of a place or of a central body; two at least."""
    starts: list[tuple[int, str | None, str]] = []
    blocks = outline.blocks
    for i, block in enumerate(blocks):
        if block.role not in ("heading", "title", "note") and not (block.role == "prose" and block.end - block.start <= 18):
            continue
        body = text[block.marker_end : block.end]
        place = heading_place(body, lexicon)
        signature = i + 1 < len(blocks) and re.fullmatch(r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日.{0,4}", text[blocks[i + 1].start : blocks[i + 1].end])
        if place is not None and not signature:
            starts.append((block.start, place, body.strip("【】:：[]")))
    return starts if len({place for _, place, _ in starts}) >= 2 else []


def _digest(text: str, outline: Outline, facts: DocumentFacts, lexicon: Lexicon) -> list[tuple[int, str | None, str]]:
    """Items of a digest: headings of one level of which most open with a place, and with different ones."""
    within = facts.place if facts.place != COUNTRY else None
    by_level: dict[int, list[tuple[Block, str | None]]] = {}
    for block in outline.blocks:
        if block.role == "heading":
            by_level.setdefault(block.level, []).append((block, _opening_place(text, block, lexicon, within)))
    for level in sorted(by_level):
        placed = [(b, c) for b, c in by_level[level] if c]
        provinces = {lexicon.gazetteer.province_of(c) for _, c in placed if c}
        if len({c for _, c in placed}) >= 3 and len(placed) > _DIGEST_SHARE * len(by_level[level]) and (len(provinces) >= 3 or len(placed) >= 4):
            first = placed[0][0].start
            return [(b.start, c, text[b.marker_end : b.end]) for b, c in by_level[level] if b.start >= first]
    return []


def _opening_place(text: str, block: Block, lexicon: Lexicon, within: str | None) -> str | None:
    """The place that opens a heading; of 湖北襄阳 the smaller."""
    body = text[block.marker_end : block.end]
    named = [p for p in recognise_places(body, 0, len(body), lexicon, within) if not p.deictic]
    if not named or named[0].start > 1:
        return None
    code, end = named[0].code, named[0].end
    for p in named[1:]:
        if p.start == end and lexicon.gazetteer.inside(p.code, code):
            code, end = p.code, p.end
    return code


def _year_of(facts: DocumentFacts, text: str) -> int | None:
    if facts.date:
        return int(facts.date[:4])
    return common_year(text)


def settings_of(
    logical: LogicalText, outline: Outline, facts: DocumentFacts, sections: list[SectionSpan], cues: Cues
) -> list[Setting]:
    """Section, plan or report, and subject's period of each block, in order.

    A document reports unless its title, a heading or a paragraph's own words say that it plans; what a heading says
    holds to the next that says something, what a paragraph says to the next heading.
    """
    text = logical.text
    out: list[Setting] = []
    work_report = bool(facts.title and _WORK_REPORT.search(facts.title))
    plan_title = plan_by_title(facts.title, cues)
    current = -1
    plan, period = plan_title, None
    for block in outline.blocks:
        section = next((i for i, s in enumerate(sections) if s.start <= block.start < s.end), len(sections) - 1)
        where = sections[section]
        if section != current:
            current, plan = section, plan_title
            period = _default_period(facts, where, work_report, plan)
        body = text[block.start : block.end]
        if block.role in ("heading", "title"):
            mode = _mode_of_heading(body[:60], cues, where.year)
            said = _subject(body, facts, where.year, plan if mode is None else mode)
            if mode is not None:
                plan = mode
            if mode is not None or said is not None or block.level <= 3:
                period = said or (_default_period(facts, where, work_report, plan) if not (work_report and mode is None and said is None) else period)
        elif block.role == "prose":
            here = _paragraph_mode(body, cues, plan, plan_title, _heading_mode(block, cues, where.year), where.year, facts, text)
            said = _subject(body[:120], facts, where.year, here)
            if said is None and not here and _FIVE_SAID.search(_bare(body)) and not period_is_five(period):
                said = five_years(where.year, is_late(facts, text)) if where.year else None
            if here != plan and not plan_title:
                plan = here
                period = said or _default_period(facts, where, work_report, plan)
            elif here != plan:  # an order that opens with what was reached
                out.append(Setting(section, here, said or _default_period(facts, where, work_report, here)))
                continue
            elif said is not None:
                period = said
        out.append(Setting(section, plan, period))
    return out


def _bare(text: str) -> str:
    """The text without titles in 《》, which name periods that are not the text's own."""
    return re.sub(r"《[^》]*》", "", text)


def period_is_five(period: str | None) -> bool:
    """Whether a period is a span of five years."""
    return bool(period and (m := re.fullmatch(r"(\d{4})/(\d{4})", period)) and int(m[2]) - int(m[1]) == 4)


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
    if not work_report and not section.own and facts.title:
        named = [p for p in recognise_periods(fold(facts.title), 0, len(facts.title), year, False) if not p.future]
        if len(named) == 1 and (plan or named[0].period[:4] <= str(year)):
            return named[0].period
    early = bool(facts.date and len(facts.date) >= 7 and int(facts.date[5:7]) <= 3)
    if work_report and not plan:
        return str(year - 1)
    if not plan and early and not section.own:
        return str(year - 1)
    return str(year)


def _heading_mode(block: Block, cues: Cues, year: int | None) -> bool | None:
    """What the headings above a paragraph say: True plan, False report, None nothing."""
    for heading in reversed(block.headings):
        mode = _mode_of_heading(heading.text, cues, year)
        if mode is not None:
            return mode
    return None


def _mode_of_heading(heading: str, cues: Cues, year: int | None) -> bool | None:
    """A heading's words, or the period of the work that it names: 2026年工作 in a report of 2026 is a plan."""
    report, plan = cues.report_heading.search(heading), cues.plan_heading.search(heading)
    if not report and not plan and year and (m := re.search(r"((?:19|20)\d{2})年(?:政府|全年|主要|重点)?(?:工作|任务)(?!报告|回顾|总结)", heading)):
        return int(m[1]) >= year
    if report and plan:
        return None
    if plan:
        return True
    return False if report else None


def _paragraph_mode(
    body: str, cues: Cues, plan: bool, plan_title: bool, heading: bool | None, year: int | None, facts: DocumentFacts, text: str
) -> bool:  # fmt: skip
    """Whether a paragraph plans: by its opening, then its headings, then its cue words weighed, then what went before."""
    opening = re.split(r"[。;]", body)[0][:60]
    if _past(opening, year, is_late(facts, text)):
        return False
    if heading is not None:
        return heading
    ahead = len(cues.plan_paragraph.findall(body))
    if plan_title:
        return True
    if cues.plan_opening.match(body):
        return True
    done = len(cues.done_sentence.findall(body))
    if ahead > done:
        return True
    return False if done >= 2 and done > ahead else plan


def _past(opening: str, year: int | None, late: bool) -> bool:
    """Whether a paragraph opens with a period that is over: 过去五年, “十三五”期间 in 2021, 去年."""
    found = [p for p in recognise_periods(opening, 0, len(opening), year, late) if p.start <= 6 and not p.future]
    if not found or year is None:
        return False
    return int(found[0].period.split("/")[-1][:4]) < year or (bool(_FIVE_SAID.search(opening[:14])) and late)


def _subject(head: str, facts: DocumentFacts, year: int | None, plan: bool) -> str | None:
    """The period that a heading or a paragraph's opening names as its subject."""
    opening = _bare(re.split(r"[。;]", _ADDRESS.sub("", head))[0][:60])
    late = is_late(facts, head)
    found = recognise_periods(opening, 0, len(opening), year, late)
    if plan:
        first = [p for p in found if p.start <= 12 and not p.as_of]
        return first[0].period if first else None
    first = [p for p in found if (p.start <= 14 and period_is_five(p.period)) or (p.start <= 8 and (p.plain_year or p.since))]
    return first[0].period if first else None
