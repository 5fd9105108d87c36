"""RDF files of a store: N-Quads, N-Triples, Turtle, TriG, RDF/XML and JSON-LD, written as a stream.

The parts that a build has kept are read instead of the store: that is several times as fast, and in a fixed order, so
that two exports of the same graph are the same bytes. The graph of runs is left out unless it is asked for.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.store import GraphStore
from loaders.errors import KgError
from loaders.iris import TERMS

FORMATS = {
    "nq": RdfFormat.N_QUADS,
    "nt": RdfFormat.N_TRIPLES,
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_SUFFIXES = {".nquads": "nq", ".ntriples": "nt", ".turtle": "ttl", ".xml": "rdf", ".json": "jsonld"}
PREFIXES = {
    "kg": TERMS,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosxl": "http://www.w3.org/2008/05/skos-xl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "dcterms": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "oa": "http://www.w3.org/ns/oa#",
    "qb": "http://purl.org/linked-data/cube#",
    "qudt": "http://qudt.org/schema/qudt/",
}


def format_of(path: str, chosen: str | None) -> str:
    """The format that is asked for, or that a path's suffix says; KgError where neither says one."""
    if chosen is not None:
        return chosen
    suffix = Path(path).suffix.lower()
    found = _SUFFIXES.get(suffix, suffix.removeprefix("."))
    if found not in FORMATS:
        raise KgError(f"{path}: the suffix names no format; give --as with one of {', '.join(FORMATS)}")
    return found


def write_rdf(store: GraphStore, out: IO[bytes], form: str, *, vocabulary: bool = True, runs: bool = False) -> None:
    """Write the graph of all bulletins (and the vocabulary, and the runs) to a binary stream."""
    if form == "nq":
        for part in store.parts(vocabulary=vocabulary):
            shutil.copyfileobj(part, out, 1 << 20)
        if runs:
            serialize(_runs(store), out, RdfFormat.N_QUADS)
        return
    quads = _quads(store, vocabulary=vocabulary, runs=runs)
    if form in ("trig", "jsonld"):
        serialize(quads, out, FORMATS[form], prefixes=PREFIXES)
    else:
        prefixes = None if form == "nt" else PREFIXES
        serialize(_triples(quads), out, FORMATS[form], prefixes=prefixes)


def _quads(store: GraphStore, *, vocabulary: bool, runs: bool) -> Iterator[Quad]:
    for part in store.parts(vocabulary=vocabulary):
        yield from parse(part.read(), format=RdfFormat.N_QUADS)
    if runs:
        yield from _runs(store)


def _runs(store: GraphStore) -> Iterator[Quad]:
    return store.store.quads_for_pattern(None, None, None, NamedNode(store.names.runs_graph))


def _triples(quads: Iterator[Quad]) -> Iterator[Triple]:
    return (quad.triple for quad in quads)
