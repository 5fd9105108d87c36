"""Bytes to text, strictly: a wrong guess is worse than a refusal, because every span would point into nonsense.

UTF-8 is all but impossible to meet by chance, so it goes first. GB18030 and UTF-16 accept almost anything, so they are
believed only where what comes out looks like Chinese: right decodings consist of common characters, wrong ones of
rare ones. "Common" is the first level of GB 2312 with its rows of signs (which the codec itself knows, so that no list
of characters is needed).
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from loaders.readers.origin import BLOCK, Origin, UnreadableError

_BOMS = (  # the longer first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 20_000  # bytes that are judged
_BELIEVED = 0.5  # share of common characters; right decodings reach 0.9, traditional ones 0.6, wrong ones 0.2
_SURELY_UTF8 = 24  # so many right characters before a wrong one: damaged UTF-8, and no other encoding is tried
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_CONTROL_SHARE = 0.01  # scraped text has a stray control character; a binary file is full of them


def decode(raw: bytes) -> str:
    """The text, its leading byte order mark dropped and nothing else changed; UnreadableError where it is not text."""
    if not raw.strip():
        raise UnreadableError("is empty")
    bom, encoding = _bom(raw)
    if bom and len(raw) == len(bom):
        raise UnreadableError("is empty")
    if encoding is None:
        encoding = _detect(raw)
    try:
        text = raw[len(bom) :].decode(encoding)
    except UnicodeDecodeError as fault:
        raise _no_text(encoding, fault.start + len(bom)) from None
    check_control(text)
    return text


def check_control(text: str) -> None:
    """UnreadableError where a text is full of control characters, or holds a NUL: then it is another kind of file."""
    if "\x00" in text:
        raise UnreadableError(f"is not text: it holds a NUL (character {text.index(chr(0))})")
    controls = _controls(text)
    if controls:
        raise UnreadableError(f"is not text: {controls} of its {len(text)} characters are control characters")


@dataclass(frozen=True, slots=True)
class Encoding:
    """What one pass over a stream of text finds."""

    name: str
    skip: int  # bytes of the byte order mark
    sha256: str  # of all bytes
    sample: str  # the beginning, decoded


def survey(origin: Origin) -> Encoding:
    """Encoding and hash of a table in one pass, however long it is, a block in memory at a time.

    Errors: UnreadableError where it is empty or not text. What a later block holds against another encoding than UTF-8
    shows only when that block is read.
    """
    digest = hashlib.sha256()
    utf8 = codecs.getincrementaldecoder("utf-8")()
    head, strange, total, nul, wide = b"", b"", 0, False, 0
    with origin.open() as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            head = head or block
            nul = nul or b"\x00" in block
            total += len(block)
            if not strange:
                try:
                    wide += _strange(utf8.decode(block)[:_SAMPLE].encode())
                except UnicodeDecodeError as fault:
                    if wide >= _SURELY_UTF8:
                        raise _no_text("utf-8", total - len(block) + fault.start) from None
                    strange = block
    if not strange:
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            strange = head
    bom, encoding = _bom(head)
    if not head[len(bom) :].strip(b" \t\r\n"):
        raise UnreadableError("is empty")
    if encoding is None:
        judged = strange or head
        encoding = "utf-8" if not strange and not nul else _detect(judged, whole=total == len(judged))
    sample = _lenient(head[len(bom) :][: 1 << 18], encoding)
    check_control(sample)
    return Encoding(encoding, len(bom), digest.hexdigest(), sample)


def _controls(text: str) -> int:
    """How many control characters a text has, 0 where they are few enough to be strays."""
    count = len(_CONTROL.findall(text))
    stray = count <= len(text) * _CONTROL_SHARE or (count == 1 and len(text) > 2)
    return 0 if stray else count


def _bom(raw: bytes) -> tuple[bytes, str | None]:
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return bom, encoding
    return b"", None


def _detect(raw: bytes, whole: bool = True) -> str:
    """The encoding of bytes without a byte order mark; UnreadableError where none is believed."""
    try:
        raw.decode("utf-8")
        if b"\x00" not in raw:
            return "utf-8"
        utf8_until = 0
    except UnicodeDecodeError as fault:
        utf8_until = fault.start
    if _strange(raw[:utf8_until]) >= _SURELY_UTF8:
        raise _no_text("utf-8", utf8_until)
    sample = raw[:_SAMPLE]
    if sample.isascii() and utf8_until > _SAMPLE:  # the first strange byte stands later: judge the text around it
        sample = raw[utf8_until : utf8_until + _SAMPLE]
    scores = {
        name: _common_share(sample, name, len(sample) == len(raw) and whole)
        for name in ("gb18030", "utf-16-le", "utf-16-be")
    }
    if b"\x00" in raw:
        scores["gb18030"] = 0.0
    name = max(scores, key=lambda each: scores[each])
    if scores[name] >= _BELIEVED:
        return name
    if b"\x00" not in raw:
        best = from_bytes(sample).best()
        if best is not None and best.encoding not in ("ascii", "utf_8") and _plain(sample, best.encoding):
            return best.encoding
    if not whole:
        raise UnreadableError("is not text: neither UTF-8, GB18030 nor UTF-16")
    raise _no_text("utf-8", utf8_until)


def _common_share(sample: bytes, encoding: str, whole: bool) -> float:
    """The share of common Chinese characters in what is not ASCII; 0 where the bytes are not of that encoding.

    A text of ASCII alone has the share 1 where it has no control characters.
    """
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample, final=whole)
    except UnicodeDecodeError:
        return 0.0
    if not text or _controls(text):
        return 0.0
    strange = [character for character in text if character > "\x7f"]
    if not strange:
        return 1.0
    encoded = "".join(strange).encode("gb2312", "ignore")
    common = sum(1 for lead in encoded[::2] if lead <= 0xD7)  # rows of signs and the 3,755 characters of level 1
    return common / len(strange)


def _strange(raw: bytes) -> int:
    """How many characters of valid UTF-8 are not ASCII."""
    return sum(1 for byte in raw[:_SAMPLE] if byte >= 0xC0)


def _plain(sample: bytes, encoding: str) -> bool:
    text = _lenient(sample, encoding)
    letters = sum(1 for character in text if character.isalpha())
    return not _CONTROL.search(text) and "\ufffd" not in text and letters * 2 > len(text)


def _lenient(block: bytes, encoding: str) -> str:
    """A block decoded as far as it is whole: its last character may be cut."""
    return codecs.getincrementaldecoder(encoding)("replace").decode(block)


def _no_text(encoding: str, position: int) -> UnreadableError:
    return UnreadableError(f"is not text: byte {position} is no valid {encoding.upper()}, and no other encoding fits")
