"""Plain text and Markdown: the decoded file is the text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from loaders.readers.decode import decode
from loaders.readers.formats import content_fault
from loaders.readers.origin import Origin, ReadFailure, ReadOptions, UnreadableError, document
from loaders.records import Document


def read_text(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """The file as it stands: only a leading byte order mark is dropped, line ends stay, Markdown's marks stay."""
    raw = origin.read(options.max_text_bytes)
    if (fault := content_fault(raw[:4096], origin.format, raw)) is not None:
        raise UnreadableError(fault)
    yield document(origin, decode(raw), hashlib.sha256(raw).hexdigest())
