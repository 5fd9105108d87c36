"""The store's bulletins, or files of RDF, as what a Neo4j server is brought to."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from functools import lru_cache, partial
from pathlib import Path

from kg.store import GraphStore
from loaders.errors import StoreError
from loaders.neo4j import projection
from loaders.neo4j.graph import Piece
from loaders.neo4j.push import Parcel
from loaders.neo4j.schema import GraphSchema


def store_parcels(store: GraphStore, schema: GraphSchema) -> Iterator[Parcel]:
    """The vocabulary, then each bulletin in the order of the keys; a part is read and projected when it is asked for.

    A version is a hash of the part's name, which is of its content, and of what the projection makes of it.
    """
    how = projection_version(schema)
    names = store.names
    facts = store.facts

    def vocabulary(version: str) -> Piece:
        path = store.folder / "vocabulary.nq.gz"
        return projection.project_vocabulary(projection.parse_part(_unpacked(path)), version, schema)

    def bulletin(key: str, part: str, version: str) -> Piece:
        path = store.folder / "parts" / part[:2] / part
        return projection.project_bulletin(projection.parse_part(_unpacked(path)), key, version, schema, names)

    if facts.vocabulary:
        version = _hash(facts.vocabulary, how)
        yield Parcel("", version, partial(vocabulary, version))
    for key, graph in sorted(store.manifest().graphs.items()):
        version = _hash(graph.part, how)
        yield Parcel(key, version, partial(bulletin, key, graph.part, version))


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
