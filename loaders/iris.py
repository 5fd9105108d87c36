"""Deterministic names: of bulletins and their parts by identity and position, of concepts by code, of things by name.

Data names begin with a base IRI that is a setting; terms and concepts always with `TERMS`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from loaders.errors import KgError
from loaders.records import Document

TERMS = "https://zhenxing.example/ns#"
DEFAULT_BASE = "https://zhenxing.example/id/"

_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`#?]+[/#]|https?://[^\s<>\"{}|\\^`?]+#|urn:[^\s<>\"{}|\\^`]+[:/#]")
_KEY_LENGTH = 20  # hexadecimal digits, 80 bits: no two of 10^9 bulletins meet by chance


def digest(text: str, length: int = 16) -> str:
    """The first `length` hexadecimal digits of the SHA-256 of `text` in UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:length]


def identity(document: Document) -> str:
    """What names a bulletin: ``id:…`` where one is declared, else ``url:…``, else ``text:`` and its text's hash."""
    if document.metadata.identifier:
        return f"id:{document.metadata.identifier.strip()}"
    if document.metadata.url:
        return f"url:{document.metadata.url.strip()}"
    return f"text:{document.text_sha256}"


def key_of(identity: str) -> str:
    """The short key of an identity, which stands in IRIs and file names."""
    kind, _, value = identity.partition(":")
    return value[:_KEY_LENGTH] if kind == "text" else digest(identity, _KEY_LENGTH)


def normalised(name: str) -> str:
    """A name as a key: compatibility forms folded, white space and quotation marks gone."""
    return re.sub(r"[\s“”\"'‘’《》〈〉「」『』]+", "", unicodedata.normalize("NFKC", name)).casefold()


def concept(scheme: str, code: str) -> str:
    """IRI of the concept with the contract's `code`: ``concept("unit", "CNY/person")`` is ``…#unit-CNY-person``."""
    return f"{TERMS}{scheme}-{quote(code.replace('/', '-').replace('%', 'percent'), safe='-._~')}"


def term(name: str) -> str:
    """IRI of a class or property of ours."""
    return TERMS + name


@dataclass(frozen=True, slots=True)
class Names:
    """The names of data under one base IRI."""

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        if not _BASE.fullmatch(self.base):
            raise KgError(f"base IRI {self.base!r}: it must be an absolute http(s) IRI (or a urn) that ends in / or #")

    def bulletin(self, key: str) -> str:
        """A bulletin by the key of its identity."""
        return f"{self.base}bulletin/{key}"

    def graph(self, key: str) -> str:
        """The named graph that holds all that is said of one bulletin."""
        return f"{self.base}graph/{key}"

    def part(self, key: str, kind: str, local: str) -> str:
        """A part of a bulletin: ``part(key, "measure", "m1")``."""
        return f"{self.base}bulletin/{key}/{kind}/{quote(local, safe='-._~')}"

    def original(self, sha256: str) -> str:
        """The bytes that were read, by their hash."""
        return f"{self.base}original/{sha256}"

    def activity(self, text_sha256: str, vocabulary: str, rules: str) -> str:
        """The extraction, by what it was made of and with: no clock time, so that two builds name it alike."""
        return f"{self.base}extraction/{digest(f'{text_sha256} {vocabulary} {rules}', 32)}"

    def vocabulary(self, version: str) -> str:
        """All vocabulary files of a build, by their hash."""
        return f"{self.base}vocabulary/{version}"

    def run(self, name: str) -> str:
        """One run of a build."""
        return f"{self.base}run/{name}"

    def thing(self, kind: str, name: str) -> str:
        """A thing known by its name alone in every bulletin: a program, an agency, a policy document."""
        return f"{self.base}{kind}/{digest(normalised(name))}"

    @property
    def vocabulary_graph(self) -> str:
        """The named graph of the vocabulary that a store was built with."""
        return f"{self.base}graph/vocabulary"

    @property
    def runs_graph(self) -> str:
        """Times and machines: left out of equality, canonical export and comparison."""
        return f"{self.base}graph/runs"
