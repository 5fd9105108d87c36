"""Frequent expressions in the texts of measures that no concept of instrument, target group or metric knows.

Words are cut by jieba with the labels of the vocabulary added to its dictionary; runs of up to four words are counted.
What a label covers is known; what function words, names, numbers or the cues' own verbs open or close is no term.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.vocabulary.words import WordList, load_words
from loaders.extract import extract
from loaders.folding import fold
from loaders.lexicon import CLAUSE_ENDS, Lexicon, load_lexicon
from loaders.readers import ReadFailure, ReadOptions, inputs, read
from loaders.records import Document

LABELLED = ("instruments", "targets", "metrics")
KNOWN_BY = (*LABELLED, "agencies", "document-kinds")  # whose labels cover an expression
LONGEST = 4  # words
# Tags of jieba's dictionary: particles, prepositions, conjunctions, pronouns, numerals, measure words, times, names of
# people, places and bodies, directions. A term neither opens nor closes with one; names and numbers it nowhere has.
_FUNCTION = frozenset(
    {"u", "p", "c", "d", "f", "e", "o", "k", "h", "ug", "uz", "uv", "ud", "ad", "vd", "df", "zg", "t", "tg"}
)
_NOWHERE = frozenset(
    {"m", "mq", "q", "vq", "mg", "nr", "nrt", "nrfg", "ns", "nt", "x", "r", "rr", "rz", "u", "uj", "ul", "y"}
)
GENERAL = 1_000  # a single word of at least this count in the word list is general language (工作, 基础) and no term
_PART_OF_LONGER = 0.8  # an expression is left out where so large a part of its uses is inside one longer expression
_QUOTE = 60  # characters of a quote at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An expression with how often it stands in measures, and one place; offsets are into that bulletin's text."""

    text: str
    bulletins: int
    count: int
    quote: str
    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Use:
    document: Document
    start: int
    end: int


def suggest_expressions(
    paths: Sequence[Path], vocabulary: Sequence[Path] = (), *, top: int = 50, options: ReadOptions | None = None
) -> tuple[tuple[Suggestion, ...], tuple[str, ...]]:
    """The `top` expressions, those of most bulletins first, and a sentence for each input that could not be read.

    The order of equals is that of count, length and code points, so that two runs give the same list.
    """
    lexicon = load_lexicon(tuple(vocabulary))
    words = load_words()
    cutter = _cutter(lexicon, words)
    stops = _stops(lexicon)
    uses: dict[str, list[_Use]] = defaultdict(list)
    failures: list[str] = []
    for path in paths:
        for unit in inputs(path, options or ReadOptions()):
            for document in read(unit, options or ReadOptions()):
                if isinstance(document, ReadFailure):
                    failures.append(document.sentence)
                    continue
                for text, start, end in _expressions(document, lexicon, words, cutter, stops):
                    uses[text].append(_Use(document, start, end))
    return _ranked(uses, top), tuple(failures)


def _cutter(lexicon: Lexicon, words: WordList) -> Any:
    """A jieba tokeniser with the vocabulary's plain labels as words; its cache file is neither read nor written."""
    import warnings

    with warnings.catch_warnings():  # its import uses names that Python has deprecated
        warnings.simplefilter("ignore")
        import jieba

    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    labels = {
        fold(label)
        for concept in lexicon.concepts
        for prop in ("altLabel", "hiddenLabel")
        for label in (*concept.values(prop), concept.zh)
        if concept.scheme in LABELLED and 1 < len(label) <= 8 and label.isalnum()
    }
    for label in sorted(labels - words.counts.keys()):
        cutter.add_word(label)
    return cutter


def _stops(lexicon: Lexicon) -> frozenset[str]:
    """Forms of the cues, of units and of the domain: words of every measure, no terms."""
    return frozenset(
        form
        for scheme in ("cues", "units", "program-kinds", "domain")
        for concept in lexicon.in_scheme(scheme)
        for prop in ("hiddenLabel", "unitForm", "adverb")
        for form in concept.values(prop)
    )


