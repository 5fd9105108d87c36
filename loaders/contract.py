"""Extraction → the published JSON object of a bulletin, and back from it.

The object has the keys that `kg extract --format jsonl` prints. Way back (`from_contract`) serves tests and
comparisons: what the object does not hold (rules, narrower concepts) is filled with neutral values.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from loaders import iris
from loaders.records import (
    AgencyRole,
    Citation,
    Document,
    DocumentFacts,
    Evidence,
    Extraction,
    Label,
    Measure,
    Observation,
    Program,
    Section,
    Span,
)

_MOMENT = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?")


def period_months(period: str) -> tuple[int, int] | None:
    """First and last month of a period as numbers YYYYMM; None where it is no period.

    ``2024`` → (202401, 202412), ``2024-Q3`` → (202407, 202409), ``2022-05/2023`` → (202205, 202312).
    A day stands for its month.
    """
    start, slash, end = period.partition("/")
    first = _months(start)
    last = _months(end) if slash else first
    if first is None or last is None or first[0] > last[1]:
        return None
    return first[0], last[1]


def _months(moment: str) -> tuple[int, int] | None:
    match = _MOMENT.fullmatch(moment)
    if not match:
        return None
    year = int(match[1]) * 100
    if match[2]:
        last = int(match[2]) * 3
        return year + last - 2, year + last
    if not match[3]:
        return year + 1, year + 12
    month = int(match[3])
    if not 1 <= month <= 12:
        return None
    if match[4] and not 1 <= int(match[4]) <= calendar.monthrange(int(match[1]) or 4, month)[1]:
        return None
    return year + month, year + month


def json_number(value: Decimal) -> int | float:
    """A decimal as the JSON number that equals it: an int where it is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def to_contract(extraction: Extraction) -> dict[str, Any]:
    """The published object of one bulletin, ready for `json.dumps`; keys in the published order."""
    document, facts = extraction.document, extraction.facts
    return {
        "source": document.source,
        "title": facts.title,
        "publisher": facts.publisher,
        "document": {
            "number": facts.number,
            "issuers": list(facts.issuers),
            "level": facts.level,
            "kind": facts.kind,
            "date": facts.date,
            "text_sha256": document.text_sha256,
        },
        "sections": [
            {"start": s.span.start, "end": s.span.end, "place": s.place, "title": s.title} for s in extraction.sections
        ],
        "measures": [_measure(measure) for measure in extraction.measures],
        "observations": [_observation(observation) for observation in extraction.observations],
        "programs": [
            {"start": p.span.start, "end": p.span.end, "name": p.name, "kind": p.kind} for p in extraction.programs
        ],
        "citations": [
            {"start": c.span.start, "end": c.span.end, "title": c.title, "number": c.number, "relation": c.relation}
            for c in extraction.citations
        ],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    labels = (*measure.instruments, *measure.targets)
    return {
        "id": measure.id,
        "start": measure.span.start,
        "end": measure.span.end,
        "place": measure.place,
        "places": list(measure.places),
        "period": measure.period,
        "status": measure.status,
        "theme": measure.theme,
        "instruments": [label.code for label in measure.instruments],
        "targets": [label.code for label in measure.targets],
        "label_confidence": {label.code: label.confidence for label in labels},
        "agencies": [{"name": agency.name, "role": agency.role} for agency in measure.agencies],
    }


def _observation(observation: Observation) -> dict[str, Any]:
    return {
        "id": observation.id,
        "start": observation.span.start,
        "end": observation.span.end,
        "value": json_number(observation.value),
        "unit": observation.unit,
        "statistic": observation.statistic,
        "qualifier": observation.qualifier,
        "metric": observation.metric,
        "place": observation.place,
        "period": observation.period,
        "measure": observation.measure,
        "confidence": observation.confidence,
        "link_confidence": observation.link_confidence,
    }


def from_contract(published: Mapping[str, Any], document: Document) -> Extraction:
    """The records of a published object whose offsets point into `document.text`."""
    sections = tuple(
        Section(id=f"s{n}", span=Span(s["start"], s["end"]), place=s["place"], title=s["title"])
        for n, s in enumerate(published["sections"], 1)
    ) or (Section(id="s1", span=Span(0, len(document.text)), place=None, title=None),)

    def section_of(start: int) -> str:
        holding = [section.id for section in sections if section.span.start <= start < section.span.end]
        return holding[-1] if holding else sections[0].id

    def labels(codes: list[str], scheme: str, confidence: Mapping[str, float], span: Span) -> tuple[Label, ...]:
        return tuple(
            Label(
                code=code,
                concept=iris.concept(scheme, code),
                confidence=confidence.get(code, 1.0),
                evidence=(Evidence(span=span, rule="contract"),),
            )
            for code in codes
        )

    measures = []
    for m in published["measures"]:
        span, confidence = Span(m["start"], m["end"]), m.get("label_confidence", {})
        measures.append(
            Measure(
                id=m["id"],
                span=span,
                section=section_of(span.start),
                place=m["place"],
                places=tuple(m.get("places") or ([m["place"]] if m["place"] else [])),
                period=m.get("period"),
                status=m.get("status"),
                theme=m.get("theme"),
                theme_span=None,
                instruments=labels(m["instruments"], "instrument", confidence, span),
                targets=labels(m["targets"], "target", confidence, span),
                agencies=tuple(AgencyRole(name=a["name"], role=a["role"]) for a in m.get("agencies", ())),
                confidence=m.get("confidence", 1.0),
                rule="contract",
            )
        )
    observations = []
    for n, o in enumerate(published["observations"], 1):
        span = Span(o["start"], o["end"])
        linked = o.get("measure") is not None
        observations.append(
            Observation(
                id=o.get("id") or f"o{n}",
                span=span,
                section=section_of(span.start),
                value=Decimal(str(o["value"])),
                unit=o["unit"],
                statistic=o["statistic"],
                qualifier=o["qualifier"],
                metric=o["metric"],
                metric_concept=iris.concept("metric", o["metric"]) if o["metric"] != "other" else None,
                place=o["place"],
                period=o["period"],
                measure=o.get("measure"),
                confidence=o.get("confidence", 1.0),
                link_confidence=(o.get("link_confidence") or 1.0) if linked else None,
                evidence=(Evidence(span=span, rule="contract"),),
                rule="contract",
                understood=o["metric"] != "other",
            )
        )
    facts = published.get("document") or {}
    return Extraction(
        document=document,
        facts=DocumentFacts(
            title=published.get("title"),
            publisher=published.get("publisher"),
            number=facts.get("number"),
            issuers=tuple(facts.get("issuers") or ()),
            issuer_concepts=tuple(None for _ in facts.get("issuers") or ()),
            level=facts.get("level"),
            kind=facts.get("kind"),
            date=facts.get("date"),
        ),
        sections=sections,
        measures=tuple(measures),
        observations=tuple(observations),
        programs=tuple(
            Program(
                span=Span(p["start"], p["end"]),
                name=p["name"],
                kind=p["kind"],
                confidence=1.0,
                rule="contract",
                measures=tuple(m.id for m in measures if m.span.start <= p["start"] and p["end"] <= m.span.end),
                mentions=(Span(p["start"], p["end"]),),
            )
            for p in published.get("programs", ())
        ),
        citations=tuple(
            Citation(
                span=Span(c["start"], c["end"]),
                title=c["title"],
                number=c.get("number"),
                relation=c["relation"],
                confidence=1.0,
                rule="contract",
            )
            for c in published.get("citations", ())
        ),
        characters=len("".join(document.text.split())),
        characters_in_domain=0,
    )
