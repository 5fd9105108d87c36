"""The shapes accept what a build writes and name what it would never write; two engines agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize
from said import sample

from kg.store import GraphStore
from kg.validate import PyshaclEngine, ShaclEngine, graph_shapes, misquoted, validate_store
from loaders.errors import InputError
from loaders.iris import Names
from loaders.quads import Versions, bulletin_quads, canonical

BROKEN = {
    "no evidence": ("/measure/m1> <https://zhenxing.example/ns#evidence>", None, "has evidence"),
    "two units": ("/observation/o1> <https://zhenxing.example/ns#inUnit>", "unit-CNY", "has one unit"),
    "confidence": ('ns#confidence> "0.9"', '"1.5"', "from 0 to 1"),
    "statistic": ('ns#statistic> "target"', '"total"', "known statistic"),
    "status": ('ns#status> "planned"', '"someday"', "done or planned"),
    "period": ('ns#period> "2025"', '"next year"', "known form"),
    "plain triple": ("/measure/m1> <https://zhenxing.example/ns#ledBy>", None, "plain triple"),
    "no rule": ('/ns#rule> "measure.sentence"', None, "names the rule"),
    "no hash": ("ns#sha256>", None, "SHA-256"),
}


def triples(store: GraphStore, lines: bytes) -> bytes:
    *_, vocabulary = [part.read() for part in store.parts(vocabulary=True)]
    quads = parse(lines + vocabulary, format=RdfFormat.N_QUADS)
    return serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES) or b""


def lines() -> list[str]:
    quads = bulletin_quads(sample(), Names(), Versions(vocabulary="v", rules="r"))
    return canonical(quads).decode().splitlines(keepends=True)


def test_what_a_build_writes_conforms(store: GraphStore) -> None:
    assert validate_store(store, graph_shapes(), "en") == []


@pytest.mark.parametrize("fault", BROKEN)
def test_a_planted_fault_is_named(store: GraphStore, fault: str) -> None:
    match, instead, message = BROKEN[fault]
    broken = []
    for line in lines():
        if match in line:
            if instead is None:
                continue
            if instead.startswith('"'):
                old = match.rpartition(" ")[2]
                line = line.replace(old, instead, 1)
            else:
                broken.append(line)
                line = line.replace("unit-person-time", instead)
        broken.append(line)
    found = ShaclEngine().validate(triples(store, "".join(broken).encode()), graph_shapes(), "en")
    assert any(message in violation.message for violation in found), found
    chinese = ShaclEngine().validate(triples(store, "".join(broken).encode()), graph_shapes(), "zh")
    assert all(any("\u4e00" <= c <= "\u9fff" for c in violation.message) for violation in chinese)


def test_a_quote_that_is_not_the_text() -> None:
    bad = [line.replace('#exact> "1200人次"', '#exact> "1200人"') for line in lines()]
    found = misquoted(parse("".join(bad).encode(), format=RdfFormat.N_QUADS), "en")
    assert [violation.value for violation in found] == ["1200人"]
    assert misquoted(parse("".join(lines()).encode(), format=RdfFormat.N_QUADS), "en") == []


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_reference_agrees(store: GraphStore) -> None:
    """On the bulletin alone: what the vocabulary would answer is missing for both alike."""
    broken = [line for line in lines() if "/measure/m1> <https://zhenxing.example/ns#evidence>" not in line]
    data = serialize(
        (q.triple for q in parse("".join(broken).encode(), format=RdfFormat.N_QUADS)), format=RdfFormat.N_TRIPLES
    )
    assert data is not None
    fast, slow = (
        {(v.focus, v.path, v.value) for v in engine.validate(data, graph_shapes(), "en")}
        for engine in (ShaclEngine(), PyshaclEngine())
    )
    assert fast == slow
    assert fast


def test_shapes_that_are_none(store: GraphStore, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text("this is no Turtle", "utf-8")
    with pytest.raises(InputError, match=r"shapes\.ttl"):
        validate_store(store, shapes, "en")
