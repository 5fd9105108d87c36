"""A paragraph's units → its measures, observations, programs and citations, in the text's order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from loaders.assemble.cues import Cues
from loaders.assemble.domain import clause_around, clauses, rural, sentence_in
from loaders.assemble.measure import Draft, draft_measure, measure_place
from loaders.assemble.number import Piece, number_observations
from loaders.assemble.scope import Scope, units_of, verdict_of
from loaders.assemble.section import SectionSpan
from loaders.assemble.setting import Setting
from loaders.lexicon import Hit
from loaders.recognise.agency import recognise_agencies
from loaders.recognise.citation import recognise_citations
from loaders.recognise.period import PeriodMention, recognise_periods
from loaders.recognise.place import PlaceMention, recognise_places
from loaders.recognise.program import ProgramMention, recognise_programs
from loaders.recognise.quantity import recognise_quantities
from loaders.records import AgencyRole, Citation, Evidence, Label, Measure, Observation
from loaders.segment import Block, Heading, Unit

SHORT_THEME = 13  # characters of a sentence that only names a new subject (乡村面貌持续改善。)
ALONE = 24  # a sentence so short may be nothing but its number (3268.7万人！), which the next one explains
_CITED = 0.9
_TELLS = re.compile(r"[\d,]|第[一二三]")  # a short sentence with a number or a rank is a result and opens no subject


@dataclass(frozen=True, slots=True)
class Found:
    """What a paragraph gives; a name comes with the id of the measure in which it stands."""

    measures: tuple[Measure, ...] = ()
    observations: tuple[Observation, ...] = ()
    names: tuple[tuple[ProgramMention, str | None], ...] = ()
    citations: tuple[Citation, ...] = ()
    characters: int = 0  # in the domain


def assemble_heading(scope: Scope, block: Block, setting: Setting) -> Found:
    """A heading's programs, where it or a title above it is in the domain."""
    body = scope.text[block.start : block.end]
    if not (rural(body, scope.cues) or any(rural(t, scope.cues) for t in scope.titles[setting.section])):
        return Found()
    names = recognise_programs(scope.text, block.start, block.end, scope.lexicon)
    return Found(names=tuple((name, None) for name in names))


def assemble_paragraph(scope: Scope, block: Block, setting: Setting, measures_before: int) -> Found:
    """A paragraph's findings; its measures are numbered on from `measures_before`."""
    text, cues, lexicon = scope.text, scope.cues, scope.lexicon
    section = scope.sections[setting.section]
    measures: list[Measure] = []
    observations: list[Observation] = []
    names: list[tuple[ProgramMention, str | None]] = []
    citations: list[Citation] = []
    seen: list[PeriodMention] = []  # expressions of time so far in the paragraph
    last: tuple[Draft, str] | None = None  # the measure just before
    named = recognise_places(text, block.start, block.end, lexicon, section.place, section.year)
    theme: Heading | None = None  # a short sentence inside the paragraph that opens a new subject
    characters = 0
    months_of = _one_year(setting.period)
    units = units_of(scope, block, setting.section)
    openings = _openings(text, units)
    for n, unit in enumerate(units):
        if theme is not None and unit.kind == "sentence":
            unit = replace(unit, theme=theme)
        verdict = verdict_of(scope, block, unit, setting.section)
        body = text[unit.start : unit.end]
        periods = recognise_periods(text, unit.start, unit.end, section.year, scope.late, months_of)
        if not sentence_in(body, verdict, cues) and not (unit.kind == "theme" and verdict):
            seen += periods
            last = None
            continue
        characters += len(body)
        places = [p.moved(-unit.start) for p in named if unit.start <= p.start < unit.end]
        draft = draft_measure(text, unit, verdict, cues, lexicon, section.place, scope.titles[setting.section])
        opens = draft is not None and n in openings
        if opens:
            draft = None
        identifier: str | None = None
        if draft is not None:
            identifier = f"m{measures_before + len(measures) + 1}"
            measures.append(_measure(scope, identifier, draft, places, periods, setting, section))
            last = (draft, identifier)
        for mention in recognise_programs(text, unit.start, unit.end, lexicon):
            if verdict or _in_rural_company(text, mention, body, cues):
                names.append((mention, identifier))
        citations += _citations(scope, unit.start, unit.end, identifier)
        if quantities := recognise_quantities(text, max(unit.marker_end, unit.start), unit.end, lexicon):
            next_metrics: tuple[Hit, ...] = ()
            next_periods: tuple[PeriodMention, ...] = ()
            if n + 1 < len(units) and len(body) < ALONE:
                after = units[n + 1]
                next_metrics = tuple(lexicon.scan(text[after.start : after.end], "metrics").get("metrics", ()))
                next_periods = tuple(
                    recognise_periods(text, after.start, after.end, section.year, scope.late, months_of)
                )
            piece = Piece(
                unit=unit, verdict=verdict, setting=setting, section=section,
                metrics=tuple(lexicon.scan(body, "metrics").get("metrics", ())), places=tuple(places),
                periods=tuple(periods), earlier=tuple(seen), draft=draft, measure=identifier, last=last,
                next_metrics=next_metrics, next_periods=next_periods,
            )  # fmt: skip
            observations += number_observations(scope, piece, quantities)
        seen += [p for p in periods if p.adverbial]
        if (
            draft is None
            and not opens
            and unit.kind == "sentence"
            and len(body) <= SHORT_THEME
            and not _TELLS.search(body)
        ):
            theme = Heading(unit.start, unit.end, 9, body)
        if draft is None and unit.kind != "theme" and not cues.elided.match(body):
            last = None
    return Found(tuple(measures), tuple(observations), tuple(names), tuple(citations), characters)


