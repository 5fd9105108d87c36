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
from loaders.recognise.place import PlaceMention
from loaders.recognise.quantity import Quantity

PEOPLE = frozenset({"person", "household", "person-time"})
RELATIVE = frozenset({"%", "percentage-point", "multiple"})
_MASS = frozenset({"ton", "kg"})
_MONEY = frozenset({"CNY", "CNY/person", "CNY/household"})
_BREAKS = frozenset(",。;:!?\n")

# Weights of the places and of a label's length; chosen on sentences of our own and the development set.
AFTER, COVER, BEFORE, LENGTH, OWN_UNIT = 9.0, 13.0, 7.0, 1.0, 1.0
DISTANCE, NUMBER_BETWEEN, CLAUSE_BACK, STRONG, OTHER = 0.3, 1.5, 2.0, 5.0, 1.5
CLASSIFIER = 3.0
GROUP = 5.0  # taken from a label that says only who is meant (农村劳动力), so that what is done for them wins
HEAD = 2.0  # added where a label of people is the whole head of the noun phrase
WORDS_BETWEEN = 10  # added to the distance where real words stand between a label and the number of a count
_WORK = frozenset({"transferred-labour", "people-placed", "employed-population", "people-covered", "other"})
_IN_WORK = frozenset({"transferred-labour", "people-placed", "employed-population"})
_TIMES = frozenset({"day", "month", "year", "hour"})


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
        self.largest: dict[str, float] = {}
        self.verbal: dict[str, Concept] = {}
        self.classifier: list[tuple[str, Concept]] = []
        for concept in lexicon.in_scheme("metrics"):
            own = concept.values("unit")
            self.largest[concept.iri] = max(map(float, concept.values("largest")), default=float("inf"))
            self.usual[concept.iri] = own[0] if own else "other"
            self.units[concept.iri] = frozenset((*own, *concept.values("unitAllowed")))
            for word in concept.values("verbalClassifier"):
                self.verbal[word] = concept
            self.classifier += [(word, concept) for word in concept.values("classifier")]
        self.usual_words = frozenset((w, c.answer) for w, c in self.classifier)
        self.classifier.sort(key=lambda p: (-len(p[0]), p[0], p[1].iri))
        self.by_code = {c.code: c.iri for c in lexicon.in_scheme("metrics")}
        self.people = lexicon.find_code("metrics", "people-covered")
        self.partner = lexicon.find_code("metrics", "labour-to-partner-provinces")
        self.money_of = {of: c for c in lexicon.in_scheme("metrics") for of in c.values("moneyOf")}
        self.heads = {h: c for c in lexicon.in_scheme("metrics") for h in c.values("headNoun")}
        self.bare_words = re.compile(lexicon.alternation("bare") + r"|\d")
        lead, faster, part, bound, group = (lexicon.alternation(c) for c in ("number-lead", "faster", "part-of", "bound", "group-noun"))
        self.lead = re.compile(f"(?:{lead})+$|[“”]")
        self.share_clause = re.compile(f"^{part}|、{part}[^、]*$")
        self.compared = re.compile(f"(?:^|、)(?:增速|增幅)?(?:比|较)[^、]{{2,}}{faster}$")
        self.part_at_end = re.compile(rf"{part}(?:比)?(?:{lead})*$")
        self.who = re.compile(f"{lexicon.alternation('group-modifier', 'group-noun')}+")
        self.there_are = re.compile(lexicon.alternation("population", "group-noun"))
        self.stock_rate = re.compile(rf"{lexicon.alternation('stock-rate')}(?:{lead})*$")
        self.bound = re.compile(rf"(?:{bound}的?|的)(?=[^\d,、])")
        self.takes_on = re.compile(lexicon.alternation("takes-on"))
        self.cooperation = re.compile(lexicon.alternation("labour-cooperation"))
        self.send = re.compile(lexicon.alternation("send-away"))
        self.rates = re.compile("|".join(f"[{h}]" for h, c in self.heads.items() if self.usual[c.iri] == "%"))
        self.no_rates = tuple(x for c in set(self.heads.values()) for x in c.values("exclusionLabel") if self.rates.search(x))
        self.group = re.compile(rf"{group}$")
        self.move = re.compile(rf"(?:{lexicon.alternation('move-to')})$")
        self.work = re.compile(lexicon.alternation("work-away"))
        self.gazetteer = lexicon.gazetteer
        self.letters = {k: v for k, v in lexicon.gazetteer.abbreviations().items()}
        self.abbreviated = re.compile(rf"(?:{lexicon.alternation('move-to')})(?P<name>[{''.join(sorted(self.letters))}])(?={lexicon.alternation('work-away')})")
        stop = lexicon.find_code("cues", "counted-noun-end")
        self.stop = re.compile("|".join(map(re.escape, lexicon.labels("cues", "counted-noun-end"))))
        self.no_stop = stop.values("exclusionLabel") if stop else ()

    def allows(self, concept: Concept, unit: str) -> bool:
        """Whether a number with this unit may be of this metric."""
        units, usual = self.units[concept.iri], self.usual[concept.iri]
        if unit in RELATIVE:
            return usual not in _TIMES
        return unit in units or (unit in PEOPLE and usual in PEOPLE) or (unit in _MASS and bool(units & _MASS))

    def bonus(self, concept: Concept, unit: str) -> float:
        """What the concept itself adds to a score: its usual unit fits; `other` is a last resort."""
        return OWN_UNIT * self.own(concept, unit) - (OTHER if concept.answer == "other" and self.usual[concept.iri] in ("other", "count") else 0)

    def root(self, concept: Concept) -> str:
        """The broad metric that a narrower one answers with, as an IRI."""
        return self.by_code.get(concept.answer, concept.iri)

    def fits(self, concept: Concept, word: str) -> float:
        """What the written classifier adds to a metric that it is usual for (2处饮水工程 are facilities)."""
        usual = self.usual[concept.iri] == "count" and (word, concept.answer) in self.usual_words
        return CLASSIFIER if usual else 0.0

    def who_only(self, hit: Hit, text: str, unit: str) -> float:
        """What is taken from a label of people that names no doing."""
        return GROUP if unit in PEOPLE and not hit.gap and self.who.fullmatch(text, hit.start, hit.end) else 0.0

    def doing(self, hit: Hit, text: str, numbers: Sequence[tuple[int, int]]) -> bool:
        """Whether a label may speak for later numbers: not where it is a noun that a number of its own counts (老师6名)."""
        counted = any(0 <= n0 - hit.end <= 2 or 0 <= hit.start - n1 <= 1 for n0, n1 in numbers)
        return not counted or self.concept_of_doing(hit.concept)

    @staticmethod
    def concept_of_doing(concept: Concept) -> bool:
        """Metrics of what was done; staff and bodies are nouns."""
        return concept.answer not in ("staff-dispatched", "other", "entities-count")

    def population(self, before: str, after: str) -> bool:
        """Whether a clause only says that there are people (全村共有386户), and nothing of what is done for them."""
        words = self.there_are.sub("", before) + self.there_are.sub("", after.split("(")[0])
        return len(self.bare_words.sub("", words)) <= 1

    def bare(self, text: str) -> int:
        """How many characters of real words a stretch has."""
        return len(self.bare_words.sub("", text))

    def own(self, concept: Concept, unit: str) -> bool:
        """Whether it is the metric's usual unit."""
        usual = self.usual[concept.iri]
        return usual == unit or (unit in PEOPLE and usual in PEOPLE) or (unit in RELATIVE and usual == "%")


