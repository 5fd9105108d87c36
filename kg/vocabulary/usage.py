"""Which labels fire on a folder of bulletins, and where labels of two concepts cross there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from kg.vocabulary.model import ASKED_FOR, Finding, Vocabulary
from loaders.furniture import furniture, load_furniture_words
from loaders.layout import lay_out
from loaders.lexicon import SENTENCE_ENDS, Lexicon, longest
from loaders.readers import ReadFailure, ReadOptions, inputs, read

_SENTENCE = re.compile(f"[^{SENTENCE_ENDS}]+[{SENTENCE_ENDS}]?")
_SHOWN = 8


def sentences_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Source and folded text of every sentence of the bulletins below a path; what cannot be read is left out."""
    for unit in inputs(folder, ReadOptions()):
        for document in read(unit, ReadOptions()):
            if isinstance(document, ReadFailure):
                continue
            text = lay_out(document, furniture(document.text, load_furniture_words())).text
            for match in _SENTENCE.finditer(text):
                yield document.source, match[0]


def usage_findings(vocabulary: Vocabulary, lexicon: Lexicon, sentences: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """Labels that never fired on the sentences, a finding a concept; and pairs of labels that crossed there."""
    fired: dict[str, set[str]] = defaultdict(set)
    crossings: dict[tuple[str, str], tuple[str, str]] = {}
    for source, text in sentences:
        for scheme, hits in lexicon.scan(text).items():
            for hit in hits:
                parts = hit.parts or ((hit.start, hit.end),)
                fired[hit.concept.iri].add("…".join(text[a:b] for a, b in parts))
            plain = [h for h in longest(hits) if not h.gap]
            for one, other in pairwise(plain):
                if one.start < other.start < one.end < other.end and one.concept.answer != other.concept.answer:
                    pair = (one.concept.iri, other.concept.iri)
                    crossings.setdefault(pair, (f"{text[one.start : other.end]} ({scheme})", source))
    for term in vocabulary.terms:
        known = [label.text for label in term.labels if len(label.text) > 1]
        silent = [text for text in known if text not in fired[term.iri]]
        if term.scheme in ASKED_FOR or not silent:
            continue
        shown = "、".join(silent[:_SHOWN]) + ("…" if len(silent) > _SHOWN else "")
        yield Finding(
            severity="information",
            rule="never-fired",
            term=term.name,
            where=vocabulary.where(term.iri),
            message=f"{len(silent)} of {len(known)} labels fired on none of the examples: {shown}",
            labels=tuple(silent),
        )
    by_iri = vocabulary.by_iri()
    for (first, second), (quote, source) in sorted(crossings.items()):
        yield Finding(
            severity="information", rule="labels-cross", term=by_iri[first].name, where=vocabulary.where(first),
            message=f"shares characters with {by_iri[second].name} in {quote} of {source}; both are answered",
        )  # fmt: skip
