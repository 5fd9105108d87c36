"""From a path that the user names to inputs, in a fixed order, and from an input to its documents."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from loaders.errors import InputError, UnknownFormatError
from loaders.readers.archive import archive_inputs, read_member
from loaders.readers.columns import find_columns
from loaders.readers.decode import decode
from loaders.readers.formats import (
    MEDIA_TYPES,
    READABLE,
    content_fault,
    detect,
    format_of,
    named_format,
    passed_over,
)
from loaders.readers.html import read_html
from loaders.readers.origin import Input, Origin, ReadFailure, ReadOptions, UnreadableError, named
from loaders.readers.table import read_jsonl, read_table, sniff_delimiter
from loaders.readers.text import read_text
from loaders.records import Document

Reader = Callable[[Origin, ReadOptions], Iterator[Document | ReadFailure]]
STDIN = "-"


def inputs(path: Path, options: ReadOptions) -> Iterator[Input]:
    """The units of reading below a path: a file itself, a folder's files, an archive's members.

    The order is that of the names, so that two walks agree. Links to folders are not followed (they may lead back).
    Errors: InputError where nothing is there, UnknownFormatError where the path is a file that no reader knows.
    """
    try:
        if path.is_dir():
            yield from _folder_inputs(path, options)
            return
        if not path.exists():
            raise InputError(f"{named(path)}: there is no such file or folder")
    except OSError as fault:
        raise InputError(f"{named(path)} cannot be opened: {fault.strerror}") from None
    if format_of(path.name) is None:
        raise UnknownFormatError(_unknown(path))
    yield from _file_inputs(path, options)


def read(unit: Input, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """The documents of one input, in its order; what cannot be read is a failure in its place, never an exception.

    An input that was passed over has none.
    """
    if unit.kind == "passed-over":
        return
    if unit.kind == "unreadable" or unit.format is None:
        yield ReadFailure(unit.source, f"{unit.source} {unit.reason}")
        return
    try:
        origin = _origin(unit, options)
    except UnreadableError as fault:
        yield ReadFailure(unit.source, f"{unit.source} {fault}")
    except OSError as fault:
        yield ReadFailure(unit.source, f"{unit.source} cannot be opened: {fault.strerror or fault}")
    else:
        yield from _read_origin(origin, options)


def read_stdin(raw: bytes, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    """The documents of bytes without a name: by their first bytes, or as plain text. The source is ``-``."""
    form = detect(raw[:4096], raw) or _text_format(raw, options)
    if form != "zip":
        yield from _read_origin(_bytes_origin(STDIN, STDIN, form, raw), options)
        return
    for unit in archive_inputs(Path(STDIN), io.BytesIO(raw), options):
        if unit.kind != "read" or unit.member is None or unit.format is None:
            yield from read(unit, options)
            continue
        try:
            content = read_member(io.BytesIO(raw), unit.member, _limit(unit.format, options))
        except UnreadableError as fault:
            yield ReadFailure(unit.source, f"{unit.source} {fault}")
        else:
            yield from _read_origin(_bytes_origin(unit.source, unit.source, unit.format, content), options)


def _read_origin(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    try:
        yield from readers()[origin.format](origin, options)
    except UnreadableError as fault:
        yield ReadFailure(origin.source, f"{origin.source} {fault}")
    except OSError as fault:
        yield ReadFailure(origin.source, f"{origin.source} cannot be read: {fault.strerror or fault}")


def readers() -> Mapping[str, Reader]:
    """Readers by format. Those with a heavy library are imported when first used."""
    return {
        "txt": read_text,
        "md": read_text,
        "html": read_html,
        "docx": _read_docx,
        "xlsx": _read_xlsx,
        "pdf": _read_pdf,
        "csv": read_table,
        "tsv": read_table,
        "jsonl": read_jsonl,
    }


def _read_docx(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    from loaders.readers.docx import read_docx

    return read_docx(origin, options)


def _read_xlsx(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    from loaders.readers.xlsx import read_xlsx

    return read_xlsx(origin, options)


def _read_pdf(origin: Origin, options: ReadOptions) -> Iterator[Document | ReadFailure]:
    from loaders.readers.pdf import read_pdf

    return read_pdf(origin, options)


def _folder_inputs(folder: Path, options: ReadOptions) -> Iterator[Input]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as fault:
        reason = f"cannot be opened: {fault.strerror}"
        yield Input(path=folder, media_type="inode/directory", kind="unreadable", reason=reason)
        return
    for entry in entries:
        path = folder / entry.name
        if (why := passed_over(entry.name)) is not None:
            yield Input(path=path, format=format_of(entry.name), kind="passed-over", reason=why)
        elif entry.is_dir():
            if entry.is_symlink():
                yield Input(path=path, kind="passed-over", reason="a link to a folder")
            elif _is_store(path):
                yield Input(path=path, kind="passed-over", reason="a store")
            else:
                yield from _folder_inputs(path, options)
        elif not entry.is_file():
            yield Input(path=path, kind="passed-over", reason="no file")
        elif (known := named_format(entry.name)) is not None:
            yield Input(path=path, kind="unreadable", reason=known)
        elif format_of(entry.name) is None:
            yield Input(path=path, kind="passed-over", reason="no reader knows its format")
        else:
            yield from _file_inputs(path, options)


def _is_store(folder: Path) -> bool:
    """Whether a build has made this folder: `kg build .` makes one inside what it reads."""
    try:
        return (folder / "store.json").is_file() and (folder / "graph").is_dir()
    except OSError:  # it cannot be opened, which its own walk will say
        return False


def _file_inputs(path: Path, options: ReadOptions) -> Iterator[Input]:
    form = format_of(path.name)
    assert form is not None
    if form != "zip":
        yield Input(path=path, format=form, media_type=MEDIA_TYPES[form])
        return
    try:
        with path.open("rb") as stream:
            yield from archive_inputs(path, stream, options)
    except OSError as fault:
        reason = f"cannot be opened: {fault.strerror or fault}"
        yield Input(path=path, format=form, media_type=MEDIA_TYPES[form], kind="unreadable", reason=reason)


def _unknown(path: Path) -> str:
    """What to say of a file named by the user that no reader knows: what it is, and what to do."""
    known = named_format(path.name)
    try:
        with path.open("rb") as stream:
            head = stream.read(1 << 20)
    except OSError:
        head = b""
    suffix = path.suffix or "no suffix"
    found = content_fault(head[:4096], suffix, head)
    if known is not None and (found is None or head.startswith(b"\xd0\xcf\x11\xe0")):
        return f"{named(path)} {known}"
    if found is not None:
        return f"{named(path)} {found}"
    return f"{named(path)}: no reader knows this format ({suffix}); those read are {READABLE}"


def _origin(unit: Input, options: ReadOptions) -> Origin:
    assert unit.format is not None
    if unit.member is not None:
        with unit.path.open("rb") as stream:
            raw = read_member(stream, unit.member, _limit(unit.format, options))
        return _bytes_origin(unit.source, unit.source, unit.format, raw)
    path = unit.path

    def opened() -> BinaryIO:
        return path.open("rb")

    return Origin(
        source=unit.source,
        original=unit.source,
        format=unit.format,
        media_type=unit.media_type,
        size=path.stat().st_size,
        open=opened,
    )


def _bytes_origin(source: str, original: str, form: str, raw: bytes) -> Origin:
    return Origin(
        source=source,
        original=original,
        format=form,
        media_type=MEDIA_TYPES[form],
        size=len(raw),
        open=lambda: io.BytesIO(raw),
    )


def _limit(form: str, options: ReadOptions) -> int:
    return options.max_text_bytes if form in ("txt", "md", "html") else options.max_file_bytes


def _text_format(raw: bytes, options: ReadOptions) -> str:
    """txt, or what the first line of a text gives away: a JSON object, or a header with a column of text."""
    try:
        first = decode(raw[: 1 << 16]).lstrip().partition("\n")[0]
    except UnreadableError:
        return "txt"
    if first.startswith("{") and first.rstrip().endswith("}"):
        return "jsonl"
    delimiter = sniff_delimiter(first, options.text_column)
    cells = [cell.strip(' "\r') for cell in first.split(delimiter)]
    if len(cells) > 1 and find_columns(cells, options.text_column) is not None:
        return "tsv" if delimiter == "\t" else "csv"
    return "txt"
