"""HTML: the visible text, a line a block, with the article told from the page around it.

Where one container is clearly the article (by the hints of `ontology/html-hints.tsv`) all else is furniture; the words
stay in the text, because a figure of a page's margin may still be wanted, but they are marked as no prose.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from itertools import pairwise

from loaders.readers.columns import aliases, fold, metadata
from loaders.readers.decode import check_control, decode
from loaders.readers.formats import content_fault
from loaders.readers.html_tree import Line, Mark, PageParser
from loaders.readers.origin import Origin, ReadFailure, ReadOptions, UnreadableError, document
from loaders.readers.pieces import Piece, TextBuilder
from loaders.records import Document, Metadata
from loaders.resources import data_folder

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,400}?(?:charset|encoding)\s*=\s*["']?\s*([-\w]{2,20})""", re.IGNORECASE
)
_KNOWN_CHARSET = re.compile(r"gb|hz|big5|utf-?(8|16)|iso-8859|windows-|shift|euc|us-ascii", re.IGNORECASE)
_FURNITURE_ELEMENTS = frozenset({"nav", "footer", "aside"})
_LOOSE_FURNITURE = frozenset({"header", "form"})  # furniture unless they hold most of the page, as ASP.NET's form does
_ARTICLE = 30  # characters that make a container of an article believable
_LABELLED = ("number", "date", "publisher")
_LABEL_LINE = 60  # characters of a line that is a label and its value
_LINK_LIST = 3  # so many lines in a row that are links alone are a list of links


@dataclass(frozen=True, slots=True)
class Hints:
    """Names of classes, ids and meta elements, lower case; patterns of fnmatch."""

    containers: tuple[tuple[str, str], ...]  # kind (main, main-weak, furniture), form; the preferred first
    meta: tuple[tuple[str, str], ...]  # field of Metadata, name of the meta element; the preferred first


