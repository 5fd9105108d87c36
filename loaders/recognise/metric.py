"""What a number counts: the metric that the words beside it name.

Three places are looked at, as Chinese prose orders them: the counted noun after the classifier (建成300个和美乡村), the
head words before the number in its clause (粮食总产量突破1300万吨), a subject further back in the sentence. Only a metric
whose unit fits can win. A share or a growth that names nothing of its own keeps the metric of the number before it
(补贴3.6亿元，较上年增长9%). Labels: `ontology/metrics.ttl`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from loaders.lexicon import Concept, Hit, Lexicon
from loaders.recognise.quantity import Quantity

PEOPLE = frozenset({"person", "household", "person-time"})
RELATIVE = frozenset({"%", "percentage-point", "multiple"})
_MASS = frozenset({"ton", "kg"})
_MONEY = frozenset({"CNY", "CNY/person", "CNY/household"})
_BREAKS = frozenset(",。;:!?\n")

# Weights of the three places and of a label's length; chosen on sentences of our own and the development set, where
# halving or doubling any one of them changes fewer than 2 in 100 decisions.
AFTER, COVER, BEFORE, LENGTH, OWN_UNIT = 9.0, 13.0, 7.0, 1.0, 1.0
DISTANCE, NUMBER_BETWEEN, CLAUSE_BACK, STRONG = 0.25, 1.5, 2.0, 5.0


@dataclass(frozen=True, slots=True)
class MetricGuess:
    """The metric of one quantity; `concept` is None where no words name one."""

    concept: Concept | None
    code: str
    rule: str
    score: float
    span: tuple[int, int] | None  # the label's place in the sentence


@dataclass(frozen=True, slots=True)
class _Candidate:
    score: float
    hit: Hit
    rule: str


class MetricGrammar:
    """What one lexicon says of metrics; made once, then only read."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.units: dict[str, frozenset[str]] = {}
        self.usual: dict[str, str] = {}
        self.verbal: dict[str, Concept] = {}
        self.classifier: list[tuple[str, Concept]] = []
        for concept in lexicon.in_scheme("metrics"):
            own = concept.values("unit")
            self.usual[concept.iri] = own[0] if own else "other"
            self.units[concept.iri] = frozenset((*own, *concept.values("unitAllowed")))
            for word in concept.values("verbalClassifier"):
                self.verbal[word] = concept
            self.classifier += [(word, concept) for word in concept.values("classifier")]
        self.classifier.sort(key=lambda p: (-len(p[0]), p[0], p[1].iri))
        stop = lexicon.find_code("cues", "counted-noun-end")
        self.stop = re.compile("|".join(map(re.escape, lexicon.labels("cues", "counted-noun-end"))))
        self.no_stop = stop.values("exclusionLabel") if stop else ()

    def allows(self, concept: Concept, unit: str) -> bool:
        """Whether a number with this unit may be of this metric."""
        units = self.units[concept.iri]
        return (
            unit in units or unit in RELATIVE or (unit in PEOPLE and bool(units & PEOPLE))
            or (unit in _MASS and bool(units & _MASS))
        )  # fmt: skip

    def own(self, concept: Concept, unit: str) -> bool:
        """Whether it is the metric's usual unit."""
        usual = self.usual[concept.iri]
        return usual == unit or (unit in PEOPLE and usual in PEOPLE) or (unit in RELATIVE and usual == "%")


@lru_cache(maxsize=4)
def metric_grammar_of(lexicon: Lexicon) -> MetricGrammar:
    """The grammar of a lexicon, made when it is first asked for."""
    return MetricGrammar(lexicon)


def recognise_metrics(
    text: str, quantities: Sequence[Quantity], hits: Sequence[Hit], lexicon: Lexicon, following: Sequence[Hit] = ()
) -> list[MetricGuess]:
    """The metric of each quantity of one sentence, in order.

    `text` is the sentence (the quantities' offsets are into it), `hits` the labels of metrics in it as `Lexicon.scan`
    gives them, `following` those of the next sentence, for a number that stands first and alone (3268.7万人！这是…).
    """
    grammar = metric_grammar_of(lexicon)
    numbers = [(q.start, q.end) for q in quantities]
    guesses: list[MetricGuess] = []
    for i, quantity in enumerate(quantities):
        usable = _usable(hits, quantity.unit, grammar)
        guess = _distributed(text, i, quantities, usable, guesses, grammar)
        guesses.append(guess or _guess(text, i, quantities, numbers, usable, guesses, grammar, following))
    return guesses


