"""What the ontology says of the property graph, and the files that are made from it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from loaders import iris
from loaders.errors import InputError
from loaders.neo4j.schema import (
    GraphSchema,
    load_schema,
    local_name,
    quoted,
    schema_cypher,
    schema_statements,
    upper_snake,
)
from loaders.resources import data_folder

ROOT = Path(__file__).parents[4]
PREFIXES = """\
@prefix my: <https://example.org/terms#> .
@prefix kg: <https://zhenxing.example/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
MY = "https://example.org/terms#"


@pytest.fixture(scope="module")
def schema() -> GraphSchema:
    return load_schema()


def with_terms(folder: Path, turtle: str) -> GraphSchema:
    path = folder / "my.ttl"
    path.write_text(PREFIXES + turtle, "utf-8")
    return load_schema((path,))


def test_the_labels_are_those_of_the_model(schema: GraphSchema) -> None:
    assert set(schema.node_labels()) == {
        "Measure", "Instrument", "TargetGroup", "Metric", "Observation", "Place", "Program", "Agency", "Bulletin",
        "Section", "Unit", "ProgramKind", "DocumentKind", "PolicyDocument", "PlaceGroup", "Concept",
    }  # fmt: skip


def test_every_class_and_property_of_ours_is_read(schema: GraphSchema) -> None:
    text = (data_folder("ontology") / "core.ttl").read_text("utf-8")
    classes = re.findall(r"^kg:(\w+) a owl:Class ;", text, re.M)
    properties = re.findall(r"^kg:(\w+) a owl:(?:Object|Datatype|Annotation)Property ;", text, re.M)
    assert {iris.term(name) for name in classes} <= schema.classes.keys()
    assert {iris.term(name) for name in properties} <= schema.properties.keys()
    assert all(schema.classes[iris.term(name)].zh and schema.classes[iris.term(name)].en for name in classes)


def test_labels_of_things_with_several_classes(schema: GraphSchema) -> None:
    concept = "http://www.w3.org/2004/02/skos/core#Concept"
    assert schema.labels((iris.term("PolicyInstrument"), concept)) == ("Instrument",)
    assert schema.labels((concept,)) == ("Concept",)
    assert schema.labels((iris.term("Cue"), concept)) == ()
    assert schema.labels((iris.term("Evidence"),)) == ()
    assert schema.labels(("http://www.w3.org/2008/05/skos-xl#Label",)) == ()


def test_relationships_and_what_is_left_out(schema: GraphSchema) -> None:
    def of(name: str) -> str:
        prop = schema.properties[iris.term(name)]
        return prop.type if prop.role == "relationship" else prop.role

    assert of("appliesInstrument") == "APPLIES_INSTRUMENT"
    assert of("hood") == "HOOD"
    assert of("inside") == "INSIDE"
    assert [of(name) for name in ("within", "subject", "predicate", "object", "hiddenWord") if iris.term(name) in
            schema.properties] == ["none"] * 4  # fmt: skip
    assert schema.properties["http://www.w3.org/2004/02/skos/core#broader"].type == "BROADER"
    assert schema.properties["http://www.w3.org/2004/02/skos/core#hiddenLabel"].key == "hiddenNames"
    assert schema.properties["http://www.w3.org/2004/02/skos/core#inScheme"].role == "none"


def test_the_files_made_from_the_ontology_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "build" / "cypher.py"), "--check"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_schema_cypher_can_run_again_and_finds_by_what_questions_ask(schema: GraphSchema) -> None:
    statements = schema_statements(schema)
    assert all(" IF NOT EXISTS " in statement for statement in statements)
    assert len({statement.split()[2:4][-1] for statement in statements}) >= 1
    names = [re.search(r"(?:CONSTRAINT|INDEX) (\S+) IF", statement) for statement in statements]
    assert len({name.group(1) for name in names if name}) == len(statements)
    assert "FOR (n:Zhenxing) REQUIRE n.iri IS UNIQUE" in statements[0]
    wanted = {("Instrument", "code"), ("Place", "code"), ("Measure", "status"), ("Observation", "statistic"),
              ("Observation", "firstMonth"), ("Measure", "lastMonth"), ("Metric", "code")}  # fmt: skip
    assert wanted <= set(schema.range_indexes())
    assert "`fulltext.analyzer`: 'cjk'" in statements[-1]
    assert schema_cypher(schema) == (data_folder("cypher") / "schema.cypher").read_text("utf-8")


def test_a_users_terms_are_read_by_their_kind(tmp_path: Path) -> None:
    schema = with_terms(
        tmp_path,
        """my:Audit a owl:Class ; rdfs:subClassOf kg:Measure .
        my:Visit a rdfs:Class ; kg:graphLabel "访问" ; kg:graphIndex my:foundOn .
        my:Tie a owl:Class ; rdfs:subClassOf kg:Link .
        my:checksThat a owl:ObjectProperty . my:foundOn a owl:DatatypeProperty ; kg:graphKey "found" .
        my:remark a rdf:Property . my:iri a owl:DatatypeProperty .""",
    )
    assert schema.labels((MY + "Audit",)) == ("Audit", "Measure")
    assert schema.labels((MY + "Visit",)) == ("访问",)
    assert schema.has_role((MY + "Tie",), "relationship")
    assert schema.properties[MY + "checksThat"].type == "CHECKS_THAT"
    assert schema.properties[MY + "remark"].role == "either"
    assert schema.properties[MY + "iri"].key == "iri_"
    assert ("访问", "found") in schema.range_indexes()
    assert any("FOR (n:`访问`) ON (n.found)" in statement for statement in schema_statements(schema))
    assert ("Audit", "status") in schema.range_indexes()


@pytest.mark.parametrize(
    ("turtle", "fault"),
    [
        ('my:A a owl:Class ; kg:graphLabel "Zhenxing" .', "'Zhenxing'"),
        ('my:A a owl:Class ; kg:graphLabel "x`) DETACH DELETE n //" .', "DETACH DELETE"),
        ('my:A a owl:Class ; kg:graphRole "edge" .', "'edge'"),
        ('my:p a owl:DatatypeProperty ; kg:graphKey "a b" .', "'a b'"),
        ('my:p a owl:DatatypeProperty ; kg:graphName "first" .', "'first'"),
    ],
)
def test_names_that_cannot_be_are_refused(tmp_path: Path, turtle: str, fault: str) -> None:
    with pytest.raises(InputError, match=re.escape(fault)) as caught:
        with_terms(tmp_path, turtle)
    assert MY in str(caught.value)


def test_names() -> None:
    assert upper_snake("appliesInstrument") == "APPLIES_INSTRUMENT"
    assert upper_snake("hasGDPValue") == "HAS_GDP_VALUE"
    assert local_name("https://example.org/a#面积") == "面积"
    assert local_name("urn:x:2nd%20`name`") == "_2nd_20_name_"
    assert quoted("ok_1") == "ok_1"
    assert quoted("a`b") == "`a``b`"
    assert quoted("\\u0060") == "`\\u005Cu0060`"  # which Cypher would read as a backtick


def test_a_list_that_leads_back_to_itself_ends(tmp_path: Path) -> None:
    schema = with_terms(
        tmp_path,
        "my:p a owl:ObjectProperty ; rdfs:domain [ owl:unionOf my:l ] . my:l rdf:first kg:Measure ; rdf:rest my:l .",
    )
    assert schema.properties[MY + "p"].domain == (iris.term("Measure"),)
