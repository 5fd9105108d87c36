from __future__ import annotations

import pytest
from documents import document
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode

from loaders import iris
from loaders.errors import KgError


def test_the_identity_is_the_declared_id_else_the_url_else_the_text() -> None:
    text = document("乡村")
    assert iris.identity(document("乡村", identifier=" 7 ", url="http://a.example/1")) == "id:7"
    assert iris.identity(document("乡村", url="http://a.example/1")) == "url:http://a.example/1"
    assert iris.identity(text) == f"text:{text.text_sha256}"


def test_a_key_tells_kinds_of_identity_apart() -> None:
    assert len({iris.key_of("id:a"), iris.key_of("url:a"), iris.key_of("id:b")}) == 3
    assert iris.key_of("text:" + "ab" * 32) == "ab" * 10


@pytest.mark.parametrize(
    ("scheme", "code", "local"),
    [("unit", "%", "unit-percent"), ("unit", "CNY/person", "unit-CNY-person"), ("place", "610000", "place-610000")],
)
def test_concepts_are_named_by_their_codes(scheme: str, code: str, local: str) -> None:
    assert iris.concept(scheme, code) == f"https://zhenxing.example/ns#{local}"


def test_names_of_one_thing_meet() -> None:
    names = iris.Names()
    assert names.thing("program", "“雨露计划+”") == names.thing("program", "雨露计划＋")
    assert names.thing("program", "雨露计划") != names.thing("agency", "雨露计划")


@given(st.text())
def test_any_name_gives_an_iri(name: str) -> None:
    names = iris.Names()
    for made in (names.thing("program", name), names.part("k", "evidence", name), iris.concept("metric", name)):
        assert NamedNode(made).value == made


@pytest.mark.parametrize(
    "base", ["", "data/", "https://a.example", "https://a.example/ x/", "file:///etc/", "https://a.example/?q=/"]
)
def test_a_base_that_cannot_be_extended_is_refused(base: str) -> None:
    with pytest.raises(KgError, match="base IRI"):
        iris.Names(base)


@pytest.mark.parametrize("base", ["https://a.example/id/", "http://a.example/x#", "urn:x:y:"])
def test_a_base_of_ones_own(base: str) -> None:
    assert iris.Names(base).graph("k").startswith(base)
