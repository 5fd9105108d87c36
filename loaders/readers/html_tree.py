"""From the tags of a page to its visible lines, each with its element's path and its surroundings.

Only html.parser: nothing is fetched, no entity but HTML's own is expanded. Pages are repaired as browsers do as far as
lines depend on it: unclosed paragraphs, items, rows and cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]

_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
))  # fmt: skip
_DROPPED = frozenset((
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "textarea", "canvas",
    "button", "audio", "video", "head",
))  # fmt: skip
_BLOCKS = frozenset((
    "html", "body", "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hgroup", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_CLOSES_PARAGRAPH = _BLOCKS - frozenset((
    "html", "body", "caption", "tbody", "td", "tfoot", "th", "thead", "tr",
)) | {"hr"}  # fmt: skip
_SCOPES = frozenset((
    "table", "td", "th", "caption", "button", "html",
))  # fmt: skip  # an open paragraph is not sought outside these
_IMPLIED_END = {  # tag → what it ends, and where the search for it stops
    "a": ({"a"}, _BLOCKS),
    "li": ({"li"}, {"ul", "ol", "menu", "dir", "table", "td", "th"}),
    "dt": ({"dt", "dd"}, {"dl", "table", "td", "th"}),
    "dd": ({"dt", "dd"}, {"dl", "table", "td", "th"}),
    "tr": ({"tr"}, {"table"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tbody": ({"tbody", "thead", "tfoot"}, {"table"}),
    "tfoot": ({"tbody", "thead", "tfoot"}, {"table"}),
}
_DEPTH = 512  # as browsers: deeper elements are flattened, which also bounds the paths
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WHITE = re.compile(r"[ \t\r\n\f]+")
_LONG_CELL = 200  # characters, and lines, from which a table is one of layout, not of figures
_LONG_CELL_LINES = 3
_WIDE = re.compile(r"[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class Mark:
    """An element that a hint or its own name makes the article's container or furniture; `id` tells them apart."""

    kind: str  # main, main-weak, furniture, loose-furniture
    rank: int
    id: int


@dataclass(frozen=True, slots=True)
class Line:
    """A visible line: its cells with their paths (one but in a table's row)."""

    cells: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]  # outermost first
    heading: int  # 1 to 6, else 0
    linked: int  # characters that are links
    length: int


@dataclass(slots=True)
class _Element:
    tag: str
    parent: _Element | None
    number: int  # among its parent's children of that tag
    marks: tuple[Mark, ...]
    dropped: bool
    counts: dict[str, int] = field(default_factory=dict)
    known_path: str | None = None

    @property
    def path(self) -> str:
        if self.known_path is None:
            above = self.parent.path if self.parent is not None else ""
            step = self.tag if self.tag in ("html", "body") else f"{self.tag}[{self.number}]"
            self.known_path = f"{above}/{step}" if self.tag else ""
        return self.known_path


