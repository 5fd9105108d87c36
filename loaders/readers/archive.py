"""Zip archives: their members as inputs, and the bytes of one member, within limits.

A member is read from the offset of its own header, so that a worker need not read the archive's directory again for
each of many thousand members.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from loaders.readers.formats import MEDIA_TYPES, content_fault, format_of, named_format, passed_over
from loaders.readers.origin import Input, Member, ReadOptions, UnreadableError

_LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, …, length of the name, length of the extra field
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_BOMB_FLOOR = 1_000_000  # bytes unpacked below which no ratio makes a bomb
_NESTED = "is a zip inside a zip, which is not opened: unpack it first"


def archive_inputs(path: Path, stream: BinaryIO, options: ReadOptions) -> Iterator[Input]:
    """The members in the order of their names; one unreadable input for an archive that is broken or a bomb."""
    try:
        members = _directory(stream, options)
    except UnreadableError as fault:
        yield Input(path=path, format="zip", media_type=MEDIA_TYPES["zip"], kind="unreadable", reason=str(fault))
        return
    for name, entry in members:
        yield _input(path, name, entry)


def read_member(stream: BinaryIO, member: Member, limit: int) -> bytes:
    """The bytes of a member; UnreadableError where they are damaged, too many, or not what the directory says."""
    if member.unpacked > limit:
        raise UnreadableError(f"is {member.unpacked:,} bytes long unpacked, more than the limit of {limit:,}")
    stream.seek(member.offset)
    header = stream.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise UnreadableError("is damaged: its header in the archive is missing")
    _, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    stream.seek(name_length + extra_length, 1)
    packed = stream.read(member.packed)
    if len(packed) < member.packed:
        raise UnreadableError("is damaged: the archive ends inside it")
    raw = packed
    if member.method == zipfile.ZIP_DEFLATED:
        try:
            raw = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.unpacked + 1)
        except zlib.error as fault:
            raise UnreadableError(f"is damaged: {fault}") from None
    if len(raw) != member.unpacked or zlib.crc32(raw) != member.crc:
        raise UnreadableError("is damaged: its checksum does not fit")
    return raw


def package_fault(stream: BinaryIO, options: ReadOptions) -> str | None:
    """Why a docx or an xlsx (zip archives themselves) must not be unpacked, or None.

    Beside the limits of an archive: a document type declaration inside, which Office never writes and which is the
    vehicle of entity bombs and of references to other files.
    """
    try:
        members = _directory(stream, options)
        with zipfile.ZipFile(stream) as package:
            for name, entry in members:
                if entry.flag_bits & _ENCRYPTED:
                    return "is encrypted: save it without its password"
                if name.endswith((".xml", ".rels")):
                    with package.open(entry) as part:
                        if b"<!DOCTYPE" in part.read(2048):
                            return f"is refused: its part {name} declares a document type, which may hide a bomb"
    except UnreadableError as fault:
        return str(fault)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as fault:
        return f"is damaged or cut off: {fault}"
    return None


def _directory(stream: BinaryIO, options: ReadOptions) -> list[tuple[str, zipfile.ZipInfo]]:
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as fault:
        head = _head(stream)
        raise UnreadableError(content_fault(head, "zip") or f"is damaged or cut off: {fault}") from None
    if len(entries) > options.max_members:
        raise UnreadableError(f"has {len(entries):,} members, more than the limit of {options.max_members:,}")
    total = sum(entry.file_size for entry in entries)
    if total > options.max_archive_bytes:
        limit = f"{options.max_archive_bytes:,}"
        raise UnreadableError(f"is refused: it unpacks to {total:,} bytes, more than the limit of {limit}")
    for entry in entries:
        if entry.file_size > max(_BOMB_FLOOR, entry.compress_size * options.max_archive_ratio):
            name = member_name(entry)
            ratio = entry.file_size // max(1, entry.compress_size)
            raise UnreadableError(f"is refused: its member {name} unpacks to {ratio:,} times its size, as a bomb does")
    return sorted(((member_name(entry), entry) for entry in entries if not entry.is_dir()), key=lambda pair: pair[0])


def member_name(entry: zipfile.ZipInfo) -> str:
    """The member's name as its author saw it, `/` between folders.

    Without the flag of UTF-8, zip means code page 437; programs on Chinese Windows write GB 18030 there, and those of
    Unix UTF-8.
    """
    name = entry.orig_filename.partition("\x00")[0]
    if not entry.flag_bits & _UTF8_NAME:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:  # a name from the Unicode extra field
            raw = name.encode("utf-8")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _input(path: Path, name: str, entry: zipfile.ZipInfo) -> Input:
    member = Member(name, entry.header_offset, entry.compress_size, entry.file_size, entry.compress_type, entry.CRC)
    form = format_of(name)
    media_type = MEDIA_TYPES.get(form or "", "application/octet-stream")

    def unit(kind: str, reason: str) -> Input:
        return Input(path=path, member=member, format=form, media_type=media_type, kind=kind, reason=reason)

    if (reason := passed_over(name)) is not None:
        return unit("passed-over", reason)
    if (reason := named_format(name)) is not None:
        return unit("unreadable", reason)
    if form is None:
        return unit("passed-over", "no reader knows its format")
    if form == "zip":
        return unit("unreadable", _NESTED)
    if entry.flag_bits & _ENCRYPTED:
        return unit("unreadable", "is encrypted: pack the archive without a password")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return unit("unreadable", f"is packed by a method that is not read ({entry.compress_type}): pack it anew")
    return unit("read", "")


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    return stream.read(8)