def _usable(hits: Sequence[Hit], unit: str, grammar: MetricGrammar) -> list[Hit]:
    """Labels of metrics that allow the unit; of plain labels, not those inside a longer one."""
    fitting = [h for h in hits if grammar.allows(h.concept, unit)]
    plain = [h for h in fitting if not h.gap]
    kept = [
        h for h in plain
        if not any(o.start <= h.start and h.end <= o.end and o.length > h.length for o in plain)
    ]  # fmt: skip
    return kept + [h for h in fitting if h.gap]


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    a, b = start, end
    while a > 0 and text[a - 1] not in _BREAKS:
        a -= 1
    while b < len(text) and text[b] not in _BREAKS:
        b += 1
    return a, b


def _guess(
    text: str, i: int, quantities: Sequence[Quantity], numbers: list[tuple[int, int]], hits: list[Hit],
    before: list[MetricGuess], grammar: MetricGrammar, following: Sequence[Hit],
) -> MetricGuess:  # fmt: skip
    q = quantities[i]
    a, b = _clause(text, q.start, q.end)
    word = re.sub(r"^[\d.,多余万亿千百十一二两三四五六七八九零〇]+", "", text[q.start : q.end])
    candidates = _after(text, i, quantities, numbers, hits, b, word, grammar)

    def spans_other(h: Hit) -> bool:
        return any(n0 >= h.start and n1 <= h.end and (n0, n1) != (q.start, q.end) for n0, n1 in numbers)

    for h in hits:
        weight = LENGTH * h.length + OWN_UNIT * grammar.own(h.concept, q.unit)
        if h.gap and a <= h.start < q.start and h.end > q.end:
            if not spans_other(h):
                candidates.append(_Candidate(COVER + weight - 0.1 * (q.start - h.start), h, "metric.around"))
        elif a <= h.start and h.end <= q.start and not (h.gap and spans_other(h)):
            between = sum(1 for n0, _ in numbers if h.end <= n0 < q.start)
            score = BEFORE + weight - DISTANCE * (q.start - h.end) - NUMBER_BETWEEN * between
            candidates.append(_Candidate(score, h, "metric.before"))
    if word in grammar.verbal and not any(c.score >= BEFORE for c in candidates):
        concept = grammar.verbal[word]
        return MetricGuess(concept, concept.answer, "metric.verbal-classifier", BEFORE, (q.start, q.end))
    if not any(c.score >= STRONG for c in candidates):
        inherited = _inherited(i, quantities, before, q, a)
        if inherited:
            return inherited
    for h in hits:
        if h.end <= a:
            clauses = sum(1 for c in text[h.end : q.start] if c in _BREAKS)
            score = (
                BEFORE + LENGTH * h.length + OWN_UNIT * grammar.own(h.concept, q.unit)
                - CLAUSE_BACK - clauses - 0.5 * DISTANCE * (q.start - h.end)
            )  # fmt: skip
            if score > 2:
                candidates.append(_Candidate(score, h, "metric.subject"))
    if candidates:
        best = max(candidates, key=lambda c: (c.score, c.hit.length, c.hit.concept.code))
        return _of(best.hit, best.rule, best.score)
    if following and len(text.strip("!。")) - (q.end - q.before) <= 4:
        near = [h for h in _usable(following, q.unit, grammar) if h.end <= 40]
        if near:
            h = max(near, key=lambda h: (h.length + grammar.own(h.concept, q.unit), h.concept.code))
            return _of(h, "metric.following", STRONG)
    for form, concept in grammar.classifier:
        if word == form or (word and word.endswith(form)):
            return MetricGuess(concept, concept.answer, "metric.classifier", 1.0, (q.start, q.end))
    return MetricGuess(None, "other", "metric.none", 0.0, None)


def _of(hit: Hit, rule: str, score: float) -> MetricGuess:
    return MetricGuess(hit.concept, hit.concept.answer, rule, score, (hit.start, hit.end))


