"""The reader's text as logical text: page layout taken out, widths folded, each code point with its way back.

Government pages break a sentence over lines, with blank lines between, and put spaces round figures. Logical text has a
line a paragraph and no white space inside Chinese, so that one pattern reads all layouts; `LogicalText.span` gives the
place in the reader's text of any stretch of it, so no offset is ever sought afterwards.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

from loaders.folding import fold
from loaders.numerals import parse_numeral
from loaders.records import Document, Span

_WORDS = re.compile(r"\S+")
_ENDS = "。!?;:”》…"
# A line that begins so begins a new paragraph, whatever the line before looks like.
NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百零]+[章节条篇]|第[一二三四五六七八九十]+部分|[一二三四五六七八九十]{1,3}[、.]|"
    r"\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、](?!\d)|\(\d{1,2}\)|[①-⑳]|[一二三四五六七八九十]是|第[一二三四五六七八九十],|[·●◆■▲★▪◎]|——)"
)
_COUNTED = re.compile(r"\d+|[一二三四五六七八九十百]+")
_CLOSERS = "。,、;:!?)”》%"
_LONG_LINE = 40  # a heading of official prose is shorter
# a table whose cells are parted by bars, without those around: 河北省|950|
_BARRED = re.compile(r"^[^|\n]{1,40}(?:\|[^|\n]{0,40}){1,12}\|?[ \r]*$", re.M)
_BARRED_ROWS = 3
_FIGURE_TOLD = re.compile(r"\d[万亿余多]*[人户名个家元亩吨%公][^,]*,")
_ASCII_WORD = re.compile(r"[0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of logical text; `row` marks a line of a table, whose cells are parted by tabs."""

    start: int
    end: int
    row: bool
    heading: int  # level where the format marks a heading, else 0


@dataclass(frozen=True, slots=True)
class LogicalText:
    """Folded text with a line a paragraph; `at[i]` is the place of its i-th code point in the reader's text."""

    text: str
    at: array[int]
    paragraphs: tuple[Paragraph, ...]

    def span(self, start: int, end: int) -> Span:
        """The stretch of the reader's text behind ``text[start:end]`` (which is not empty)."""
        return Span(self.at[start], self.at[end - 1] + 1)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str  # folded, without white space inside Chinese
    at: array[int]
    row: bool
    heading: int
    gap: bool  # a blank line stood before


def lay_out(document: Document, furniture: tuple[Span, ...] = ()) -> LogicalText:
    """Logical text of a document, page furniture (the reader's and `furniture`) left out.

    Joins a broken line to the next: one that stops inside a sentence. Takes 收入占比⏎⏎超过80% as one line; not a
    heading and the paragraph below it.
    """
    lines = list(_lines(document, _merge((*document.furniture, *furniture))))
    pieces: list[str] = []
    at = array("i")
    paragraphs: list[Paragraph] = []
    length = 0
    width = _wrapped_width(lines)
    i = 0
    while i < len(lines):
        group = [lines[i]]
        while i + 1 < len(lines) and _broken("".join(x.text for x in group), group[-1], lines[i + 1], width):
            i += 1
            group.append(lines[i])
        start = length
        for line in group:
            # a line may break inside a number (投入3⏎3.5亿元), and two numbers never stand side by side: no space then
            last, first = pieces[-1][-1] if length > start else "", line.text[0]
            if _ASCII_WORD.match(last) and _ASCII_WORD.match(first) and not (last.isdigit() and first.isdigit()):
                pieces.append(" ")
                at.append(line.at[0])
                length += 1
            pieces.append(line.text)
            at.extend(line.at)
            length += len(line.text)
        paragraphs.append(Paragraph(start, length, group[0].row, group[0].heading))
        pieces.append("\n")
        at.append(group[-1].at[-1])
        length += 1
        i += 1
    return LogicalText(_curl("".join(pieces)), at, tuple(paragraphs))


def _merge(spans: tuple[Span, ...]) -> list[Span]:
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return out


