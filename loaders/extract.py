"""One bulletin's whole way: Document → Extraction. A pure function, which local builds and clusters both map."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from loaders.assemble.confidence import Calibration, calibration
from loaders.assemble.context import SectionSpan, Setting, is_late, sections_of, settings_of
from loaders.assemble.cues import Cues, cues_of
from loaders.assemble.domain import clause_around, clause_in, heading_verdict, rural, sentence_in
from loaders.assemble.facts import document_facts
from loaders.assemble.link import linked_measure
from loaders.assemble.measure import Draft, block_verdict, draft_measure, measure_place
from loaders.assemble.observation import clause_of, per_head_unit, period_of, place_of, statistic_of
from loaders.assemble.table import table_observations
from loaders.furniture import furniture, load_furniture_words
from loaders.layout import LogicalText, lay_out
from loaders.lexicon import Hit, Lexicon
from loaders.recognise.agency import recognise_agencies
from loaders.recognise.citation import recognise_citations
from loaders.recognise.metric import metric_grammar_of, recognise_metrics, settle
from loaders.recognise.period import PeriodMention, recognise_periods
from loaders.recognise.place import recognise_places
from loaders.recognise.program import ProgramMention, recognise_programs
from loaders.recognise.quantity import recognise_quantities
from loaders.records import (
    AgencyRole, Citation, Document, Evidence, Extraction, Label, Measure, Observation, Program, Section,
)  # fmt: skip
from loaders.segment import Block, Heading, Unit, segment, sentences

RULES_VERSION = "1"
SHORT_THEME = 13  # characters of a sentence that only names a new subject (乡村面貌持续改善。)
DENSE = 0.5  # share of rural sentences above which a text's subject is the domain; general work reports have 0.1 to 0.3
_LIST_MARK = re.compile(r"[、和及与]|[-—~至到]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A unit with what holds for it."""

    block: int
    unit: Unit
    verdict: bool | None
    setting: Setting
    section: SectionSpan


def extract(document: Document, lexicon: Lexicon) -> Extraction:
    """All that is said of one bulletin, by the definitions of the published contract."""
    cues = cues_of(lexicon)
    logical = lay_out(document, furniture(document.text, load_furniture_words()))
    outline = segment(logical)
    facts = document_facts(document, logical, outline, lexicon)
    spans = sections_of(logical, outline, facts, lexicon)
    settings = settings_of(logical, outline, facts, spans, cues)
    return _Extractor(document, lexicon, cues, logical, outline.blocks, facts, spans, settings, calibration()).run()