@lru_cache(maxsize=4)
def metric_grammar_of(lexicon: Lexicon) -> MetricGrammar:
    """The grammar of a lexicon, made when it is first asked for."""
    return MetricGrammar(lexicon)


def recognise_metrics(
    text: str, quantities: Sequence[Quantity], hits: Sequence[Hit], lexicon: Lexicon, following: Sequence[Hit] = (),
    places: Sequence[PlaceMention] = (), home: str | None = None,
) -> list[MetricGuess]:  # fmt: skip
    """The metric of each quantity of one sentence, in order.

    `text` is the sentence (the quantities' offsets are into it), `hits` the labels of metrics in it as `Lexicon.scan`
    gives them, `following` those of the next sentence, for a number that stands first and alone (3268.7万人！这是…).
    `places` are the sentence's places and `home` the section's, which tell work in a partner province from work at home.
    """
    grammar = metric_grammar_of(lexicon)
    numbers = [(q.start, q.end) for q in quantities]
    guesses: list[MetricGuess] = []
    for i, quantity in enumerate(quantities):
        largest = float(quantity.value) if quantity.unit not in RELATIVE else 0
        usable = [h for h in _usable(hits, quantity.unit, grammar) if largest <= grammar.largest[h.concept.iri]]
        guess = _distributed(text, i, quantities, usable, guesses, grammar)
        guess = guess or _guess(text, i, quantities, numbers, usable, guesses, grammar, following, places, hits)
        guesses.append(_partner(text, i, quantities, guess, guesses, grammar, places, home))
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
    before: list[MetricGuess], grammar: MetricGrammar, following: Sequence[Hit], places: Sequence[PlaceMention], raw: Sequence[Hit],
) -> MetricGuess:  # fmt: skip
    q = quantities[i]
    a, b = _clause(text, q.start, q.end)
    word = unit_word(text[q.start : q.end])
    noun = _Noun(text, i, quantities, numbers, hits, b, word, grammar, _bounds_a_noun(text, q, raw, grammar))
    candidates = noun.candidates()
    candidates += _around(text, q, a, numbers, hits, noun, grammar)
    verbal = grammar.verbal.get(word)
    if verbal is not None and not any(c.score >= BEFORE for c in candidates):
        return MetricGuess(verbal, verbal.answer, "metric.verbal-classifier", BEFORE, (q.start, q.end))
    head = text[a : q.start]
    compared = grammar.compared.search(head)
    shared = grammar.share_clause.search(head) and not any(grammar.usual[c.hit.concept.iri] == "%" for c in candidates)
    if q.unit in RELATIVE and (compared or shared):
        if i and before[i - 1].code != "other" and before[i - 1].concept is not None:
            return _again(before[i - 1], "metric.share-of")
    if paid := _money_of(text, i, quantities, before, grammar):
        return paid
    if of := _part_of_list(text, i, quantities, before, a, candidates, grammar):
        return of
    strong = any(c.score >= STRONG for c in candidates)
    if not strong:
        said = noun.said and q.unit in PEOPLE  # 218万户搬迁家庭: a number that has its noun stands for itself
        if not said and (inherited := _inherited(i, quantities, before, q, _without(text, a, q.start, places), grammar)):
            return inherited
        if noun.bound:
            return MetricGuess(None, "other", "metric.bound", 0.0, None)
        candidates += _subjects(text, q, a, numbers, hits, grammar)
    if candidates:
        if q.unit in PEOPLE:
            candidates = _outermost(text, candidates, grammar)
        best = max(candidates, key=lambda c: (c.score, c.hit.length, c.hit.concept.code))
        return _of(best.hit, best.rule, best.score)
    if following and len(text.strip("!。")) - (q.end - q.before) <= 4:
        near = [h for h in _usable(following, q.unit, grammar) if h.end <= 40]
        if near:
            h = max(near, key=lambda h: (h.length + grammar.bonus(h.concept, q.unit), h.concept.code))
            return _of(h, "metric.following", STRONG)
    if "其中" in text[max(text.rfind(c, 0, q.start) for c in "。;") + 1 : q.start] and len(head) <= 10:
        for k in range(i - 1, -1, -1):
            if quantities[k].unit == q.unit or {quantities[k].unit, q.unit} <= PEOPLE:
                return _again(before[k], "metric.list-of-parts")
    stem = grammar.lead.sub("", head)
    last = grammar.heads.get(stem[-1:])
    if q.unit in RELATIVE and last is not None and grammar.usual[last.iri] == "%":
        return MetricGuess(last, last.answer, "metric.head-noun", STRONG, (a + len(stem) - 1, a + len(stem)))
    if q.unit in PEOPLE and grammar.people is not None and not grammar.population(text[a : q.start], text[q.end : noun.limit]):
        return MetricGuess(grammar.people, grammar.people.answer, "metric.people", 1.0, (q.start, q.end))
    for form, concept in grammar.classifier:
        if word == form or (word and word.endswith(form)):
            return MetricGuess(concept, concept.answer, "metric.classifier", 1.0, (q.start, q.end))
    return MetricGuess(None, "other", "metric.none", 0.0, None)


