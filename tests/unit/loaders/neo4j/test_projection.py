"""Quads → pieces of the property graph."""

from __future__ import annotations

import gzip
import itertools
import pickle
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse
from said import sample

from loaders import iris
from loaders.errors import InputError
from loaders.neo4j.graph import Node, Piece, Relationship, joined
from loaders.neo4j.projection import (
    INDEX_LIMIT,
    parse_part,
    project_bulletin,
    project_dataset,
    project_file,
    project_vocabulary,
    unknown_terms,
)
from loaders.neo4j.schema import GraphSchema, load_schema
from loaders.neo4j.values import scalar
from loaders.quads import Versions, bulletin_quads, canonical
from loaders.vocabulary import vocabulary_quads

XSD = "http://www.w3.org/2001/XMLSchema#"
MY = "https://example.org/terms#"
PREFIXES = """\
@prefix my: <https://example.org/terms#> .
@prefix kg: <https://zhenxing.example/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix x: <https://example.org/things/> .
"""


def turtle(text: str) -> list[Quad]:
    return list(parse(PREFIXES + text, format=RdfFormat.TURTLE))


@pytest.fixture(scope="module")
def schema() -> GraphSchema:
    return load_schema()


@pytest.fixture(scope="module")
def sample_quads() -> list[Quad]:
    return bulletin_quads(sample(), iris.Names(), Versions(vocabulary="v", rules="r"))


@pytest.fixture(scope="module")
def sample_key() -> str:
    return iris.key_of(iris.identity(sample().document))


@pytest.fixture(scope="module")
def piece(schema: GraphSchema, sample_quads: list[Quad], sample_key: str) -> Piece:
    return project_bulletin(sample_quads, sample_key, "v1", schema)


@pytest.fixture(scope="module")
def vocabulary(schema: GraphSchema) -> Piece:
    return project_vocabulary(vocabulary_quads("urn:x:g"), "v", schema)


def named(piece: Piece, label: str) -> list[Node]:
    return [node for node in piece.nodes if label in node.labels]


def of_type(piece: Piece, kind: str) -> list[Relationship]:
    return [one for one in piece.relationships if one.type == kind]


# -- a bulletin


def test_every_plain_triple_of_an_object_property_is_a_relationship(
    piece: Piece, sample_quads: list[Quad], schema: GraphSchema
) -> None:
    nodes = {node.iri for node in piece.nodes}
    expected = {
        (q.subject.value, prop.type, q.object.value)
        for q in sample_quads
        if (prop := schema.properties.get(q.predicate.value))
        and prop.role == "relationship"
        and isinstance(q.subject, NamedNode)
        and isinstance(q.object, NamedNode)
        and q.subject.value in nodes
    }
    found = {(one.start, one.type, one.end) for one in piece.relationships}
    assert found == expected
    assert len(found) == len(piece.relationships) > 10


def test_links_carry_confidence_and_evidence(piece: Piece, sample_quads: list[Quad]) -> None:
    text = sample().document.text
    links = {q.object.value for q in sample_quads if q.predicate.value == iris.term("predicate")}
    kinds = {"".join(f"_{c}" if c.isupper() else c for c in iri.split("#")[1]).upper() for iri in links}
    for one in piece.relationships:
        if one.type not in kinds:
            assert dict(one.properties) == {}
            continue
        said = one.properties
        assert isinstance(said["confidence"], float)
        assert said["quote"] == text[said["start"] : said["end"]]  # type: ignore[misc]
        lists = [said[f"evidence{name}"] for name in ("Quotes", "Starts", "Ends", "Rules")]
        assert "evidenceAnchors" not in said  # plain text
        assert len({len(one) for one in lists}) == 1  # type: ignore[arg-type]
        places = list(zip(lists[1], lists[2], lists[3], strict=True))  # type: ignore[arg-type]
        assert places == sorted(places)
        assert places[0] == (said["start"], said["end"], said["rule"])
    instrument = of_type(piece, "APPLIES_INSTRUMENT")[0]
    assert instrument.properties["concepts"]


