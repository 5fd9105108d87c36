"""Page furniture in plain text: what a page says around its article (where one is, tools, counters, page numbers).

Text that was taken from a web page or a PDF carries lines that are no prose. They are found line by line, by words of
`ontology/furniture.tsv`, whose kinds are

- ``strong-line``     the whole line, wherever it stands
- ``whole-line``      the whole line, where another line of furniture or an end of the text is near: such words are also
  words of prose, and a broken layout can leave one alone on a line
- ``line-start``      how a short line begins
- ``strong-start``    how a line begins that is furniture however long it is and however it ends
- ``location``        how a trail of links begins ("where you are"), which may go on over several lines
- ``tail``            a title of links to other pages: the lines below it, to the end of the text or to prose
- ``contains``        what a short line contains
- ``pattern`` `strong-pattern`  a regular expression that matches the whole line, short or of any length
- ``inline``          a regular expression for a stretch inside a line

Lines are compared without white space, in half width and lower case; ``inline`` alone sees the text as it stands.
Prose is never furniture: a line that ends a sentence, or is longer than 40 characters, unless its beginning is strong.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from loaders.errors import InputError
from loaders.records import Span
from loaders.resources import data_folder

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_SENTENCE_END = re.compile(r"[。！？；!?;]")
_LONGEST = 40  # characters of a line that may be furniture by a weak sign
_CRUMB = 20  # characters of one step of a trail of links
_NEAR = 2  # lines with text within which a weak word needs company
_SEPARATORS = frozenset({">", ">>", "»", "›", "/", "→", "-", "|", "::"})
_BRACKETS = {"【": "】", "[": "]"}
_BRACKET_LINES = 8  # lines that an opened bracket may take to be closed
_PUNCTUATION = tuple(zip("，；：！？（）％", ",;:!?()%", strict=True))
_PAGE = re.compile(r"[1-9]\d{0,2}")
_KINDS = (
    "strong-line", "whole-line", "line-start", "strong-start", "location", "tail", "contains",
    "pattern", "strong-pattern", "inline",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FurnitureWords:
    """The words of furniture by kind, folded as lines are."""

    strong_lines: frozenset[str]
    whole_lines: frozenset[str]
    line_starts: tuple[str, ...]
    strong_starts: tuple[str, ...]
    locations: tuple[str, ...]
    tails: tuple[str, ...]
    contains: tuple[str, ...]
    pattern: re.Pattern[str]
    strong_pattern: re.Pattern[str]
    inline: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    folded: str
    prose: bool


@lru_cache(maxsize=4)
def load_furniture_words(path: Path | None = None) -> FurnitureWords:
    """The words of `ontology/furniture.tsv`, or of another file of that form; InputError names a faulty line."""
    path = path or data_folder("ontology") / "furniture.tsv"
    forms: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
            kind, form = row.get("kind"), row.get("form")
            if kind not in forms or not form:
                raise InputError(f"{path}: line {number} is no kind and form of furniture")
            if kind.endswith("pattern") or kind == "inline":
                _checked(form, path, number)
                forms[kind].append(form)
            else:
                forms[kind].append(_fold(form))
    return FurnitureWords(
        strong_lines=frozenset(forms["strong-line"]),
        whole_lines=frozenset(forms["whole-line"]),
        line_starts=tuple(forms["line-start"]),
        strong_starts=tuple(forms["strong-start"]),
        locations=tuple(forms["location"]),
        tails=tuple(forms["tail"]),
        contains=tuple(forms["contains"]),
        pattern=_joined(forms["pattern"]),
        strong_pattern=_joined(forms["strong-pattern"]),
        inline=_joined(forms["inline"]),
    )


def furniture(text: str, words: FurnitureWords) -> tuple[Span, ...]:
    """The stretches of `text` that are page furniture, in order, without overlap; a line's outer white space is out."""
    lines = _lines(text)
    taken: set[int] = set()
    last_prose = max(
        (at for at, line in enumerate(lines) if line.prose and not _strong(line.folded, words)), default=-1
    )
    for index in range(len(lines)):
        if index not in taken:
            taken.update(_from(index, lines, words, last_prose))
    taken.update(_page_numbers(lines))
    weak = {index for index, line in enumerate(lines) if index not in taken and line.folded in words.whole_lines}
    marked = taken | weak
    taken.update(index for index in weak if _in_company(index, marked, len(lines)))
    spans = [lines[index].span for index in sorted(taken)]
    spans += [Span(*found.span()) for found in words.inline.finditer(text) if found.end() > found.start()]
    return _disjoint(spans)


