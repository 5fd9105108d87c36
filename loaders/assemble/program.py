"""Mentions of names → programs: one a name, with all its mentions and the measures that name it."""

from __future__ import annotations

from collections.abc import Iterable

from loaders.layout import LogicalText
from loaders.recognise.program import ProgramMention
from loaders.records import Program


def programs_of(names: Iterable[tuple[ProgramMention, str | None]], logical: LogicalText) -> tuple[Program, ...]:
    """Programs in the order of their first mention; the kind is that of the surest mention."""
    by_name: dict[str, list[tuple[ProgramMention, str | None]]] = {}
    for mention, measure in names:
        by_name.setdefault(logical.text[mention.start : mention.end], []).append((mention, measure))
    out = []
    for name, found in by_name.items():
        best = max((m for m, _ in found), key=lambda m: m.confidence)
        first = found[0][0]
        out.append(
            Program(
                span=logical.span(first.start, first.end), name=name, kind=best.kind, confidence=best.confidence,
                rule=best.rule, measures=tuple(dict.fromkeys(m for _, m in found if m)),
                mentions=tuple(logical.span(m.start, m.end) for m, _ in found),
            )
        )  # fmt: skip
    return tuple(out)