def _after(
    text: str, i: int, quantities: Sequence[Quantity], numbers: list[tuple[int, int]], hits: list[Hit], b: int, word: str,
    grammar: MetricGrammar,
) -> list[_Candidate]:  # fmt: skip
    """The counted noun: what stands after the unit (of a range, after its second number), up to where a verb begins."""
    q = quantities[i]
    start = q.end
    nxt = quantities[i + 1] if i + 1 < len(quantities) else None
    if nxt is not None and re.fullmatch(r"[-—~至到、和]", text[q.end : nxt.start]) and q.unit == nxt.unit and q.rule in ("quantity.range", "quantity.list"):
        start = nxt.end
    lead = re.match(r"(?:以上|左右|以下|以内|多|余|的)+", text[start:b])
    noun = start + (lead.end() if lead else 0)
    limit = min([b, start + 24, *(n0 for n0, _ in numbers if n0 >= start)])
    plain = [h for h in hits if not h.gap]
    end = limit
    for m in grammar.stop.finditer(text, noun, limit):
        if any(h.start <= m.start() and m.end() <= h.end for h in plain):
            continue
        if any(text.startswith(w, m.end() - len(w)) or text.startswith(w, m.start()) for w in grammar.no_stop):
            continue
        end = m.start()
        break
    if word in grammar.verbal or text[noun : noun + 1] in ("、", "和", "及", "与", "(", "并"):
        return []
    out: list[_Candidate] = []
    found = [h for h in plain if start <= h.start and h.end <= end]
    if q.unit in RELATIVE:
        of_share = text[start:noun].endswith("的")
        found = [h for h in found if h.start == start or (of_share and h.start - start <= 12)]
    if not found and q.unit == "count":  # 300个条件成熟的和美乡村
        of = text.find("的", start, limit)
        if of >= 0:
            found = [h for h in plain if of < h.start <= of + 10 and h.end <= limit]
    if found:
        first = min(found, key=lambda h: h.end)
        breaks = [at for mark in "、和及与(" if (at := text.find(mark, first.end, limit)) >= 0]
        head = [h for h in found if h.end <= min([*breaks, limit])] or [first]
        if q.unit == "count":  # the head of a Chinese noun phrase is its last noun
            last = max(h.end for h in head)
            head = [h for h in head if h.end == last]
        out += [
            _Candidate(AFTER + LENGTH * h.length - 0.05 * (h.start - q.end) + OWN_UNIT * grammar.own(h.concept, q.unit), h, "metric.counted-noun")
            for h in head
        ]  # fmt: skip
    for h in hits:
        if h.gap and h.start >= start and h.end <= b and not any(h.start <= n0 and n1 <= h.end for n0, n1 in numbers):
            gap = h.start - noun
            if gap <= 8 and (h.start < end or q.unit in PEOPLE) and (q.unit not in RELATIVE or gap <= 0):
                score = AFTER - 1 + LENGTH * h.length - 0.4 * max(gap, 0) + OWN_UNIT * grammar.own(h.concept, q.unit)
                out.append(_Candidate(score, h, "metric.counted-noun"))
    return out


def _inherited(
    i: int, quantities: Sequence[Quantity], before: list[MetricGuess], q: Quantity, clause_start: int
) -> MetricGuess | None:
    """The metric of the number before, where this one only compares with it (达1958家，较上年增加97家)."""
    for k in range(i - 1, -1, -1):
        unit, guess = quantities[k].unit, before[k]
        alike = (
            q.unit in RELATIVE or unit == q.unit or (unit in PEOPLE and q.unit in PEOPLE)
            or (unit in _MONEY and q.unit in _MONEY)
        )  # fmt: skip
        if alike and guess.concept is not None and guess.code != "other" and (q.start - clause_start <= 14 or q.unit in RELATIVE):
            return MetricGuess(guess.concept, guess.code, "metric.inherited", STRONG, guess.span)
        return None
    return None


def _distributed(
    text: str, i: int, quantities: Sequence[Quantity], hits: list[Hit], before: list[MetricGuess], grammar: MetricGrammar
) -> MetricGuess | None:
    """甲、乙分别达99.9%、94.5%: the k-th number is the k-th noun's; 分别 alone goes back to the numbers before it."""
    q = quantities[i]
    a, b = _clause(text, q.start, q.end)
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
            best = max(inside, key=lambda h: (h.length + grammar.own(h.concept, q.unit), h.end, h.concept.code))
            return _of(best, "metric.respectively", AFTER)
    earlier = [j for j, other in enumerate(quantities) if other.start < at]
    if len(earlier) >= n and len(head) < 8:
        guess = before[earlier[-n:][k]]
        return MetricGuess(guess.concept, guess.code, "metric.respectively", AFTER, guess.span)
    return None