@dataclass(slots=True)
class _Row:
    cells: list[list[Line]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    layout: bool = False


class PageParser(HTMLParser):
    """Feed it a page, close it, and take `lines`, `title` and `meta` (name in lower case → first content)."""

    def __init__(self, mark_of: Callable[[str, dict[str, str]], tuple[str, int] | None]) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.title = ""
        self.meta: dict[str, str] = {}
        self.canonical: str | None = None
        self._mark_of = mark_of
        self._stack = [_Element("", None, 1, (), False)]
        self._rows: list[_Row | None] = []  # one for each open table: its open row
        self._buffer: list[str] = []
        self._linked = 0
        self._links = 0
        self._pres = 0
        self._flattened = 0
        self._marks = 0
        self._in_title = False

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        """`<![…` is a comment in HTML: what Word leaves in pages ("<![if !vml]>") must not stop the parser."""
        found = self.rawdata.find(">", i + 3)
        return -1 if found < 0 else found + 1

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Open an element, ending those that it ends by being there."""
        attributes = {name: value or "" for name, value in reversed(attrs)}  # the first of two counts
        if tag == "title" and not any(element.tag == "svg" for element in self._stack):
            self._in_title = not self.title
        elif tag == "meta":
            name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
            if name and attributes.get("content", "").strip():
                self.meta.setdefault(name.strip().lower(), attributes["content"].strip())
        elif tag == "link" and "canonical" in attributes.get("rel", "").lower():
            self.canonical = attributes.get("href")
        if tag == "body" or (tag in _BLOCKS and self._stack[-1].tag == "head"):
            self._end("head")
        if tag in ("br", "hr"):
            self._flush()
        if tag in _VOID or tag == "title":
            return
        self._imply(tag)
        if len(self._stack) >= _DEPTH:
            self._flattened += 1
            return
        self._open(tag, attributes)

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """`<div/>` is a start tag in HTML; `<br/>` has no end."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close an element and what is open inside it; a stray end tag is let be, but `</p>` still ends a line."""
        if tag == "title":
            self._in_title = False
        elif tag in ("p", "br"):
            self._flush()
        if self._flattened and tag not in _VOID:
            self._flattened -= 1
            return
        if tag not in _VOID and tag not in ("html", "body", "title"):
            self._end(tag)

    def handle_data(self, data: str) -> None:
        """Visible text goes to the open line."""
        if self._in_title:
            self.title += data
            return
        if self._stack[-1].dropped:
            return
        if self._pres:
            first, *others = data.replace("\r\n", "\n").split("\n")
            self._add(first)
            for other in others:
                self._flush()
                self._add(other)
            return
        self._add(data)

    def close(self) -> None:
        """End all that is open."""
        super().close()
        while len(self._stack) > 1:
            self._pop()
        self._flush()

    def _add(self, data: str) -> None:
        self._buffer.append(data)
        if self._links:
            self._linked += len(data.strip())

    def _imply(self, tag: str) -> None:
        if tag in _CLOSES_PARAGRAPH:
            for element in reversed(self._stack):
                if element.tag in _SCOPES:
                    break
                if element.tag == "p":
                    self._pop_to(element)
                    break
        ended, stops = _IMPLIED_END.get(tag, (frozenset[str](), frozenset[str]()))
        for element in reversed(self._stack):
            if not ended or element.tag in stops:
                return
            if element.tag in ended:
                self._pop_to(element)
                return

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _BLOCKS:
            self._flush()
        parent = self._stack[-1]
        number = parent.counts[tag] = parent.counts.get(tag, 0) + 1
        dropped = parent.dropped or tag in _DROPPED or "hidden" in attributes
        dropped = dropped or bool(_HIDDEN.search(attributes.get("style", "")))
        marks = parent.marks
        found = self._mark_of(tag, attributes)
        if found is not None:
            self._marks += 1
            marks = (*marks, Mark(found[0], found[1], self._marks))
        element = _Element(tag, parent, number, marks, dropped)
        self._stack.append(element)
        if tag == "a":
            self._links += 1
        elif tag == "pre":
            self._pres += 1
        elif tag == "table":
            if self._rows and self._rows[-1] is not None:
                self._rows[-1].layout = True
            self._rows.append(None)
        elif tag == "tr" and self._rows:
            self._rows[-1] = _Row()
        elif tag in ("td", "th") and self._rows and self._rows[-1] is not None:
            self._rows[-1].cells.append([])
            self._rows[-1].paths.append(element.path)

    def _end(self, tag: str) -> None:
        for element in reversed(self._stack[1:]):
            if element.tag == tag:
                self._pop_to(element)
                return
            if element.tag in ("td", "th", "table") and tag not in ("tr", "tbody", "thead", "tfoot", "table"):
                return
            if element.tag == "table" and tag != "table":
                return

    def _pop_to(self, element: _Element) -> None:
        while self._pop() is not element:
            pass

    def _pop(self) -> _Element:
        element = self._stack[-1]
        if element.tag in _BLOCKS:
            self._flush()
        self._stack.pop()
        if element.tag == "a":
            self._links -= 1
        elif element.tag == "pre":
            self._pres -= 1
        elif element.tag == "tr" and self._rows and self._rows[-1] is not None:
            row, self._rows[-1] = self._rows[-1], None
            self._end_row(row)
        elif element.tag == "table" and self._rows:
            self._rows.pop()
        return element

    def _end_row(self, row: _Row) -> None:
        """A row of figures is one line, its cells joined by tabs; a row that only lays a page out is its lines."""
        lines = [line for cell in row.cells for line in cell]
        if not lines:
            return
        long = any(len(cell) > _LONG_CELL_LINES or sum(line.length for line in cell) > _LONG_CELL for cell in row.cells)
        if row.layout or long or len(row.cells) == 1 or any(line.heading for line in lines):
            for line in lines:
                self._emit(line)
            return
        cells = tuple(
            (" ".join(text.replace("\t", " ") for line in cell for text, _ in line.cells), path)
            for cell, path in zip(row.cells, row.paths, strict=True)
        )
        linked = sum(line.linked for line in lines)
        length = sum(len(text) for text, _ in cells)
        self._emit(Line(cells, lines[0].marks, 0, linked, length))

    def _flush(self) -> None:
        """End the open line."""
        text, self._buffer = "".join(self._buffer), []
        linked, self._linked = self._linked, 0
        text = _collapse(text)
        if not text:
            return
        block = next((element for element in reversed(self._stack) if element.tag in _BLOCKS), self._stack[0])
        heading = next((int(e.tag[1]) for e in reversed(self._stack) if re.fullmatch("h[1-6]", e.tag)), 0)
        self._emit(Line(((text, block.path),), self._stack[-1].marks, heading, min(linked, len(text)), len(text)))

    def _emit(self, line: Line) -> None:
        for row in reversed(self._rows):
            if row is not None and row.cells:
                row.cells[-1].append(line)
                return
            if row is not None:
                break
        self.lines.append(line)


def _collapse(text: str) -> str:
    """White space as a browser shows it; a line end between two Chinese characters is nothing, not a blank."""

    def blank(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        breaks = "\n" in match[0] or "\r" in match[0]
        return "" if breaks and _WIDE.match(before) and _WIDE.match(after) else " "

    return _WHITE.sub(blank, text).strip()
