"""What a number counts: the metric that the words beside it name.

Three places are looked at, as Chinese prose orders them: the counted noun after the classifier (建成300个和美乡村),
the head words before the number in its clause (粮食总产量突破1300万吨), a subject further back in the sentence. Only
a metric whose unit fits can win. A share or a growth that names nothing of its own keeps the metric of the number
before it (补贴3.6亿元，较上年增长9%). Labels: `ontology/metrics.ttl`.
"""

from __future__ import annotations

from collections.abc import Sequence

from loaders.lexicon import Hit, Lexicon, clause_bounds
from loaders.recognise.metric_grammar import (
    AFTER,
    BEFORE,
    BREAKS,
    CLAUSE_BACK,
    COVER,
    DISTANCE,
    LENGTH,
    NUMBER_BETWEEN,
    PEOPLE,
    RELATIVE,
    STRONG,
    WORDS_BETWEEN,
    Candidate,
    MetricGrammar,
    MetricGuess,
    again,
    guess_of,
    metric_grammar_of,
    unit_word,
)
from loaders.recognise.metric_noun import CountedNoun, bounds_a_noun
from loaders.recognise.metric_rules import distributed, inherited, money_of, outermost, part_of_list, partner, without
from loaders.recognise.place import PlaceMention
from loaders.recognise.quantity import Quantity

# Characters before and after a number beyond which no label can win: each costs 0.15 at least, the best begins with 20.
# They bound the work a number, so that a sentence of a thousand numbers takes a hundred times that of ten.
REACH, REACH_AFTER = 160, 60

__all__ = ["RELATIVE", "MetricGrammar", "MetricGuess", "metric_grammar_of", "recognise_metrics", "settle"]


def recognise_metrics(
    text: str,
    quantities: Sequence[Quantity],
    hits: Sequence[Hit],
    lexicon: Lexicon,
    following: Sequence[Hit] = (),
    places: Sequence[PlaceMention] = (),
    home: str | None = None,
) -> list[MetricGuess]:
    """The metric of each quantity of one sentence, in order.

    `text` is the sentence (the quantities' offsets are into it), `hits` the labels of metrics in it as `Lexicon.scan`
    gives them, `following` those of the next sentence, for a number that stands first and alone (3268.7万人！这是…).
    `places` are the sentence's places and `home` the section's: they tell work in a partner province from work at home.
    """
    grammar = metric_grammar_of(lexicon)
    guesses: list[MetricGuess] = []
    everywhere = [(q.start, q.end) for q in quantities]
    for i, quantity in enumerate(quantities):
        first, last = quantity.start - REACH, quantity.end + REACH_AFTER
        near, numbers = hits, everywhere
        if first > 0 or last < len(text):
            near = [h for h in hits if first <= h.start and h.end <= last]
            numbers = [(a, b) for a, b in everywhere if first <= a and b <= last]
        largest = float(quantity.value) if quantity.unit not in RELATIVE else 0
        usable = [h for h in _usable(near, quantity.unit, grammar) if largest <= grammar.largest[h.concept.iri]]
        guess = distributed(text, i, quantities, usable, guesses, grammar)
        guess = guess or _guess(text, i, quantities, numbers, usable, guesses, grammar, following, places, near)
        guesses.append(partner(text, i, quantities, guess, guesses, grammar, places, home))
    return guesses


def _usable(hits: Sequence[Hit], unit: str, grammar: MetricGrammar) -> list[Hit]:
    """Labels of metrics that allow the unit; of plain labels, not those inside a longer one."""
    fitting = [h for h in hits if grammar.allows(h.concept, unit)]
    kept: list[Hit] = []
    plain = [h for h in fitting if not h.parts]
    for h in plain:
        start, end = h.start, h.end
        for o in plain:
            if o.start <= start and end <= o.end and o.end - o.start > end - start:
                break
        else:
            kept.append(h)
    return kept + [h for h in fitting if h.parts]