def test_an_observation_has_its_number_its_sentence_and_its_types(piece: Piece) -> None:
    text = sample().document.text
    said = {one.id: one for one in sample().observations}
    observations = named(piece, "Observation")
    assert len(observations) == len(said)
    for node in observations:
        one = said[node.iri.rpartition("/")[2]]
        assert node.properties["number"] == text[one.span.start : one.span.end]
        assert (node.properties["start"], node.properties["end"]) == (one.span.start, one.span.end)
        assert str(node.properties["number"]) in str(node.properties["quote"])
        assert node.properties["name"] == "".join(str(node.properties["number"]).split())[:30]
        assert node.properties["value"] == float(one.value)
        assert isinstance(node.properties.get("firstDay"), date) is bool(one.period)
        assert node.properties["understood"] is one.understood


def test_a_measures_period_is_numbers_and_days(piece: Piece) -> None:
    measure = next(node for node in named(piece, "Measure") if node.properties.get("period") == "2024")
    found = [measure.properties[key] for key in ("firstMonth", "lastMonth", "firstDay", "lastDay")]
    assert found == [202401, 202412, date(2024, 1, 1), date(2024, 12, 31)]
    assert len(str(measure.properties["name"])) <= 30
    assert str(measure.properties["quote"]).startswith(str(measure.properties["name"])[:5])


def test_whose_a_node_is(piece: Piece, sample_key: str) -> None:
    own = {"Bulletin", "Section", "Measure", "Observation"}
    for node in piece.nodes:
        assert node.owner == (sample_key if own & set(node.labels) else "")
        assert node.properties.get("bulletin", "") == node.owner
        assert node.properties["iri"] == node.iri
        assert node.properties["name"]
    owners = {node.iri: node.owner for node in piece.nodes}
    assert all(one.owner == owners[one.start] for one in piece.relationships)
    (bulletin,) = named(piece, "Bulletin")
    assert bulletin.properties["graphVersion"] == "v1"
    assert "address" in bulletin.properties
    assert not {"content", "sha256"} & bulletin.properties.keys()
    assert all("quote" not in node.properties for node in named(piece, "Section"))


def test_the_order_of_quads_changes_nothing(schema: GraphSchema, sample_quads: list[Quad], sample_key: str) -> None:
    pieces = [
        project_bulletin(quads, sample_key, "v1", schema)
        for quads in (sample_quads, sample_quads[::-1], parse_part(canonical(sample_quads)))
    ]
    assert pieces[0] == pieces[1] == pieces[2]
    assert pickle.loads(pickle.dumps(pieces[0])) == pieces[0]


def test_nodes_and_relationships_are_sorted_and_unique(piece: Piece, vocabulary: Piece) -> None:
    for one in (piece, vocabulary):
        names = [node.iri for node in one.nodes]
        ends = [(r.start, r.type, r.end) for r in one.relationships]
        assert names == sorted(set(names))
        assert ends == sorted(set(ends))


def test_no_relationship_hangs_in_the_air(piece: Piece, vocabulary: Piece) -> None:
    there = {node.iri for node in (*piece.nodes, *vocabulary.nodes)}
    assert [r for r in (*piece.relationships, *vocabulary.relationships) if not {r.start, r.end} <= there] == []


