"""The ontology's core: every term that a build writes is there, named, defined and placed, in both languages."""

from __future__ import annotations

from collections import defaultdict

import pytest
from pyoxigraph import Literal, NamedNode, parse
from said import sample

from loaders.iris import TERMS, Names
from loaders.quads import Versions, bulletin_quads
from loaders.resources import data_folder

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def core() -> dict[str, dict[str, list[NamedNode | Literal]]]:
    found: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for quad in parse(path=str(data_folder("ontology") / "core.ttl")):
        if isinstance(quad.subject, NamedNode):
            found[quad.subject.value][quad.predicate.value].append(quad.object)  # type: ignore[arg-type]
    return found


CORE = core()
KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
OURS = sorted(
    iri
    for iri, said in CORE.items()
    if iri.startswith(TERMS) and any(t.value == OWL + kind for t in said[TYPE] for kind in KINDS)
)


def languages(values: list[NamedNode | Literal]) -> list[str | None]:
    return sorted(value.language or "" for value in values if isinstance(value, Literal))


@pytest.mark.parametrize("iri", OURS)
def test_a_term_is_named_defined_and_placed(iri: str) -> None:
    said = CORE[iri]
    assert languages(said[RDFS + "label"]) == ["en"]
    assert languages(said[SKOS + "prefLabel"]) == ["zh"]
    assert languages(said[SKOS + "definition"]) == ["en", "zh"]
    assert languages(said[RDFS + "comment"]) == ["en"]
    if not any(t.value == OWL + "Class" for t in said[TYPE]):
        assert said[RDFS + "range"]
        assert said[RDFS + "domain"]


def test_what_a_build_writes_is_all_there() -> None:
    used = set()
    for quad in bulletin_quads(sample(), Names(), Versions(vocabulary="v", rules="r")):
        used.add(quad.predicate.value)
        if quad.predicate.value == TYPE and isinstance(quad.object, NamedNode):
            used.add(quad.object.value)
    assert {iri for iri in used if iri.startswith(TERMS)} - set(OURS) == set()


def test_no_term_is_declared_twice() -> None:
    declared: dict[str, set[str]] = defaultdict(set)
    for path in sorted(data_folder("ontology").glob("*.ttl")):
        for quad in parse(path=str(path)):
            if quad.predicate.value == RDFS + "label" and isinstance(quad.subject, NamedNode):
                declared[quad.subject.value].add(path.name)
    assert {iri: files for iri, files in declared.items() if len(files) > 1} == {}