def _expressions(
    document: Document, lexicon: Lexicon, words: WordList, cutter: Any, stops: frozenset[str]
) -> Iterator[tuple[str, int, int]]:
    """Expressions of one bulletin's measures that no label covers, with their places in its text."""
    for measure in extract(document, lexicon).measures:
        at = [i for i in range(measure.span.start, measure.span.end) if not document.text[i].isspace()]
        body = fold("".join(document.text[i] for i in at))
        known = _known(body, lexicon)
        tokens = [(word, start) for word, start, _ in cutter.tokenize(body, HMM=False)]
        kinds = [_kind(word, words, stops) for word, _ in tokens]
        for first in range(len(tokens)):
            for last in range(first, min(first + LONGEST, len(tokens))):
                if kinds[last] == "break":
                    break
                if "edge" in (kinds[first], kinds[last]) or (first == last and kinds[first] == "general"):
                    continue
                if "verb" in kinds[first : last + 1]:
                    break
                lengths = [len(word) for word, _ in tokens[first : last + 1]]
                if min(lengths[0], lengths[-1]) == 1 < max(lengths):
                    continue  # 提质|扩: a word that the dictionary lacks was cut, unless all of it was (河|长|制)
                a, b = tokens[first][1], tokens[last][1] + len(tokens[last][0])
                if b - a > 1 and sum(known[a:b]) * 2 < b - a:
                    yield body[a:b], at[a], at[b - 1] + 1


def _known(body: str, lexicon: Lexicon) -> list[bool]:
    """For each character whether a label stands over it."""
    known = [False] * len(body)
    for scheme, hits in lexicon.scan(body).items():
        if scheme in KNOWN_BY:
            for hit in hits:
                for a, b in hit.parts or ((hit.start, hit.end),):
                    known[a:b] = [True] * (b - a)
    return known


def _kind(word: str, words: WordList, stops: frozenset[str]) -> str:
    """What a term may have of it: nothing (`break`, `verb`), not at its ends (`edge`), not alone (`general`), `term`.

    A verb of the cues parts a term from what is done with it (推进|片区化). The domain's words are general language.
    """
    tag = words.tags.get(word, "")
    if not word.isalpha() or tag in _NOWHERE or (word.isascii() and len(word) < 3):
        return "break"
    if word in stops and tag == "v":
        return "verb"
    if tag in _FUNCTION or (len(word) == 1 and not tag.startswith(("n", "v", "a", "g"))):
        return "edge"
    return "general" if word in stops or words.counts.get(word, 0) >= GENERAL else "term"


def _ranked(uses: dict[str, list[_Use]], top: int) -> tuple[Suggestion, ...]:
    count = Counter({text: len(places) for text, places in uses.items()})
    often = {text: n for text, n in count.items() if n > 1}
    swallowed = {
        text[a:b]
        for text, n in often.items()
        for a in range(len(text))
        for b in range(a + 2, len(text) + 1)
        if b - a < len(text) and text[a:b] in often and n >= _PART_OF_LONGER * often[text[a:b]]
    }
    left = {text: n for text, n in often.items() if text not in swallowed}
    rows = [(len({use.document.source for use in uses[text]}), n, text) for text, n in left.items()]
    rows.sort(key=lambda row: (-row[0], -row[1], -len(row[2]), row[2]))
    return tuple(_suggestion(text, bulletins, n, uses[text][0]) for bulletins, n, text in rows[:top])


def _suggestion(text: str, bulletins: int, count: int, use: _Use) -> Suggestion:
    whole = use.document.text
    folded = fold(whole)
    start, end = use.start, use.end
    while start > 0 and folded[start - 1] not in CLAUSE_ENDS and use.end - start < _QUOTE:
        start -= 1
    while end < len(whole) and folded[end] not in CLAUSE_ENDS and end - start < _QUOTE:
        end += 1
    return Suggestion(
        text=text, bulletins=bulletins, count=count, quote=whole[start:end], source=use.document.source,
        start=use.start, end=use.end,
    )  # fmt: skip