def _openings(text: str, units: Sequence[Unit]) -> frozenset[int]:
    """Which sentences only open a subject, where a paragraph is made so: 真帮实助群众增收。…扎实推进乡村建设。…

    One short sentence may be a measure; three, each with a longer one behind it, are the paragraph's plan.
    """
    short = [
        u.kind == "sentence" and u.end - u.start <= SHORT_THEME and not _TELLS.search(text, u.start, u.end)
        for u in units
    ]
    found = [n for n in range(len(units) - 1) if short[n] and not short[n + 1] and units[n + 1].kind == "sentence"]
    return frozenset(found if len(found) >= 3 else ())


def _one_year(period: str | None) -> int | None:
    """The year in which a period lies; None where it spans several."""
    if period is None:
        return None
    first, last = period.split("/")[0][:4], period.split("/")[-1][:4]
    return int(first) if first == last else None


def _in_rural_company(text: str, mention: ProgramMention, body: str, cues: Cues) -> bool:
    """Whether a name of a general text stands in a rural clause, or in a rural sentence that speaks of nothing else."""
    own = clause_around(text, mention.start, mention.end)
    if rural(own, cues):
        return True
    pieces = [body[a:b] for a, b in clauses(body)]
    return not cues.outside.search(body) and 2 * sum(rural(x, cues) for x in pieces) >= len(pieces)


def _measure(
    scope: Scope, identifier: str, draft: Draft, places: Sequence[PlaceMention], periods: Sequence[PeriodMention],
    setting: Setting, section: SectionSpan,
) -> Measure:  # fmt: skip
    body = scope.text[draft.start : draft.end]
    place, all_places = measure_place(body, places, section.place, scope.cues, scope.lexicon)
    theme = draft.unit.theme
    agencies = recognise_agencies(body, scope.lexicon)
    return Measure(
        id=identifier, span=scope.logical.span(draft.start, draft.end), section=f"s{setting.section + 1}", place=place,
        places=all_places, period=periods[0].period if periods else setting.period,
        status="planned" if setting.plan else "done", theme=theme.text.strip("。:") if theme else None,
        theme_span=scope.logical.span(theme.start, theme.end) if theme else None,
        instruments=_labels(scope, draft, draft.instruments, draft.inherited),
        targets=_labels(scope, draft, draft.targets, False),
        agencies=tuple(
            AgencyRole(
                name=a.name, role=a.role, concept=a.concept,
                span=scope.logical.span(draft.start + a.start, draft.start + a.end),
            )
            for a in agencies
        ),
        confidence=draft.score, rule=draft.rule,
    )  # fmt: skip


def _labels(scope: Scope, draft: Draft, hits: Sequence[Hit], inherited: bool) -> tuple[Label, ...]:
    """One label a code: the evidence is every place where one of its forms stands; the confidence is still raw.

    A label is the surer the surer the measure, the longer its longest form, and the more forms of it there are.
    """
    base = draft.unit.theme.start if inherited and draft.unit.theme else draft.start
    by_code: dict[str, list[Hit]] = {}
    for hit in hits:
        by_code.setdefault(hit.concept.answer, []).append(hit)
    out = []
    for code, found in by_code.items():
        longest = max(h.length for h in found)
        raw = draft.score * (0.7 + 0.03 * min(longest, 6) + 0.04 * min(len(found) - 1, 2)) - (0.25 if inherited else 0)
        evidence = tuple(
            Evidence(span=scope.logical.span(base + h.start, base + h.end), rule=h.concept.iri) for h in found
        )
        out.append(Label(code=code, concept=found[0].concept.iri, confidence=raw, evidence=evidence))
    return tuple(out)


def _citations(scope: Scope, start: int, end: int, measure: str | None) -> list[Citation]:
    return [
        Citation(
            span=scope.logical.span(c.start, c.end), title=c.title, number=c.number, relation=c.relation,
            confidence=_CITED, rule="citation.title", measures=(measure,) if measure else (),
        )
        for c in recognise_citations(scope.text, start, end, scope.lexicon)
    ]  # fmt: skip
