"""What labels must be like so that the matcher does what their author means.

A label is matched wherever its characters stand, so a check looks for what an author does not see: two concepts with
one label, labels that common words make between their parts, exclusions and conditions without effect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from kg.vocabulary.model import ASKED_FOR, Finding, Label, Term, Vocabulary, ancestors
from kg.vocabulary.words import WordList

CROSSED_MIN_FREQUENCY = 50  # in the word list's counts: 民法 stands in 人民法院 (1,700); below it the words are rare
CROSSED_MAX_LENGTH = 3  # longer labels hardly ever stand across the parts of a word
_PEOPLE = frozenset({"person", "household", "person-time"})


def duplicate_findings(vocabulary: Vocabulary) -> Iterator[Finding]:
    """One label on two concepts of a scheme, so that the text alone cannot tell which is meant.

    No fault are a compound that names both (返乡|农民工: a measure has every group that its words name), and a label of
    two metrics with different usual units (补贴3.6亿元, 补贴1200人): the number's unit decides. What no rule can tell
    to be meant, kg:sharedLabel says.
    """
    by_iri = vocabulary.by_iri()
    holders: dict[tuple[str, Label], list[Term]] = defaultdict(list)
    for term in vocabulary.terms:
        if term.scheme in ASKED_FOR:
            continue
        for label in term.labels:
            if not label.near and not label.far:
                holders[term.scheme, label].append(term)
    for (scheme, label), terms in sorted(holders.items(), key=lambda item: (item[0][0], item[0][1].text)):
        for one, other in combinations(terms, 2):
            if label.text in one.shared | other.shared:
                continue
            if _told_apart(one, other) if scheme == "metrics" else _compound(label.text, one, other):
                continue
            related = other in ancestors(one, by_iri) or one in ancestors(other, by_iri)
            yield Finding(
                severity="warning" if related else "error",
                rule="one-label",
                term=one.name,
                where=_where(vocabulary, (one.iri, other.iri), label.text),
                message=f"has the label {label.text}, which {other.name} has too",
                labels=(label.text,),
            )


def _told_apart(one: Term, other: Term) -> bool:
    a, b = ({"person" if u in _PEOPLE else u for u in t.usual} for t in (one, other))
    return not a & b


def _compound(text: str, one: Term, other: Term) -> bool:
    """Whether the label falls into two parts, the first of one concept's language, the second of the other's.

    A part is a concept's own where another label of it has the part, and no label of the other concept does.
    """

    def own(term: Term, rest: Term, part: str) -> bool:
        mine, theirs = ({x.text for x in t.labels} for t in (term, rest))
        return any(part in x for x in mine - theirs) and not any(part in x for x in theirs - mine)

    for at in range(1, len(text)):
        left, right = text[:at], text[at:]
        if own(one, other, left) and own(other, one, right):
            return True
        if own(other, one, left) and own(one, other, right):
            return True
    return False


def condition_findings(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Conditions that contradict their label, or that change nothing; white space, which no folded text has."""
    for term in vocabulary.terms:
        for label in term.labels:
            for severity, rule, message in _label_faults(label, term):
                yield Finding(
                    severity=severity,
                    rule=rule,
                    term=term.name,
                    where=vocabulary.where(term.iri, label.text),
                    message=message,
                    labels=(label.text,),
                )
        for text in term.repeated:
            yield Finding(
                severity="warning",
                rule="repeated-label",
                term=term.name,
                where=vocabulary.where(term.iri, text),
                message=f"states the label {text} twice",
                labels=(text,),
            )


def _label_faults(label: Label, term: Term) -> Iterator[tuple[str, str, str]]:
    """Severity, rule and message of each fault of one label by itself."""
    text = label.text
    if any(c.isspace() for c in text) and not text.isascii():
        yield "error", "white-space", f"has a label with white space, which is never matched: {text!r}"
    if both := sorted(set(label.near) & set(label.far)):
        yield "error", "contradiction", f"demands and forbids {both[0]} near the label {text}"
    if inside := [w for w in label.far if any(w in part for part in label.parts)]:
        yield "error", "contradiction", f"has a label that its own far word forbids: {text} holds {inside[0]}"
    if near := [w for w in label.near if any(w in part for part in label.parts)]:
        yield "warning", "idle-condition", f"has a near word that stands in the label itself: {text} holds {near[0]}"
    if (label.near or label.far) and any(x.plain and x.text == text for x in term.labels):
        yield "warning", "idle-condition", f"has the label {text} with conditions and without any"


