"""The numbers of a unit → observations: value, unit, statistic, metric, place, period, and their measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from loaders.assemble.domain import clause_in, own_clause_rural
from loaders.assemble.link import linked_measure
from loaders.assemble.measure import Draft
from loaders.assemble.observation import clause_of, per_head_unit, period_of, place_of, statistic_of
from loaders.assemble.scope import Scope
from loaders.assemble.section import SectionSpan
from loaders.assemble.setting import Setting
from loaders.lexicon import Hit
from loaders.recognise.metric import MetricGuess, metric_grammar_of, recognise_metrics, settle
from loaders.recognise.period import PeriodMention
from loaders.recognise.place import PlaceMention
from loaders.recognise.quantity import Quantity
from loaders.records import Evidence, Observation, Span
from loaders.segment import Unit

_LIST_MARK = re.compile(r"[、和及与]|[-—~至到]")
_SENTENCE_END = re.compile(r"[。!?]")
_ALONE = 24  # a sentence so short may be nothing but its number
_AGAIN = ("metric.inherited", "metric.share-of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A unit with what was found in it; places and metrics are offsets into it, periods into the logical text."""

    unit: Unit
    verdict: bool | None
    setting: Setting
    section: SectionSpan
    metrics: tuple[Hit, ...]
    places: tuple[PlaceMention, ...]
    periods: tuple[PeriodMention, ...]
    earlier: tuple[PeriodMention, ...]  # before it in its paragraph
    draft: Draft | None
    measure: str | None  # the id of the measure that it is
    last: tuple[Draft, str] | None  # the measure just before
    next_metrics: tuple[Hit, ...]  # of the unit behind, where this one may be nothing but its number
    next_periods: tuple[PeriodMention, ...]


def number_observations(scope: Scope, piece: Piece, quantities: Sequence[Quantity]) -> list[Observation]:
    """Observations of a unit's quantities (offsets into the logical text), left to right.

    Their ids are set by the caller, their confidence is still raw.
    """
    unit = piece.unit
    body = scope.text[unit.start : unit.end]
    starts = [0, *(m.end() for m in _SENTENCE_END.finditer(body)), len(body)]
    out: list[Observation] = []
    for a, b in pairwise(starts):
        inner = [_moved(q, unit.start + a) for q in quantities if a <= q.start - unit.start < b]
        if inner:
            out += _sentence(scope, piece, body[a:b], a, inner)
    return out


def _moved(q: Quantity, by: int) -> Quantity:
    """The quantity with offsets from `by` on; built whole, for `replace` takes three times as long."""
    return Quantity(
        q.start - by, q.end - by, q.value, q.unit, q.qualifier, q.before - by, q.after - by, q.counted - by, q.rule
    )


def _hit_moved(h: Hit, by: int) -> Hit:
    return Hit(h.start - by, h.end - by, h.concept, tuple((x - by, y - by) for x, y in h.parts)) if by else h


