"""The store: whole graphs, one writer, its own base and format, and clear words for what goes wrong."""

from __future__ import annotations

import io
import json
import multiprocessing
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse
from rdflib import Graph as RdflibGraph
from said import sample

from kg.exports.rdf import format_of, write_rdf
from kg.show import show
from kg.sparql import ask_store
from kg.stats import count
from kg.store import GraphStore
from loaders.errors import KgError, StoreError
from loaders.manifest import Change, Graph, Manifest, Unit
from loaders.quads import Versions, bulletin_quads, canonical


def nquads(base: str = "https://zhenxing.example/id/", rules: str = "r") -> bytes:
    from loaders.iris import Names

    return canonical(bulletin_quads(sample(), Names(base), Versions(vocabulary="v", rules=rules)))


def key() -> str:
    return sample().document.text_sha256[:20]


def test_a_graph_is_replaced_whole(tmp_path: Path) -> None:
    with GraphStore.writing(tmp_path / "s") as graphs:
        graphs.write_graphs([(key(), nquads())])
        assert graphs.canonical() == nquads()
        graphs.write_graphs([(key(), nquads(rules="other"))])
        assert graphs.canonical() == nquads(rules="other")
        graphs.remove_graphs([key()])
        assert graphs.canonical() == b""


def test_a_reader_beside_a_writer(tmp_path: Path) -> None:
    with GraphStore.writing(tmp_path / "s") as graphs:
        graphs.write_graphs([(key(), nquads())])
        graphs.store.flush()
        with GraphStore.reading(tmp_path / "s") as other:
            assert other.canonical() == nquads()


def _write(folder: str, said: multiprocessing.Queue[str]) -> None:
    try:
        with GraphStore.writing(Path(folder)):
            said.put("opened")
    except StoreError as error:
        said.put(str(error))


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    said: multiprocessing.Queue[str] = context.Queue()
    with GraphStore.writing(tmp_path / "s"):
        with pytest.raises(StoreError, match="another process is writing"):
            GraphStore.writing(tmp_path / "s")
        process = context.Process(target=_write, args=(str(tmp_path / "s"), said))
        process.start()
        assert "another process is writing to it" in said.get(timeout=60)
        process.join()
    said.close()
    said.join_thread()


@pytest.mark.parametrize(
    ("content", "words"),
    [('{"format": 99, "base": "x"}', "format 99"), ("{", "damaged"), ("[]", "damaged"), ("{}", "damaged")],
)
def test_a_store_of_another_version_or_none(tmp_path: Path, content: str, words: str) -> None:
    folder = tmp_path / "s"
    with GraphStore.writing(folder):
        pass
    (folder / "store.json").write_text(content, "utf-8")
    for opening in (GraphStore.reading, GraphStore.writing):
        with pytest.raises(StoreError, match=words):
            opening(folder)