def test_a_bulletin_of_seven_thousand_quads_takes_no_time(schema: GraphSchema, sample_quads: list[Quad]) -> None:
    """Twenty times a small one: an eighth of a second on a busy machine, 40 ms by itself."""
    quads = []
    for number in range(7000 // len(sample_quads) + 1):
        for q in sample_quads:
            other = [
                NamedNode(term.value + f"-{number}") if isinstance(term, NamedNode) and "/id/" in term.value else term
                for term in (q.subject, q.object)
            ]
            quads.append(Quad(other[0], q.predicate, other[1], q.graph_name))  # type: ignore[arg-type]
    nquads = canonical(quads)
    took = []
    for _ in range(5):
        begin = time.perf_counter()
        project_bulletin(parse_part(nquads), "none", "v", schema)
        took.append(time.perf_counter() - begin)
    assert min(took) < 0.125


# -- the vocabulary


def test_concepts_have_names_codes_and_facets(vocabulary: Piece) -> None:
    nodes = {node.iri: node for node in vocabulary.nodes}
    training = nodes[iris.concept("instrument", "vocational-training")]
    assert training.labels == ("Instrument",)
    assert (training.properties["name"], training.properties["code"]) == ("职业技能培训", "vocational-training")
    assert training.properties["name_en"]
    assert isinstance(training.properties["aliases"], tuple)
    assert {r.type for r in vocabulary.relationships if r.start == training.iri} >= {"HOOD", "ROTHWELL"}
    metric = next(node for node in vocabulary.nodes if node.labels == ("Metric",))
    assert isinstance(metric.properties["outcome"], bool)
    assert metric.properties["direction"] in ("more-is-better", "less-is-better", "neither-is-better", "neutral")
    shaanxi = nodes[iris.concept("place", "610000")]
    assert shaanxi.properties["name"] == "陕西省"
    assert str(shaanxi.properties["exactMatch"]).startswith("http://www.wikidata.org/")
    assert any(r.end == iris.concept("place", "100000") for r in vocabulary.relationships if r.start == shaanxi.iri)
    assert {node.owner for node in vocabulary.nodes} == {""}
    assert {r.type for r in vocabulary.relationships} == {
        "BROADER", "INSIDE", "BORDERS_ON", "MEMBER", "HOOD", "ROTHWELL",
    }  # fmt: skip


# -- anybody's RDF


def test_a_term_of_a_users_own_reaches_the_graph(tmp_path: Path) -> None:
    terms = """my:Visit a owl:Class . my:Audit a owl:Class ; rdfs:subClassOf kg:Measure .
        my:checks a owl:ObjectProperty ; rdfs:domain my:Visit ; rdfs:range my:Audit .
        my:hours a owl:DatatypeProperty . my:sureBy a owl:ObjectProperty .
        my:secret a owl:DatatypeProperty ; kg:graphRole "none" . my:remark a rdf:Property ."""
    path = tmp_path / "terms.ttl"
    path.write_text(PREFIXES + terms, "utf-8")
    quads = turtle(
        """x:v a my:Visit ; my:checks x:a, x:elsewhere ; my:hours 3, 2.5 ; my:secret "s" ; my:remark "r", x:a ;
          rdfs:label "看访"@zh, "visit"@en .
        x:a a my:Audit ; kg:status "done" ; my:undeclared 1 .
        x:untyped my:checks x:a .
        x:l a kg:Link ; kg:subject x:v ; kg:predicate my:checks ; kg:object x:a ; kg:confidence 0.5 ;
          my:sureBy x:me ."""
    )
    schema = load_schema((path,))
    piece = project_file(quads, "my.ttl", schema)
    nodes = {node.iri.rpartition("/")[2]: node for node in piece.nodes}
    assert nodes["v"].labels == ("Visit",)
    assert nodes["v"].properties == {
        "iri": "https://example.org/things/v", "bulletin": piece.key, "name": "看访", "name_en": "visit",
        "hours": (2.5, 3.0), "remark": "r",
    }  # fmt: skip
    assert nodes["a"].labels == ("Audit", "Measure")
    assert nodes["a"].properties["status"] == "done"
    assert nodes["untyped"].labels == ("Visit",)  # by the domain of what is said of it
    assert nodes["elsewhere"].labels == ("Audit", "Measure")  # by the range; bare, for another file to describe
    assert (nodes["elsewhere"].owner, nodes["elsewhere"].properties) == ("", {"iri": nodes["elsewhere"].iri})
    of_visit = [one for one in piece.relationships if one.start.endswith("/v")]
    assert {(one.type, one.end.rpartition("/")[2]): dict(one.properties) for one in of_visit} == {
        ("CHECKS", "a"): {"confidence": 0.5, "sureBy": ("https://example.org/things/me",)},
        ("CHECKS", "elsewhere"): {},
        ("REMARK", "a"): {},
    }  # fmt: skip
    assert piece.key.startswith("file:")
    assert unknown_terms(quads, schema) == {MY + "undeclared": 1}


def test_what_a_file_says_of_a_shared_thing_is_shared(schema: GraphSchema) -> None:
    quads = turtle(
        """kg:instrument-vocational-training a kg:PolicyInstrument ; skos:prefLabel "训"@zh .
        <https://zhenxing.example/id/program/1> a kg:Program . x:mine a kg:Program ."""
    )
    owners = {node.iri: node.owner for node in project_file(quads, "f", schema).nodes}
    assert list(owners.values()).count("") == 2
    assert owners["https://example.org/things/mine"].startswith("file:")


def test_blank_nodes_have_the_same_names_each_time(schema: GraphSchema) -> None:
    text = 'x:b a kg:Bulletin ; kg:issuedBy [ a kg:Agency ; rdfs:label "甲" ], [ a kg:Agency ; rdfs:label "乙" ] .'
    one, other = (project_file(turtle(text), "f.ttl", schema) for _ in range(2))
    assert one == other
    assert len(one.nodes) == 3
    assert project_file(turtle(text), "g.ttl", schema).nodes != one.nodes


def test_two_links_with_the_same_ends_are_one_relationship(schema: GraphSchema) -> None:
    def link(name: str, start: int, sure: float) -> str:
        return f"""x:{name} a kg:Link ; kg:subject x:m ; kg:predicate kg:ledBy ; kg:object x:a ; kg:confidence {sure} ;
          kg:evidence [ a kg:Evidence ; kg:rule "r" ; oa:hasSelector [ a kg:Span ; oa:start {start} ;
            oa:end {start + 1} ; oa:exact "字" ; kg:page {start} ] ] ."""

    said = 'x:m a kg:Measure . x:a a kg:Agency ; rdfs:label "a" . '
    piece = project_file(turtle(said + link("l1", 7, 0.4) + link("l2", 3, 0.8)), "f", schema)
    (one,) = piece.relationships
    assert one.properties["confidence"] == 0.8
    assert one.properties["evidenceStarts"] == (3, 7)
    assert (one.properties["page"], one.properties["anchor"]) == (3, "3")
    assert one.properties["evidenceAnchors"] == ("3", "7")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x:l a kg:Link ; kg:subject x:m .", "needs a kg:subject"),
        ("x:l a kg:Link ; kg:subject x:m ; kg:predicate my:none ; kg:object x:o .", "terms#none"),
        (f'x:m a kg:Measure ; kg:status "{"长" * 3000}" .', "9,000 bytes"),
        (f"<https://example.org/{'a' * 9000}> a kg:Measure .", "'iri'"),
    ],
)
def test_what_cannot_be_written_is_refused_by_name(schema: GraphSchema, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        project_file(turtle(text), "f", schema)


def test_inlined_things_that_lead_back_to_themselves_end(schema: GraphSchema) -> None:
    piece = project_file(turtle("x:b a kg:Bulletin ; kg:text x:b ; kg:characters 3 ."), "f", schema)
    assert piece.nodes[0].properties["characters"] == 3


def test_named_graphs_of_a_file_are_the_bulletins_they_are(
    schema: GraphSchema, sample_quads: list[Quad], sample_key: str, piece: Piece
) -> None:
    extra = [Quad(q.subject, q.predicate, q.object) for q in turtle("x:m a kg:Measure .")]
    first, second = project_dataset([*extra, *sample_quads], "f", schema)
    assert (first.key, second.key[:5]) == (sample_key, "file:")
    assert [node.iri for node in first.nodes] == [node.iri for node in piece.nodes]
    assert first.relationships == piece.relationships


# -- hostile text

TEXT = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        "'",
        '"',
        "`",
        "}{",
        "\\",
        "\x00",
        "a\x00b",
        "\u202e右",
        "\n\r\t",
        "$x",
        "*/ DETACH DELETE n //",
        "a,b;c",
        "\ufeff",
    ]
)


