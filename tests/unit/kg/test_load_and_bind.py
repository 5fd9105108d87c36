"""Question files are read strictly, and bound without pasting."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Store

from kg.questions.bind import bind
from kg.questions.load import load_named, load_question, parameters_in, question_names
from loaders.errors import InputError

FRONT = """#+ title: {zh: 甲, en: a}
#+ description: {zh: 乙, en: b}
#+ parameters: {inside: {filter: place}}
#+ columns: {x: {type: text, zh: 丙, en: c}}
"""
BODY = """SELECT ?x WHERE {
  #:parameters
  ?x ?p "$no # no" . # $nor this
  #:if place
  ?x <http://e.example/a#b> $inside .
  #:end
  #:if !place
  ?x ?q 1 .
  #:end
}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "q.rq"
    path.write_text(text, "utf-8")
    return path


def test_parameters_are_those_outside_of_strings_and_comments() -> None:
    assert parameters_in(BODY) == {"inside"}


def test_blocks_and_values(tmp_path: Path) -> None:
    question = load_question(written(tmp_path, FRONT + BODY))
    place = NamedNode("http://e.example/place")
    bound = bind(question, {"inside": [place, place]}, {"place"})
    assert "VALUES $inside { <http://e.example/place> <http://e.example/place> }" in bound
    assert "?q 1" not in bound
    free = bind(question, {}, set())
    assert "VALUES" not in free
    assert "?q 1" in free


def test_a_value_is_written_as_a_term(tmp_path: Path) -> None:
    question = load_question(written(tmp_path, FRONT + BODY))
    assert '"a\\"b\\\\c\\nd"' in bind(question, {"inside": [Literal('a"b\\c\nd')]}, {"place"})


@pytest.mark.parametrize("name", question_names())
def test_every_file_is_sparql_as_it_stands(name: str) -> None:
    question = load_named(name)
    Store().query(question.path.read_text("utf-8"))
    for conditions in (set(question.conditions), set[str]()):
        Store().query(bind(question, {}, conditions))


@pytest.mark.parametrize("name", question_names())
def test_every_question_speaks_both_languages(name: str) -> None:
    question = load_named(name)
    for said in (question.titles, question.descriptions, *(column.titles for column in question.columns)):
        assert set(said) == {"zh", "en"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BODY, "line 1"),
        (FRONT.replace("en: a}", "en: a") + BODY, "line 2"),
        (FRONT.replace("{inside: {filter: place}}", "{}") + BODY, "declares"),
        (FRONT + BODY.replace("$inside", "?y"), "uses"),
        (FRONT.replace("filter: place", "filter: plaice") + BODY, "no known filter"),
        (FRONT.replace("filter: place", "filter: period") + BODY, "part"),
        (FRONT.replace("type: text", "type: tekst") + BODY, "no known type"),
        (FRONT.replace("zh: 甲, ", "") + BODY, "title lacks zh"),
        (FRONT + "#+ colour: red\n" + BODY, "unknown keys: colour"),
        (FRONT + "#+ order: [y]\n" + BODY, "order names no column: y"),
    ],
)
def test_a_bad_file_is_refused_by_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        load_question(written(tmp_path, text))
    assert "q.rq" in str(error.value)


def test_a_block_must_close(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="#:end"):
        bind(load_question(written(tmp_path, FRONT + BODY.replace("  #:end\n", "", 1))), {}, set())