def exclusion_findings(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Exclusion labels without effect: no label of the concept stands inside them, or one is a label itself.

    Cues are asked for several at a time, and the exclusions of all then hold: there the whole scheme's forms count.
    """
    of_scheme: dict[str, set[str]] = defaultdict(set)
    for term in vocabulary.terms:
        of_scheme[term.scheme] |= _forms(term)
    for term in vocabulary.terms:
        forms = of_scheme[term.scheme] if term.scheme in (*ASKED_FOR, "domain") else _forms(term)
        plain = {label.text for label in term.labels if label.plain}
        for exclusion in term.exclusions:
            if exclusion in plain and term.scheme not in ASKED_FOR:
                severity, rule = "error", "contradiction"
                message = f"has {exclusion} as a label and as an exclusion label"
            elif not any(form in exclusion and len(form) < len(exclusion) for form in forms):
                severity, rule = "warning", "dead-exclusion"
                message = f"has the exclusion label {exclusion}, in which no label of its own stands"
            else:
                continue
            where = vocabulary.where(term.iri, exclusion)
            yield Finding(
                severity=severity, rule=rule, term=term.name, where=where, message=message, labels=(exclusion,)
            )


def _forms(term: Term) -> set[str]:
    return {part for label in term.labels for part in label.parts} | set(term.endings)


def crossed_findings(vocabulary: Vocabulary, words: WordList) -> Iterator[Finding]:
    """Short plain labels that a common longer word makes between its parts (民法 in 人民|法院) without an exclusion.

    A label that is a part of the longer word (产品 in 农产品) is no fault: it means there what it means alone.
    """
    wanted: dict[str, list[Term]] = defaultdict(list)
    for term in vocabulary.terms:
        if term.scheme in ASKED_FOR:
            continue
        for label in term.labels:
            if label.plain and 2 <= len(label.text) <= CROSSED_MAX_LENGTH:
                wanted[label.text].append(term)
    known: Mapping[str, set[str]] = _inside_labels(vocabulary, wanted)
    for text, crossing in sorted(words.crossed(wanted, CROSSED_MIN_FREQUENCY).items()):
        for term in wanted[text]:
            open_words = [w for w in crossing if not _covered(text, w, term, known[term.iri])]
            if open_words:
                yield Finding(
                    severity="warning", rule="label-in-word", term=term.name, where=vocabulary.where(term.iri, text),
                    message=f"has the label {text}, which also stands across the parts of {'、'.join(open_words[:5])}",
                    labels=(text, *open_words),
                )  # fmt: skip


def _covered(text: str, word: str, term: Term, longer: Iterable[str]) -> bool:
    """Whether an exclusion, or a longer label of the scheme that then wins, stands over the label in this word."""
    return any(text in x and x in word for x in term.exclusions) or any(text in x and x in word for x in longer)


def _inside_labels(vocabulary: Vocabulary, wanted: Mapping[str, list[Term]]) -> dict[str, set[str]]:
    """For each term the longer plain labels of its scheme: the longest of two that overlap wins."""
    by_scheme: dict[str, set[str]] = defaultdict(set)
    for term in vocabulary.terms:
        by_scheme[term.scheme] |= {label.text for label in term.labels if label.plain and len(label.text) > 2}
    return {term.iri: by_scheme[term.scheme] for terms in wanted.values() for term in terms}


def inside_findings(vocabulary: Vocabulary) -> Iterator[Finding]:
    """Plain labels inside another concept's label that has conditions: where those are not met, the shorter one fires.

    Of two plain labels the longest wins, and an exclusion settles it; this is information, since it is often meant.
    """
    by_scheme: dict[str, list[tuple[Label, Term]]] = defaultdict(list)
    for term in vocabulary.terms:
        by_scheme[term.scheme] += [(label, term) for label in term.labels]
    for scheme, labels in sorted(by_scheme.items()):
        if scheme in ASKED_FOR:
            continue
        plain: dict[str, list[Term]] = defaultdict(list)
        for label, term in labels:
            if label.plain and len(label.text) > 1:
                plain[label.text].append(term)
        fixed = {label.text for label, _ in labels if label.plain}
        for label, term in labels:
            if label.plain or len(label.parts) > 1 or label.text in fixed:
                continue
            text = label.text
            pieces = {text[a:b] for a in range(len(text)) for b in range(a + 2, len(text) + 1)}
            for piece in sorted(pieces & plain.keys()):
                for other in plain[piece]:
                    covered = any(piece in x and x in text for x in other.exclusions)
                    if other.iri == term.iri or covered:
                        continue
                    yield Finding(
                        severity="information",
                        rule="label-in-label",
                        term=other.name,
                        where=_where(vocabulary, (other.iri, term.iri), piece),
                        message=f"has the label {piece}, which fires inside {term.name}'s {text} where conditions fail",
                        labels=(piece, text),
                    )


def _where(vocabulary: Vocabulary, iris: tuple[str, ...], label: str) -> str:
    places = [vocabulary.where(iri, label) for iri in iris]
    return next((p for p in places if p.rpartition(":")[0] in vocabulary.users), places[0])
