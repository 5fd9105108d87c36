"""Which reader serves a name, which formats are known and not read, and what the first bytes give away."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

MEDIA_TYPES = {
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "jsonl": "application/jsonl",
    "zip": "application/zip",
}

_SUFFIXES = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".shtml": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".xlsx": "xlsx",
    ".pdf": "pdf",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".zip": "zip",
}

READABLE = ".txt .md .html .docx .xlsx .pdf .csv .tsv .jsonl .zip"

# Formats that bulletins do come in and that no reader knows: what they are, and the way out.
_NAMED = {
    ".doc": "is in the binary format of Word 97 to 2003 (.doc), which is not read: save it as .docx or .pdf",
    ".dot": "is a template of Word 97 to 2003 (.dot), which is not read: save it as .docx or .pdf",
    ".wps": "is in the format of WPS Writer (.wps), which is not read: save it as .docx or .pdf",
    ".wpt": "is a template of WPS Writer (.wpt), which is not read: save it as .docx or .pdf",
    ".ofd": "is an OFD document (.ofd, GB/T 33190), which is not read: save it as .pdf or .docx",
    ".xls": "is in the binary format of Excel 97 to 2003 (.xls), which is not read: save it as .xlsx or .csv",
    ".et": "is in the format of WPS Spreadsheets (.et), which is not read: save it as .xlsx or .csv",
    ".rtf": "is in Rich Text Format (.rtf), which is not read: save it as .docx or .pdf",
    ".odt": "is an OpenDocument text (.odt), which is not read: save it as .docx or .pdf",
    ".ceb": "is in the format of Founder Apabi (.ceb), which is not read: save it as .pdf",
    ".caj": "is in the format of CAJViewer (.caj), which is not read: save it as .pdf",
    ".rar": "is a RAR archive, which is not opened: pack its files as .zip",
    ".7z": "is a 7-Zip archive, which is not opened: pack its files as .zip",
}

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_BULLETIN = re.compile(r"(readme|licen[cs]e|copying|changelog)(\.[a-z_-]{1,8}|[._-](zh|en|cn)\w*)*", re.IGNORECASE)


def format_of(name: str) -> str | None:
    """The format that a file's suffix says, None where no reader knows it."""
    return _SUFFIXES.get(PurePosixPath(name).suffix.lower())


def named_format(name: str) -> str | None:
    """What to say of a suffix that is known and not read, as the rest of a sentence; else None."""
    return _NAMED.get(PurePosixPath(name).suffix.lower())


def passed_over(name: str) -> str | None:
    """Why a file met in a folder or an archive is no bulletin by its name, or None.

    Hidden files and what programs leave behind (`~$report.docx` is Word's lock, `__MACOSX/` is Finder's), and the
    files with which people describe a collection of bulletins.
    """
    parts = PurePosixPath(name).parts
    if any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts):
        return "hidden"
    last = parts[-1] if parts else ""
    if _NO_BULLETIN.fullmatch(last):
        return "describes the collection"
    return None


def content_fault(head: bytes, expected: str, whole: bytes | None = None) -> str | None:
    """Where the first bytes contradict the format, the rest of a sentence that says what they are; else None.

    `whole`, where it is at hand, tells the kinds of zip and of OLE2 apart.
    """
    body = whole if whole is not None else head
    named = f"(named as {expected})"
    if head.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in body:
            return "is encrypted: save it without its password"
        if "WordDocument".encode("utf-16-le") in body:
            kind = "WPS Writer (.wps) or Word 97 to 2003 (.doc)"
        elif "Workbook".encode("utf-16-le") in body:
            return f"is a spreadsheet of Excel 97 to 2003 (.xls) or WPS (.et) {named}: save it as .xlsx or .csv"
        else:
            kind = "OLE2, that of Word 97 to 2003 (.doc) and WPS Writer (.wps)"
        return f"is in the format of {kind} {named}: save it as .docx or .pdf"
    if head.startswith(b"%PDF-"):
        return None if expected == "pdf" else f"is a PDF {named}: rename it to .pdf"
    if head.startswith(b"{\\rtf"):
        return f"is in Rich Text Format {named}: save it as .docx or .pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        inside = _zip_kind(body)
        if inside == expected:
            return None
        if inside == "ofd":
            return f"is an OFD document (GB/T 33190) {named}: save it as .pdf or .docx"
        if inside is None:
            return None if expected in ("docx", "xlsx", "zip") else f"is a zip archive {named}: rename it to .zip"
        return f"is a .{inside} {named}: rename it to .{inside}"
    if expected in ("docx", "xlsx", "zip"):
        return f"is no .{expected}: it does not begin as a zip archive does"
    return None


def detect(head: bytes, whole: bytes) -> str | None:
    """The format of bytes without a name, as far as the first ones tell: pdf, docx, xlsx, zip or html; else None."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(whole) or "zip"
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    return "html" if re.match(rb"<(!doctype html|html|head|body|meta)\b", opening) else None


def _zip_kind(body: bytes) -> str | None:
    """docx, xlsx or ofd by the names of a zip's members; None for another, or where only its beginning is at hand."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        names = {name.decode() for name in (b"OFD.xml", b"word/document.xml", b"xl/workbook.xml") if name in body}
    if "OFD.xml" in names:
        return "ofd"
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else None
