"""PDF: the text layer page by page, with running heads, running feet and page numbers told from the text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from loaders.readers.formats import content_fault
from loaders.readers.origin import Origin, ReadFailure, ReadOptions, UnreadableError, document
from loaders.records import Anchor, Document, Span

# U+FFFE (older: U+0002) is where PDFium took a hyphen at a line's end away; none of these is a character of the text.
_MARKERS = re.compile("[\ufffe\uffff\x02\xad\x00]")
_EDGE = 2  # lines at a page's top and bottom that may be running heads or feet
_REPEATED = 3  # pages that make a line a running one
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(r"[^\w]*(\d{1,4})[^\w]*")
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")
_UNREADABLE_SHARE = 0.3


def read_pdf(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """One document; its pages are joined by a line feed and anchored as ``page`` N, from 1."""
    raw = origin.read(options.max_file_bytes)
    if (fault := content_fault(raw[:4096], "pdf", raw)) is not None:
        raise UnreadableError(fault)
    pages = _pages(raw, options.max_text_bytes)
    text = "\n".join(pages)
    visible = "".join(text.split())
    if not visible:
        raise UnreadableError(f"has no text layer on its {len(pages)} pages (a scan?): recognise its text (OCR) first")
    if len(_UNREADABLE.findall(visible)) > len(visible) * _UNREADABLE_SHARE:
        raise UnreadableError("has a text layer whose fonts do not say which characters they show: use OCR")
    anchors, furniture, start = [], [], 0
    running = running_lines(pages)
    for number, page in enumerate(pages, start=1):
        if page:
            anchors.append(Anchor(span=Span(start, start + len(page)), kind="page", value=str(number)))
        furniture += [Span(start + span.start, start + span.end) for span in running[number - 1]]
        start += len(page) + 1
    yield document(origin, text, hashlib.sha256(raw).hexdigest(), anchors=tuple(anchors), furniture=tuple(furniture))


def running_lines(pages: Sequence[str]) -> list[list[Span]]:
    """For each page the spans in it of lines that run through the document.

    A line runs where it stands at the top or the bottom of at least three pages, equal but for its numbers; a line that
    is a number and no more, where it counts with the pages.
    """
    edges = [_edges(page) for page in pages]
    seen: dict[tuple[str, str | None], set[int]] = {}
    for number, lines in enumerate(edges):
        for side, span in lines:
            seen.setdefault((side, _key(pages[number][span.start : span.end], number)), set()).add(number)
    running = []
    for number, lines in enumerate(edges):
        found = {
            span
            for side, span in lines
            if (
                (key := _key(line := pages[number][span.start : span.end], number)) is not None
                and len(seen[side, key]) >= _REPEATED
            )
            or ((own := _NUMBER.fullmatch(line)) is not None and int(own[1]) == number + 1 and len(pages) > 1)
        }
        running.append(sorted(found))
    return running


def _key(line: str, page: int) -> str | None:
    """What a running line has in common on all pages: its text without numbers; None for the end of a sentence.

    Where it is numbers alone, how far the first is from the page's and what the others are (``3/10``): a table's
    figures at the edge of a page have nothing in common.
    """
    folded = "".join(line.split())
    if folded.endswith(("。", "！", "？", "；")):
        return None
    numbers = _DIGITS.findall(folded)
    bare = _DIGITS.sub("#", folded)
    if any(character.isalpha() for character in bare) or not numbers:
        return bare
    return f"{bare} {int(numbers[0]) - page} {numbers[1:]}"


def _edges(page: str) -> list[tuple[str, Span]]:
    """Spans of the first and last lines of a page that have text, with the side they are on."""
    spans, start = [], 0
    for line in page.split("\n"):
        stripped = line.strip()
        if stripped:
            at = start + line.index(stripped[0])
            spans.append(Span(at, at + len(stripped)))
        start += len(line) + 1
    return [("top", span) for span in spans[:_EDGE]] + [("bottom", span) for span in spans[-_EDGE:]]


def _pages(raw: bytes, limit: int) -> list[str]:
    try:
        opened = pdfium.PdfDocument(raw)
    except pdfium.PdfiumError as failure:
        if "password" in str(failure).lower():
            raise UnreadableError("is encrypted: save it without its password") from None
        if "security" in str(failure).lower():
            raise UnreadableError("is encrypted by a method that is not read: save it without protection") from None
        raise UnreadableError("is damaged or cut off: no PDF can be made of it") from None
    pages: list[str] = []
    size = 0
    try:
        for number in range(len(opened)):
            try:
                page = opened[number]
                layer = page.get_textpage()
                text = layer.get_text_range() if layer.count_chars() > 0 else ""
                layer.close()
                page.close()
            except pdfium.PdfiumError as failure:
                raise UnreadableError(f"is damaged: its page {number + 1} cannot be read ({failure})") from None
            text = _MARKERS.sub("", text).replace("\r\n", "\n").replace("\r", "\n").rstrip("\n ")
            size += len(text)
            if size > limit:
                raise UnreadableError(f"holds a text longer than the limit of {limit:,} characters")
            pages.append(text)
    finally:
        opened.close()
    if not pages:
        raise UnreadableError("has no pages")
    return pages
