"""SHACL: a store's graph against the shapes of everything that a build writes.

The engine stands behind `Engine`, because the fast one is young: pySHACL, the reference, takes its place where that is
installed and the first is not, and in the tests beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from kg.store import GraphStore
from loaders import iris
from loaders.errors import InputError, KgError
from loaders.resources import data_folder

_OA = "http://www.w3.org/ns/oa#"
_CONTENT = iris.term("content")
_SPAN_SHAPE = "https://zhenxing.example/ns/shapes#Span"


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One result of a validation."""

    shape: str  # IRI of the named shape
    focus: str  # IRI of the node that is at fault
    path: str  # of the property, "" where the node itself is
    value: str  # the offending value, "" where there is none
    message: str


class Engine(Protocol):
    """Something that validates N-Triples against shapes in Turtle."""

    def validate(self, triples: bytes, shapes: Path, language: str) -> list[Violation]:
        """All violations, sorted; InputError for shapes that are none."""


class ShaclEngine:
    """The `shacl` package."""

    def validate(self, triples: bytes, shapes: Path, language: str) -> list[Violation]:
        """All violations, sorted."""
        import shacl

        try:
            compiled = shacl.Shapes.from_file(str(shapes))
        except (ValueError, OSError) as fault:
            raise InputError(f"{shapes}: no shapes: {fault}") from None
        report = compiled.validate_text(triples.decode("utf-8"), format="ntriples")
        return sorted(
            Violation(
                shape=_iri(str(result.root_shape or result.source_shape or "")),
                focus=_iri(str(result.focus_node)),
                path=_iri(str(result.path or "")),
                value=str(result.value_plain or "")[:200],
                message=_pick(list(result.messages), language),
            )
            for result in report.results
        )


class PyshaclEngine:
    """pySHACL, the reference; slow beyond some hundred thousand triples."""

    def validate(self, triples: bytes, shapes: Path, language: str) -> list[Violation]:
        """All violations, sorted; shapes are not named, messages and focus nodes are."""
        from pyshacl import validate
        from rdflib import Graph, Namespace
        from rdflib.namespace import RDF

        sh = Namespace("http://www.w3.org/ns/shacl#")
        _, report, _ = validate(
            Graph().parse(data=triples, format="nt"), shacl_graph=Graph().parse(shapes), advanced=True
        )
        assert isinstance(report, Graph)
        found = []
        for result in report.subjects(RDF.type, sh.ValidationResult):
            messages = [str(m) for m in report.objects(result, sh.resultMessage)]
            found.append(
                Violation(
                    shape="",
                    focus=str(report.value(result, sh.focusNode)),
                    path=str(report.value(result, sh.resultPath) or ""),
                    value=str(report.value(result, sh.value) or "")[:200],
                    message=_pick(messages, language),
                )
            )
        return sorted(found)


def default_engine() -> Engine:
    """The fast engine, or the reference where only that is installed; KgError where neither is."""
    from importlib.util import find_spec

    if find_spec("shacl"):
        return ShaclEngine()
    if find_spec("pyshacl"):
        return PyshaclEngine()
    raise KgError("no SHACL engine is installed: pip install shacl")


def graph_shapes() -> Path:
    """The shapes of what a build writes."""
    return data_folder("ontology") / "shapes" / "graph.ttl"


def store_triples(store: GraphStore) -> bytes:
    """All bulletins and the vocabulary as N-Triples."""
    pieces = (
        serialize((quad.triple for quad in parse(part.read(), format=RdfFormat.N_QUADS)), format=RdfFormat.N_TRIPLES)
        for part in store.parts(vocabulary=True)
    )
    return b"".join(piece or b"" for piece in pieces)


def validate_store(store: GraphStore, shapes: Path, language: str, engine: Engine | None = None) -> list[Violation]:
    """Violations of the shapes in a store's graph, and evidence whose words are not the text at its offsets."""
    found = (engine or default_engine()).validate(store_triples(store), shapes, language)
    for part in store.parts(vocabulary=False):
        found += misquoted(parse(part.read(), format=RdfFormat.N_QUADS), language)
    return sorted(found)


def misquoted(quads: Iterable[Quad], language: str) -> list[Violation]:
    """Spans of one bulletin whose words are not its text at their offsets."""
    text, spans = "", dict[str, dict[str, str]]()
    for quad in quads:
        name = quad.predicate.value
        if name == _CONTENT and isinstance(quad.object, Literal):
            text = quad.object.value
        elif name.startswith(_OA) and isinstance(quad.object, Literal) and isinstance(quad.subject, NamedNode):
            spans.setdefault(quad.subject.value, {})[name.removeprefix(_OA)] = quad.object.value
    said = "引文须等于文本中该偏移处的文字" if language == "zh" else "quotes the text at its offsets"
    return [
        Violation(_SPAN_SHAPE, span, _OA + "exact", ends["exact"][:200], said)
        for span, ends in spans.items()
        if text[int(ends["start"]) : int(ends["end"])] != ends["exact"]
    ]


def _iri(term: str) -> str:
    return term[1:-1] if term.startswith("<") and term.endswith(">") else term


def _pick(messages: list[str], language: str) -> str:
    """The message in the language wanted: engines give the texts without their tags, so by their script."""
    chinese = [message for message in messages if any("\u4e00" <= character <= "\u9fff" for character in message)]
    other = [message for message in messages if message not in chinese]
    ordered = [*chinese, *other] if language == "zh" else [*other, *chinese]
    return ordered[0] if ordered else ""
