"""Extractions built by hand: a text, and what is said of stretches of it, found by their words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from documents import document

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


def at(text: str, words: str) -> Span:
    """Where some words stand, once."""
    assert text.count(words) == 1, words
    start = text.index(words)
    return Span(start, start + len(words))


def label(scheme: str, code: str, span: Span, confidence: float = 0.9, concept: str | None = None) -> Label:
    return Label(
        code=code,
        concept=iris.concept(scheme, concept or code),
        confidence=confidence,
        evidence=(Evidence(span=span, rule=iris.concept(scheme, concept or code)),),
    )


def measure(text: str, name: str, words: str, **said: Any) -> Measure:
    span = at(text, words)
    places = said.pop("places", ("610000",))
    instruments = tuple(label("instrument", code, span) for code in said.pop("instruments", ()))
    targets = tuple(label("target", code, span) for code in said.pop("targets", ()))
    known: dict[str, Any] = {
        "section": "s1",
        "place": places[0] if places else None,
        "period": "2024",
        "status": "done",
        "theme": None,
        "theme_span": None,
        "agencies": (),
        "confidence": 0.9,
        "rule": "measure.sentence",
    }
    return Measure(id=name, span=span, places=places, instruments=instruments, targets=targets, **{**known, **said})


def observation(text: str, name: str, words: str, value: str, **said: Any) -> Observation:
    span = at(text, words)
    known: dict[str, Any] = {
        "section": "s1",
        "unit": "person",
        "statistic": "level",
        "qualifier": "eq",
        "metric": "training-participants",
        "place": "610000",
        "period": "2024",
        "measure": None,
        "confidence": 0.9,
        "rule": "quantity.number",
        "evidence": (Evidence(span=span, rule="metric.after"),),
    }
    known.update(said)
    known.setdefault("metric_concept", iris.concept("metric", known["metric"]))
    known.setdefault("link_confidence", 0.8 if known["measure"] else None)
    return Observation(id=name, span=span, value=Decimal(value), **known)


def extraction(source: Document, **said: Any) -> Extraction:
    text = source.text
    known: dict[str, Any] = {
        "facts": DocumentFacts(title=text[:8]),
        "sections": (Section(id="s1", span=Span(0, len(text)), place="610000", title=None),),
        "measures": (),
        "observations": (),
        "programs": (),
        "citations": (),
        "characters": len("".join(text.split())),
        "characters_in_domain": len("".join(text.split())),
    }
    return Extraction(document=source, **{**known, **said})


TEXT = (
    "陕西样例公报\n"
    "实施“秦岭技能行动”，由省农业厅牵头，面向脱贫人口开展职业技能培训1200人次，支出资金300万元。"
    "按每人800元的标准发放补贴。榆林市计划培训2000人。其余人员约50人。根据《样例意见》（陕样〔2024〕1号）执行。"
)


def sample() -> Extraction:
    """A bulletin with everything that the model has: a plan, a standard, a number not understood."""
    first = "实施“秦岭技能行动”，由省农业厅牵头，面向脱贫人口开展职业技能培训1200人次，支出资金300万元。"
    done = measure(
        TEXT, "m1", first, instruments=("vocational-training", "fund-allocation"), targets=("poverty-alleviated",),
        agencies=(AgencyRole(name="省农业厅", role="lead", span=at(TEXT, "省农业厅")),),
    )  # fmt: skip
    standard = measure(TEXT, "m2", "按每人800元的标准发放补贴。", instruments=("worker-subsidy",))
    plan = measure(
        TEXT, "m3", "榆林市计划培训2000人。", places=("610800",), period="2025", status="planned",
        instruments=("vocational-training",),
    )  # fmt: skip
    return extraction(
        document(TEXT, "sample.txt", date="2024-12-31"),
        facts=DocumentFacts(
            title="陕西样例公报", number="陕样〔2024〕9号", issuers=("陕西省样例厅",), issuer_concepts=(None,),
            level="province", kind="公报", date="2024-12-31", place="610000", subject_period="2024",
        ),
        measures=(done, standard, plan),
        observations=(
            observation(TEXT, "o1", "1200人次", "1200", unit="person-time", measure="m1"),
            observation(TEXT, "o2", "300万元", "3000000", unit="CNY", metric="funds-allocated", measure="m1"),
            observation(
                TEXT, "o3", "800元", "800", unit="CNY/person", metric="subsidy-standard", statistic="standard",
                measure="m2",
            ),
            observation(TEXT, "o4", "2000人", "2000", statistic="target", measure="m3", place="610800", period="2025"),
            observation(
                TEXT, "o5", "50人", "50", qualifier="approx", metric="other", metric_concept=None, understood=False,
                period=None,
            ),
        ),
        programs=(
            Program(
                span=at(TEXT, "秦岭技能行动"), name="秦岭技能行动", kind="campaign", confidence=0.7,
                rule="program.quoted", measures=("m1",), mentions=(at(TEXT, "秦岭技能行动"),),
            ),
        ),
        citations=(
            Citation(
                span=at(TEXT, "《样例意见》"), title="样例意见", number="陕样〔2024〕1号", relation="based-on",
                confidence=0.8, rule="citation.title",
            ),
        ),
    )  # fmt: skip
