"""What a worker process does: one input (or some rows of a table) → finished N-Quads. Pure but for kept originals."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from loaders import iris
from loaders.errors import StoreError
from loaders.manifest import write_whole
from loaders.quads import Versions, bulletin_quads, canonical
from loaders.readers import Input, ReadFailure, ReadOptions, read
from loaders.readers.archive import read_member
from loaders.readers.origin import UnreadableError
from loaders.records import Document, Extraction

Extractor = Callable[[Document], Extraction]
STDIN = Path("-")
_BLOCK = 1 << 20
_NO_RULES = {
    "build.py",
    "manifest.py",
    "work.py",
    "errors.py",
    "resources.py",
    "runs.py",
}  # they decide nothing of a graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What all workers of one build share."""

    names: iris.Names
    versions: Versions
    options: ReadOptions
    originals: Path | None  # folder in which the bytes are kept by hash; None: not kept

    @property
    def version(self) -> str:
        """Everything besides the bytes that decides what a graph says; a limit decides only whether there is one."""
        versions = self.versions
        return iris.digest(f"{self.names.base} {versions.vocabulary} {versions.rules} {self.options.text_column}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What one bulletin yielded."""

    in_domain: int = 0  # bulletins with prose in the domain: 0 or 1 for one
    measures: int = 0
    observations: int = 0
    links: int = 0  # measure to observation, every statistic but standard
    not_understood: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            in_domain=self.in_domain + other.in_domain,
            measures=self.measures + other.measures,
            observations=self.observations + other.observations,
            links=self.links + other.links,
            not_understood=self.not_understood + other.not_understood,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """One bulletin, ready to be stored."""

    claim: str  # key of the input in the manifest
    source: str
    identity: str
    text_sha256: str
    date: str
    fingerprint: str
    nquads: bytes
    counts: Counts
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Same:
    """An input that says what it said at the last build."""

    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one task."""

    unit: str
    fingerprint: str  # of the unit's bytes; "" where they could not be read
    results: tuple[Built | Same | ReadFailure, ...]
    unchanged: bool = False  # the unit's bytes are those of the last build: nothing was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One input to read, or documents that were read of a table already."""

    unit: Input
    key: str  # of the unit in the manifest
    known: str | None = None  # fingerprint of the unit's bytes at the last build, where it was read whole
    claims: Mapping[str, str]  # fingerprints of its documents at the last build, by claim
    documents: tuple[Document, ...] | None = None
    fingerprint: str = ""  # of the unit's bytes, where documents are given


def unit_key(unit: Input) -> str:
    """The key of a file or member in the manifest: its absolute path, so that a build may start anywhere."""
    path = "-" if unit.path == STDIN else unit.path.resolve().as_posix()
    return path if unit.member is None else f"{path}!/{unit.member.name}"


def claim_key(unit: Input, document: Document) -> str:
    """The key of one document of a unit: that of the unit, and what the source says beyond it (``#N``).

    What comes by standard input has no name to come back to, so each bulletin of it is an input of its own.
    """
    if unit.path == STDIN:
        return f"-{iris.key_of(iris.identity(document))}"
    return unit_key(unit) + document.source.removeprefix(unit.source)


def unit_fingerprint(unit: Input) -> str:
    """SHA-256 of a unit's bytes; "" where they cannot be read (its reader will say why)."""
    hasher = hashlib.sha256()
    try:
        for block in _blocks(unit):
            hasher.update(block)
    except (OSError, UnreadableError):
        return ""
    return hasher.hexdigest()


def _blocks(unit: Input) -> Iterator[bytes]:
    with unit.path.open("rb") as stream:
        if unit.member is not None:
            yield read_member(stream, unit.member, unit.member.unpacked)
            return
        while block := stream.read(_BLOCK):
            yield block


@lru_cache(maxsize=1)
def rules_version() -> str:
    """Hash of the source of everything that decides what a graph says."""
    hasher = hashlib.sha256()
    folder = Path(__file__).resolve().parent
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(folder).as_posix()
        if relative not in _NO_RULES and not relative.startswith("_data/"):
            hasher.update(f"{relative}\n".encode())
            hasher.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return hasher.hexdigest()[:16]


def document_fingerprint(document: Document, version: str) -> str:
    """Hash of all that a document's graph is made of."""
    light = replace(document, text="", anchors=(), furniture=(), headings=())
    return iris.digest(f"{version} {light!r}", 32)


def build_one(document: Document, claim: str, extractor: Extractor, setting: Setting) -> Built:
    """One bulletin's whole way from its text to N-Quads."""
    extraction = extractor(document)
    observations = extraction.observations
    known = {measure.id for measure in extraction.measures}
    return Built(
        claim=claim,
        source=document.source,
        identity=iris.identity(document),
        text_sha256=document.text_sha256,
        date=extraction.facts.date or document.metadata.date or document.metadata.year or "",
        fingerprint=document_fingerprint(document, setting.version),
        nquads=canonical(bulletin_quads(extraction, setting.names, setting.versions)),
        counts=Counts(
            in_domain=int(extraction.characters_in_domain > 0),
            measures=len(extraction.measures),
            observations=len(observations),
            links=sum(o.measure in known and o.statistic != "standard" for o in observations),
            not_understood=sum(not o.understood for o in observations),
        ),
        notes=extraction.notes,
    )


def perform(task: Task, extractor: Extractor, setting: Setting) -> Outcome:
    """Read a unit, or take its documents as given, and build those that are not as they were."""
    fingerprint = task.fingerprint or unit_fingerprint(task.unit)
    if task.known is not None and task.known == fingerprint:
        return Outcome(unit=task.key, fingerprint=fingerprint, results=(), unchanged=True)
    documents: Iterable[Document | ReadFailure]
    documents = task.documents if task.documents is not None else read(task.unit, setting.options)
    results: list[Built | Same | ReadFailure] = []
    for document in documents:
        if isinstance(document, ReadFailure):
            results.append(document)
            continue
        claim = claim_key(task.unit, document)
        if task.claims.get(claim) == document_fingerprint(document, setting.version):
            results.append(Same(claim))
            continue
        results.append(build_one(document, claim, extractor, setting))
        keep_original(task.unit, document.original_sha256, setting.originals)
    return Outcome(unit=task.key, fingerprint=fingerprint, results=tuple(results))


def original_path(folder: Path, sha256: str) -> Path:
    """Where the original with this hash is kept: `ab/cd…` below the folder."""
    return folder / sha256[:2] / sha256[2:]


def keep_original(unit: Input, sha256: str, folder: Path | None) -> None:
    """Keep a unit's bytes under their hash, once; StoreError where the folder cannot be written."""
    if folder is None or unit.path == STDIN or original_path(folder, sha256).exists():
        return
    target = original_path(folder, sha256)
    try:
        if unit.member is not None:
            write_whole(target, b"".join(_blocks(unit)))
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.{os.getpid()}.new")
        try:
            shutil.copyfile(unit.path, fresh)
            fresh.replace(target)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise StoreError(f"{folder}: the original of {unit.source} cannot be kept: {fault.strerror or fault}") from None
    except UnreadableError:
        return  # it changed since it was read; the next build reads it anew


# --------------------------------------------------------------------------- in a process of its own

_shared: tuple[Extractor, Setting] | None = None


def prepare(make_extractor: Callable[[], Extractor], setting: Setting, parent: int) -> None:
    """Initialise a worker: load the lexicon once, and end with the parent even where that was killed."""
    global _shared
    # Ctrl-C goes to all processes of a terminal: the parent alone answers it and gives no more work.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _shared = make_extractor(), setting
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    with contextlib.suppress(Exception):
        os._exit(1)


def perform_prepared(task: Task) -> Outcome:
    """`perform` with what `prepare` set up."""
    if _shared is None:
        raise RuntimeError("the worker was not prepared")
    return perform(task, *_shared)


def ready() -> None:
    """Nothing: called once so that the processes exist before the store is opened."""