def unit_word(surface: str) -> str:
    """The unit as written, without the number: 座 of 100余座."""
    return re.sub(r"^[\d.,多余万亿千百十一二两三四五六七八九零〇]+", "", surface)


def _again(guess: MetricGuess, rule: str) -> MetricGuess:
    return MetricGuess(guess.concept, guess.code, rule, STRONG, guess.span)


def _around(
    text: str, q: Quantity, a: int, numbers: list[tuple[int, int]], hits: list[Hit], noun: _Noun, grammar: MetricGrammar
) -> list[_Candidate]:  # fmt: skip
    """Gap labels over the number, and labels before it in its clause."""
    out: list[_Candidate] = []
    for h in hits:
        weight = LENGTH * h.length + grammar.bonus(h.concept, q.unit) + grammar.fits(h.concept, noun.word)
        weight -= grammar.who_only(h, text, q.unit)
        if q.unit == "count" and not h.gap and any(
            not g.gap and g.start == h.end and g.end <= q.start
            and grammar.fits(g.concept, noun.word) >= grammar.fits(h.concept, noun.word)
            for g in hits
        ):  # fmt: skip
            continue  # 项目 of 项目岗位6个 is no head
        if h.gap and a <= h.start < q.start and h.end > q.end:
            if not noun.holds_other(h) and "、" not in text[h.parts[0][1] : q.start]:
                out.append(_Candidate(COVER + weight - 0.1 * (q.start - h.start), h, "metric.around"))
        elif a <= h.start and h.end <= q.start and not (h.gap and noun.holds_other(h)) and text[h.start] != "个":
            distance = q.start - h.end
            if q.unit == "household" and grammar.usual[h.concept.iri] == "count" and distance > 2:
                continue  # 民宿让1300户农牧民: the households are no inns
            between = sum(1 for n0, _ in numbers if h.end <= n0 < q.start)
            if between and noun.said and (q.unit == "count" or (q.unit in PEOPLE and not grammar.concept_of_doing(h.concept))):
                continue
            if q.unit == "count":
                distance += WORDS_BETWEEN * (grammar.bare(text[h.end : q.start]) > 2) + WORDS_BETWEEN * (noun.said and not noun.found)
            out.append(_Candidate(BEFORE + weight - DISTANCE * distance - NUMBER_BETWEEN * between, h, "metric.before"))
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
            out.append(_Candidate(score, Hit(at, at + 1, concept), "metric.head-noun"))
    return out


