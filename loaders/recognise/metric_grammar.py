"""What one lexicon says of metrics: the units each allows, classifiers, head nouns, and the cues of the rules.

The weights of the scores stand here too. They were chosen on sentences of our own and the development set; a label's
length is the measure, so that a longer and more telling label wins over a shorter one nearer the number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from loaders.lexicon import Concept, Hit, Lexicon

PEOPLE = frozenset({"person", "household", "person-time"})
RELATIVE = frozenset({"%", "percentage-point", "multiple"})
_MASS = frozenset({"ton", "kg"})
_MONEY = frozenset({"CNY", "CNY/person", "CNY/household"})
_TIMES = frozenset({"day", "month", "year", "hour"})
BREAKS = frozenset(",。;:!?\n")

AFTER, COVER, BEFORE = 9.0, 13.0, 7.0  # the place of a label: behind the number, around it, before it
LENGTH, OWN_UNIT, DISTANCE = 1.0, 1.0, 0.3  # a label's character; the metric's usual unit; a character of distance
NUMBER_BETWEEN, CLAUSE_BACK = 1.5, 2.0
STRONG = 5.0  # from this score on a label speaks for the number; below it the number keeps the metric before it
OTHER = 1.5  # taken from `other`, a last resort
CLASSIFIER = 3.0  # added where the written classifier is one of the metric's (2处饮水工程)
GROUP = 1.0  # taken, with its length, from a label that says only who is meant (农村劳动力): what is done for them wins
HEAD = 2.0  # added where a label of people is the whole head of the noun phrase
WORDS_BETWEEN = 10  # added to the distance where real words stand between a label and the number of a count


_FIGURE = re.compile(r"^[\d.,多余万亿千百十一二两三四五六七八九零〇]+")


@dataclass(frozen=True, slots=True)
class MetricGuess:
    """The metric of one quantity; `concept` is None where no words name one."""

    concept: Concept | None
    code: str
    rule: str
    score: float
    span: tuple[int, int] | None  # the label's place in the sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A label that may give the metric, with its score and the rule that found it."""

    score: float
    hit: Hit
    rule: str


