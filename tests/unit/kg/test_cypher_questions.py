"""The questions' twins in Cypher: the same front matter, the same filters, values that are never pasted."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kg.questions.bind import body_for
from kg.questions.cypher import bound, decimal
from kg.questions.load import load_named, load_question, parameters_in, question_names, split_front_matter
from loaders.errors import InputError
from loaders.neo4j.schema import load_schema
from loaders.resources import data_folder

FRONT = """//+ title: {zh: 甲, en: a}
//+ description: {zh: 乙, en: b}
//+ parameters: {inside: {filter: place}, from: {filter: period, part: first}, least: {filter: min-confidence}}
//+ columns: {x: {type: text, zh: 丙, en: c}}
"""
BODY = """MATCH (x) WHERE x.a <> '$no // no' AND x.`b$c` <> "it's $nor" // $this
//:if place
  AND x.iri IN $inside AND x.c = 'http://e.example/$none'
//:end
//:if !place
  AND x.first >= $from AND x.confidence >= $least /* $neither
  $here */
//:end
RETURN x
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "q.cypher"
    path.write_text(text, "utf-8")
    return path


def test_every_question_has_a_twin_and_no_twin_is_alone() -> None:
    twins = {path.stem for path in data_folder("cypher").glob("*.cypher")} - {"schema"}
    assert twins == set(question_names())


@pytest.mark.parametrize("name", question_names())
def test_twins_have_one_front_matter_and_the_same_conditions(name: str) -> None:
    sparql, cypher = load_named(name), load_named(name, "cypher")
    fronts = [split_front_matter(one.path, one.path.read_text("utf-8").splitlines())[0] for one in (sparql, cypher)]
    assert fronts[0] == fronts[1]
    assert sparql.conditions == cypher.conditions


@pytest.mark.parametrize("name", question_names())
def test_a_twin_uses_what_it_declares_and_names_only_what_the_graph_has(name: str) -> None:
    question = load_named(name, "cypher")
    assert parameters_in(question.body, ".cypher") == {parameter.name for parameter in question.parameters}
    schema = load_schema()
    types = {prop.type for prop in schema.properties.values() if prop.role == "relationship"}
    labels = {*schema.node_labels(), "Zhenxing"}
    code = re.sub(r"//.*", "", question.body)
    for found in re.findall(r"\[\w*:([A-Z_|]+)|link:([A-Z_]+)", code):
        assert {one for group in found for one in group.split("|") if one} <= types
    assert {one for found in re.findall(r"\w+:([A-Z][a-z]\w+(?:\|\w+)*)", code) for one in found.split("|")} <= labels


@pytest.mark.parametrize("name", question_names())
def test_blocks_that_stay_name_only_parameters_that_are_filled(name: str) -> None:
    question = load_named(name, "cypher")
    required = {parameter.filter for parameter in question.parameters if parameter.required or parameter.default}
    body = body_for(question, required)
    filled = {parameter.name for parameter in question.parameters if parameter.filter in required}
    assert parameters_in(body, ".cypher") == filled
    assert "//:" not in body


def test_parameters_are_those_outside_of_strings_names_and_comments() -> None:
    assert parameters_in(BODY, ".cypher") == {"inside", "from", "least"}


def test_values_are_parameters_of_the_servers_own_types(tmp_path: Path) -> None:
    question = load_question(written(tmp_path, FRONT + BODY))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    values = {
        "inside": [NamedNode("http://e.example/a'b"), NamedNode("http://e.example/c")],
        "from": [Literal("202401", datatype=NamedNode(xsd + "integer"))],
        "least": [Literal("0.8", datatype=NamedNode(xsd + "decimal"))],
    }
    text, parameters = bound(question, values, {"place"})
    assert parameters == {"inside": ["http://e.example/a'b", "http://e.example/c"], "from": 202401, "least": 0.8}
    assert "e.example/a" not in text
    assert "$inside" in text
    assert "x.first" not in text


def test_a_block_must_close_and_open(tmp_path: Path) -> None:
    lines = FRONT + BODY
    with pytest.raises(InputError, match="has no"):
        body_for(load_question(written(tmp_path, lines.replace("//:end\n", "", 1))), set())
    load_question.cache_clear()
    with pytest.raises(InputError, match="without its"):
        body_for(load_question(written(tmp_path, lines + "//:end\n")), set())
    load_question.cache_clear()


@pytest.mark.parametrize(
    ("number", "said"),
    [(1200.0, "1200"), (0.1 + 0.2, "0.3"), (-12.5, "-12.5"), (1e16, "10000000000000000"), (1 / 3, "0.333333333")],
)  # fmt: skip
def test_a_float_is_the_decimal_that_the_graph_had(number: float, said: str) -> None:
    assert str(decimal(number)) == said
    assert decimal(number) == Decimal(said)
