"""Whether a stretch of a document plans or reports, and the period that it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loaders.assemble.cues import Cues
from loaders.assemble.facts import plan_by_title
from loaders.assemble.section import SectionSpan
from loaders.folding import fold
from loaders.layout import LogicalText
from loaders.recognise.period import five_years, recognise_periods
from loaders.records import DocumentFacts
from loaders.segment import Block, Outline

_WORK_REPORT = re.compile(r"工作报告")
_FIVE_SAID = re.compile(r"五年来|这五年|过去五年|五年间")
_NEWS_OF = re.compile(r"(?:日前|近日|近期|最近),?[^。]{0,60}(?:印发|出台|发布|下发|制定)[^。《]{0,12}《([^》\n]*)》")
_SOFT = 2  # soft words of a plan that make one of a paragraph without words of completion
_LATE = 11  # month from which on a work report reviews the year that it is of
_BOTH = re.compile(r"[及和与、暨]")
_ADDRESS = re.compile(r"^[^!,。]{2,8}!")  # 各位代表！


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for a paragraph."""

    section: int  # index of its section
    plan: bool
    period: str | None  # the subject's


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
    plan_title = plan_by_title(facts.title, cues) or tells_of_a_plan(text, outline.blocks, cues)
    current = -1
    told: tuple[bool, int] | None = None  # the mode that the last heading told, and its level
    plan, period = plan_title, None
    for block in outline.blocks:
        section = next((i for i, s in enumerate(sections) if s.start <= block.start < s.end), len(sections) - 1)
        where = sections[section]
        if section != current:
            current, plan, told = section, plan_title, None
            period = _default_period(facts, where, work_report, plan)
        body = text[block.start : block.end]
        if block.role in ("heading", "title"):
            mode = _mode_of_heading(body[:60], cues, where.year)
            # the year in the title of a work report is that of the report, and not of what it reviews
            titled = work_report and block.role == "title"
            heading = block.role == "heading"
            said = (
                None if titled else _subject(body, facts, where.year, mode or (mode is None and plan), heading=heading)
            )
            if mode is not None:
                plan, told = mode, (mode, block.level)
            elif told is not None and block.level <= told[1]:
                told = None
            if mode is not None or said is not None or block.level <= 3:
                period = said or (
                    _default_period(facts, where, work_report, plan)
                    if not (work_report and mode is None and said is None)
                    else period
                )
        elif block.role == "prose":
            above = _heading_mode(block, cues, where.year)
            if above is None and told is not None:
                above = told[0]
            here = _paragraph_mode(body, cues, plan, plan_title, above, where.year, facts, text, work_report)
            said = _subject(body[:120], facts, where.year, here)
            if said is None and not here and _FIVE_SAID.search(_bare(body)) and not period_is_five(period):
                said = five_years(where.year, is_late(facts, text)) if where.year else None
            if said is None and not here and body.startswith("全年"):
                said = _default_period(facts, where, work_report, False)
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


def tells_of_a_plan(text: str, blocks: Sequence[Block], cues: Cues) -> bool:
    """Whether the first paragraphs are the news of a plan or notice: what follows tells what that says.

    日前,某县印发《农村人居环境整治三年行动方案》; not 先后印发《…方案》 among what was done.
    """
    first = [b for b in blocks if b.role == "prose"][:2]
    return any(cues.plan_document.search(m[1]) for b in first for m in [_NEWS_OF.search(text, b.start, b.end)] if m)


def _bare(text: str) -> str:
    """The text without titles in 《》, which name periods that are not the text's own."""
    return re.sub(r"《[^》]*》", "", text)


def period_is_five(period: str | None) -> bool:
    """Whether a period is a span of five years."""
    return bool(period and (m := re.fullmatch(r"(\d{4})/(\d{4})", period)) and int(m[2]) - int(m[1]) == 4)


def is_late(facts: DocumentFacts, text: str) -> bool:
    """Whether 五年来 runs to the end of the document's year: it is of its second half, or of a plan's last year."""
    if facts.date and len(facts.date) >= 7:
        return int(facts.date[5:7]) >= 7
    work_report = facts.title is not None and _WORK_REPORT.search(facts.title) is not None
    return facts.date is not None and int(facts.date[:4]) % 5 == 0 and not work_report


def _default_period(facts: DocumentFacts, section: SectionSpan, work_report: bool, plan: bool) -> str | None:
    year = section.year
    if year is None:
        return None
    if not work_report and not section.own and facts.title:
        named = [p for p in recognise_periods(fold(facts.title), 0, len(facts.title), year, False) if not p.future]
        if len(named) == 2 and _BOTH.search(fold(facts.title), named[0].end, named[1].start):
            named = named[1:] if plan else named[:1]  # 上半年工作总结及下半年工作安排
        if len(named) == 1 and (plan or named[0].period[:4] <= str(year)):
            return named[0].period
    month = int(facts.date[5:7]) if facts.date and len(facts.date) >= 7 else 0
    early = 0 < month <= 3
    if work_report and not section.own and month >= _LATE:  # held before the year is over: it reviews its own
        return str(year + 1 if plan else year)
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
    if (
        not report
        and not plan
        and year
        and (m := re.search(r"((?:19|20)\d{2})年(?:政府|全年|主要|重点)?(?:工作|任务)(?!报告|回顾|总结)", heading))
    ):
        return int(m[1]) >= year
    if report and plan:
        # of two nouns the last is the head: 重点工作完成情况 reports; 工作总结和下一步计划 does both
        between = heading[min(report.end(), plan.end()) : max(report.start(), plan.start())]
        return None if _BOTH.search(between) else plan.end() > report.end()
    if plan:
        return True
    return False if report else None


def _paragraph_mode(
    body: str, cues: Cues, plan: bool, plan_title: bool, heading: bool | None,
    year: int | None, facts: DocumentFacts, text: str, work_report: bool,
) -> bool:  # fmt: skip
    """Whether a paragraph plans: by its opening, its headings, its cue words weighed, then what went before."""
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
    if ahead > done or (work_report and not done and len(cues.plan_soft.findall(body)) >= _SOFT):
        return True
    return False if done >= 2 and done > ahead else plan


def _past(opening: str, year: int | None, late: bool) -> bool:
    """Whether a paragraph opens with a period that is over: 过去五年, “十三五”期间 in 2021, 去年."""
    found = [p for p in recognise_periods(opening, 0, len(opening), year, late) if p.start <= 6 and not p.future]
    if not found or year is None:
        return False
    return int(found[0].period.split("/")[-1][:4]) < year or (bool(_FIVE_SAID.search(opening[:14])) and late)


def _subject(
    head: str, facts: DocumentFacts, year: int | None, plan: bool, *, heading: bool = False
) -> str | None:  # fmt: skip
    """The period that a heading or a paragraph's opening names as its subject; part of a year only in a heading."""
    opening = _bare(re.split(r"[。;]", _ADDRESS.sub("", head))[0][:60])
    late = is_late(facts, head)
    found = recognise_periods(opening, 0, len(opening), year, late)
    if plan:
        first = [p for p in found if p.start <= 12 and not p.as_of]
        return first[0].period if first else None
    first = [
        p
        for p in found
        if (p.start <= 14 and period_is_five(p.period))
        or (p.start <= 8 and (p.plain_year or p.since or (heading and not p.as_of and not p.future)))
    ]
    return first[0].period if first else None
