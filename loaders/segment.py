"""Logical text → outline: headings and their nesting, numbered items (nested and run in), sentences.

What is a heading and what an item is decided by extent, as the contract says: one that stands above several paragraphs
is a heading; a numbered paragraph that stands alone, or a number inside a paragraph, is an item.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from loaders.layout import LogicalText

_HAN = "一二三四五六七八九十百零〇"
# Numbering of official documents (GB/T 9704-2012, 7.3.3: 一、 （一） 1. （1）) and what prose adds, outermost first.
MARKERS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"第[{_HAN}]+(?:章|部分|篇)")),
    (2, re.compile(rf"第[{_HAN}]+[节条]")),
    (2, re.compile(rf"[{_HAN}]{{1,3}}[、.]")),
    (3, re.compile(rf"\([{_HAN}]{{1,3}}\)[、.]?")),
    (4, re.compile(r"\d{1,2}(?:\.(?!\d)|、)")),
    (5, re.compile(r"\(\d{1,2}\)|\d{1,2}\)")),
    (6, re.compile(r"[①-⑳]")),
    (7, re.compile(rf"[{_HAN}]{{1,2}}(?:是|要)(?!否)|第[{_HAN}]{{1,2}}[,、是]|(?:首先|其次|再次|最后),")),
    (8, re.compile(r"[·●◆■▲★▪◎○]|——|—(?!\d)|(?:◇|□)")),
)
_ITEM_LEVEL = 7
_DASH_LEVEL = 8
_SENTENCE = re.compile(r"[。!?]+[”’)》]*")
# 2020年07月29日07:21来源:…, 来源:…2020-12-17: a line of the page, no heading
_DATELINE = re.compile(
    r"(?:19|20)\d{2}(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2})|(?:来源|作者|记者|编辑|发布时间|时间):"
)
_ADDRESS = re.compile(r"[一-鿿]{0,4}(?:各位|同志们|朋友们|女士们|乡亲们)[一-鿿]{0,4}[!,:]")
_HEADING_LENGTH = 42
_THEME_LENGTH = 27  # a longer opening sentence says more than what its paragraph is about
_BRIEF = 13
_QUOTED, _ASIDE = 40, 400  # characters of a sentence in quotation marks, in brackets, that is part of the one around it
_FIGURE = re.compile(r"[\d《%]|[一二三四五六七八九十百千两]+(?:余)?[个座条名户家项所场]")
_SOURCE_NOTE = re.compile(
    r"[(（【](?:据|来源|文|记者|通讯员|责任编辑|编辑|撰稿|作者|供稿)[^()（）【】]{0,40}[)）】]$|[(](?:样例|示例)[^()]*[)]$"
)
# Sequences of numbers run into a paragraph, after a sentence's or a clause's end.
_RUN_IN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?:^|(?<=[。;:,!?”)\n]))([一二三四五六七八九十]{1,2})是(?!否)"), "han"),
    (re.compile(r"(?:^|(?<=[。;:,!?”)\n]))([一二三四五六七八九十]{1,2})要(?=[^求点素])"), "han"),
    (re.compile(r"(?:^|(?<=[。;:,!?”)\n]))第([一二三四五六七八九十]{1,2})[,、]"), "han"),
    (re.compile(r"(?:^|(?<=[。;:!?”)\n]))\(([一二三四五六七八九十]{1,2})\)"), "han"),
    (re.compile(r"([①-⑳])"), "circle"),
    (re.compile(r"(?:^|(?<=[。;:!?”\n]))\((\d{1,2})\)"), "figure"),
    (re.compile(r"(?:^|(?<=[。;:!?”\n]))(\d{1,2})(?:\.(?!\d)|、)"), "figure"),
)

# Of each numbering that runs in, its number one.
_RUN_IN_FIRST = (("一是",), ("一要",), ("第一",), ("(一)",), ("①",), ("(1)", "(01)"), ("1.", "1、"))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading or a theme: what it says and where it stands in logical text."""

    start: int
    end: int
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece that may be one measure: an item (`item`), a sentence (`sentence`) or a theme (`theme`)."""

    start: int
    end: int
    kind: str
    theme: Heading | None  # the nearest heading or opening sentence above it
    marker_end: int  # where its number ends, `start` where it has none


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with its role: title, heading, prose, row (of a table) or note (a source line)."""

    start: int
    end: int
    role: str
    level: int
    marker: int  # level of its number, 0 where it has none
    marker_end: int
    headings: tuple[Heading, ...]  # those above it, outermost first
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """All blocks of a document in order."""

    blocks: tuple[Block, ...]
    title: Heading | None


