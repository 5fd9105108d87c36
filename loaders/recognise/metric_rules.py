"""Numbers whose metric another number or a place gives: parts, shares, sums behind people, work away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.lexicon import Hit, clause_bounds
from loaders.recognise.metric_grammar import (
    AFTER,
    BEFORE,
    PEOPLE,
    RELATIVE,
    STRONG,
    Candidate,
    MetricGrammar,
    MetricGuess,
    again,
    alike,
    guess_of,
)
from loaders.recognise.place import PlaceMention
from loaders.recognise.quantity import Quantity

_WORK = frozenset({"transferred-labour", "people-placed", "employed-population", "people-covered", "other"})
_IN_WORK = frozenset({"transferred-labour", "people-placed", "employed-population"})


def outermost(text: str, candidates: list[Candidate], grammar: MetricGrammar) -> list[Candidate]:
    """Without labels that stand inside a longer stretch of another: 吸纳…就业 governs 农村劳动力…就业."""
    return [
        c
        for c in candidates
        if not any(
            d.hit.start <= c.hit.start
            and c.hit.end <= d.hit.end
            and d.hit.end - d.hit.start > c.hit.end - c.hit.start
            and d.score >= STRONG
            and grammar.takes_on.match(text, d.hit.start)
            for d in candidates
        )
    ]


def money_of(
    text: str, i: int, quantities: Sequence[Quantity], before: list[MetricGuess], grammar: MetricGrammar
) -> MetricGuess | None:
    """救助300人次90万元: a sum right behind the people or things that it was paid for."""
    if (
        not i
        or quantities[i].unit != "CNY"
        or text[quantities[i - 1].end : quantities[i].start] not in ("", "、", "共")
    ):
        return None
    concept = before[i - 1].concept
    paid = grammar.money_of.get(grammar.root(concept)) if concept is not None else None
    return None if paid is None else MetricGuess(paid, paid.answer, "metric.money-of", BEFORE, before[i - 1].span)


def part_of_list(
    text: str,
    i: int,
    quantities: Sequence[Quantity],
    before: list[MetricGuess],
    a: int,
    candidates: list[Candidate],
    grammar: MetricGrammar,
) -> MetricGuess | None:
    """其中脱贫劳动力4万名, 其中用于产业的占60%: a part keeps the metric of its whole.

    Not where its clause has a verb of its own. A share of villages (空壳村占比9%) is of the noun before 占.
    """
    q = quantities[i]
    head = text[a : q.start]
    at = head.rfind("其中")
    rate = any(c.hit.concept.answer == "coverage-rate" for c in candidates)
    if q.unit in RELATIVE and at < 0 and not rate and (part := grammar.part_at_end.search(head)):
        whole = head[: part.start()].rstrip('”"共')
        concept = grammar.heads.get(whole[-1:])
        told = any(c.hit.end == a + len(whole) for c in candidates)  # a longer label says it better
        if concept is not None and grammar.usual[concept.iri] == "count" and not told:  # 空壳村占比9%
            return MetricGuess(
                concept, concept.answer, "metric.head-noun", BEFORE, (a + len(whole) - 1, a + len(whole))
            )
    if not i or before[i - 1].concept is None or (before[i - 1].code == "other" and q.unit not in RELATIVE):
        return None
    if q.unit in RELATIVE:
        if grammar.stock_rate.search(head) and (
            quantities[i - 1].unit not in RELATIVE or before[i - 1].rule == "metric.share-of"
        ):
            return again(before[i - 1], "metric.share-of")
        shared = at >= 0 or grammar.part_at_end.search(head)
        own = any(grammar.usual[c.hit.concept.iri] == "%" for c in candidates)
        return again(before[i - 1], "metric.share-of") if shared and not own else None
    listed = text[quantities[i - 1].end : q.start][:1] in ("、", "和", "及")
    if (at < 0 and not listed) or q.unit not in PEOPLE or not alike(quantities[i - 1].unit, q.unit):
        return None
    last = max(a + at + 2 if at >= 0 else a, quantities[i - 1].end)
    named = grammar.lead.sub("", text[last : q.start])
    named_own = [c for c in candidates if c.score >= STRONG and (at >= 0 or c.hit.start >= last)]
    nouns = all(
        c.hit.start >= last
        and (grammar.group.search(text[c.hit.start : c.hit.end]) or not grammar.concept_of_doing(c.hit.concept))
        for c in named_own
    )
    named_group = grammar.group.search(named) or (named_own and named_own[0].hit.end >= q.start - 2)
    return again(before[i - 1], "metric.list-of-parts") if nouns and named_group else None


def inherited(
    i: int, quantities: Sequence[Quantity], before: list[MetricGuess], q: Quantity, head: str, grammar: MetricGrammar
) -> MetricGuess | None:
    """The metric of a number before, where this one only compares with it (达1958家，较上年增加97家)."""
    for k in range(i - 1, -1, -1):
        unit = quantities[k].unit
        if q.unit in RELATIVE:
            return again(before[k], "metric.inherited") if before[k].concept is not None else None
        if alike(unit, q.unit) and grammar.bare(head) <= 1:
            return again(before[k], "metric.inherited") if before[k].concept is not None else None
    return None


def without(text: str, start: int, end: int, places: Sequence[PlaceMention]) -> str:
    """``text[start:end]`` without the places named in it: 甲市9亿元、乙州7亿元 names no metric of its own."""
    out, at = [], start
    for p in places:
        if at <= p.start and p.end <= end:
            out.append(text[at : p.start])
            at = p.end
    return "".join([*out, text[at:end]])


def distributed(
    text: str,
    i: int,
    quantities: Sequence[Quantity],
    hits: list[Hit],
    before: list[MetricGuess],
    grammar: MetricGrammar,
) -> MetricGuess | None:
    """甲、乙分别达99.9%、94.5%: the k-th number is the k-th noun's; 分别 alone goes back to the numbers before it."""
    q = quantities[i]
    a, b = clause_bounds(text, q.start, q.end)
    at = text.rfind("分别", a, q.start)
    if at < 0:
        return None
    behind = [k for k, other in enumerate(quantities) if at < other.start < b]
    k, n = behind.index(i), len(behind)
    if n < 2:
        return None
    head = text[a:at]
    parts: list[tuple[int, int]] = []
    start = a
    for m in re.finditer(r"以及|[、和及与]", head):
        parts.append((start, a + m.start()))
        start = a + m.end()
    parts.append((start, at))
    if len(parts) >= n and not any(a <= other.start < at for other in quantities):
        x, y = parts[-n:][k]
        inside = [h for h in hits if x <= h.start and h.end <= y]
        if inside:
            best = max(inside, key=lambda h: (h.length + grammar.bonus(h.concept, q.unit), h.end, h.concept.code))
            return guess_of(best, "metric.respectively", AFTER)
    earlier = [j for j, other in enumerate(quantities) if other.start < at]
    if len(earlier) >= n and len(head) < 8:
        guess = before[earlier[-n:][k]]
        return MetricGuess(guess.concept, guess.code, "metric.respectively", AFTER, guess.span)
    return None


