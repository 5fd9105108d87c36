"""Matches of a costly pattern, tried only where it can begin."""

from __future__ import annotations

import re
from collections.abc import Iterator


def matches_at(
    first: re.Pattern[str], pattern: re.Pattern[str], text: str, start: int, end: int
) -> Iterator[re.Match[str]]:
    """The matches of ``pattern.finditer(text, start, end)`` that are not empty.

    `first` matches the one character that a match begins with. The engine skips to a set of characters fast, but tries
    a pattern of many branches at each place of the text one by one.
    """
    position = start
    for opening in first.finditer(text, start, end):
        at = opening.start()
        if at >= position and (m := pattern.match(text, at, end)) is not None and m.end() > at:
            yield m
            position = m.end()
