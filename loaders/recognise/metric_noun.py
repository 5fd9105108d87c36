"""The noun phrase that a number counts: what stands behind the unit, up to where a verb begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from loaders.lexicon import Hit
from loaders.recognise.metric_grammar import AFTER, HEAD, LENGTH, PEOPLE, RELATIVE, Candidate, MetricGrammar
from loaders.recognise.quantity import Quantity

_JOINS = frozenset("-—~至到、和")
_LEAD = re.compile(r"(?:以上|左右|以下|以内|多|余|的)+")


def bounds_a_noun(text: str, q: Quantity, raw: Sequence[Hit], grammar: MetricGrammar) -> bool:
    """Whether the number is a condition of the noun behind it and does not count it (30户以上的合作社)."""
    if q.unit in RELATIVE or q.unit == "count":
        return False
    lead = grammar.bound.match(text, q.end)
    if lead is None:
        return False
    if any(lead.end() <= h.start <= lead.end() + 8 and grammar.usual[h.concept.iri] == "count" for h in raw):
        return True
    noun = re.split(r"[,。;:、]", text[lead.end() : lead.end() + 6])[0]
    return lead[0].endswith("的") and any(c in grammar.heads for c in noun)


class CountedNoun:
    """The noun phrase that a number counts: what stands after the unit, up to where a verb begins.

    Of a range (2—3个) it stands after the second number.
    """

    def __init__(
        self,
        text: str,
        i: int,
        quantities: Sequence[Quantity],
        numbers: list[tuple[int, int]],
        hits: list[Hit],
        b: int,
        word: str,
        grammar: MetricGrammar,
        bound: bool,
    ) -> None:
        q = quantities[i]
        self.bound = bound
        self.text, self.q, self.hits, self.b, self.word, self.grammar, self.numbers = (
            text,
            q,
            hits,
            b,
            word,
            grammar,
            numbers,
        )
        nxt = quantities[i + 1] if i + 1 < len(quantities) else None
        self.start = q.end
        if (
            nxt is not None
            and q.rule in ("quantity.range", "quantity.list")
            and q.unit == nxt.unit
            and text[q.end : nxt.start] in _JOINS
        ):
            self.start = nxt.end
        if (
            nxt is not None
            and {q.unit, nxt.unit} <= PEOPLE
            and text[q.end : nxt.start] in ("", "、")
            and nxt.rule != "quantity.counted-noun"
        ):
            self.start = nxt.end  # 5万户、20万名农民受益
        lead = _LEAD.match(text, self.start, b)
        self.noun = lead.end() if lead else self.start
        self.limit = min([b, self.start + 24, *(n0 for n0, _ in numbers if n0 >= self.start)])
        self.plain = [h for h in hits if not h.parts]
        self.end = self._end()
        self.verbal = word in grammar.verbal
        joined = text[self.noun : self.noun + 1] in ("、", "和", "及", "与", "(", "并")
        self.empty = bound or (joined and not any(h.start == self.noun for h in hits))  # 和 of 和美乡村 joins nothing
        self.said = not self.verbal and not self.empty and self.end - self.noun >= 2
        self.found = self._found()

    def _end(self) -> int:
        end, no_stop = self.limit, self.grammar.no_stop
        for m in self.grammar.stop.finditer(self.text, self.noun, self.limit):
            kept = self.text.endswith(no_stop, 0, m.end()) or self.text.startswith(no_stop, m.start())
            if not kept and not any(h.start < m.start() and m.end() <= h.end for h in self.plain):
                end = m.start()
                break
        bracket = self.text.find("(", self.start, end)
        return bracket if bracket >= 0 else end

    def holds_other(self, hit: Hit) -> bool:
        """Whether a gap label reaches over another number (a sum of money may stand in one that counts people)."""
        return any(
            n0 >= hit.start
            and n1 <= hit.end
            and (n0, n1) != (self.q.start, self.q.end)
            and not (self.q.unit in PEOPLE and self.text[n0:n1].endswith("元"))
            for n0, n1 in self.numbers
        )

    def _found(self) -> list[Hit]:
        """Labels in the noun phrase."""
        if self.verbal or self.empty:
            return []
        first = self.start - len(self.word) if self.start == self.q.end else self.start
        found = [h for h in self.plain if h.start >= first and self.start < h.end <= self.end]
        if self.q.unit in RELATIVE:
            of_share = self.text[self.start : self.noun].endswith("的")
            near = [h for h in self.plain if h.end <= self.b and 0 < h.start - self.q.end <= 2]
            near = [h for h in near if not self.grammar.bare(self.text[self.q.end : h.start])]  # 七成已消除风险
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
        if at_classifier and not any(
            h.start <= self.start + 1 and h.length > 2 for h in found if h not in at_classifier
        ):
            heads = [max(at_classifier, key=lambda h: h.length)]
        if self.q.unit != "count":
            return heads
        last = max(h.end for h in heads)
        picked = [h for h in heads if h.end == last]
        fitting = [h for h in found if self.word and (self.word, h.concept.answer) in self.grammar.usual_words]
        return fitting if fitting and not any(h in picked for h in fitting) else picked

    def candidates(self) -> list[Candidate]:
        """Candidates of the phrase: its head, for people the predicates behind it, gap labels that begin in it."""
        if self.verbal or self.empty:
            return []
        q, grammar = self.q, self.grammar
        out: list[Candidate] = []
        if self.found:
            for h in self._heads():
                score = AFTER + LENGTH * h.length - 0.05 * (h.start - q.end) + grammar.bonus(h.concept, q.unit)
                score += grammar.fits(h.concept, self.word) - grammar.who_only(h, self.text, q.unit)
                if q.unit in PEOPLE and h.concept.answer == "other":
                    score -= HEAD  # 百名农村人口纳入低保: what is done tells more than who they are
                label = self.text[h.start : h.end]
                if (
                    q.unit in PEOPLE
                    and h.end == self.end
                    and not grammar.group.search(label)
                    and not grammar.stop.search(label)
                ):
                    score += HEAD  # 百名干部结对帮扶: what they are, not what they do
                if q.unit in RELATIVE and h.concept.answer == "places-count" and grammar.reached is not None:
                    h = Hit(h.start, h.end, grammar.reached)  # 四成行政村通了客车: how far something reaches
                out.append(Candidate(score, h, "metric.counted-noun"))
        elif q.unit == "count" and self.end > self.noun:
            last = self.noun + len(self.text[self.noun : self.end].split("、")[0])  # 5个工厂、9个…
            concept = grammar.heads.get(self.text[last - 1])
            if concept is not None and grammar.usual[concept.iri] != "%":
                out.append(Candidate(AFTER + 2.5, Hit(last - 1, last, concept), "metric.head-noun"))
        if q.unit in PEOPLE and self.end < self.limit:
            for h in self.plain:
                if self.end <= h.start and h.end <= self.limit:
                    score = (
                        AFTER - 0.5 + LENGTH * h.length - 0.15 * (h.start - q.end) + grammar.bonus(h.concept, q.unit)
                    )
                    out.append(Candidate(score, h, "metric.predicate"))
        for h in self.hits:
            if h.gap and h.start >= self.start and h.end <= self.b and not self.holds_other(h):
                gap = h.start - self.noun
                if gap <= 8 and (h.start < self.end or q.unit in PEOPLE) and (q.unit not in RELATIVE or gap <= 0):
                    score = AFTER - 1 + LENGTH * h.length - 0.4 * max(gap, 0) + grammar.bonus(h.concept, q.unit)
                    out.append(Candidate(score, h, "metric.counted-noun"))
        return out
