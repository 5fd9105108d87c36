"""A text put together piece by piece, with the way back of each: what every reader of a marked-up format needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from loaders.records import Anchor, Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text from one place of the original; `place` is the anchor's value."""

    text: str
    place: str
    kind: str


class TextBuilder:
    """Lines joined by a line feed, cells of a line by a tab."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self.anchors: list[Anchor] = []
        self.furniture: list[Span] = []
        self.headings: list[tuple[Span, int]] = []

    def line(self, pieces: Sequence[Piece], *, furniture: bool = False, heading: int = 0) -> Span:
        """Add a line of pieces; an empty piece keeps its tab and has no anchor."""
        if self._parts:
            self._add("\n")
        start = self._length
        for number, piece in enumerate(pieces):
            if number:
                self._add("\t")
            at = self._length
            self._add(piece.text)
            if piece.text:
                self.anchors.append(Anchor(span=Span(at, self._length), kind=piece.kind, value=piece.place))
        span = Span(start, self._length)
        if furniture:
            self._mark(span)
        if heading:
            self.headings.append((span, heading))
        return span

    @property
    def text(self) -> str:
        """All lines so far."""
        return "".join(self._parts)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _mark(self, span: Span) -> None:
        """Neighbouring lines of furniture are one stretch, with the line end between them."""
        if self.furniture and self.furniture[-1].end + 1 == span.start:
            self.furniture[-1] = Span(self.furniture[-1].start, span.end)
        else:
            self.furniture.append(span)


def one_line(text: str) -> str:
    """A cell's text without line ends and tabs, which separate rows and cells in a reader's text."""
    return " ".join(text.split())
