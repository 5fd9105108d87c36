"""The embedded store: Oxigraph in a folder, where a bulletin's graph is either replaced whole or left as it was.

    STORE/
      store.json       format, base IRI, hash of the vocabulary; written once the folder is a store
      manifest.jsonl   what was built from what (loaders/manifest.py)
      graph/           Oxigraph's own files
      parts/ab/….nq.gz N-Quads of each bulletin's graph, by its content: export copies them; a twentieth of their size
      vocabulary.nq.gz the vocabulary that the store was built with
      originals/ab/cd… the bytes that were read, by hash

A change is first written to `parts`, then in one transaction to Oxigraph, then to the manifest: whatever is killed
between two of these is done again by the next build, and ends at the same graph.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse, serialize

from loaders.errors import KgError, StoreError
from loaders.iris import DEFAULT_BASE, Names
from loaders.manifest import Change, Manifest, write_whole
from loaders.quads import canonical

FORMAT = 1
_OPEN_FILES = 192  # of which Oxigraph leaves 48 to the rest of the process; below 96 it refuses


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """What `store.json` says."""

    format: int
    base: str
    vocabulary: str  # hash of the vocabulary in the store; "" before the first build has written it


def read_facts(folder: Path) -> StoreFacts:
    """The facts of a store; StoreError where the folder is none, or one of another version."""
    path = folder / "store.json"
    try:
        found = json.loads(path.read_text("utf-8"))
        version = found["format"]
    except FileNotFoundError:
        raise StoreError(
            f"{folder}: there is no store here; make one with 'kg build PATH', or name another with --store"
        ) from None
    except OSError as fault:
        raise StoreError(f"{path}: cannot be read: {fault.strerror or fault}") from None
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{path}: is damaged; build into a new folder with --store") from None
    if version != FORMAT:
        raise StoreError(
            f"{folder}: this store has format {version}, this version of kg reads format {FORMAT}; "
            "build into a new folder with --store"
        )
    return StoreFacts(format=version, base=found["base"], vocabulary=found.get("vocabulary", ""))


class GraphStore:
    """A store that is open, for reading only or for one writer. Use as a context manager."""

    def __init__(self, folder: Path, facts: StoreFacts, store: Store, *, writable: bool) -> None:
        self.folder = folder
        self.facts = facts
        self.names = Names(facts.base)
        self.writable = writable
        self._store: Store | None = store

    @classmethod
    def reading(cls, folder: Path, base: str | None = None) -> Self:
        """Open for reading: as it is now, also beside a writer."""
        facts = read_facts(folder)
        _check_base(folder, facts, base)
        try:
            store = Store.read_only(str(folder / "graph"))
        except OSError as fault:
            raise _store_error(folder, fault, "opened") from None
        return cls(folder, facts, store, writable=False)

    @classmethod
    def writing(cls, folder: Path, base: str | None = None) -> Self:
        """Open for writing, and make the store where there is none; one writer at a time."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / "store.json").exists():
                facts = read_facts(folder)
                _check_base(folder, facts, base)
            else:
                if _foreign(folder):
                    raise StoreError(f"{folder}: is a folder of other files, not a store; name another with --store")
                facts = StoreFacts(format=FORMAT, base=Names(base or DEFAULT_BASE).base, vocabulary="")
            with _few_files_open():
                store = Store(str(folder / "graph"))
            opened = cls(folder, facts, store, writable=True)
            opened._write_facts(facts)
        except OSError as fault:
            raise _store_error(folder, fault, "opened for writing") from None
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store (and of the writer's lock)."""
        self._store = None

    @property
    def store(self) -> Store:
        """Oxigraph itself."""
        if self._store is None:
            raise StoreError(f"{self.folder}: the store was closed")
        return self._store

    def manifest(self) -> Manifest:
        """The manifest as it stands on disk."""
        try:
            return Manifest(self.folder / "manifest.jsonl")
        except (ValueError, TypeError, KeyError):
            raise StoreError(f"{self.folder / 'manifest.jsonl'}: is damaged; build into a new folder") from None
        except OSError as fault:
            raise _store_error(self.folder, fault, "read") from None

    # -- writing (a Sink of loaders/build.py)

    @property
    def originals(self) -> Path:
        """Where the bytes that were read are kept."""
        return self.folder / "originals"

    def vocabulary_version(self) -> str:
        """Hash of the vocabulary in the store."""
        return self.facts.vocabulary

    def has_graph(self, key: str, part: str) -> bool:
        """Whether a bulletin's graph stands in the store, with the part from which it is exported."""
        return self.store.contains_named_graph(NamedNode(self.names.graph(key))) and self._part(part).exists()

    def write_graphs(self, graphs: Sequence[tuple[str, bytes]]) -> list[str]:
        """Replace the graphs of bulletins by their keys, each whole or not at all; the names of their parts."""
        with self._guarded():
            parts = [f"{key}-{hashlib.sha256(nquads).hexdigest()[:12]}.nq.gz" for key, nquads in graphs]
            for part, (_, nquads) in zip(parts, graphs, strict=True):
                if not self._part(part).exists():
                    write_whole(self._part(part), _packed(nquads))
            fresh = []
            for key, nquads in graphs:
                name = NamedNode(self.names.graph(key))
                if self.store.contains_named_graph(name):
                    self._replace(name, nquads)
                else:
                    fresh.append(nquads)
            if fresh:
                self._load(b"".join(fresh))
        return parts

    def _load(self, nquads: bytes) -> None:
        """Write graphs that are not there yet, as one file that Oxigraph takes in at once."""
        self.store.bulk_load(nquads, format=RdfFormat.N_QUADS)

    def _replace(self, graph: NamedNode, nquads: bytes) -> None:
        """Make a graph what `nquads` says, in one transaction: SPARQL alone has removing and adding in one.

        Only what differs is written: most of a graph stays as it is when a rule or a word has changed.
        """
        fresh = set(parse(nquads, format=RdfFormat.N_QUADS))
        stale = set(self.store.quads_for_pattern(None, None, None, graph))
        steps = []
        for deed, quads in (("DELETE", stale - fresh), ("INSERT", fresh - stale)):
            if quads:
                body = (serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b"").decode("utf-8")
                steps.append(f"{deed} DATA {{ GRAPH {graph} {{ {body} }} }}")
        if steps:
            self.store.update(";\n".join(steps))

    def remove_graphs(self, keys: Iterable[str]) -> None:
        """Remove the graphs of bulletins."""
        with self._guarded():
            for key in keys:
                self.store.remove_graph(NamedNode(self.names.graph(key)))

    def write_vocabulary(self, version: str, quads: Iterable[Quad]) -> None:
        """Keep the vocabulary that this build uses."""
        with self._guarded():
            nquads = canonical(quads)
            graph = NamedNode(self.names.vocabulary_graph)
            if self.store.contains_named_graph(graph):
                self._replace(graph, nquads)
            else:
                self._load(nquads)
            write_whole(self.folder / "vocabulary.nq.gz", _packed(nquads))
            self._write_facts(StoreFacts(format=FORMAT, base=self.facts.base, vocabulary=version))

    def write_run(self, quads: Iterable[Quad]) -> None:
        """Note a run of a build in the graph of runs."""
        with self._guarded():
            self.store.extend(quads)

    def write_manifest(self, manifest: Manifest, change: Change) -> None:
        """Append a change to the manifest, after what it says was written."""
        with self._guarded():
            manifest.write(change)

    def finish(self, manifest: Manifest) -> None:
        """Force everything to disk; remove parts of graphs that are no more and what an interrupted write left."""
        with self._guarded():
            self.store.flush()
            manifest.compact()
        parts = {graph.part for graph in manifest.graphs.values()}
        with contextlib.suppress(OSError):  # what cannot be removed does no harm
            for path in (self.folder / "parts").glob("*/*"):
                if path.name not in parts:
                    path.unlink()
            for path in self.folder.glob("**/.*.new"):
                path.unlink()

    def _write_facts(self, facts: StoreFacts) -> None:
        self.facts = facts
        written = {"format": facts.format, "base": facts.base, "vocabulary": facts.vocabulary}
        content = (json.dumps(written, indent=1) + "\n").encode("utf-8")
        path = self.folder / "store.json"
        if not path.exists() or path.read_bytes() != content:
            write_whole(path, content)

    def _part(self, name: str) -> Path:
        return self.folder / "parts" / name[:2] / name

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            raise _store_error(self.folder, fault, "written") from None

    # -- reading

    def parts(self, *, vocabulary: bool) -> Iterator[gzip.GzipFile]:
        """The N-Quads of each bulletin in the order of their keys, and of the vocabulary, open to be read."""
        paths = [self._part(graph.part) for _, graph in sorted(self.manifest().graphs.items())]
        for path in [*paths, *([self.folder / "vocabulary.nq.gz"] if vocabulary else [])]:
            try:
                with gzip.open(path) as stream:
                    yield stream
            except FileNotFoundError:
                raise StoreError(f"{path}: is missing; build again, which writes it anew") from None
            except (EOFError, zlib.error, gzip.BadGzipFile):
                raise StoreError(f"{path}: is damaged; remove it and build again, which writes it anew") from None

    def quads(self, *, runs: bool = False) -> Iterator[Quad]:
        """All quads, the graph of runs only where it is asked for."""
        left_out = NamedNode(self.names.runs_graph)
        for quad in self.store:
            if runs or quad.graph_name != left_out:
                yield quad

    def canonical(self) -> bytes:
        """The store's sorted N-Quads without the graph of runs: equal for two builds of the same input."""
        return canonical(self.quads())


def _packed(nquads: bytes) -> bytes:
    """Compressed at the lowest level (the lines are much alike) and without a time, so that equal parts are equal."""
    return gzip.compress(nquads, 1, mtime=0)


@contextlib.contextmanager
def _few_files_open() -> Iterator[None]:
    """While a store is opened to be written, let it keep few of its files open at once.

    Oxigraph takes as many as the process may have, and holds the index of each in memory: that grew with the store.
    """
    try:
        import resource
    except ImportError:  # no such limits on this system
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft > _OPEN_FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _foreign(folder: Path) -> bool:
    """Whether a folder without `store.json` has files of others in it."""
    return any(path.name not in ("graph", "lost+found") and not path.name.endswith(".new") for path in folder.iterdir())


def _check_base(folder: Path, facts: StoreFacts, base: str | None) -> None:
    if base is not None and Names(base).base != facts.base:
        raise StoreError(
            f"{folder}: this store was built with the base IRI {facts.base}, not {base}; "
            "leave --base-iri out, or build into a new folder with --store"
        )


def _store_error(folder: Path, fault: OSError, deed: str) -> KgError:
    """One sentence for what the file system or Oxigraph refused."""
    said = str(fault)
    if fault.errno == errno.ENOSPC or "No space left" in said:
        why = "the disk is full; what was built before is kept, make room and build again"
    elif "lock" in said.lower() and ("held" in said or "hold" in said or "unavailable" in said):
        why = "another process is writing to it; wait until that has ended"
    elif fault.errno in (errno.EACCES, errno.EROFS, errno.EPERM) or "ermission denied" in said or "Read-only" in said:
        why = "the folder may not be written or read by you"
    elif fault.errno == errno.ENOTDIR or fault.errno == errno.EEXIST:
        why = "it is no folder"
    else:
        why = said
    return StoreError(f"{folder}: the store cannot be {deed}: {why}")
