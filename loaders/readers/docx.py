"""Word documents: paragraphs and tables in the document's order, Word's automatic numbers as text.

The XML is walked itself, because python-docx leaves out what stands in content controls, tracked insertions and text
boxes. Headers and footers are no part of the body and are not read.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import docx
from docx.oxml.ns import qn

from loaders.readers.archive import package_fault
from loaders.readers.formats import content_fault
from loaders.readers.numbering import Level, Numbering, WordList
from loaders.readers.origin import Origin, ReadFailure, ReadOptions, UnreadableError, document
from loaders.readers.pieces import Piece, TextBuilder, one_line
from loaders.records import Document, Metadata

_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PAGE_BREAKS = ("page", "column")
_CHAIN = 20  # styles that a style may rest on, one on the other

P, TBL, TR, TC, T = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:t")
_SKIPPED = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), qn("w:txbxContent"), qn("w:rt")})
_Element = Any  # lxml's, which has no types


@dataclass(frozen=True, slots=True)
class _Style:
    heading: int  # 1 to 9, else 0
    number_id: str | None
    depth: int


def read_docx(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """One document; anchors are paragraphs (counted in the body, tables left out) and cells of tables."""
    raw = origin.read(options.max_file_bytes)
    if (fault := content_fault(raw[:4096], "docx", raw)) is not None:
        raise UnreadableError(fault)
    if (fault := package_fault(io.BytesIO(raw), options)) is not None:
        raise UnreadableError(fault)
    try:
        package = docx.Document(io.BytesIO(raw))
        builder = _Body(package).read()
        title = package.core_properties.title
    except Exception as failure:  # the library raises what it meets: KeyError, ValueError, lxml's and zipfile's errors
        raise UnreadableError(f"is damaged: no Word document can be made of it ({_told(failure)})") from None
    text = builder.text
    if len(text.encode("utf-8", "replace")) > options.max_text_bytes:
        raise UnreadableError(f"holds a text of {len(text):,} characters, more than the limit")
    yield document(
        origin,
        text,
        hashlib.sha256(raw).hexdigest(),
        metadata=Metadata(title=_confirmed(title, text)),
        anchors=tuple(builder.anchors),
        headings=tuple(builder.headings),
    )


class _Body:
    """The walk over one document's body."""

    def __init__(self, package: Any) -> None:
        self._root = package.element.body
        self._styles = _styles(package)
        self._numbering = Numbering(_lists(package))
        self._builder = TextBuilder()
        self._paragraphs = 0
        self._tables = 0

    def read(self) -> TextBuilder:
        for block in _blocks(self._root):
            if block.tag == P:
                self._paragraph(block)
            else:
                self._table(block)
        return self._builder

    def _paragraph(self, paragraph: _Element) -> None:
        self._paragraphs += 1
        place = str(self._paragraphs)
        style = self._style(paragraph)
        self._line(self._numbered(paragraph, style), place, "paragraph", style.heading)
        for boxed in _text_boxes(paragraph):
            self._line(_text(boxed), place, "paragraph", 0)

    def _line(self, text: str, place: str, kind: str, heading: int) -> None:
        if text.strip():
            self._builder.line([Piece(text.strip(), place, kind)], heading=heading)

    def _table(self, table: _Element) -> None:
        self._tables += 1
        for row_number, row in enumerate(_inside(table, TR), start=1):
            place = f"table {self._tables} row {row_number} column "
            cells = list(_inside(row, TC))
            if len(cells) == 1:  # a frame, not a row of figures: its paragraphs are lines
                for block in _blocks(cells[0]):
                    parts = [block] if block.tag == P else list(block.iter(P))
                    for part in parts:
                        self._line(self._numbered(part, self._style(part)), f"{place}1", "cell", 0)
                continue
            pieces: list[Piece] = []
            for cell in cells:
                words = [self._numbered(part, self._style(part)) for part in cell.iter(P)]
                text = "" if _continues(cell) else one_line(" ".join(words))
                pieces.append(Piece(text, f"{place}{len(pieces) + 1}", "cell"))
                pieces += [Piece("", "", "cell")] * (_width(cell) - 1)
            if any(piece.text for piece in pieces):
                self._builder.line(pieces)

    def _style(self, paragraph: _Element) -> _Style:
        """The paragraph's style with what the paragraph itself says over it."""
        properties = paragraph.find(qn("w:pPr"))
        style = self._styles.get(_value(properties, "w:pStyle") or "", self._styles[""])
        if properties is None:
            return style
        outline = _value(properties, "w:outlineLvl")
        heading = int(outline) + 1 if outline is not None and outline.isdigit() and int(outline) < 9 else style.heading
        number_id, depth = style.number_id, style.depth
        numbered = properties.find(qn("w:numPr"))
        if numbered is not None:
            number_id = _value(numbered, "w:numId") or number_id
            depth = int(_value(numbered, "w:ilvl") or depth)
        return _Style(heading, number_id, depth)

    def _numbered(self, paragraph: _Element, style: _Style) -> str:
        text = _text(paragraph)
        if style.number_id in (None, "0") or not text.strip():
            return text
        return self._numbering.prefix(str(style.number_id), style.depth) + text.lstrip()


