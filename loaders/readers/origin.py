"""What passes between the walk over files and the readers: options, inputs, failures, and opened bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from loaders.records import Anchor, Document, Metadata, Span

BLOCK = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read, and what is too much to read.

    The limits guard the machine against a hostile or mistaken file; each is refused by name, never cut short.
    """

    text_column: str | None = None  # header of the column that holds the text, where no known header does
    max_text_bytes: int = 50_000_000  # of one text: a file of text, a table's cell, a line of jsonl
    max_file_bytes: int = 1_000_000_000  # of one pdf, docx or xlsx, whose text is smaller than the file
    max_archive_bytes: int = 4_000_000_000  # of all members of one archive, unpacked
    max_archive_ratio: int = 200  # unpacked to packed size of a member; prose stays below 20
    max_members: int = 100_000
    max_cells: int = 2_000_000  # of one workbook, empty ones included


def named(path: Path) -> str:
    """A path as it is told: `/` between folders, and text even where its bytes are no UTF-8.

    Archives unpacked on another system leave names in GB 18030, which Python holds as lone surrogates that no output
    can take.
    """
    name = path.as_posix()
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


@dataclass(frozen=True, slots=True)
class Member:
    """Where a member lies in its archive, enough to read it without the archive's directory."""

    name: str  # decoded, `/` between folders
    offset: int  # of its local header
    packed: int  # bytes
    unpacked: int  # bytes, as the directory says
    method: int  # 0 stored, 8 deflated
    crc: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One unit of reading, light enough to hand to a worker process.

    `kind` is ``read``, ``passed-over`` (no bulletin by its name: hidden, a licence, an unknown format) or
    ``unreadable`` (a bulletin perhaps, but not to be read). `reason` says why for the last two; for
    ``unreadable`` it continues a sentence that begins with the source ("is encrypted").
    """

    path: Path
    member: Member | None = None
    format: str | None = None  # a key of `formats.MEDIA_TYPES`
    media_type: str = "application/octet-stream"
    kind: str = "read"
    reason: str = ""

    @property
    def source(self) -> str:
        """`FILE`, or `ARCHIVE!/MEMBER`."""
        return named(self.path) if self.member is None else f"{named(self.path)}!/{self.member.name}"


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """A file or a row that could not be read; the sentence names the file and the place in it."""

    source: str
    sentence: str


class UnreadableError(Exception):
    """Inside the readers: the rest of a sentence whose subject is the source ("is empty")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Bytes to read and what is known of them. `open` may be called more than once."""

    source: str
    original: str
    format: str
    media_type: str
    size: int
    open: Callable[[], BinaryIO]

    def read(self, limit: int) -> bytes:
        """All bytes; UnreadableError where there are more than `limit`, before they are read."""
        if self.size > limit:
            raise UnreadableError(f"is {self.size:,} bytes long, more than the limit of {limit:,}")
        with self.open() as stream:
            raw = stream.read(limit + 1)
        if len(raw) > limit:  # it grew, or its size could not be told
            raise UnreadableError(f"is longer than the limit of {limit:,} bytes")
        return raw

    def head(self, size: int = 4096) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(size)


def document(
    origin: Origin,
    text: str,
    original_sha256: str,
    *,
    source: str | None = None,
    metadata: Metadata | None = None,
    anchors: tuple[Anchor, ...] = (),
    furniture: tuple[Span, ...] = (),
    headings: tuple[tuple[Span, int], ...] = (),
) -> Document:
    """The record of one text; UnreadableError where it is empty or holds half of a surrogate pair.

    A lone surrogate (JSON can spell one) is no character: it has no UTF-8, so it has no hash and no place in a graph.
    """
    if not text.strip():
        raise UnreadableError("is empty")
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError as fault:
        raise UnreadableError(f"holds half of a surrogate pair (character {fault.start}), which is no text") from None
    return Document(
        source=source or origin.source,
        text=text,
        text_sha256=hashlib.sha256(encoded).hexdigest(),
        media_type=origin.media_type,
        original_sha256=original_sha256,
        original=origin.original,
        metadata=metadata or Metadata(),
        anchors=anchors,
        furniture=furniture,
        headings=headings,
    )