def _rate(text: str, q: Quantity, a: int, hits: list[Hit], grammar: MetricGrammar) -> list[_Candidate]:
    """A rate that no label names (水费收缴率从62%升到94%): the last noun of the clause that ends in 率, up to the number."""
    last = None
    for m in grammar.rates.finditer(text, a, q.start):
        last = m
    if last is None or grammar.bare(text[last.end() : q.start]) > 4 or any(h.start < last.end() <= h.end for h in hits):
        return []
    if any(text.find(x, max(a, last.start() - len(x)), last.end() + len(x)) >= 0 for x in grammar.no_rates):
        return []
    concept = grammar.heads[last[0]]
    return [_Candidate(BEFORE + 4, Hit(last.start(), last.end(), concept), "metric.head-noun")]


def _subjects(text: str, q: Quantity, a: int, numbers: list[tuple[int, int]], hits: list[Hit], grammar: MetricGrammar) -> list[_Candidate]:
    """Labels of earlier clauses of the sentence; for counts and money only where the number's clause says nothing else."""
    head = text[a : q.start]
    if q.unit in ("count", "CNY") and grammar.bare(head) > 3 and not head.startswith("其中"):
        return []
    out: list[_Candidate] = []
    for h in hits:
        if h.end <= a and grammar.usual[h.concept.iri] != "%":
            if q.unit in PEOPLE and not grammar.doing(h, text, numbers):
                continue
            clauses = sum(1 for c in text[h.end : q.start] if c in _BREAKS)
            score = (
                BEFORE + LENGTH * h.length + grammar.bonus(h.concept, q.unit)
                - CLAUSE_BACK - clauses - 0.5 * NUMBER_BETWEEN * sum(1 for n0, _ in numbers if h.end <= n0 < q.start) - 0.5 * DISTANCE * (q.start - h.end)
            )  # fmt: skip
            if score > 2:
                out.append(_Candidate(score, h, "metric.subject"))
    return out


