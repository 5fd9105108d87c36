"""The shipped ontology: it parses everywhere, declares what it uses, and carries the contract's codes."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest
import rdflib
import yaml
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from loaders.lexicon import NS, SKOS, Lexicon, vocabulary_paths
from loaders.resources import data_folder

ONTOLOGY = data_folder("ontology")
CONTRACT = Path(__file__).parents[3] / "shared" / "contract"
CODES = yaml.safe_load((Path(__file__).parent / "contract-codes.yaml").read_text("utf-8"))
FILES = sorted([*ONTOLOGY.glob("*.ttl"), *ONTOLOGY.glob("shapes/*.ttl")])
PLACES = re.compile(r"place-\d{6}$")  # concepts of a table, not of Turtle
SCHEMES = {
    "instruments", "targets", "metrics", "program-kinds", "agencies", "document-kinds", "units", "domain", "cues",
    "hood-typology", "rothwell-typology",
}  # fmt: skip


def triples(path: Path) -> list[tuple[str, str, object]]:
    return [
        (str(getattr(q.subject, "value", "")), q.predicate.value, q.object)
        for q in parse(path=str(path), format=RdfFormat.TURTLE)
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_rdflib_reads_every_file_to_as_many_triples(path: Path) -> None:
    graph = rdflib.Graph().parse(path)
    assert len(graph) == len({str(q) for q in parse(path=str(path), format=RdfFormat.TURTLE)})


@pytest.mark.parametrize("scheme", sorted(CODES))
def test_every_code_of_the_contract_is_answered(scheme: str, lexicon: Lexicon) -> None:
    """The contract's codes, no fewer and no more: a narrower concept answers with one of them."""
    assert sorted({c.answer for c in lexicon.in_scheme(scheme)}) == CODES[scheme]
    for code in CODES[scheme]:
        concept = lexicon.find_code(scheme, code)
        assert concept is not None
        assert concept.answer == code


@pytest.mark.skipif(not CONTRACT.is_dir(), reason="no contract beside the checkout")
@pytest.mark.parametrize("scheme", sorted(CODES))
def test_the_list_of_codes_is_the_contracts(scheme: str) -> None:
    with (CONTRACT / f"{scheme}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert sorted(row["code"] for row in rows) == CODES[scheme]


@pytest.mark.skipif(not CONTRACT.is_dir(), reason="no contract beside the checkout")
def test_metrics_have_the_contracts_units_and_outcomes(lexicon: Lexicon) -> None:
    with (CONTRACT / "metrics.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            concept = lexicon.find_code("metrics", row["code"])
            assert concept is not None
            assert concept.values("outcome") == ({"yes": "true", "no": "false"}[row["outcome"]],), row["code"]
            if row["unit"]:
                assert row["unit"] in (*concept.values("unit"), *concept.values("unitAllowed")), row["code"]


@pytest.mark.skipif(not CONTRACT.is_dir(), reason="no contract beside the checkout")
def test_instruments_have_the_contracts_types(lexicon: Lexicon) -> None:
    with (CONTRACT / "instruments.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            concept = lexicon.find_code("instruments", row["code"])
            assert concept is not None
            for prop in ("hood", "rothwell"):
                assert concept.values(prop) == (f"{NS}{prop}-{row[prop]}",), row["code"]


def test_every_concept_has_a_known_scheme_and_labels_in_both_languages(lexicon: Lexicon) -> None:
    assert {c.scheme for c in lexicon.concepts} == SCHEMES
    assert [c.iri for c in lexicon.concepts if not c.zh or not c.en] == []


def test_every_term_that_is_used_is_declared() -> None:
    """A property, class or value of our namespace is the subject of a statement in some file."""
    subjects: set[str] = set()
    used: defaultdict[str, set[str]] = defaultdict(set)
    for path in FILES:
        for subject, predicate, value in triples(path):
            subjects.add(subject)
            used[predicate].add(path.name)
            if isinstance(value, NamedNode):
                used[value.value].add(path.name)
    missing = {t: f for t, f in used.items() if t.startswith(NS) and t not in subjects and not PLACES.search(t)}
    assert missing == {}


def test_properties_are_declared_with_names_in_both_languages() -> None:
    declared: defaultdict[str, set[str]] = defaultdict(set)
    predicates: set[str] = set()
    for path in ONTOLOGY.glob("*.ttl"):
        for subject, predicate, value in triples(path):
            predicates.add(predicate)
            if isinstance(value, Literal) and predicate.endswith(("#label", "#prefLabel", "#definition")):
                declared[subject].add(f"{predicate.split('#')[-1]}@{value.language}")
    for predicate in sorted(p for p in predicates if p.startswith(NS)):
        assert declared[predicate] >= {"label@en", "prefLabel@zh", "definition@en", "definition@zh"}, predicate


def test_no_term_is_a_property_and_a_scheme_at_once() -> None:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for path in ONTOLOGY.glob("*.ttl"):
        for subject, predicate, value in triples(path):
            if predicate.endswith("#type") and isinstance(value, NamedNode):
                kinds[subject].add(value.value.split("#")[-1])
    both = {s for s, k in kinds.items() if any(x.endswith("Property") for x in k) and k & {"ConceptScheme", "Class"}}
    assert both == set()


def test_labels_are_written_folded() -> None:
    """A label in full width would be folded before matching, and what a person reads would not be what is matched."""
    from loaders.folding import fold

    odd = [
        (path.name, value.value)
        for path in vocabulary_paths()
        for _, predicate, value in triples(path)
        if isinstance(value, Literal)
        and predicate in (SKOS + "altLabel", SKOS + "hiddenLabel", NS + "gapLabel", NS + "exclusionLabel")
        and fold(value.value) != value.value
    ]
    assert odd == []


def test_the_readme_names_every_file() -> None:
    readme = (ONTOLOGY / "README.md").read_text("utf-8")
    names = [p.name for p in ONTOLOGY.iterdir() if p.suffix in (".ttl", ".tsv")]
    names += [f"shapes/{p.name}" for p in ONTOLOGY.glob("shapes/*")]
    assert [n for n in sorted(names) if f"`{n}`" not in readme] == []
