"""The store's bulletins, or files of RDF, as what a Neo4j server is brought to."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

from kg.store import GraphStore
from loaders.errors import InputError, StoreError
from loaders.iris import Names
from loaders.neo4j import projection
from loaders.neo4j.graph import Piece
from loaders.neo4j.prepare import has_vocabulary
from loaders.neo4j.push import Parcel, PushSummary, push
from loaders.neo4j.schema import GraphSchema
from loaders.vocabulary import vocabulary_digest, vocabulary_quads

if TYPE_CHECKING:
    from neo4j import Driver


class PushOptions(TypedDict, total=False):
    """What a user may choose of a push."""

    jobs: int
    prune: bool
    progress: Callable[[int], None]
    patience: float


def store_parcels(store: GraphStore, schema: GraphSchema) -> Iterator[Parcel]:
    """The vocabulary, then each bulletin in the order of the keys; a part is read and projected when it is asked for.

    A version is a hash of the part's name, which is of its content, and of what the projection makes of it.
    """
    how = projection_version(schema)
    names = store.names
    facts = store.facts

    def vocabulary(version: str) -> Piece:
        return projection.project_vocabulary(vocabulary_of(store), version, schema)

    def bulletin(key: str, part: str, version: str) -> Piece:
        path = store.folder / "parts" / part[:2] / part
        return projection.project_bulletin(projection.parse_part(_unpacked(path)), key, version, schema, names)

    if facts.vocabulary:
        version = _hash(facts.vocabulary, how)
        yield Parcel("", version, partial(vocabulary, version))
    for key, graph in sorted(store.manifest().graphs.items()):
        version = _hash(graph.part, how)
        yield Parcel(key, version, partial(bulletin, key, graph.part, version))


def vocabulary_of(store: GraphStore) -> Iterable[Quad]:
    """The quads of the store's vocabulary, from the file beside the graphs: ten times as fast as from the graph."""
    return projection.parse_part(_unpacked(store.folder / "vocabulary.nq.gz")) if store.facts.vocabulary else ()


def store_pieces(store: GraphStore, schema: GraphSchema) -> Iterator[Piece]:
    """The piece of the vocabulary, then of each bulletin in the order of the keys, one at a time.

    StoreError where a part is missing or damaged.
    """
    for parcel in store_parcels(store, schema):
        yield parcel.read()


def _unpacked(path: Path) -> bytes:
    try:
        return gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise StoreError(f"{path}: is missing; build again, which writes it anew") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise StoreError(f"{path}: is damaged; remove it and build again, which writes it anew") from None
    except OSError as fault:
        raise StoreError(f"{path}: cannot be read: {fault.strerror or fault}") from None


@lru_cache(maxsize=1)
def _source_version() -> str:
    """Hash of the source of the projection: what it makes of a part may change while the part does not."""
    hasher = hashlib.sha256()
    folder = Path(projection.__file__).parent
    for name in ("graph.py", "projection.py", "statements.py", "values.py"):
        hasher.update((folder / name).read_bytes().replace(b"\r\n", b"\n"))
    return hasher.hexdigest()


def projection_version(schema: GraphSchema) -> str:
    """Hash of what decides how quads become a graph: the projection and what the ontology says of it."""
    classes = sorted((one.iri, one.role, one.label, one.above) for one in schema.classes.values())
    properties = sorted(
        (one.iri, one.role, one.type, one.key, one.month_key, one.rank, one.domain, one.range)
        for one in schema.properties.values()
    )
    return _hash(_source_version(), repr((classes, properties)))


def _hash(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Files:
    """Files of RDF, read: the pieces that they are, and what of them does not reach the property graph."""

    pieces: tuple[Piece, ...]
    unknown: Mapping[str, int]  # terms that no ontology declares, with how often each is used


def read_files(paths: Sequence[Path], schema: GraphSchema, names: Names) -> Files:
    """The pieces of files of RDF in any format that their suffix names, `.gz` after it or not.

    A file is known by its absolute path: read again it takes the place of what it said before. Errors: InputError for
    a file that cannot be read, with the place in it.
    """
    pieces: list[Piece] = []
    unknown: dict[str, int] = {}
    for path in paths:
        quads = _read_rdf(path)
        for term, n in projection.unknown_terms(quads, schema).items():
            unknown[term] = unknown.get(term, 0) + n
        name = path.resolve().as_uri()
        if any(quad.graph_name != DefaultGraph() for quad in quads):
            pieces += projection.project_dataset(quads, name, schema, names)
        else:
            pieces.append(projection.project_file(quads, name, schema, names))
    by_key: dict[str, Piece] = {}
    for piece in pieces:  # two files that hold one bulletin: the last one stands
        by_key[piece.key] = piece
    return Files(tuple(by_key.values()), unknown)


def _read_rdf(path: Path) -> list[Quad]:
    packed = path.suffix == ".gz"
    suffix = (path.with_suffix("") if packed else path).suffix.removeprefix(".").lower()
    form = RdfFormat.from_extension(suffix)
    if form is None:
        raise InputError(f"{path}: the suffix names no format of RDF; known are .ttl .nt .nq .trig .rdf .owl .jsonld")
    try:
        content = path.read_bytes()
        if packed:
            content = gzip.decompress(content)
        return list(parse(content, format=form, base_iri=path.resolve().as_uri()))
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{path}: is no RDF that can be read: {error}") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(f"{path}: is damaged, it cannot be unpacked") from None
    except OSError as fault:
        raise InputError(f"{path}: cannot be read: {fault.strerror or fault}") from None


def vocabulary_parcel(schema: GraphSchema, names: Names, extra: tuple[Path, ...] = ()) -> Parcel:
    """The shipped vocabulary with a user's own, as a store built with it would have it."""
    version = _hash(vocabulary_digest(extra), projection_version(schema))

    def read() -> Piece:
        return projection.project_vocabulary(vocabulary_quads(names.vocabulary_graph, extra), version, schema)

    return Parcel("", version, read)


def push_store(
    store: GraphStore, driver: Driver, database: str | None, schema: GraphSchema, **options: Unpack[PushOptions]
) -> PushSummary:
    """Bring a server to what a store holds."""
    return push(driver, database, store_parcels(store, schema), schema, base=store.names.base, **options)


def push_files(
    files: Files,
    vocabulary: Parcel,
    driver: Driver,
    database: str | None,
    schema: GraphSchema,
    names: Names,
    **options: Unpack[PushOptions],
) -> PushSummary:
    """Write files to a server beside what it holds; the vocabulary where it has none."""
    given = [Parcel(piece.key, piece.version, partial(_same, piece)) for piece in files.pieces]
    if not has_vocabulary(driver, database, names.base):
        given.insert(0, vocabulary)
    summary = push(driver, database, given, schema, base=names.base, **options)
    summary.gone = 0  # what else the server holds is not of these files
    return summary


def _same(piece: Piece) -> Piece:
    return piece