def _sentence(scope: Scope, piece: Piece, sentence: str, a: int, quantities: list[Quantity]) -> Iterator[Observation]:
    """Observations of one sentence of a unit; `a` is where it begins in the unit."""
    base, b = piece.unit.start + a, a + len(sentence)
    cues, lexicon, setting = scope.cues, scope.lexicon, piece.setting
    hits = [_hit_moved(h, a) for h in piece.metrics if a <= h.start and h.end <= b]
    said = [p.moved(-base) for p in piece.periods if base <= p.start < base + len(sentence)]
    before = [*piece.earlier, *(p for p in piece.periods if p.start < base)]
    here = [p.moved(-a) if a else p for p in piece.places if a <= p.start < b]
    alone = len(sentence) < _ALONE
    guesses = recognise_metrics(
        sentence, quantities, hits, lexicon, piece.next_metrics if alone else (), here, piece.section.place
    )
    grammar = metric_grammar_of(lexicon)
    previous_end = 0
    told = ("level", 1)
    flow = False
    for q, first_guess in zip(quantities, guesses, strict=True):
        clause = clause_of(sentence, q, previous_end)
        ahead = not setting.plan and _ahead(sentence, q, said, scope)
        statistic, sign = statistic_of(sentence, q, clause, setting.plan and piece.unit.kind != "theme", ahead, cues)
        if previous_end and _LIST_MARK.fullmatch(sentence[previous_end : q.before]):
            statistic, sign = told  # 分别增加11.08万人、1.26万人
        told = statistic, sign
        previous_end, after_number = q.end, previous_end > 0
        if cues.geography.search(clause.before) or not clause_in(sentence, q.start, q.end, piece.verdict, cues):
            continue
        guess = settle(first_guess, statistic, lexicon)
        concept = guess.concept
        usual = grammar.usual[concept.iri] if concept is not None else "other"
        if guess.rule not in _AGAIN or not after_number:
            # 截至6月底,累计引进企业94家,…;援建车间82个: what is added up so is added up to the end of the sentence
            summed = any(p.as_of and cues.tally.search(sentence, p.end, q.start) for p in said)
            flow = (summed or bool(cues.flow.search(clause.before))) and not cues.stock.search(clause.before)
        since_break = max(sentence.rfind(c, 0, q.start) for c in ";。") + 1
        heard = [p for p in said if not p.future or p.start >= since_break]
        if not heard and alone:
            heard = [p.moved(len(sentence)) for p in piece.next_periods]
        period = period_of(sentence, q, clause, heard, before, setting.period, flow)
        linked, link_score = linked_measure(sentence, piece.draft, piece.measure, piece.last, cues)
        span = scope.logical.span(base + q.start, base + q.end)
        yield Observation(
            id="", span=span, section=f"s{setting.section + 1}", value=q.value * sign,
            unit=per_head_unit(q, clause, guess, usual, statistic, sentence, cues), statistic=statistic,
            qualifier=q.qualifier,
            metric=guess.code, metric_concept=concept.iri if concept is not None else None,
            place=place_of(q, sentence, here, piece.section.place, lexicon, cues), period=period, measure=linked,
            confidence=_score(piece, q, guess, sentence, scope), link_confidence=link_score if linked else None,
            evidence=_evidence(scope, base, span, q, guess), rule=guess.rule, understood=concept is not None,
        )  # fmt: skip


def _evidence(scope: Scope, base: int, number: Span, q: Quantity, guess: MetricGuess) -> tuple[Evidence, ...]:
    out = [Evidence(span=number, rule=q.rule)]
    if guess.concept is not None and guess.span is not None:
        x, y = guess.span
        words = number if guess.rule == "metric.following" else scope.logical.span(base + x, base + y)
        out.append(Evidence(span=words, rule=guess.concept.iri))
    return tuple(out)


def _ahead(sentence: str, q: Quantity, said: Sequence[PeriodMention], scope: Scope) -> bool:
    """Whether a number of a reporting paragraph stands behind words of a plan (力争) or a year to come."""
    start = max(sentence.rfind(c, 0, q.start) for c in ";。") + 1
    for expected in scope.cues.ahead.finditer(sentence, start, q.start):
        if not scope.cues.by_now.search(sentence, expected.end(), q.start):  # 预计面积稳中有增,目前收获过六成
            return True
    year = int(scope.facts.date[:4]) if scope.facts.date else None
    return any(start <= p.start and p.end <= q.start and _to_come(p, year) for p in said)


def _to_come(mention: PeriodMention, year: int | None) -> bool:
    """Whether a period is still ahead of a document of `year`: 到2027年 and 明年 are, 到去年底 is not."""
    if year is None:
        return mention.future
    first, last = int(mention.period[:4]), int(mention.period.split("/")[-1][:4])
    return first > year or (mention.future and last >= year)


def _score(piece: Piece, q: Quantity, guess: MetricGuess, sentence: str, scope: Scope) -> float:
    """The raw score: how the domain was decided, how the number was read, how the metric was found."""
    if piece.verdict:
        domain = 0.97 if own_clause_rural(sentence, q.start, scope.cues) else 0.93
    else:
        domain = 0.88 if own_clause_rural(sentence, q.start, scope.cues) else 0.7
    number = 0.9 if q.rule in ("quantity.counted-noun", "quantity.list", "quantity.range") else 1.0
    if guess.concept is None:
        metric = 0.6
    elif guess.code == "other":
        metric = 0.75
    else:
        metric = min(0.98, 0.8 + 0.012 * max(0.0, guess.score))
    return round(domain * number * metric, 4)