class _Extractor:
    """The state of one extraction: what was found so far, in order."""

    def __init__(
        self, document: Document, lexicon: Lexicon, cues: Cues, logical: LogicalText, blocks: Sequence[Block],
        facts: object, spans: list[SectionSpan], settings: list[Setting], fitted: Calibration,
    ) -> None:  # fmt: skip
        from loaders.records import DocumentFacts

        assert isinstance(facts, DocumentFacts)
        self.document, self.lexicon, self.cues, self.logical, self.blocks = document, lexicon, cues, logical, blocks
        self.facts, self.spans, self.settings, self.fitted = facts, spans, settings, fitted
        self.text = logical.text
        self.late = is_late(facts, self.text)
        self.year = int(facts.date[:4]) if facts.date else None
        self.grammar = metric_grammar_of(lexicon)
        self.measures: list[Measure] = []
        self.observations: list[Observation] = []
        self.names: list[tuple[ProgramMention, str | None]] = []
        self.citations: list[Citation] = []
        self.in_domain = 0

    def run(self) -> Extraction:
        titles = {i: self._titles(i) for i in range(len(self.spans))}
        self.dense = [self._is_dense(i) for i in range(len(self.spans))]
        for k, block in enumerate(self.blocks):
            setting = self.settings[k]
            span = self.spans[setting.section]
            if block.role == "row":
                continue
            if block.role in ("heading", "title"):
                self._heading_programs(block, titles[setting.section])
                continue
            self._paragraph(block, setting, span, titles[setting.section])
        for row in table_observations(self.blocks, self.logical, self.settings, self.spans, self.facts, self.lexicon, self.cues):
            self.observations.append(replace(row, id=f"o{len(self.observations) + 1}", confidence=self.fitted.observation(row.confidence)))
            self.in_domain += row.span.end - row.span.start
        self.observations.sort(key=lambda o: (o.span, o.id))
        self.observations = [replace(o, id=f"o{i + 1}") for i, o in enumerate(self.observations)]
        return Extraction(
            document=self.document, facts=self.facts, sections=tuple(self._sections()), measures=tuple(self.measures),
            observations=tuple(self.observations), programs=tuple(self._programs()), citations=tuple(self.citations),
            characters=sum(b.end - b.start for b in self.blocks), characters_in_domain=self.in_domain,
        )  # fmt: skip

    # ------------------------------------------------------------ sections and titles

    def _titles(self, section: int) -> list[str]:
        """Titles above a section's own headings, nearest first: its own, then the document's where it has none."""
        span = self.spans[section]
        own = [
            self.text[b.marker_end : b.end] for b in self.blocks
            if b.role in ("heading", "title") and span.start <= b.start < span.end and not b.marker
        ][:2]  # fmt: skip
        if span.own:
            return own[::-1]
        return [t for t in (self.facts.title,) if t]

    def _is_dense(self, section: int) -> bool:
        """Whether most sentences of a section are rural by their own words: then the section's subject is in the domain."""
        bodies = [
            self.text[u.start : u.end] for k, b in enumerate(self.blocks) if b.role == "prose" and self.settings[k].section == section
            for u in b.units if u.end - u.start >= 12
        ]  # fmt: skip
        return len(bodies) >= 3 and sum(rural(x, self.cues) for x in bodies) >= DENSE * len(bodies)

    def _sections(self) -> list[Section]:
        out = []
        for i, s in enumerate(self.spans):
            start = s.start
            while start < s.end - 1 and self.text[start] == "\n":
                start += 1
            end = max(start + 1, s.end)
            while end > start + 1 and self.text[end - 1] == "\n":
                end -= 1
            if not self.text:
                continue
            span = self.logical.span(start, end)
            out.append(Section(id=f"s{i + 1}", span=span, place=s.place, title=s.title))
        return out

    # ------------------------------------------------------------ a paragraph

    def _heading_programs(self, block: Block, titles: list[str]) -> None:
        body = self.text[block.start : block.end]
        if rural(body, self.cues) or any(rural(t, self.cues) for t in titles):
            for mention in recognise_programs(self.text, block.start, block.end, self.lexicon):
                self.names.append((mention, None))

    def _paragraph(self, block: Block, setting: Setting, span: SectionSpan, titles: list[str]) -> None:
        text, cues, lexicon = self.text, self.cues, self.lexicon
        year = span.year
        seen: list[PeriodMention] = []  # expressions of time so far in the paragraph
        last: tuple[Draft, str] | None = None  # the measure just before
        named = recognise_places(text, block.start, block.end, lexicon, span.place, year)
        units = self._units(block, titles, setting.section)
        theme: Heading | None = None  # a short sentence inside the paragraph that opens a new subject
        for n, unit in enumerate(units):
            if theme is not None and unit.kind == "sentence":
                unit = replace(unit, theme=theme)
            verdict = self._verdict(block, unit, titles, setting.section)
            body = text[unit.start : unit.end]
            periods = recognise_periods(text, unit.start, unit.end, year, self.late)
            if not sentence_in(body, verdict, cues) and not (unit.kind == "theme" and verdict):
                seen += periods
                last = None
                continue
            self.in_domain += len(body)
            hits = lexicon.scan(body)
            theme_hits = lexicon.scan(unit.theme.text) if unit.theme is not None else {}
            places = [replace(p, start=p.start - unit.start, end=p.end - unit.start) for p in named if unit.start <= p.start < unit.end]
            draft = draft_measure(text, unit, verdict, hits, theme_hits, cues, lexicon, span.place)
            following = lexicon.scan(text[units[n + 1].start : units[n + 1].end]).get("metrics", []) if n + 1 < len(units) and len(body) < 24 else []
            measure_id: str | None = None
            if draft is not None:
                measure_id = f"m{len(self.measures) + 1}"
                self.measures.append(self._measure(measure_id, draft, places, periods, setting, span))
                last = (draft, measure_id)
            for mention in recognise_programs(text, unit.start, unit.end, lexicon):
                if verdict or rural(clause_around(text, mention.start, mention.end), cues):
                    self.names.append((mention, measure_id))
            for cited in recognise_citations(text, unit.start, unit.end, lexicon):
                self.citations.append(
                    Citation(
                        span=self.logical.span(cited.start, cited.end), title=cited.title, number=cited.number,
                        relation=cited.relation, confidence=0.9, rule="citation.title",
                        measures=(measure_id,) if measure_id else (),
                    )
                )  # fmt: skip
            ahead_periods = recognise_periods(text, units[n + 1].start, units[n + 1].end, year, self.late) if following else []
            self._numbers(unit, body, verdict, hits.get("metrics", []), following, ahead_periods, places, periods, seen, setting, span, draft, measure_id, last)
            seen += periods
            if draft is None and unit.kind == "sentence" and len(body) <= SHORT_THEME and "," not in body and not re.search(r"\d", body):
                theme = Heading(unit.start, unit.end, 9, body)
            if draft is None and unit.kind != "theme" and last is not None and not cues.elided.match(body):
                last = None

    def _verdict(self, block: Block, unit: Unit, titles: list[str], section: int) -> bool | None:
        verdict = block_verdict(block, unit, titles, self.cues)
        if verdict is None and self.dense[section]:
            bodies = [self.text[u.start : u.end] for u in block.units]
            if 2 * sum(rural(x, self.cues) for x in bodies) >= len(bodies):
                return True
        return verdict

    def _units(self, block: Block, titles: list[str], section: int) -> tuple[Unit, ...]:
        """The paragraph's units; an item of several sentences goes by its own opening sentence, as a heading.

        Where neither that nor a heading above decides on the domain (一是全力挖掘内需增长新潜能 in a general report), its
        sentences are judged one by one.
        """
        out: list[Unit] = []
        for unit in block.units:
            pieces = list(sentences(self.text, unit.start, unit.end)) if unit.kind == "item" else []
            if len(pieces) < 2:
                out.append(unit)
                continue
            a, b = pieces[0]
            opening = Heading(a, b, 9, self.text[min(unit.marker_end, b) : b])
            own = heading_verdict([opening.text], self.cues)
            if own is True or (own is None and self._verdict(block, unit, titles, section)):
                out.append(unit)
            else:
                out.append(Unit(a, b, "theme", unit.theme, min(unit.marker_end, b)))
                out += [Unit(x, y, "sentence", opening, x) for x, y in pieces[1:]]
        return tuple(out)

    def _measure(
        self, identifier: str, draft: Draft, places: list, periods: list[PeriodMention], setting: Setting, span: SectionSpan
    ) -> Measure:  # type: ignore[type-arg]
        text = self.text
        body = text[draft.start : draft.end]
        place, all_places = measure_place(body, places, span.place, self.cues, self.lexicon)
        theme = draft.unit.theme
        period = periods[0].period if periods else setting.period
        return Measure(
            id=identifier, span=self.logical.span(draft.start, draft.end), section=f"s{setting.section + 1}", place=place,
            places=all_places, period=period, status="planned" if setting.plan else "done",
            theme=theme.text.strip("。：:") if theme else None,
            theme_span=self.logical.span(theme.start, theme.end) if theme else None,
            instruments=self._labels(draft, draft.instruments, "instrument"), targets=self._labels(draft, draft.targets, "target"),
            agencies=tuple(
                AgencyRole(name=a.name, role=a.role, concept=a.concept, span=self.logical.span(draft.start + a.start, draft.start + a.end))
                for a in recognise_agencies(body, self.lexicon, self.cues)
            ),
            confidence=draft.score, rule=draft.rule,
        )  # fmt: skip

    def _labels(self, draft: Draft, hits: tuple[Hit, ...], kind: str) -> tuple[Label, ...]:
        """One label a code: the evidence is every place where one of its forms stands."""
        base = draft.unit.theme.start if draft.inherited and kind == "instrument" and draft.unit.theme else draft.start
        by_code: dict[str, list[Hit]] = {}
        for hit in hits:
            by_code.setdefault(hit.concept.answer, []).append(hit)
        out = []
        for code, found in by_code.items():
            raw = 0.8 + 0.05 * min(len(found), 3) - (0.3 if draft.inherited and kind == "instrument" else 0)
            evidence = tuple(Evidence(span=self.logical.span(base + h.start, base + h.end), rule=h.concept.iri) for h in found)
            out.append(Label(code=code, concept=found[0].concept.iri, confidence=self.fitted.label(raw), evidence=evidence))
        return tuple(out)

    # ------------------------------------------------------------ numbers

    def _numbers(
        self, unit: Unit, body: str, verdict: bool | None, metric_hits: list[Hit], following: list[Hit], ahead_periods: list[PeriodMention], places: list,
        periods: list[PeriodMention], seen: list[PeriodMention], setting: Setting, span: SectionSpan, draft: Draft | None,
        measure_id: str | None, last: tuple[Draft, str] | None,
    ) -> None:  # type: ignore[type-arg]  # fmt: skip
        text, cues, lexicon = self.text, self.cues, self.lexicon
        quantities = recognise_quantities(text, unit.marker_end if unit.marker_end > unit.start else unit.start, unit.end, lexicon)
        if not quantities:
            return
        base = unit.start
        local = [
            replace(q, start=q.start - base, end=q.end - base, before=q.before - base, after=q.after - base, counted=q.counted - base)
            for q in quantities
        ]
        sentence_starts = [0] + [m.end() for m in re.finditer(r"[。!?]", body)]
        groups: dict[int, list[int]] = {}
        for i, q in enumerate(local):
            groups.setdefault(bisect_right(sentence_starts, q.start) - 1, []).append(i)
        earlier = list(seen)
        for g, members in groups.items():
            a = sentence_starts[g]
            b = sentence_starts[g + 1] if g + 1 < len(sentence_starts) else len(body)
            sentence = body[a:b]
            inner = [
                replace(local[i], start=local[i].start - a, end=local[i].end - a, before=local[i].before - a, after=local[i].after - a, counted=local[i].counted - a)
                for i in members
            ]
            hits = [replace(h, start=h.start - a, end=h.end - a, parts=tuple((x - a, y - a) for x, y in h.parts)) for h in metric_hits if a <= h.start and h.end <= b]
            said = [replace(p, start=p.start - base - a, end=p.end - base - a) for p in periods if a <= p.start - base < b]
            before_it = earlier + [p for p in periods if p.start - base < a]
            here = [replace(p, start=p.start - a, end=p.end - a) for p in places if a <= p.start < b]
            guesses = recognise_metrics(sentence, inner, hits, lexicon, following if b - a < 24 else [], here, span.place)
            previous_end = 0
            told = ("level", 1)
            flow = False
            for q, guess in zip(inner, guesses, strict=True):
                if not clause_in(sentence, q.start, q.end, verdict, cues):
                    previous_end = q.end
                    continue
                clause = clause_of(sentence, q, previous_end)
                ahead = not setting.plan and self._ahead(sentence, q, said)
                statistic, sign = statistic_of(sentence, q, clause, setting.plan and unit.kind != "theme", ahead, cues)
                if previous_end and _LIST_MARK.fullmatch(sentence[previous_end : q.before]):
                    statistic, sign = told  # 分别增加11.08万人、1.26万人
                told = statistic, sign
                guess = settle(guess, statistic, lexicon)
                usual = self.grammar.usual[guess.concept.iri] if guess.concept is not None else "other"
                unit_code = per_head_unit(q, clause, guess, usual, cues)
                metric, concept = guess.code, guess.concept
                if guess.rule not in ("metric.inherited", "metric.share-of") or previous_end == 0:
                    flow = bool(cues.flow.search(clause.before)) and not cues.stock.search(clause.before)
                since_break = max(sentence.rfind(c, 0, q.start) for c in ";。") + 1
                heard = [p for p in said if not p.future or p.start >= since_break]
                if not heard and b - a < 24:
                    heard = [replace(p, start=p.start + b, end=p.end + b) for p in ahead_periods]
                period, period_rule = period_of(sentence, q, clause, heard, before_it, setting.period, statistic, flow)
                place = place_of(q, sentence, here, span.place, lexicon)
                linked, link_score = linked_measure(body, a, draft, measure_id, last, cues)
                raw = self._score(guess.score, statistic, q.rule)
                start, end = base + a + q.start, base + a + q.end
                rules = [Evidence(span=self.logical.span(start, end), rule=q.rule)]
                if guess.span is not None and concept is not None:
                    x, y = guess.span
                    where = (base + a + x, base + a + y) if guess.rule != "metric.following" else (start, end)
                    rules.append(Evidence(span=self.logical.span(*where), rule=concept.iri))
                self.observations.append(
                    Observation(
                        id=f"o{len(self.observations) + 1}", span=self.logical.span(start, end), section=f"s{setting.section + 1}",
                        value=q.value * sign, unit=unit_code, statistic=statistic, qualifier=q.qualifier, metric=metric,
                        metric_concept=concept.iri if concept is not None else None, place=place, period=period, measure=linked,
                        confidence=self.fitted.observation(raw), link_confidence=self.fitted.link(link_score) if linked else None,
                        evidence=tuple(rules), rule=guess.rule, understood=concept is not None,
                    )
                )  # fmt: skip
                previous_end = q.end

    def _ahead(self, sentence: str, q: object, said: list[PeriodMention]) -> bool:
        """Whether a number of a reporting paragraph stands behind words of a plan (力争, 预计到) in its own clauses."""
        from loaders.recognise.quantity import Quantity

        assert isinstance(q, Quantity)
        start = max(sentence.rfind(c, 0, q.start) for c in ";。") + 1
        return bool(self.cues.ahead.search(sentence, start, q.start)) or any(
            (p.future or (self.year and int(p.period[:4]) > self.year)) and start <= p.start and p.end <= q.start for p in said
        )

    @staticmethod
    def _score(metric_score: float, statistic: str, rule: str) -> float:
        score = 0.9 if metric_score >= 9 else 0.85 if metric_score >= 6 else 0.75 if metric_score >= 3 else 0.6
        if rule in ("quantity.counted-noun", "quantity.list", "quantity.range"):
            score -= 0.1
        return score

    # ------------------------------------------------------------ programs

    def _programs(self) -> list[Program]:
        """One program a name: all its mentions, and the measures that name it."""
        by_name: dict[str, list[tuple[ProgramMention, str | None]]] = {}
        for mention, measure in self.names:
            by_name.setdefault(self.text[mention.start : mention.end], []).append((mention, measure))
        out = []
        for name, found in by_name.items():
            best = max((m for m, _ in found), key=lambda m: m.confidence)
            first = found[0][0]
            measures = tuple(dict.fromkeys(m for _, m in found if m))
            out.append(
                Program(
                    span=self.logical.span(first.start, first.end), name=name, kind=best.kind, confidence=best.confidence,
                    rule=best.rule, measures=measures, mentions=tuple(self.logical.span(m.start, m.end) for m, _ in found),
                )
            )
        return out