def _from(index: int, lines: Sequence[_Line], words: FurnitureWords, last_prose: int) -> list[int]:
    """Indices of the lines of furniture that one line begins; none where it begins none."""
    line = lines[index]
    folded = line.folded
    if _strong(folded, words):
        return [index]
    if line.prose:
        return []
    if folded.rstrip(":") in words.tails:
        return [index] if index < last_prose else list(range(index, len(lines)))
    if folded.startswith(words.locations):
        return [index, *_trail(index, lines)]
    known = (
        folded in words.strong_lines
        or folded.startswith(words.line_starts)
        or any(word in folded for word in words.contains)
        or words.pattern.fullmatch(folded)
    )
    return [index, *_bracketed(index, lines)] if known else []


def _strong(folded: str, words: FurnitureWords) -> bool:
    return folded.startswith(words.strong_starts) or words.strong_pattern.fullmatch(folded) is not None


def _trail(index: int, lines: Sequence[_Line]) -> list[int]:
    """The steps of a trail of links: step, separator, step, …, each on a line of its own, the last perhaps twice."""
    steps: list[int] = []
    at = index + 1
    while at < len(lines) and not lines[at].prose and len(lines[at].folded) <= _CRUMB:
        begins = at + 1 < len(lines) and lines[at + 1].folded in _SEPARATORS
        if not begins and not (steps and lines[at - 1].folded in _SEPARATORS):
            break
        steps.append(at)
        if not begins:
            if at + 1 < len(lines) and lines[at + 1].folded == lines[at].folded:
                steps.append(at + 1)
            break
        steps.append(at + 1)
        at += 2
    return steps


def _bracketed(index: int, lines: Sequence[_Line]) -> list[int]:
    """The lines to the closing bracket where a line of furniture opens one: a size of letters on each line, say."""
    folded = lines[index].folded
    closing = _BRACKETS.get(folded[:1])
    if closing is None or closing in folded:
        return []
    for at in range(index + 1, min(index + 1 + _BRACKET_LINES, len(lines))):
        if lines[at].prose or len(lines[at].folded) > _CRUMB:
            return []
        if closing in lines[at].folded:
            return list(range(index + 1, at + 1))
    return []


def _page_numbers(lines: Sequence[_Line]) -> list[int]:
    """Lines that are bare numbers and count pages: 1 or 2 and at least two that follow it, text between them.

    A bare number alone says nothing: a broken layout leaves figures of the prose on lines of their own.
    """
    expected, found = 0, list[int]()
    for index, line in enumerate(lines):
        if not _PAGE.fullmatch(line.folded):
            continue
        number = int(line.folded)
        apart = not found or index - found[-1] > 1
        if number == expected and apart:
            found.append(index)
            expected += 1
        elif not found and number in (1, 2):
            found, expected = [index], number + 1
    return found if len(found) >= 3 else []


def _in_company(index: int, marked: set[int], count: int) -> bool:
    near = range(index - _NEAR, index + _NEAR + 1)
    return near.start < 0 or near.stop > count or any(each in marked for each in near if each != index)


def _lines(text: str) -> list[_Line]:
    found = []
    for match in _LINE.finditer(text):
        line = match[0]
        stripped = line.strip()
        if not stripped:
            continue
        start = match.start() + len(line) - len(line.lstrip())
        prose = len(stripped) > _LONGEST or _SENTENCE_END.search(stripped) is not None
        folded = _fold(stripped[:600]) if prose else _fold(stripped)
        found.append(_Line(Span(start, start + len(stripped)), folded, prose))
    return found


def _disjoint(spans: Sequence[Span]) -> tuple[Span, ...]:
    kept: list[Span] = []
    for span in sorted(spans):
        if kept and span.start < kept[-1].end:
            kept[-1] = Span(kept[-1].start, max(kept[-1].end, span.end))
        else:
            kept.append(span)
    return tuple(kept)


def _fold(line: str) -> str:
    for wide, narrow in _PUNCTUATION:  # as NFKC does it; a line without any other wide form is then passed over fast
        line = line.replace(wide, narrow)
    return "".join(unicodedata.normalize("NFKC", line).split()).casefold()


def _joined(forms: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form})" for form in forms) if forms else r"(?!)")


def _checked(form: str, path: Path, number: int) -> None:
    try:
        re.compile(form)
    except re.error as fault:
        raise InputError(f"{path}: line {number} is no regular expression: {fault}") from None