def _guess(
    text: str,
    i: int,
    quantities: Sequence[Quantity],
    numbers: list[tuple[int, int]],
    hits: list[Hit],
    before: list[MetricGuess],
    grammar: MetricGrammar,
    following: Sequence[Hit],
    places: Sequence[PlaceMention],
    raw: Sequence[Hit],
) -> MetricGuess:
    q = quantities[i]
    a, b = clause_bounds(text, q.start, q.end)
    word = unit_word(text[q.start : q.end])
    noun = CountedNoun(text, i, quantities, numbers, hits, b, word, grammar, bounds_a_noun(text, q, raw, grammar))
    candidates = noun.candidates()
    candidates += _around(text, q, a, numbers, hits, noun, grammar)
    candidates += _share_of_noun(text, q, b, noun, grammar)
    kept_word = grammar.exclusive.get(word)
    told = any(h.end in (q.before, q.start) and not h.gap for h in hits)  # 存栏6.9万头: the word before it says more
    if q.unit == "count" and kept_word is not None and not told:  # 5万羽: the classifier of one metric alone
        candidates.append(Candidate(BEFORE + 2, Hit(q.start, q.end, kept_word), "metric.classifier"))
    verbal = grammar.verbal.get(word)
    if verbal is not None:  # 20次招聘会
        found = [h for h in hits if h.start == q.end and not h.gap and grammar.usual[h.concept.iri] == "count"]
        candidates += [Candidate(AFTER + LENGTH * h.length, h, "metric.counted-noun") for h in found]
    if verbal is not None and not any(c.score >= BEFORE for c in candidates):
        return MetricGuess(verbal, verbal.answer, "metric.verbal-classifier", BEFORE, (q.start, q.end))
    head = text[a : q.start]
    compared = grammar.compared.search(head)
    shared = grammar.share_clause.search(head) and not any(grammar.usual[c.hit.concept.iri] == "%" for c in candidates)
    known = i > 0 and before[i - 1].code != "other" and before[i - 1].concept is not None
    if q.unit in RELATIVE and (compared or shared) and known:
        return again(before[i - 1], "metric.share-of")
    if paid := money_of(text, i, quantities, before, grammar):
        return paid
    if of := part_of_list(text, i, quantities, before, a, candidates, grammar):
        return of
    strong = any(c.score >= STRONG for c in candidates)
    if not strong:
        said = noun.said and q.unit in PEOPLE  # 两百户新迁入的家庭: a number that has its noun stands for itself
        if not said and (kept := inherited(i, quantities, before, q, without(text, a, q.start, places), grammar)):
            return kept
        if noun.bound:
            return MetricGuess(None, "other", "metric.bound", 0.0, None)
        candidates += _subjects(text, q, a, numbers, hits, grammar)
    if candidates:
        if q.unit in PEOPLE:
            candidates = outermost(text, candidates, grammar)
        best = max(candidates, key=lambda c: (c.score, c.hit.length, c.hit.concept.code))
        concept = grammar.settled(best.hit.concept, word)
        return MetricGuess(concept, concept.answer, best.rule, best.score, (best.hit.start, best.hit.end))
    if following and len(text.strip("!。")) - (q.end - q.before) <= 4:
        near = [h for h in _usable(following, q.unit, grammar) if h.end <= 40]
        if near:
            h = max(near, key=lambda h: (h.length + grammar.bonus(h.concept, q.unit), h.concept.code))
            return guess_of(h, "metric.following", STRONG)
    if "其中" in text[max(text.rfind(c, 0, q.start) for c in "。;") + 1 : q.start] and len(head) <= 10:
        for k in range(i - 1, -1, -1):
            if quantities[k].unit == q.unit or {quantities[k].unit, q.unit} <= PEOPLE:
                return again(before[k], "metric.list-of-parts")
    stem = grammar.lead.sub("", head)
    last = grammar.heads.get(stem[-1:])
    if q.unit in RELATIVE and last is not None and grammar.usual[last.iri] == "%":
        return MetricGuess(last, last.answer, "metric.head-noun", STRONG, (a + len(stem) - 1, a + len(stem)))
    if (
        q.unit in PEOPLE
        and grammar.people is not None
        and not grammar.population(text[a : q.start], text[q.end : noun.limit])
    ):
        return MetricGuess(grammar.people, grammar.people.answer, "metric.people", 1.0, (q.start, q.end))
    for form, concept in grammar.classifier:
        if word == form or (word and word.endswith(form)):
            return MetricGuess(concept, concept.answer, "metric.classifier", 1.0, (q.start, q.end))
    return MetricGuess(None, "other", "metric.none", 0.0, None)


def _around(
    text: str,
    q: Quantity,
    a: int,
    numbers: list[tuple[int, int]],
    hits: list[Hit],
    noun: CountedNoun,
    grammar: MetricGrammar,
) -> list[Candidate]:
    """Gap labels over the number, and labels before it in its clause."""
    out: list[Candidate] = []
    for h in hits:
        if not a <= h.start < q.start:
            continue
        weight = LENGTH * h.length + grammar.bonus(h.concept, q.unit) + grammar.fits(h.concept, noun.word)
        weight -= grammar.who_only(h, text, q.unit)
        if (
            q.unit == "count"
            and not h.gap
            and any(
                not g.gap
                and g.start == h.end
                and g.end <= q.start
                and grammar.fits(g.concept, noun.word) >= grammar.fits(h.concept, noun.word)
                for g in hits
            )
        ):
            continue  # 项目 of 项目岗位6个 is no head
        if h.gap and h.end > q.end:
            if not noun.holds_other(h) and "、" not in text[h.parts[0][1] : q.start]:
                out.append(Candidate(COVER + weight - 0.1 * (q.start - h.start), h, "metric.around"))
        elif h.end <= q.start and not (h.gap and noun.holds_other(h)) and text[h.start] != "个":
            distance = q.start - h.end
            if q.unit == "household" and grammar.usual[h.concept.iri] == "count" and (noun.said or distance > 2):
                continue  # 民宿让百户农牧民受益: the households are no inns
            between = sum(1 for n0, _ in numbers if h.end <= n0 < q.start)
            if (
                between
                and noun.said
                and (q.unit == "count" or (q.unit in PEOPLE and not grammar.concept_of_doing(h.concept)))
            ):
                continue
            if q.unit == "count":
                distance += WORDS_BETWEEN * (grammar.bare(text[h.end : q.start]) > 2) + WORDS_BETWEEN * (
                    noun.said and not noun.found
                )
            out.append(Candidate(BEFORE + weight - DISTANCE * distance - NUMBER_BETWEEN * between, h, "metric.before"))
    if q.unit in RELATIVE:
        out += _rate(text, q, a, hits, grammar)
    if q.unit == "count" and not noun.found and not noun.verbal:
        stem = grammar.lead.sub("", text[a : q.start])
        concept = grammar.heads.get(stem[-1:])
        if concept is not None and grammar.usual[concept.iri] != "%":
            at = a + text[a : q.start].rfind(stem[-1])
            # 直播村200个: a word inside the noun does not outweigh its head
            inside = [c for c in out if at - 3 <= c.hit.end <= at and text[c.hit.end - 1] not in grammar.heads]
            score = max([BEFORE + 1, *(c.score + 0.5 for c in inside)])
            out.append(Candidate(score, Hit(at, at + 1, concept), "metric.head-noun"))
    return out


