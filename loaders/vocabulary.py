"""The whole vocabulary as quads of one named graph: every Turtle file of the ontology, a user's own, and the places.

A store keeps it beside the bulletins, so that questions find labels, narrower concepts and what lies inside what.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, NamedNode, Quad, Triple

from loaders import iris
from loaders.gazetteer import load_gazetteer
from loaders.lexicon import read_turtle
from loaders.place_quads import place_quads
from loaders.resources import data_folder

T = TypeVar("T")
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_IN_SCHEME = _SKOS + "inScheme"
_UPWARDS = (_SKOS + "broader", iris.term("inside"))


def vocabulary_files(extra: tuple[Path, ...] = ()) -> list[Path]:
    """The Turtle files and tables that make the vocabulary, in a fixed order, the user's own last."""
    folder = data_folder("ontology")
    return [*sorted(folder.glob("*.ttl")), *sorted(folder.glob("*.tsv")), *extra]


def vocabulary_digest(extra: tuple[Path, ...] = ()) -> str:
    """Hash of all vocabulary files: what tells a store whether it holds this vocabulary."""
    hasher = hashlib.sha256()
    for path in vocabulary_files(extra):
        hasher.update(path.read_bytes())
    return hasher.hexdigest()[:32]


def vocabulary_quads(graph: str, extra: tuple[Path, ...] = ()) -> Iterator[Quad]:
    """All of the vocabulary in the named graph `graph`, without blank nodes; InputError for a file that is no Turtle.

    A blank node (a label with conditions, a union of classes) gets a name by RDFC-1.0, so that the graph is the same
    whenever the files are.
    """
    name = NamedNode(graph)
    quads = list(_stated(name, extra))
    yield from quads
    yield from _within(quads, name)


def _within(quads: list[Quad], graph: NamedNode) -> Iterator[Quad]:
    """`kg:within` of every concept: itself and all above it.

    Questions need the narrower concepts and the places inside; a path of any length in each of them costs minutes in
    a store of millions, one pattern costs nothing.
    """
    above: dict[str, set[str]] = {}
    for quad in quads:
        if not isinstance(quad.subject, NamedNode):
            continue
        if quad.predicate.value in _UPWARDS and isinstance(quad.object, NamedNode):
            above.setdefault(quad.subject.value, set()).add(quad.object.value)
        elif quad.predicate.value == _IN_SCHEME:
            above.setdefault(quad.subject.value, set())
    for concept in sorted(above):
        reached, waiting = {concept}, [concept]
        while waiting:
            for higher in above.get(waiting.pop(), ()):
                if higher not in reached:
                    reached.add(higher)
                    waiting.append(higher)
        for higher in sorted(reached):
            yield Quad(NamedNode(concept), NamedNode(iris.term("within")), NamedNode(higher), graph)


def _stated(name: NamedNode, extra: tuple[Path, ...]) -> Iterator[Quad]:
    """What the files themselves say."""
    for path in vocabulary_files(extra):
        if path.suffix == ".tsv":
            continue
        content = Dataset(Quad(q.subject, q.predicate, q.object) for q in read_turtle(path))
        content.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        prefix = f"{iris.TERMS}node-{iris.digest(path.stem, 6)}-"
        for quad in content:
            yield Quad(_named(quad.subject, prefix), quad.predicate, _named(quad.object, prefix), name)
    yield from place_quads(load_gazetteer(), name)


def _named(term: T, prefix: str) -> T | NamedNode:
    if isinstance(term, BlankNode):
        return NamedNode(prefix + term.value)
    if isinstance(term, Triple):
        raise TypeError("a vocabulary file holds a quoted triple, which no vocabulary needs")
    return term