def _lines(document: Document, skipped: list[Span]) -> list[_Line]:
    folded = fold(document.text)
    headings = sorted(document.headings)
    barred = len(_BARRED.findall(folded)) >= _BARRED_ROWS
    out: list[_Line] = []
    blank = False
    position = k = h = 0
    for raw in folded.splitlines(keepends=True):
        start, position = position, position + len(raw)
        while k < len(skipped) and skipped[k].end <= start:
            k += 1
        while h < len(headings) and headings[h][0].end <= start:
            h += 1
        level = headings[h][1] if h < len(headings) and headings[h][0].start < position else 0
        row = "\t" in raw.strip("\n\r ") and len(raw.split("\t")) > 1
        pipe = raw.strip()
        if (len(pipe) > 2 and pipe[0] == "|" == pipe[-1]) or (barred and _BARRED.fullmatch(pipe)):
            row = True  # of a Markdown table, or of one with bars between its cells only
        text: list[str] = []
        at = array("i")
        cuts = [s for s in skipped[k : k + 8] if s.start < position]
        for word in _WORDS.finditer(raw):
            a, b = start + word.start(), start + word.end()
            if any(s.start <= a and b <= s.end for s in cuts):
                continue
            chunk = word[0]
            if at:
                between = folded[at[-1] + 1 : a]
                if row and "\t" in between:
                    tabs = between.count("\t")
                    text.append("\t" * tabs)
                    at.extend([a - 1] * tabs)
                elif _ASCII_WORD.match(text[-1][-1]) and _ASCII_WORD.match(chunk[0]):
                    text.append(" ")
                    at.append(a - 1)
            text.append(chunk)
            at.extend(range(a, b))
        line = "".join(text)
        if row and barred and _BARRED.fullmatch(pipe):
            line = line.rstrip("|").replace("|", "\t")
            at = at[: len(line)]
        if row and pipe[:1] == "|":
            if not line.strip("|-: "):
                continue  # the rule under a Markdown table's head
            line, at = _pipes_to_tabs(line, at)
        if not line:
            blank = True
            continue
        level, line, at = _markdown_heading(level, line, at)
        if line:
            out.append(_Line(line, at, row, level, blank))
            blank = False
    return out


def _pipes_to_tabs(line: str, at: array[int]) -> tuple[str, array[int]]:
    return line[1:-1].replace("|", "\t"), at[1:-1]


def _markdown_heading(level: int, line: str, at: array[int]) -> tuple[int, str, array[int]]:
    """`## 一、…` is a heading of level 2; the marks are no part of it. Emphasis marks go too."""
    match = re.match(r"(#{1,6})(?=[^#])", line)
    if match:
        level, line, at = len(match[1]), line[match.end() :], at[match.end() :]
    if line.startswith(("* ", "- ")) or re.match(r"[*-](?=[一-鿿“])", line):
        line, at = line[1:].lstrip(), at[len(line) - len(line[1:].lstrip()) :]
    if "**" in line:
        kept = [i for i in range(len(line)) if line[i] != "*"]
        at = array("i", [at[i] for i in kept])
        line = line.replace("*", "")
    return level, line, at


def _wrapped_width(lines: list[_Line]) -> int:
    """The width at which the text was wrapped: many lines of near one length that stop inside a sentence; else 0."""
    open_ended = sorted(len(x.text) for x in lines if not x.row and x.text[-1] not in _ENDS + "," and len(x.text) >= 12)
    if len(open_ended) < 8 or len(open_ended) < len(lines) // 3:
        return 0
    return open_ended[len(open_ended) * 3 // 4]


def _next(one: re.Match[str] | None, other: re.Match[str]) -> bool:
    """Whether a number goes on from another of its kind: items that end with a comma (1.…, 2.…) are no broken line."""
    if one is None or _COUNTED.sub("", one[0]) != _COUNTED.sub("", other[0]):
        return False
    a, b = _COUNTED.search(one[0]), _COUNTED.search(other[0])
    return a is not None and b is not None and parse_numeral(b[0]) == parse_numeral(a[0]) + 1


def _broken(so_far: str, line: _Line, following: _Line, width: int) -> bool:
    """Whether the sentence of `so_far` goes on in the next line."""
    if line.row or following.row or line.heading or following.heading:
        return False
    last = so_far[-1]
    if following.text[0] in _CLOSERS and last not in "。!?;":
        return True
    if last in "。!?;:":
        # inside an open bracket or quotation a sentence end does not end the paragraph of a wrapped text
        return bool(width) and not following.gap and len(line.text) >= width - 1 and not NUMBERED.match(following.text)
    if (item := NUMBERED.match(following.text)) and (last not in ",、(“" or _next(NUMBERED.match(so_far), item)):
        return False
    if last in ",、(“《":
        return True
    tail = so_far[-400:]
    if tail.count("(") > tail.count(")") or tail.count("《") > tail.count("》") or tail.count("“") > tail.count("”"):
        return True
    if last in "”》)…":
        return bool(width) and len(line.text) >= width - 2
    inside = re.search(r"[。;]", so_far[:-1]) is not None
    if inside or len(so_far) > _LONG_LINE:
        return True
    if "," not in so_far:
        return False
    # a heading may have a comma, but none has a clause behind a figure and its unit
    return (bool(width) and len(line.text) >= width - 2) or (
        not following.gap and _FIGURE_TOLD.search(so_far) is not None
    )


def _curl(text: str) -> str:
    """Straight quotation marks as opening and closing by turns inside each paragraph; one code point for one."""
    if '"' not in text and "”" not in text:
        return text
    out: list[str] = []
    for line in text.split("\n"):
        if "”" in line and "“" not in line:
            line = line.replace("”", '"')  # typed with one key: both marks are closing ones
        parts = line.split('"')
        if len(parts) % 2 == 0:  # an odd mark (an inch, a slip): leave the line
            out.append(line.replace('"', "”") if "“" not in line and line.count('"') == 1 else line)
            continue
        out.append("".join(p + ("" if i == len(parts) - 1 else "“”"[i % 2]) for i, p in enumerate(parts)))
    return "\n".join(out)
