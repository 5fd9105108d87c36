"""A vocabulary checked: shapes, terms, order, labels, and what its labels do on bulletins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.vocabulary.labels import (
    condition_findings,
    crossed_findings,
    duplicate_findings,
    exclusion_findings,
    inside_findings,
)
from kg.vocabulary.model import SEVERITIES, Finding, Vocabulary, read_vocabulary
from kg.vocabulary.structure import UNEXPLAINED, code_findings, order_findings, shape_findings, term_findings
from kg.vocabulary.usage import sentences_of, usage_findings
from kg.vocabulary.words import load_words
from loaders.errors import InputError
from loaders.lexicon import load_lexicon


def check_vocabulary(files: Sequence[Path] = (), examples: Path | None = None) -> tuple[Finding, ...]:
    """All findings, the gravest first: of the shipped files, or of a user's `files` read together with them.

    `examples` is a folder of bulletins on which labels should fire. Errors: InputError for a file that is no Turtle.
    """
    vocabulary = read_vocabulary(files)
    found = list(_errors(vocabulary))
    found += crossed_findings(vocabulary, load_words())
    found += inside_findings(vocabulary)
    if examples is not None:
        found += usage_findings(vocabulary, load_lexicon(tuple(files)), list(sentences_of(examples)))
    return _of_interest(vocabulary, found)


def _errors(vocabulary: Vocabulary) -> Iterator[Finding]:
    yield from shape_findings(vocabulary)
    yield from term_findings(vocabulary)
    yield from order_findings(vocabulary)
    yield from code_findings(vocabulary)
    yield from duplicate_findings(vocabulary)
    yield from condition_findings(vocabulary)
    yield from exclusion_findings(vocabulary)


def _of_interest(vocabulary: Vocabulary, found: list[Finding]) -> tuple[Finding, ...]:
    """Of a user's files what concerns them; of the shipped ones all."""
    kept = [f for f in found if not vocabulary.users or f.where.rpartition(":")[0] in vocabulary.users]
    return tuple(sorted(set(kept), key=lambda f: (SEVERITIES.index(f.severity), f.rule, _place(f.where), f.message)))


def _place(where: str) -> tuple[str, int]:
    file, _, line = where.rpartition(":")
    return file, int(line or 0)


def demand_sound(files: Sequence[Path]) -> tuple[Finding, ...]:
    """What a build may live with in a user's files; InputError with the first error that it may not, file and line.

    A build may live with a concept that lacks its definition or its English label, and with a label that a shipped
    concept has too: then a text says both. Only errors are looked for, which takes a fraction of a second.
    """
    if not files:
        return ()
    vocabulary = read_vocabulary(files)
    errors = [f for f in _of_interest(vocabulary, list(_errors(vocabulary))) if f.severity == "error"]
    borne = tuple(f for f in errors if _borne(vocabulary, f))
    if len(borne) < len(errors):
        first, *others = (f for f in errors if f not in borne)
        more = f" (and {len(others)} more: kg vocabulary check)" if others else ""
        raise InputError(f"{first.where}: {first.term} {first.message}{more}")
    return borne


def _borne(vocabulary: Vocabulary, finding: Finding) -> bool:
    """Whether an error leaves no doubt about what the user's own files mean."""
    if finding.rule == "one-label":
        own = [t for t in vocabulary.terms if vocabulary.where(t.iri).rpartition(":")[0] in vocabulary.users]
        return sum(label.text in finding.labels for term in own for label in term.labels) < 2
    return finding.rule == UNEXPLAINED
