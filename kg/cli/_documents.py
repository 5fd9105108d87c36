"""The documents below paths that a user named."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from loaders.errors import InputError
from loaders.readers import ReadFailure, ReadOptions, inputs, read, read_stdin
from loaders.records import Document
from loaders.work import STDIN


def documents(
    paths: Sequence[Path], text_column: str | None, max_text_bytes: int | None
) -> Iterator[Document | ReadFailure]:
    """Every document of the paths, in their order; InputError for a path that is not there or that no reader knows."""
    limit = max_text_bytes or ReadOptions().max_text_bytes
    options = ReadOptions(text_column=text_column, max_text_bytes=limit)
    for path in paths:
        if path == STDIN:
            yield from read_stdin(sys.stdin.buffer.read(), options)
            continue
        for unit in inputs(path, options):
            yield from read(unit, options)


def unread(count: int, rest: str = "") -> InputError:
    """What ends a command whose inputs were partly told as `failed: …`; `rest` says where the others are."""
    return InputError(f"{count} of the inputs could not be read, as told above{rest}")