@given(TEXT)
@settings(deadline=None, max_examples=60)
def test_hostile_text_survives_in_every_field(schema: GraphSchema, text: str) -> None:
    thing, words = NamedNode("https://example.org/t"), Literal(text)
    others = [Quad(thing, NamedNode(p.iri), words) for p in schema.properties.values() if p.role in ("key", "list")]
    types = [Quad(thing, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(iris.term("Measure")))]
    (node,) = project_file([*types, *others], "f", schema).nodes
    kept = {key: value for key, value in node.properties.items() if key not in ("iri", "bulletin", "name")}
    assert len(kept) > 20
    assert {value if isinstance(value, str) else value[0] for value in kept.values()} == {text}  # type: ignore[index]


def test_a_megabyte_of_quote_is_kept(schema: GraphSchema) -> None:
    text = "汉" * 400_000
    piece = project_file(turtle(f'x:m a kg:Measure ; kg:theme "{text}" .'), "f", schema)
    assert piece.nodes[0].properties["theme"] == text
    assert len(text.encode()) > INDEX_LIMIT


# -- values


@pytest.mark.parametrize(
    ("text", "datatype", "value", "precision"),
    [
        ("12", "integer", 12, ""),
        ("-9223372036854775808", "integer", -(2**63), ""),
        ("9223372036854775808", "integer", 9.223372036854775808e18, ""),
        ("1" + "0" * 500, "integer", "1" + "0" * 500, ""),
        ("twelve", "integer", "twelve", ""),
        ("1.50", "decimal", 1.5, ""),
        ("0.1234567890123456789", "decimal", 0.12345678901234568, ""),
        ("1" + "0" * 400 + ".5", "decimal", "1" + "0" * 400 + ".5", ""),
        ("INF", "double", float("inf"), ""),
        ("1e3", "double", 1000.0, ""),
        ("true", "boolean", True, ""),
        ("0", "boolean", False, ""),
        ("perhaps", "boolean", "perhaps", ""),
        ("2024-02-29", "date", date(2024, 2, 29), "day"),
        ("2024-02-29+08:00", "date", date(2024, 2, 29), "day"),
        ("2023-02-29", "date", "2023-02-29", ""),
        ("2024", "gYear", date(2024, 1, 1), "year"),
        ("2024-05", "gYearMonth", date(2024, 5, 1), "month"),
        ("-0044", "gYear", "-0044", ""),
        ("2024-01-01T00:00:00Z", "dateTime", "2024-01-01T00:00:00Z", ""),
        ("12", "string", "12", ""),
    ],
)
def test_values_are_neo4js_own_types(text: str, datatype: str, value: object, precision: str) -> None:
    found, known = scalar(Literal(text, datatype=NamedNode(XSD + datatype)))
    assert (found, known, type(found)) == (value, precision, type(value))