def _bounds_a_noun(text: str, q: Quantity, raw: Sequence[Hit], grammar: MetricGrammar) -> bool:
    """Whether the number is a condition of the noun behind it (30户以上的合作社, 10万元以下的村), which it does not count."""
    if q.unit in RELATIVE or q.unit == "count":
        return False
    lead = grammar.bound.match(text, q.end)
    if lead is None:
        return False
    if any(lead.end() <= h.start <= lead.end() + 8 and grammar.usual[h.concept.iri] == "count" for h in raw):
        return True
    noun = re.split(r"[,。;:、]", text[lead.end() : lead.end() + 6])[0]
    return lead[0].endswith("的") and any(c in grammar.heads for c in noun)


def _without(text: str, start: int, end: int, places: Sequence[PlaceMention]) -> str:
    """``text[start:end]`` without the places named in it: 曲靖市9.4亿元、红河州7.9亿元 names no metric of its own."""
    out, at = [], start
    for p in places:
        if at <= p.start and p.end <= end:
            out.append(text[at : p.start])
            at = p.end
    return "".join([*out, text[at:end]])


def _alike(one: str, other: str) -> bool:
    return one == other or (one in PEOPLE and other in PEOPLE) or (one in _MONEY and other in _MONEY)


def _outermost(text: str, candidates: list[_Candidate], grammar: MetricGrammar) -> list[_Candidate]:
    """Without labels that stand inside a longer stretch of another: 吸纳…就业 governs 农村劳动力…就业."""
    return [
        c for c in candidates
        if not any(
            d.hit.start <= c.hit.start and c.hit.end <= d.hit.end and d.hit.end - d.hit.start > c.hit.end - c.hit.start
            and d.score >= STRONG and grammar.takes_on.match(text, d.hit.start)
            for d in candidates
        )
    ]  # fmt: skip


def _money_of(
    text: str, i: int, quantities: Sequence[Quantity], before: list[MetricGuess], grammar: MetricGrammar
) -> MetricGuess | None:
    """救助2042人次180.64万元: a sum right behind the people or things that it was paid for."""
    if not i or quantities[i].unit != "CNY" or text[quantities[i - 1].end : quantities[i].start] not in ("", "、", "共"):
        return None
    concept = before[i - 1].concept
    paid = grammar.money_of.get(grammar.root(concept)) if concept is not None else None
    return None if paid is None else MetricGuess(paid, paid.answer, "metric.money-of", BEFORE, before[i - 1].span)