def test_no_store_here(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kg build"):
        GraphStore.reading(tmp_path / "none")


def test_a_folder_of_other_files_is_no_place_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_bytes(b"x")
    with pytest.raises(StoreError, match="other files"):
        GraphStore.writing(tmp_path)
    (tmp_path / "f").write_bytes(b"x")
    with pytest.raises(StoreError, match="no folder"):
        GraphStore.writing(tmp_path / "f")


def test_the_base_is_remembered(tmp_path: Path) -> None:
    with GraphStore.writing(tmp_path / "s", "https://data.example/"):
        pass
    with pytest.raises(StoreError, match=r"https://data\.example/"):
        GraphStore.reading(tmp_path / "s", "https://other.example/")
    assert json.loads((tmp_path / "s" / "store.json").read_text())["base"] == "https://data.example/"


def test_a_torn_line_of_the_manifest_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "manifest.jsonl"
    manifest = Manifest(path)
    graph = Graph(owner="o", fingerprint="f", part="p")
    manifest.write(Change(graphs={"a": graph}))
    manifest.write(Change(graphs={"b": graph}, units={"u": Unit(fingerprint="f", version="v")}))
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        again = Manifest(path)
        assert set(again.graphs) in (set(), {"a"}, {"a", "b"})
        again.write(Change(graphs={"c": graph}))
        assert "c" in Manifest(path).graphs
        assert set(Manifest(path).graphs) == set(again.graphs)


def test_the_manifest_is_rewritten_when_it_has_grown(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path / "manifest.jsonl")
    for n in range(200):
        manifest.write(Change(graphs={"a": Graph(owner=str(n), fingerprint="f", part="p")}))
    manifest.compact()
    assert len((tmp_path / "manifest.jsonl").read_bytes().splitlines()) == 1
    assert Manifest(tmp_path / "manifest.jsonl").graphs["a"].owner == "199"


# --------------------------------------------------------------------------- reading


@pytest.mark.parametrize("form", ["nq", "trig", "jsonld"])
def test_exports_of_quads_come_back_equal(store: GraphStore, form: str) -> None:
    out = io.BytesIO()
    write_rdf(store, out, form, vocabulary=False)
    formats = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
    assert canonical(parse(out.getvalue(), format=formats[form])) == nquads()


@pytest.mark.parametrize("form", ["nt", "ttl", "rdf"])
def test_exports_of_triples_come_back_equal(store: GraphStore, form: str) -> None:
    out = io.BytesIO()
    write_rdf(store, out, form, vocabulary=False)
    formats = {"nt": RdfFormat.N_TRIPLES, "ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML}
    back = {str(quad.triple) for quad in parse(out.getvalue(), format=formats[form])}
    assert back == {str(quad.triple) for quad in parse(nquads(), format=RdfFormat.N_QUADS)}


def test_rdflib_reads_what_was_exported(store: GraphStore) -> None:
    out = io.BytesIO()
    write_rdf(store, out, "nt", vocabulary=False)
    assert len(RdflibGraph().parse(data=out.getvalue().decode(), format="nt")) == len(set(nquads().splitlines()))


def test_the_whole_export_is_the_store(store: GraphStore) -> None:
    out = io.BytesIO()
    write_rdf(store, out, "nq")
    assert canonical(parse(out.getvalue(), format=RdfFormat.N_QUADS)) == store.canonical()


def test_formats_by_suffix() -> None:
    assert [format_of(name, None) for name in ("a.nt", "b.NQ", "c.turtle", "d.trig")] == ["nt", "nq", "ttl", "trig"]
    assert format_of("a.txt", "nt") == "nt"
    with pytest.raises(KgError, match="--as"):
        format_of("a.txt", None)


def test_any_query(store: GraphStore) -> None:
    assert ask_store(store, "ASK { ?m a kg:Measure }", "table") == "true\n"
    rows = json.loads(ask_store(store, "SELECT ?v ?u WHERE { ?o kg:value ?v ; kg:understood ?u } ORDER BY ?v", "json"))
    assert [row["v"] for row in rows] == [50, 800, 1200, 2000, 3000000]
    assert rows[0]["u"] is False
    assert ask_store(store, "SELECT ?v { ?o kg:value ?v } ORDER BY ?v", "csv").splitlines()[:2] == ["v", "50"]
    assert ask_store(store, "SELECT ?v { ?o kg:value ?v } ORDER BY ?v", "md").splitlines()[1] == "| --- |"
    assert "kg:value" in ask_store(store, "CONSTRUCT { ?o kg:value ?v } WHERE { ?o kg:value ?v }", "table")


@pytest.mark.parametrize("query", ["SELECT", "DROP ALL", "INSERT DATA { <a:a> <a:b> <a:c> }"])
def test_a_query_that_is_none_or_writes(store: GraphStore, query: str) -> None:
    with pytest.raises(KgError, match="no SPARQL that reads"):
        ask_store(store, query, "table")


def test_a_query_asks_no_other_service(store: GraphStore) -> None:
    for query in (
        "SELECT * { SERVICE <http://a.example/> { ?s ?p ?o } }",
        "ASK{service ?x{?s ?p ?o}}",
        "#'\nASK{SERVICE ?x{}}",
    ):
        with pytest.raises(KgError, match="opens no connection"):
            ask_store(store, query, "table")
    for words in (
        '?service kg:value "SERVICE"',
        "?s <x:SERVICE> 'it SERVICE \\' SERVICE'",
        "?s kg:SERVICE ?o # SERVICE\n",
    ):
        assert ask_store(store, f"ASK {{ {words} }}", "table") == "false\n"


def test_counts(store: GraphStore) -> None:
    stats = count(store)
    assert stats.counts["bulletins"] == 1
    assert stats.counts["measures"] == 3
    assert stats.counts["observations"] == 5
    assert stats.counts["not_understood"] == 1
    assert stats.counts["links"] == 3
    assert {place.code: place.bulletins for place in stats.places} == {"610000": 1, "610800": 1}


def test_a_bulletin_and_a_measure_shown(store: GraphStore) -> None:
    whole = show(store, "sample.txt", "zh")
    assert whole.text == sample().document.text
    assert {mark.name for mark in whole.marks if mark.kind == "measure"} == {"m1", "m2", "m3"}
    number = next(mark for mark in whole.marks if mark.name == "o1")
    assert whole.text[number.start : number.end] == "1200人次"
    assert number.says == "培训人数（人次） = 1200 人次, level, 2024"
    one = show(store, f"{key()}/measure/m3", "en")
    assert one.text[one.start : one.end] == "榆林市计划培训2000人。"
    assert [mark.name for mark in one.marks] == ["m3", "o4"]
    with pytest.raises(KgError, match="no bulletin or measure"):
        show(store, "m99", "zh")


def test_in_memory_store_is_the_same_graph() -> None:
    memory = Store()
    memory.load(nquads(), format=RdfFormat.N_QUADS)
    assert canonical(memory) == nquads()