def test_lists_have_one_type(schema: GraphSchema) -> None:
    said = """x:m a kg:Measure ; kg:theme 1, "b", true ; kg:note "only" ; dcterms:issued "2024"^^xsd:gYear ;
      dcterms:title "zh"@zh, "en"@en-GB, "bo"@bo-Tibt ; kg:firstMonth 202402 ; kg:lastMonth 202402 ;
      kg:characters 1, 2 ."""
    said = project_file(turtle(said), "f", schema).nodes[0].properties
    assert said["theme"] == ("1", "b", "true")
    assert said["note"] == ("only",)
    assert (said["issued"], said["issuedPrecision"]) == (date(2024, 1, 1), "year")
    assert (said["title"], said["title_en"], said["title_bo_tibt"]) == ("zh", "en", "bo")
    assert (said["firstDay"], said["lastDay"]) == (date(2024, 2, 1), date(2024, 2, 29))
    assert said["characters"] == (1, 2)


def test_what_several_say_of_a_shared_node_is_one_node_in_any_order() -> None:
    nodes = [Node("i", (label,), {"name": name}, "") for label, name in (("A", "甲 乙"), ("B", "甲乙"), ("A", "乙"))]
    assert len({repr(joined(order)) for order in itertools.permutations(nodes)}) == 1
    assert joined(nodes).labels == ("A", "B")


def test_parts_are_read_as_they_are_kept(piece: Piece, sample_quads: list[Quad], schema: GraphSchema) -> None:
    kept = gzip.compress(canonical(sample_quads))
    assert project_bulletin(parse_part(gzip.decompress(kept)), piece.key, "v1", schema) == piece