def _part_of_list(
    text: str, i: int, quantities: Sequence[Quantity], before: list[MetricGuess], a: int, candidates: list[_Candidate],
    grammar: MetricGrammar,
) -> MetricGuess | None:  # fmt: skip
    """其中脱贫劳动力4.1万名, 其中用于产业的占60%: a part keeps the metric of its whole, unless its clause has a verb of its own."""
    q = quantities[i]
    head = text[a : q.start]
    at = head.rfind("其中")
    if q.unit in RELATIVE and (part := grammar.part_at_end.search(head)) and at < 0 and not any(c.hit.concept.answer == "coverage-rate" for c in candidates):
        whole = head[: part.start()].rstrip("”\"共")
        concept = grammar.heads.get(whole[-1:])
        told = any(c.hit.end == a + len(whole) for c in candidates)  # a longer label says it better
        if concept is not None and grammar.usual[concept.iri] == "count" and not told:  # 空壳村占比10.8%
            return MetricGuess(concept, concept.answer, "metric.head-noun", BEFORE, (a + len(whole) - 1, a + len(whole)))
    if not i or before[i - 1].concept is None or (before[i - 1].code == "other" and q.unit not in RELATIVE):
        return None
    if q.unit in RELATIVE:
        if grammar.stock_rate.search(head) and quantities[i - 1].unit not in RELATIVE:
            return _again(before[i - 1], "metric.share-of")
        shared = at >= 0 or grammar.part_at_end.search(head)
        own = any(grammar.usual[c.hit.concept.iri] == "%" for c in candidates)
        return _again(before[i - 1], "metric.share-of") if shared and not own else None
    listed = text[quantities[i - 1].end : q.start][:1] in ("、", "和", "及")
    if (at < 0 and not listed) or q.unit not in PEOPLE or not _alike(quantities[i - 1].unit, q.unit):
        return None
    last = max(a + at + 2 if at >= 0 else a, quantities[i - 1].end)
    named = grammar.lead.sub("", text[last : q.start])
    own = [c for c in candidates if c.score >= STRONG and (at >= 0 or c.hit.start >= last)]
    nouns = all(
        c.hit.start >= last
        and (grammar.group.search(text[c.hit.start : c.hit.end]) or not grammar.concept_of_doing(c.hit.concept))
        for c in own
    )  # fmt: skip
    named_group = grammar.group.search(named) or (own and own[0].hit.end >= q.start - 2)
    return _again(before[i - 1], "metric.list-of-parts") if nouns and named_group else None


def _partner(
    text: str, i: int, quantities: Sequence[Quantity], guess: MetricGuess, before: list[MetricGuess], grammar: MetricGrammar,
    places: Sequence[PlaceMention], home: str | None,
) -> MetricGuess:  # fmt: skip
    """Work in another province: 到广东就业, 在浙江务工, 面向福建开展劳务协作，输出…; the place tells it, no label can.

    Only people in work are meant, and only where the section lies in one province of its own.
    """
    q = quantities[i]
    if grammar.partner is None or q.unit not in PEOPLE or guess.code not in _WORK:
        return guess
    province = grammar.gazetteer.province_of(home) if home is not None else None
    a, b = _clause(text, q.start, q.end)
    behind = quantities[i + 1].start if i + 1 < len(quantities) else b
    start = quantities[i - 1].end if i else max(text.rfind(c, 0, q.start) for c in "。;") + 1
    start = min(start, a) if not any(a <= o.start < q.start for o in quantities) else max(start, a)
    b = min(b, behind)
    if not grammar.work.search(text, start, b):
        return guess
    if guess.code in _IN_WORK and grammar.cooperation.search(text, start, b):
        return MetricGuess(grammar.partner, grammar.partner.answer, "metric.partner-province", BEFORE, guess.span)
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
        led = sent or grammar.move.search(text, start, p.start) is not None or (chain >= 0 and text[chain : p.start] in ("、", "和", "及", "等", ""))
        if not led:
            continue
        chain = p.end
        if p.code != "100000" and grammar.gazetteer.province_of(p.code) not in (province, None):
            return MetricGuess(grammar.partner, grammar.partner.answer, "metric.partner-province", BEFORE, (p.start, p.end))
    return guess


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


def _of(hit: Hit, rule: str, score: float) -> MetricGuess:
    return MetricGuess(hit.concept, hit.concept.answer, rule, score, (hit.start, hit.end))


