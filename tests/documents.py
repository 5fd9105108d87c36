"""Documents made of a string, for tests below the readers."""

from __future__ import annotations

import hashlib

from loaders.records import Document, Metadata


def document(text: str, name: str = "a.txt", **metadata: str) -> Document:
    """The document that the reader of plain text makes of `text`."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return Document(
        source=name, text=text, text_sha256=digest, media_type="text/plain", original_sha256=digest, original=name,
        metadata=Metadata(**metadata),
    )  # fmt: skip