def partner(
    text: str,
    i: int,
    quantities: Sequence[Quantity],
    guess: MetricGuess,
    before: list[MetricGuess],
    grammar: MetricGrammar,
    places: Sequence[PlaceMention],
    home: str | None,
) -> MetricGuess:
    """Work in another province: 到广东就业, 在浙江务工, 面向福建开展劳务协作，输出…; the place tells it, no label can.

    Only people in work are meant, and only where the section lies in one province of its own.
    """
    q = quantities[i]
    if grammar.partner is None or q.unit not in PEOPLE or guess.code not in _WORK:
        return guess
    a, b = clause_bounds(text, q.start, q.end)
    behind = quantities[i + 1].start if i + 1 < len(quantities) else b
    start = quantities[i - 1].end if i else max(text.rfind(c, 0, q.start) for c in "。;") + 1
    start = min(start, a) if not any(a <= o.start < q.start for o in quantities) else max(start, a)
    b = min(b, behind)
    if not grammar.work.search(text, start, b):
        return guess
    if guess.code in _IN_WORK and grammar.cooperation.search(text, start, b):
        return MetricGuess(grammar.partner, grammar.partner.answer, "metric.partner-province", BEFORE, guess.span)
    province = grammar.gazetteer.province_of(home) if home is not None else None
    if province is None:
        return guess
    for m in grammar.abbreviated.finditer(text, start, b):
        if grammar.letters[m["name"]] != province:
            return MetricGuess(grammar.partner, grammar.partner.answer, "metric.partner-province", BEFORE, m.span())
    sent = grammar.send.search(text, max(a, q.start - 12), q.start) is not None
    if sent:
        start = max(text.rfind(c, 0, q.start) for c in "。;") + 1
    chain = -1
    for p in places:
        if p.deictic or not start <= p.start < b:
            continue
        led = (
            sent
            or grammar.move.search(text, start, p.start) is not None
            or (chain >= 0 and text[chain : p.start] in ("、", "和", "及", "等", ""))
        )
        if not led:
            continue
        chain = p.end
        if p.code != "100000" and grammar.gazetteer.province_of(p.code) not in (province, None):
            return MetricGuess(
                grammar.partner, grammar.partner.answer, "metric.partner-province", BEFORE, (p.start, p.end)
            )
    return guess