class MetricGrammar:
    """What one lexicon says of metrics; made once, then only read."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.units: dict[str, frozenset[str]] = {}
        self._allowed: dict[tuple[str, str], bool] = {}  # of a metric and a unit, once it was asked for
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
        self.words_of = {a: frozenset(w for w, c in self.usual_words if c == a) for _, a in self.usual_words}
        self.words = frozenset(w for w, c in self.classifier if self.usual[c.iri] == "count")
        self.classifier.sort(key=lambda p: (-len(p[0]), p[0], p[1].iri))
        # the classifiers of living things and of teams, which no other metric counts with
        self.exclusive = {w: c for w, c in self.classifier if self.usual[c.iri] in ("ton", "other", "person")}
        self.reached = lexicon.find_code("metrics", "coverage-rate")
        self.by_code = {c.code: c.iri for c in lexicon.in_scheme("metrics")}
        self.people = lexicon.find_code("metrics", "people-covered")
        self.partner = lexicon.find_code("metrics", "labour-to-partner-provinces")
        self.money_of = {of: c for c in lexicon.in_scheme("metrics") for of in c.values("moneyOf")}
        self.yields = {c.iri: v for c in lexicon.in_scheme("metrics") for v in c.values("yieldsTo")}
        self.by_iri = {c.iri: c for c in lexicon.in_scheme("metrics")}
        self.heads = {h: c for c in lexicon.in_scheme("metrics") for h in c.values("headNoun")}
        self.bare_words = re.compile(lexicon.alternation("bare") + r"|\d")
        lead, faster, part, bound, group = (
            lexicon.alternation(c) for c in ("number-lead", "faster", "part-of", "bound", "group-noun")
        )
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
        self.no_rates = tuple(
            x for c in set(self.heads.values()) for x in c.values("exclusionLabel") if self.rates.search(x)
        )
        self.group = re.compile(rf"{group}$")
        self.move = re.compile(rf"(?:{lexicon.alternation('move-to')})$")
        self.work = re.compile(lexicon.alternation("work-away"))
        self.gazetteer = lexicon.gazetteer
        self.letters = dict(lexicon.gazetteer.abbreviations())
        to, away = lexicon.alternation("move-to"), lexicon.alternation("work-away")
        self.abbreviated = re.compile(rf"{to}(?P<name>[{''.join(sorted(self.letters))}])(?={away})")
        stop = lexicon.find_code("cues", "counted-noun-end")
        self.stop = re.compile("|".join(map(re.escape, lexicon.labels("cues", "counted-noun-end"))))
        self.no_stop = stop.values("exclusionLabel") if stop else ()

    def allows(self, concept: Concept, unit: str) -> bool:
        """Whether a number with this unit may be of this metric."""
        key = (concept.iri, unit)
        if key not in self._allowed:
            self._allowed[key] = self._allows(concept, unit)
        return self._allowed[key]

    def _allows(self, concept: Concept, unit: str) -> bool:
        units, usual = self.units[concept.iri], self.usual[concept.iri]
        if unit in RELATIVE:
            return usual not in _TIMES
        return unit in units or (unit in PEOPLE and usual in PEOPLE) or (unit in _MASS and bool(units & _MASS))

    def bonus(self, concept: Concept, unit: str) -> float:
        """What the concept itself adds to a score: its usual unit fits; `other` is a last resort."""
        vague = concept.answer == "other" and self.usual[concept.iri] in ("other", "count")
        return OWN_UNIT * self.own(concept, unit) - OTHER * vague

    def root(self, concept: Concept) -> str:
        """The broad metric that a narrower one answers with, as an IRI."""
        return self.by_code.get(concept.answer, concept.iri)

    def fits(self, concept: Concept, word: str) -> float:
        """What the written classifier adds to a metric that it is usual for (2处饮水工程 are facilities)."""
        usual = self.usual[concept.iri] == "count" and (word, concept.answer) in self.usual_words
        return CLASSIFIER if usual else 0.0

    def counts_otherwise(self, concept: Concept, word: str) -> bool:
        """Whether a metric has classifiers of its own, or yields to those of another, and the one written is none."""
        own = self.words_of.get(concept.answer, frozenset())
        return (bool(own) or self.root(concept) in self.yields) and word not in own

    def settled(self, concept: Concept, word: str) -> Concept:
        """The metric, or the one that it yields to where the classifier as written is that one's (20处工程)."""
        other = self.by_iri.get(self.yields.get(self.root(concept), ""))
        return other if other is not None and (word, other.answer) in self.usual_words else concept

    def who_only(self, hit: Hit, text: str, unit: str) -> float:
        """What is taken from a label of people that names no doing."""
        only = unit in PEOPLE and not hit.gap and self.who.fullmatch(text, hit.start, hit.end) is not None
        return GROUP + LENGTH * hit.length if only else 0.0

    def doing(self, hit: Hit, text: str, numbers: Sequence[tuple[int, int]]) -> bool:
        """Whether a label may speak for later numbers: not a noun that a number of its own counts (老师6名)."""
        counted = any(0 <= n0 - hit.end <= 2 or 0 <= hit.start - n1 <= 1 for n0, n1 in numbers)
        return not counted or self.concept_of_doing(hit.concept)

    @staticmethod
    def concept_of_doing(concept: Concept) -> bool:
        """Metrics of what was done; staff and bodies are nouns."""
        return concept.answer not in ("staff-dispatched", "other", "entities-count")

    def population(self, before: str, after: str) -> bool:
        """Whether a clause only says that there are people (全村共有200户), and nothing of what is done for them."""
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


def alike(one: str, other: str) -> bool:
    """Whether two units may be of one metric: people of any counting, money in any form."""
    return one == other or (one in PEOPLE and other in PEOPLE) or (one in _MONEY and other in _MONEY)


def again(guess: MetricGuess, rule: str) -> MetricGuess:
    """The metric of a number before, for this one."""
    return MetricGuess(guess.concept, guess.code, rule, STRONG, guess.span)


def unit_word(surface: str) -> str:
    """The unit as written, without the number: 座 of 100余座."""
    return _FIGURE.sub("", surface)


def guess_of(hit: Hit, rule: str, score: float) -> MetricGuess:
    """What a label says."""
    return MetricGuess(hit.concept, hit.concept.answer, rule, score, (hit.start, hit.end))