def _blocks(container: _Element) -> Iterator[_Element]:
    """Paragraphs and tables of a body or a cell in order, those inside content controls and the like too."""
    for child in container:
        if child.tag in (P, TBL):
            yield child
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
            yield from _blocks(child)


def _inside(container: _Element, wanted: str) -> Iterator[_Element]:
    """Rows of a table or cells of a row, not those of tables inside, but those inside content controls."""
    for child in container:
        if child.tag == wanted:
            yield child
        elif isinstance(child.tag, str) and child.tag not in _SKIPPED and child.tag not in (TC, TBL, P):
            yield from _inside(child, wanted)


def _text(paragraph: _Element) -> str:
    """A paragraph's visible text: tracked deletions and text boxes are out, a tab is a blank, a break a line end."""
    parts: list[str] = []

    def walk(element: _Element) -> None:
        for child in element:
            tag = child.tag
            if tag == T:
                parts.append(child.text or "")
            elif tag in (qn("w:tab"), qn("w:ptab")):
                parts.append(" ")
            elif tag in (qn("w:br"), qn("w:cr")):
                parts.append("" if child.get(qn("w:type")) in _PAGE_BREAKS else "\n")
            elif tag == qn("w:noBreakHyphen"):
                parts.append("-")
            elif isinstance(tag, str) and tag not in _SKIPPED and tag != f"{_ALTERNATE}Fallback" and tag != P:
                walk(child)

    walk(paragraph)
    return "".join(parts)


def _text_boxes(paragraph: _Element) -> Iterator[_Element]:
    """Paragraphs of text boxes anchored in a paragraph, once each: newer Word writes each box in two forms."""
    for box in paragraph.iter(qn("w:txbxContent")):
        if not any(above.tag == f"{_ALTERNATE}Fallback" for above in box.iterancestors()):
            yield from box.iter(P)


def _continues(cell: _Element) -> bool:
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def _width(cell: _Element) -> int:
    span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    given = span.get(qn("w:val"), "1") if span is not None else "1"
    return min(int(given), 63) if given.isdigit() else 1  # Word's own limit of columns


def _value(parent: _Element | None, name: str) -> str | None:
    child = parent.find(qn(name)) if parent is not None else None
    return child.get(qn("w:val")) if child is not None else None


def _styles(package: Any) -> Mapping[str, _Style]:
    """Style id → heading level and list, each inherited from the style it rests on; "" is the default style."""
    elements = {each.get(qn("w:styleId")): each for each in package.styles.element.iter(qn("w:style"))}
    found: dict[str, _Style] = {"": _Style(0, None, 0)}
    for style_id, element in elements.items():
        heading, number_id, depth = 0, None, None
        current: _Element | None = element
        for _ in range(_CHAIN):
            if current is None:
                break
            name = _HEADING.fullmatch(_value(current, "w:name") or "")
            properties = current.find(qn("w:pPr"))
            outline = _value(properties, "w:outlineLvl")
            heading = heading or (int(name[1]) if name else 0)
            heading = heading or (int(outline) + 1 if outline is not None and outline in "012345678" else 0)
            numbered = properties.find(qn("w:numPr")) if properties is not None else None
            if numbered is not None:
                number_id = number_id or _value(numbered, "w:numId")
                depth = depth or _value(numbered, "w:ilvl")
            current = elements.get(_value(current, "w:basedOn"))
        found[style_id] = _Style(heading, number_id, int(depth or 0))
    default = [each for each, element in elements.items() if element.get(qn("w:default")) == "1"
               and element.get(qn("w:type")) == "paragraph"]  # fmt: skip
    if default:
        found[""] = found[default[0]]
    return found


def _lists(package: Any) -> Mapping[str, WordList]:
    """The document's lists by numId; none where it has no numbering part."""
    try:
        root = package.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    abstract = {
        each.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"))): _level(level) for level in each.iter(qn("w:lvl"))
        }
        for each in root.iter(qn("w:abstractNum"))
    }
    lists = {}
    for each in root.iter(qn("w:num")):
        base = _value(each, "w:abstractNumId") or ""
        levels = dict(abstract.get(base, {}))
        restarts = {}
        for override in each.iter(qn("w:lvlOverride")):
            depth = int(override.get(qn("w:ilvl")))
            start = _value(override, "w:startOverride")
            if start is not None:
                restarts[depth] = int(start)
            level = override.find(qn("w:lvl"))
            if level is not None:
                levels[depth] = _level(level)
        lists[each.get(qn("w:numId"))] = WordList(base, levels, restarts)
    return lists


def _level(level: _Element) -> Level:
    start = int(_value(level, "w:start") or 1)
    return Level(start, _value(level, "w:numFmt") or "decimal", _value(level, "w:lvlText") or "")


def _confirmed(title: str | None, text: str) -> str | None:
    """A title of the file's properties, where the text has it: templates and converters leave others there."""
    folded = "".join((title or "").split())
    return (title or "").strip() if len(folded) > 3 and folded in "".join(text[:4000].split()) else None


def _told(failure: Exception) -> str:
    return " ".join(str(failure).split())[:120] or type(failure).__name__