@cache
def hints() -> Hints:
    """The hints of the ontology."""
    with (data_folder("ontology") / "html-hints.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [(row["kind"], row["form"]) for row in csv.DictReader(stream, delimiter="\t")]
    containers = tuple(row for row in rows if row[0] in ("main", "main-weak", "furniture"))
    return Hints(containers, tuple(row for row in rows if row not in containers))


def read_html(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """One document of a page; headings are h1 to h6, anchors the paths of block elements and cells."""
    raw = origin.read(options.max_text_bytes)
    if (fault := content_fault(raw[:4096], origin.format, raw)) is not None:
        raise UnreadableError(fault)
    parser = PageParser(mark_of)
    try:
        parser.feed(decode_page(raw))
        parser.close()
    except (AssertionError, RecursionError) as fault_inside:  # html.parser's answer to some broken declarations
        raise UnreadableError(f"is no HTML that can be read: {fault_inside}") from None
    if not parser.lines:
        raise UnreadableError("is empty: its page has no visible text (a script may fill it in)")
    builder = TextBuilder()
    for line, furniture in zip(parser.lines, furniture_lines(parser.lines), strict=True):
        pieces = [Piece(text, path, "path") for text, path in line.cells]
        builder.line(pieces, furniture=furniture, heading=0 if furniture else line.heading)
    yield document(
        origin,
        builder.text,
        hashlib.sha256(raw).hexdigest(),
        metadata=page_metadata(parser),
        anchors=tuple(builder.anchors),
        furniture=tuple(builder.furniture),
        headings=tuple(builder.headings),
    )


def decode_page(raw: bytes) -> str:
    """The page's text: UTF-8 where it is that, else what the page declares (gb2312 means GB 18030), else as any text.

    UTF-8 goes before the declaration, because pages moved from one system to another keep the old one.
    """
    if not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        declared = _CHARSET.search(raw[:8192])
        for encoding in ("utf-8-sig", declared[1].decode("ascii") if declared else ""):
            if not _KNOWN_CHARSET.match(encoding):
                continue
            try:
                text = raw.decode("gb18030" if encoding.lower().startswith("gb") else encoding)
            except (UnicodeDecodeError, LookupError):
                continue
            if "\x00" not in text:
                check_control(text)
                return text
    return decode(raw)


def mark_of(tag: str, attributes: Mapping[str, str]) -> tuple[str, int] | None:
    """What an element is by its name, class and id: kind and rank (lower is stronger) of a `Mark`, or None."""
    if tag in _FURNITURE_ELEMENTS:
        return "furniture", 0
    if tag in ("html", "body", "a", "br", "img"):
        return None
    names = [f"<{tag}>", *attributes.get("class", "").lower().split()[:20], attributes.get("id", "").lower()]
    return _hinted(tuple(names)) or (("loose-furniture", 0) if tag in _LOOSE_FURNITURE else None)


@cache
def _hinted(names: tuple[str, ...]) -> tuple[str, int] | None:
    for rank, (kind, form) in enumerate(hints().containers):
        if any(fnmatchcase(name, form) for name in names):
            return ("loose-furniture" if kind == "furniture" else kind), rank
    return None


def furniture_lines(lines: Sequence[Line]) -> list[bool]:
    """For each line whether it is furniture."""
    ignored = _holds_most(lines)
    rank = _main_rank(lines, ignored)
    links = _link_lists(lines)
    only_heading = [number for number, line in enumerate(lines) if line.heading == 1]
    judged = []
    for number, line in enumerate(lines):
        inside = [at for at, mark in enumerate(line.marks) if mark.rank == rank and mark.kind.startswith("main")]
        if rank is not None and inside:
            judged.append(any(_is_furniture(mark, ignored) for mark in line.marks[inside[0] :]))
        else:
            outside = rank is not None and only_heading != [number]  # the title stands above its article
            furniture = any(_is_furniture(mark, ignored) for mark in line.marks)
            judged.append(outside or furniture or links[number])
    return [False] * len(lines) if all(judged) else judged


def page_metadata(parser: PageParser) -> Metadata:
    """What the page says of itself: its head first, then labels beside the article; a title also from its h1."""
    found: dict[str, str] = {}
    for field, name in hints().meta:
        if field not in found and name in parser.meta:
            found[field] = " ".join(parser.meta[name].split())
    for field, value in _labelled(parser.lines).items():
        found.setdefault(field, value)
    if "title" not in found:
        headings = [line.cells[0][0] for line in parser.lines if line.heading == 1]
        found["title"] = headings[0] if len(headings) == 1 else " ".join(parser.title.split())
    url = found.get("url", parser.canonical)
    if url is not None and re.match(r"https?://", url):
        found["url"] = url
    else:
        found.pop("url", None)
    return metadata(found)


def _labelled(lines: Sequence[Line]) -> dict[str, str]:
    """What the page's own table says of the document: `发文字号：` and the next cell, or the rest of a short line.

    The labels are the Chinese headers of a table's metadata columns (`ontology/metadata-columns.tsv`).
    """
    labels = {
        name: field for field in _LABELLED for name in aliases().get(field, ()) if not name.isascii() and len(name) > 2
    }
    found: dict[str, str] = {}
    for line in lines:
        texts = [text for text, _ in line.cells]
        if len(texts) == 1 and len(texts[0]) <= _LABEL_LINE:
            texts = re.split("[:：]", texts[0], maxsplit=1)
        for label, value in pairwise(texts):
            field = labels.get(fold(label).rstrip(":："))
            if field is not None and value.strip():
                found.setdefault(field, value.strip())
    return found


def _is_furniture(mark: Mark, ignored: set[int]) -> bool:
    return mark.kind in ("furniture", "loose-furniture") and mark.id not in ignored


def _holds_most(lines: Sequence[Line]) -> set[int]:
    """Elements of loose furniture that hold more than half of the page: then they are its frame."""
    total = sum(line.length for line in lines)
    sizes: dict[int, int] = {}
    for line in lines:
        for mark in line.marks:
            if mark.kind == "loose-furniture":
                sizes[mark.id] = sizes.get(mark.id, 0) + line.length
    return {each for each, size in sizes.items() if size * 2 > total}


def _main_rank(lines: Sequence[Line], ignored: set[int]) -> int | None:
    """The rank of the hint whose elements are the article; None where none clearly is.

    A strong hint needs some text; a weak one (`content` may be anything) most of what is no link and no furniture.
    """
    sizes: dict[tuple[int, str], int] = {}
    total = 0
    for line in lines:
        plain = line.length - line.linked
        if not any(_is_furniture(mark, ignored) for mark in line.marks):
            total += plain
        for key in {(mark.rank, mark.kind) for mark in line.marks if mark.kind.startswith("main")}:
            sizes[key] = sizes.get(key, 0) + plain
    for (rank, kind), size in sorted(sizes.items()):
        if kind == "main" and (size >= _ARTICLE or size * 2 > total):
            return rank
        if kind == "main-weak" and size * 2 > total:
            return rank
    return None


def _link_lists(lines: Sequence[Line]) -> list[bool]:
    """Lines that are links alone, three or more in a row."""
    alone = [line.linked > 0 and line.linked >= line.length - 2 for line in lines]
    marked = [False] * len(lines)
    begin = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or not alone[at]:
            if at - begin >= _LINK_LIST:
                marked[begin:at] = [True] * (at - begin)
            begin = at + 1
    return marked