def _share_of_noun(text: str, q: Quantity, b: int, noun: CountedNoun, grammar: MetricGrammar) -> list[Candidate]:
    """六成的村建了章程, 九成的脱贫户参与: a share with its noun behind it is of the villages or people reached."""
    if q.unit not in RELATIVE or noun.found or not text[noun.start : noun.noun].endswith("的"):
        return []
    who = grammar.who.match(text, noun.noun, b)
    if who is not None and grammar.people is not None:
        return [Candidate(AFTER, Hit(*who.span(), grammar.people), "metric.share-of-noun")]
    for at in range(noun.noun, min(noun.noun + 6, noun.end)):
        concept = grammar.heads.get(text[at])
        if concept is not None and grammar.usual[concept.iri] == "count":
            reached = grammar.reached if concept.answer == "places-count" and grammar.reached else concept
            return [Candidate(AFTER, Hit(at, at + 1, reached), "metric.share-of-noun")]
    return []


def _rate(text: str, q: Quantity, a: int, hits: list[Hit], grammar: MetricGrammar) -> list[Candidate]:
    """A rate that no label names (收缴率从六成升到九成): the last noun of its clause that ends in 率."""
    last = None
    for m in grammar.rates.finditer(text, a, q.start):
        last = m
    if last is None or grammar.bare(text[last.end() : q.start]) > 4 or any(h.start < last.end() <= h.end for h in hits):
        return []
    if any(text.find(x, max(a, last.start() - len(x)), last.end() + len(x)) >= 0 for x in grammar.no_rates):
        return []
    concept = grammar.heads[last[0]]
    return [Candidate(BEFORE + 4, Hit(last.start(), last.end(), concept), "metric.head-noun")]


def _subjects(
    text: str, q: Quantity, a: int, numbers: list[tuple[int, int]], hits: list[Hit], grammar: MetricGrammar
) -> list[Candidate]:
    """Labels of earlier clauses; for counts and money only where the number's own clause says nothing else."""
    head = text[a : q.start]
    if q.unit in ("count", "CNY") and grammar.bare(head) > 3 and not head.startswith("其中"):
        return []
    out: list[Candidate] = []
    for h in hits:
        if h.end <= a and grammar.usual[h.concept.iri] != "%":
            if q.unit in PEOPLE and not grammar.doing(h, text, numbers):
                continue
            word = unit_word(text[q.start : q.end])
            if word in grammar.words and grammar.counts_otherwise(h.concept, word):
                continue  # 40家 are no projects, whatever was spoken of before
            clauses = sum(1 for c in text[h.end : q.start] if c in BREAKS)
            score = (
                BEFORE
                + LENGTH * h.length
                + grammar.bonus(h.concept, q.unit)
                - CLAUSE_BACK
                - clauses
                - 0.5 * NUMBER_BETWEEN * sum(1 for n0, _ in numbers if h.end <= n0 < q.start)
                - 0.5 * DISTANCE * (q.start - h.end)
            )
            if score > 2:
                out.append(Candidate(score, h, "metric.subject"))
    return out


def settle(guess: MetricGuess, statistic: str, lexicon: Lexicon) -> MetricGuess:
    """The metric once the number's statistic is known: a completion is of the target, a rule's amount is a standard."""
    if statistic == "completion":
        return _settled(guess, "target-completion", lexicon)
    if statistic == "standard" and guess.code in ("subsidies-paid", "subsidy-recipients"):
        return _settled(guess, "subsidy-standard", lexicon)
    return guess


def _settled(guess: MetricGuess, code: str, lexicon: Lexicon) -> MetricGuess:
    concept = lexicon.find_code("metrics", code)
    return guess if concept is None else MetricGuess(concept, concept.answer, guess.rule, guess.score, guess.span)