def numbered(text: str, start: int, end: int) -> tuple[int, int]:
    """Level and end of the number that begins ``text[start:end]``; (0, start) where there is none."""
    for level, pattern in MARKERS:
        match = pattern.match(text, start, end)
        if match and match.end() < end:
            return level, match.end()
    return 0, start


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentences of a paragraph: to 。！？ with the closing marks after it; not inside a bracket or a short quotation.

    Of a speech that is quoted at length each sentence stands by itself.
    """
    position, depth_at, quotes, brackets = start, start, 0, 0
    for match in _SENTENCE.finditer(text, start, end):
        chunk = text[depth_at : match.end()]
        quotes += chunk.count("“") - chunk.count("”")
        brackets += chunk.count("(") - chunk.count(")")
        depth_at = match.end()
        length = match.end() - position
        if (brackets > 0 and length < _ASIDE) or (quotes > 0 and length < _QUOTED):
            continue
        quotes = brackets = 0
        yield position, match.end()
        position = match.end()
    if position < end:
        yield position, end


def segment(logical: LogicalText) -> Outline:
    """The outline of a document."""
    text = logical.text
    raw: list[tuple[int, int, bool, int, int, int]] = []  # start, end, row, format's level, marker level, marker end
    for p in logical.paragraphs:
        end = p.end
        note = _SOURCE_NOTE.search(text, p.start, end)
        if note and note.start() > p.start:
            end = note.start()
        level, marker_end = (0, p.start) if p.row else numbered(text, p.start, end)
        raw.append((p.start, end, p.row, p.heading, level, marker_end))
    roles = _roles(text, raw)
    blocks: list[Block] = []
    stack: list[Heading] = []
    title: Heading | None = None
    for (start, end, row, _, marker, marker_end), (role, level) in zip(raw, roles, strict=True):
        above = tuple(stack)
        units: tuple[Unit, ...] = ()
        if role in ("title", "heading"):
            heading = Heading(start, end, level, text[marker_end:end])
            if role == "title" and title is None:
                title = heading
            stack = [h for h in stack if h.level < level] + [heading]
        elif role == "run-in":  # 「（六）扎实促进乡村全面振兴。大力实施…」 over several paragraphs
            first, first_end = next(sentences(text, start, end))
            heading = Heading(first, first_end, level, text[marker_end:first_end])
            stack = [h for h in stack if h.level < level] + [heading]
            above = tuple(stack)
            units = _prose(text, first_end, end, heading)
            role = "prose"
        elif role == "prose":
            if not marker and _ADDRESS.match(text, start, end):
                stack = [h for h in stack if h.level <= 1]  # a speech turns to its hearers: no heading holds any more
            units = _units(text, start, end, marker, marker_end, stack[-1] if stack else None, raw)
            above = tuple(stack)
        blocks.append(Block(start, end, "row" if row else role, level, marker, marker_end, above, units))
    return Outline(tuple(blocks), title)


def _roles(text: str, raw: list[tuple[int, int, bool, int, int, int]]) -> list[tuple[str, int]]:
    """The role and the heading level of each paragraph."""
    out: list[tuple[str, int]] = []
    shapes = [_short(text, start, end) for start, end, *_ in raw]
    followed: set[int] = set()  # marker levels of which a sibling in the current run has paragraphs below it
    seen_prose = False
    for i, (start, end, row, fmt, marker, _) in enumerate(raw):
        body = text[start:end]
        if row:
            out.append(("row", 0))
            continue
        if (
            (len(body) <= _HEADING_LENGTH and _DATELINE.match(body))
            or _SOURCE_NOTE.fullmatch(body)
            or len(body) < 2
            or (body.startswith("——") and len(body) <= _HEADING_LENGTH and not seen_prose)
        ):
            out.append(("note", 0))
            continue
        if fmt:
            first = not seen_prose and not any(r[0] in ("title", "heading") for r in out)
            out.append(("title" if first else "heading", fmt))
            continue
        nxt = next(((s, e, r, f, m) for s, e, r, f, m, _ in raw[i + 1 : i + 2]), None)
        deeper = nxt is not None and (nxt[4] == 0 or nxt[4] > marker) and not nxt[2]
        if marker and marker < _ITEM_LEVEL:
            over_several = deeper and not (nxt is not None and nxt[4] == 0 and (shapes[i + 1] or nxt[3]))
            if over_several and nxt is not None and nxt[4] == 0 and not shapes[i] and _is_last(raw, i, marker):
                # after the last of several items an unnumbered paragraph concludes the whole
                over_several = marker in followed or not _has_elder(raw, i, marker)
            if over_several:
                followed.add(marker)
                followed -= {m for m in followed if m > marker}
                out.append(("heading", marker + 1) if shapes[i] else ("run-in", marker + 1))
            elif shapes[i] and marker <= 3 and nxt is not None and nxt[4] == 0 and shapes[i + 1] is False:
                out.append(("heading", marker + 1))
            else:
                out.append(("prose", 0))
                seen_prose = True
            continue
        bullet = marker == 8 and nxt is not None and nxt[4] == 0 and not shapes[i + 1]  # ◆山东齐河：… above its item
        if (not marker or bullet) and shapes[i] and nxt is not None and not body.endswith((",", ":", "、")):
            if not seen_prose and not bullet and not any(r[0] == "title" for r in out):
                out.append(("title", 1))
            else:
                out.append(
                    (
                        "heading",
                        3 if bullet else 2 if not any(m for *_, m, _ in raw[:i]) else _unnumbered_level(raw, out, i),
                    )
                )
            continue
        if not marker and body.endswith(":") and len(body) <= 16 and nxt is not None:
            out.append(("note", 0))  # an addressee (各位代表：), or the name above a section
            continue
        out.append(("prose", 0))
        seen_prose = True
    return out


def _short(text: str, start: int, end: int) -> bool:
    """Whether a paragraph has the shape of a heading: short, no sentence end, no clause that goes on."""
    body = text[start:end]
    return len(body) <= _HEADING_LENGTH and not re.search(r"[。;!?](?!$)|[。;]$", body) and body.count(",") <= 2


def _is_last(raw: list[tuple[int, int, bool, int, int, int]], i: int, marker: int) -> bool:
    """Whether no sibling number follows before an outer one."""
    for *_, level, _ in raw[i + 1 :]:
        if level == marker:
            return False
        if 0 < level < marker:
            return True
    return True


def _has_elder(raw: list[tuple[int, int, bool, int, int, int]], i: int, marker: int) -> bool:
    """Whether a sibling number stands before it and after the nearest outer one."""
    for *_, level, _ in reversed(raw[:i]):
        if level == marker:
            return True
        if 0 < level < marker:
            return False
    return False


def _unnumbered_level(raw: list[tuple[int, int, bool, int, int, int]], out: list[tuple[str, int]], i: int) -> int:
    """An unnumbered heading stands below the numbered heading in force, or beside it where its items came before.

    In a collected bulletin 坚持“多元化”… stands between two runs of 一是…三是…; it closes the first and opens the next.
    """
    levels = [level for role, level in out if role in ("heading", "run-in")]
    numbered_above = [r[4] for r in raw[:i] if 0 < r[4] < _ITEM_LEVEL]
    return min(max([*(x + 2 for x in numbered_above[-1:]), 3]), 9) if levels and numbered_above else 3


def _units(
    text: str, start: int, end: int, marker: int, marker_end: int, theme: Heading | None, _: object
) -> tuple[Unit, ...]:
    """Units of a paragraph of prose: run-in items, else the numbered paragraph as one, else its sentences."""
    runs = _run_in(text, start, end, marker_end)
    if runs:
        return _with_items(text, start, end, marker_end, theme, runs)
    if marker and not (marker == _DASH_LEVEL and len(list(sentences(text, start, end))) > 1):
        return (Unit(start, end, "item", theme, marker_end),)
    return _prose(text, start, end, theme)  # also of a dash or a bullet, which numbers nothing


def _run_in(text: str, start: int, end: int, after: int) -> list[tuple[int, int]]:
    """Start and marker end of the items run into a paragraph, outermost sequence of the finest kind; [] where none."""
    best: list[tuple[int, int]] = []
    for (pattern, kind), first in zip(_RUN_IN, _RUN_IN_FIRST, strict=True):
        if not any(text.find(mark, start, end) >= 0 for mark in first):
            continue  # no sequence without its first number
        expected = 1
        found: list[tuple[int, int]] = []
        for match in pattern.finditer(text, start, end):
            if match.start() < after and match.start() != start:
                continue
            if _ordinal(match[1], kind) == expected:
                found.append((match.start(), match.end()))
                expected += 1
            elif _ordinal(match[1], kind) == 1 and expected <= 2:
                found, expected = [(match.start(), match.end())], 2
        if len(found) >= 2 and len(found) > len(best):
            best = found
    return best


def _ordinal(mark: str, kind: str) -> int:
    if kind == "circle":
        return ord(mark) - 0x245F
    if kind == "figure":
        return int(mark)
    tens, _, ones = mark.rpartition("十")
    if "十" in mark:
        return (10 * ("一二三四五六七八九".find(tens) + 1) if tens else 10) + (
            "一二三四五六七八九".find(ones) + 1 if ones else 0
        )
    return "一二三四五六七八九".find(mark) + 1


def _with_items(
    text: str, start: int, end: int, marker_end: int, theme: Heading | None, runs: list[tuple[int, int]]
) -> tuple[Unit, ...]:
    """Units of a paragraph with items run in: what opens it, the items, what follows the last item."""
    units: list[Unit] = []
    opening = list(sentences(text, start, runs[0][0])) if runs[0][0] > start else []
    lead = theme
    if opening:
        a, b = opening[-1]
        lead = Heading(a, b, 9, text[max(a, marker_end) if a < marker_end else a : b])
        units += [Unit(x, y, "sentence", theme, max(x, min(marker_end, y))) for x, y in opening[:-1]]
        units.append(
            Unit(
                a,
                b,
                "theme" if b - a <= _THEME_LENGTH or text[b - 1] in ":," else "sentence",
                theme,
                max(a, min(marker_end, b)),
            )
        )
    starts = [s for s, _ in runs] + [end]
    longest = 1
    for k, (s, m) in enumerate(runs):
        stop = starts[k + 1]
        pieces = list(sentences(text, s, stop))
        if k == len(runs) - 1 and len(pieces) > longest:
            # the last item has as many sentences as its longest sibling; what follows speaks of the whole again
            stop = pieces[longest - 1][1]
            units.append(Unit(s, stop, "item", lead, m))
            units += [Unit(x, y, "sentence", theme, x) for x, y in pieces[longest:]]
        else:
            longest = max(longest, len(pieces))
            units.append(Unit(s, stop, "item", lead, m))
    return tuple(units)


def _prose(text: str, start: int, end: int, theme: Heading | None) -> tuple[Unit, ...]:
    """Sentences of a paragraph; a short one without a figure that opens it is its theme."""
    pieces = list(sentences(text, start, end))
    units: list[Unit] = []
    current = theme
    for k, (a, b) in enumerate(pieces):
        opening = k == 0 and len(pieces) > 1 and (b - a <= _BRIEF or (len(pieces) > 2 and b - a <= _THEME_LENGTH))
        if opening and not _FIGURE.search(text, a, b) and text[b - 1] == "。":
            current = Heading(a, b, 9, text[a:b])
            units.append(Unit(a, b, "theme", theme, a))
        else:
            units.append(Unit(a, b, "sentence", current, a))
    return tuple(units)


def with_units(block: Block, units: tuple[Unit, ...]) -> Block:
    """The block with other units."""
    return replace(block, units=units)