class _Noun:
    """The noun phrase that a number counts: what stands after the unit, up to where a verb begins.

    Of a range (2—3个) it stands after the second number.
    """

    def __init__(
        self, text: str, i: int, quantities: Sequence[Quantity], numbers: list[tuple[int, int]], hits: list[Hit], b: int,
        word: str, grammar: MetricGrammar, bound: bool,
    ) -> None:  # fmt: skip
        q = quantities[i]
        self.bound = bound
        self.text, self.q, self.hits, self.b, self.word, self.grammar, self.numbers = text, q, hits, b, word, grammar, numbers
        nxt = quantities[i + 1] if i + 1 < len(quantities) else None
        self.start = q.end
        if nxt is not None and q.rule in ("quantity.range", "quantity.list") and q.unit == nxt.unit and re.fullmatch(r"[-—~至到、和]", text[q.end : nxt.start]):
            self.start = nxt.end
        if nxt is not None and {q.unit, nxt.unit} <= PEOPLE and text[q.end : nxt.start] in ("", "、") and nxt.rule != "quantity.counted-noun":
            self.start = nxt.end  # 41.4万户、170余万名脱贫人口受益
        lead = re.match(r"(?:以上|左右|以下|以内|多|余|的)+", text[self.start : b])
        self.noun = self.start + (lead.end() if lead else 0)
        self.limit = min([b, self.start + 24, *(n0 for n0, _ in numbers if n0 >= self.start)])
        self.plain = [h for h in hits if not h.gap]
        self.end = self._end()
        self.verbal = word in grammar.verbal
        joined = text[self.noun : self.noun + 1] in ("、", "和", "及", "与", "(", "并")
        self.empty = bound or (joined and not any(h.start == self.noun for h in hits))  # 和 of 和美乡村 joins nothing
        self.said = not self.verbal and not self.empty and self.end - self.noun >= 2
        self.found = self._found()

    def _end(self) -> int:
        end = self.limit
        for m in self.grammar.stop.finditer(self.text, self.noun, self.limit):
            inside = any(h.start <= m.start() and m.end() <= h.end and h.length > m.end() - m.start() for h in self.plain)
            kept = any(self.text.startswith(w, m.end() - len(w)) or self.text.startswith(w, m.start()) for w in self.grammar.no_stop)
            if not inside and not kept:
                end = m.start()
                break
        bracket = self.text.find("(", self.start, end)
        return bracket if bracket >= 0 else end

    def holds_other(self, hit: Hit) -> bool:
        """Whether a gap label reaches over another number (a sum of money may stand in one that counts people)."""
        return any(
            n0 >= hit.start and n1 <= hit.end and (n0, n1) != (self.q.start, self.q.end)
            and not (self.q.unit in PEOPLE and self.text[n0:n1].endswith("元"))
            for n0, n1 in self.numbers
        )  # fmt: skip

    def _found(self) -> list[Hit]:
        """Labels in the noun phrase."""
        if self.verbal or self.empty:
            return []
        first = self.start - len(self.word) if self.start == self.q.end else self.start
        found = [h for h in self.plain if h.start >= first and self.start < h.end <= self.end]
        if self.q.unit in RELATIVE:
            of_share = self.text[self.start : self.noun].endswith("的")
            near = [h for h in self.plain if h.end <= self.b and 0 < h.start - self.q.end <= 2]
            near = [h for h in near if not self.grammar.bare(self.text[self.q.end : h.start])]  # 62.8%已消除返贫风险
            return [h for h in found if h.start == self.q.end or (of_share and h.start - self.start <= 12)] or near
        if not found and self.q.unit == "count":  # 2—3个优势突出、带动能力强的主导产业
            of = self.text.find("的", self.start, self.limit)
            if of >= 0:
                found = [h for h in self.plain if of < h.start <= of + 10 and h.end <= self.limit]
        return found

    def _heads(self) -> list[Hit]:
        """The labels that are the phrase's head: up to the first coordination, for a count those that end last."""
        found = self.found
        first = min(found, key=lambda h: (h.end, -h.length))
        breaks = [at for mark in "、和及与(" if (at := self.text.find(mark, first.end, self.limit)) >= 0]
        heads = [h for h in found if h.end <= min([*breaks, self.limit])] or [first]
        at_classifier = [h for h in found if h.start < self.start]  # 个村, 个县
        if at_classifier and not any(h.start <= self.start + 1 and h.length > 2 for h in found if h not in at_classifier):
            heads = [max(at_classifier, key=lambda h: h.length)]
        if self.q.unit != "count":
            return heads
        last = max(h.end for h in heads)
        picked = [h for h in heads if h.end == last]
        fitting = [h for h in found if self.word and any(self.word == w and c.answer == h.concept.answer for w, c in self.grammar.classifier)]
        return fitting if fitting and not any(h in picked for h in fitting) else picked

    def candidates(self) -> list[_Candidate]:
        """Candidates of the phrase: its head, for people the predicates behind it, gap labels that begin in it."""
        if self.verbal or self.empty:
            return []
        q, grammar = self.q, self.grammar
        out: list[_Candidate] = []
        if self.found:
            for h in self._heads():
                score = AFTER + LENGTH * h.length - 0.05 * (h.start - q.end) + grammar.bonus(h.concept, q.unit)
                score += grammar.fits(h.concept, self.word) - grammar.who_only(h, self.text, q.unit)
                if q.unit in PEOPLE and h.concept.answer == "other":
                    score -= HEAD  # 25071名农村人口纳入低保: what is done tells more than who they are
                label = self.text[h.start : h.end]
                if q.unit in PEOPLE and h.end == self.end and not grammar.group.search(label) and not grammar.stop.search(label):
                    score += HEAD  # 5.1万名干部结对帮扶: what they are, not what they do
                out.append(_Candidate(score, h, "metric.counted-noun"))
        elif q.unit == "count" and self.end > self.noun:
            concept = grammar.heads.get(self.text[self.end - 1])
            if concept is not None and grammar.usual[concept.iri] != "%":
                out.append(_Candidate(AFTER + 2.5, Hit(self.end - 1, self.end, concept), "metric.head-noun"))
        if q.unit in PEOPLE and self.end < self.limit:
            for h in self.plain:
                if self.end <= h.start and h.end <= self.limit:
                    score = AFTER - 0.5 + LENGTH * h.length - 0.15 * (h.start - q.end) + grammar.bonus(h.concept, q.unit)
                    out.append(_Candidate(score, h, "metric.predicate"))
        for h in self.hits:
            if h.gap and h.start >= self.start and h.end <= self.b and not self.holds_other(h):
                gap = h.start - self.noun
                if gap <= 8 and (h.start < self.end or q.unit in PEOPLE) and (q.unit not in RELATIVE or gap <= 0):
                    score = AFTER - 1 + LENGTH * h.length - 0.4 * max(gap, 0) + grammar.bonus(h.concept, q.unit)
                    out.append(_Candidate(score, h, "metric.counted-noun"))
        return out


def _inherited(
    i: int, quantities: Sequence[Quantity], before: list[MetricGuess], q: Quantity, head: str, grammar: MetricGrammar
) -> MetricGuess | None:  # fmt: skip
    """The metric of a number before, where this one only compares with it (达1958家，较上年增加97家)."""
    for k in range(i - 1, -1, -1):
        unit = quantities[k].unit
        if q.unit in RELATIVE:
            return _again(before[k], "metric.inherited") if before[k].concept is not None else None
        if _alike(unit, q.unit) and grammar.bare(head) <= 1:
            return _again(before[k], "metric.inherited") if before[k].concept is not None else None
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
            best = max(inside, key=lambda h: (h.length + grammar.bonus(h.concept, q.unit), h.end, h.concept.code))
            return _of(best, "metric.respectively", AFTER)
    earlier = [j for j, other in enumerate(quantities) if other.start < at]
    if len(earlier) >= n and len(head) < 8:
        guess = before[earlier[-n:][k]]
        return MetricGuess(guess.concept, guess.code, "metric.respectively", AFTER, guess.span)
    return None
