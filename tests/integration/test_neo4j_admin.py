"""`kg export --as neo4j-admin`: what the real neo4j-admin makes of it is the graph that the projection says."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from commands import EXAMPLES, kg, texts
from neo4j_servers import Neo4jServer, free_port, launch, run_neo4j, stop_server, without_neo4j
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, serialize

from kg.exports.neo4j_admin import store_schema, write_neo4j_admin
from kg.push import projection_version, store_pieces
from kg.store import GraphStore
from loaders.errors import KgError
from loaders.iris import TERMS
from loaders.manifest import Change, Graph
from loaders.neo4j.graph import Node, joined
from loaders.neo4j.schema import load_schema

XSD = "http://www.w3.org/2001/XMLSchema#"
OA = "http://www.w3.org/ns/oa#"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
MY = "https://example.org/terms#"
KEY = "0123456789abcdef0123"
VOCABULARY = f"""\
@prefix my: <{MY}> .
@prefix kg: <{TERMS}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
my:走访 a owl:Class ; rdfs:label "Visit"@en , "走访"@zh ; rdfs:subClassOf kg:Measure .
my:remark a owl:DatatypeProperty ; rdfs:domain my:走访 .
my:seen a owl:ObjectProperty ; rdfs:domain my:走访 .
my:training a kg:PolicyInstrument , skos:Concept ; skos:inScheme kg:instruments ;
    skos:broader <{TERMS}instrument-rural-tourism> ; skos:notation "night-school" ;
    skos:prefLabel "夜校"@zh , "night school"@en ; skos:definition "夜间办学。"@zh , "Schools at night."@en .
"""
HOSTILE = (
    'q"uo""te"', '"', '""', "it's", "a,b;c|d\te", "line\nbreak\r\nand\rreturn\n", "back\\slash\\", "\\",
    '\\"', "\\u0022",
    "nul\0in\0it", "\u202e右到左\u200f", "😀𠮷", "  both ends  ", " ", "\n", "", "\ufeffmark", "\u2028\x85\x0b\x0c",
    "\x1f",
    "a\x1fb", "\x1c\x1d\x1e", "`x` {y} $z %s", "=1+1", "大" * 350_000 + '"\n', "//", "/* */", "' OR 1=1 //", "; DROP",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Content:
    """Nodes by IRI (labels and properties) and relationships by ends and type; values with their types."""

    nodes: dict[str, tuple[tuple[str, ...], str]]
    relationships: dict[tuple[str, str, str], str]


def shown(properties: Any) -> str:
    return repr(sorted((key, value) for key, value in properties.items()))


def native(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(native(one) for one in value)
    return value.to_native() if hasattr(value, "to_native") else value


def projected(store: Path) -> Content:
    """What the pieces say: shared nodes joined, relationships once and with both ends."""
    with GraphStore.reading(store) as graphs:
        schema = store_schema(graphs)
        pieces = list(store_pieces(graphs, schema))
    said: dict[str, list[Node]] = {}
    for piece in pieces:
        for node in piece.nodes:
            said.setdefault(node.iri, []).append(node)
    nodes = [joined(found) for found in said.values()]
    relationships: dict[tuple[str, str, str], str] = {}
    for piece in pieces:
        for one in piece.relationships:
            if one.start in said and one.end in said:
                relationships.setdefault((one.start, one.type, one.end), shown(one.properties))
    return Content({n.iri: (tuple(sorted((*n.labels, "Zhenxing"))), shown(n.properties)) for n in nodes}, relationships)


def held(server: Neo4jServer) -> tuple[Content, dict[str, Any]]:
    """What the database holds, and the node of its state."""
    nodes: dict[str, tuple[tuple[str, ...], str]] = {}
    relationships: dict[tuple[str, str, str], str] = {}
    with server.driver() as driver:
        for labels, properties in driver.execute_query(
            "MATCH (n) RETURN labels(n), properties(n)", result_transformer_=lambda r: r.values()
        ):
            values = {key: native(value) for key, value in properties.items()}
            assert values["iri"] not in nodes
            nodes[values["iri"]] = (tuple(sorted(labels)), shown(values))
        for start, kind, end, properties in driver.execute_query(
            "MATCH (a)-[r]->(b) RETURN a.iri, type(r), b.iri, properties(r)", result_transformer_=lambda r: r.values()
        ):
            assert (start, kind, end) not in relationships
            relationships[start, kind, end] = shown({key: native(value) for key, value in properties.items()})
        states = driver.execute_query("MATCH (n:GraphState) RETURN properties(n)")[0]
    assert len(states) == 1
    state = dict(states[0][0])
    del nodes[state["iri"]]
    return Content(nodes, relationships), state


def hostile_quads(base: str) -> Iterator[Quad]:
    """A bulletin of visits: hostile text, every type, several types of one key, in nodes and in relationships."""
    graph = NamedNode(f"{base}graph/{KEY}")
    bulletin = NamedNode(f"{base}bulletin/{KEY}")

    def say(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Quad:
        return Quad(subject, NamedNode(predicate), value, graph)

    values = [
        [Literal(text)] for text in HOSTILE
    ] + [
        [Literal("7", datatype=NamedNode(XSD + "integer"))],
        [Literal("-9223372036854775808", datatype=NamedNode(XSD + "integer"))],
        [Literal("1e-320", datatype=NamedNode(XSD + "double"))],
        [Literal("-INF", datatype=NamedNode(XSD + "double"))],
        [Literal("0.1", datatype=NamedNode(XSD + "decimal"))],
        [Literal("true", datatype=NamedNode(XSD + "boolean"))],
        [Literal("0004-02-29", datatype=NamedNode(XSD + "date"))],
        [Literal(str(n), datatype=NamedNode(XSD + "integer")) for n in (3, -4)],
        [Literal(n, datatype=NamedNode(XSD + "decimal")) for n in ("0.5", "123456789012345678901234567890")],
        [Literal(day, datatype=NamedNode(XSD + "date")) for day in ("2024-02-29", "1949-10-01")],
        [Literal(flag, datatype=NamedNode(XSD + "boolean")) for flag in ("true", "false")],
        [Literal(text) for text in HOSTILE],
        [Literal("plain"), Literal("words")],
        [Literal(text, language="en") for text in HOSTILE[:4]],
    ]  # fmt: skip
    yield say(bulletin, TYPE.value, NamedNode(TERMS + "Bulletin"))
    yield say(bulletin, "http://purl.org/dc/terms/title", Literal('公报"一",\n\\'))
    for n, literals in enumerate(values):
        visit = NamedNode(f"{base}bulletin/{KEY}/measure/m{n}")
        link, evidence, span = (NamedNode(f"{visit.value}/{kind}") for kind in ("link", "evidence", "span"))
        yield say(visit, TYPE.value, NamedNode(MY + "走访"))
        text = literals[0].value if n < len(HOSTILE) else "x"
        for literal in literals:
            yield say(visit, MY + "remark", literal)
            yield say(link, MY + "remark", literal)
        yield say(visit, MY + "seen", bulletin)
        yield say(link, TYPE.value, NamedNode(TERMS + "Link"))
        yield say(link, TERMS + "subject", visit)
        yield say(link, TERMS + "predicate", NamedNode(TERMS + "appliesInstrument"))
        yield say(link, TERMS + "object", NamedNode(MY + "training"))
        for thing in (visit, link):
            yield say(thing, TERMS + "evidence", evidence)
        yield say(evidence, TERMS + "rule", Literal(text))
        yield say(evidence, OA + "hasSelector", span)
        yield say(span, OA + "start", Literal("0", datatype=NamedNode(XSD + "integer")))
        yield say(span, OA + "end", Literal("1", datatype=NamedNode(XSD + "integer")))
        yield say(span, OA + "exact", Literal(text))
    nowhere = NamedNode(f"{base}bulletin/{KEY}/measure/m0")
    yield say(nowhere, MY + "seen", NamedNode(TERMS + "nothing-of-the-sort"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the examples and small bulletins, with a vocabulary of the user's own and a hostile bulletin."""
    folder = tmp_path_factory.mktemp("admin")
    vocabulary = folder / "my.ttl"
    vocabulary.write_text(VOCABULARY, "utf-8")
    path = folder / "store"
    examples = [EXAMPLES / name for name in ("briefs.jsonl", "gansu-finance-2023.docx", "guangxi-east-west-2021.pdf")]
    done = kg("build", *examples, texts(folder / "t", 6), "--store", path, "--vocabulary", vocabulary)
    assert done.returncode == 0, done.stderr
    with GraphStore.writing(path) as graphs:
        nquads = serialize(hostile_quads(graphs.facts.base), format=RdfFormat.N_QUADS)
        assert nquads is not None
        (part,) = graphs.write_graphs([(KEY, nquads)])
        manifest = graphs.manifest()
        graphs.write_manifest(manifest, Change(graphs={KEY: Graph(owner="", fingerprint="", part=part)}))
    return path


@pytest.fixture(scope="module")
def export(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "for neo4j"
    done = kg("export", folder, "--as", "neo4j-admin", "--store", store)
    assert done.returncode == 0, done.stderr
    assert "import.sh" in done.stderr
    assert "left out: 1 relationships" in done.stderr
    return folder


@pytest.mark.slow
def test_import_gives_the_projected_graph(store: Path, export: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = run_neo4j("import", export, "--home", home, "--heap", "512m")
    assert done.returncode == 0, done.stderr
    bolt_port, http_port = free_port(), free_port()
    try:
        said = launch(home, "--bolt-port", str(bolt_port), "--http-port", str(http_port), "--heap", "512m")
        password = Path(said["password_file"]).read_text("utf-8").strip()
        server = Neo4jServer(said["uri"], said["http"], said["username"], password, home, bolt_port, http_port)
        refused = run_neo4j("import", export, "--home", home)
        assert refused.returncode == 5
        assert "stop it" in refused.stderr
        words = [home / "bin" / "cypher-shell", "-a", said["uri"], "-u", "neo4j", "-p", password, "-f"]
        shell = subprocess.run(
            [*map(str, words), str(export / "schema.cypher")],
            env=without_neo4j(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert shell.returncode == 0, shell.stderr
        expected, (found, state) = projected(store), held(server)
        assert found.nodes.keys() == expected.nodes.keys()
        assert {iri: n for iri, n in found.nodes.items() if n != expected.nodes[iri]} == {}
        assert found.relationships.keys() == expected.relationships.keys()
        unlike = {k: v for k, v in found.relationships.items() if v != expected.relationships[k]}
        assert unlike == {}
        with server.driver() as driver:
            names = {row[0] for row in driver.execute_query("SHOW INDEXES YIELD name RETURN name")[0]}
        assert {"zhenxing_iri", "zhenxing_text"} <= names
        with GraphStore.reading(store) as graphs:
            assert graphs.facts.base == state["base"]
            assert "走访" in state["labels"]
            assert "SEEN" in state["types"]
    finally:
        stop_server(home)
    again = run_neo4j("import", export, "--home", home)
    assert again.returncode == 5
    assert "--overwrite" in again.stderr


def test_two_exports_are_the_same_bytes(store: Path, export: Path, tmp_path: Path) -> None:
    with GraphStore.reading(store) as graphs:
        write_neo4j_admin(graphs, tmp_path / "again")
    names = sorted(path.name for path in export.iterdir() if path.name != "import.report")  # that is neo4j-admin's
    assert names == sorted(path.name for path in (tmp_path / "again").iterdir())
    for name in names:
        assert (export / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_schema_of_a_store_is_that_of_its_files(store: Path, tmp_path: Path) -> None:
    vocabulary = tmp_path / "my.ttl"
    vocabulary.write_text(VOCABULARY, "utf-8")
    with GraphStore.reading(store) as graphs:
        assert projection_version(store_schema(graphs)) == projection_version(load_schema((vocabulary,)))


def test_a_folder_with_something_in_it(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    (folder / "nodes-Gone.csv").write_text("of a former export")
    with GraphStore.reading(store) as graphs:
        with pytest.raises(KgError, match="is not empty"):
            write_neo4j_admin(graphs, folder)
        assert sorted(path.name for path in folder.iterdir()) == ["mine.txt", "nodes-Gone.csv"]
        write_neo4j_admin(graphs, folder, force=True)
        with pytest.raises(KgError, match="is a file"):
            write_neo4j_admin(graphs, folder / "mine.txt")
    assert (folder / "mine.txt").read_text() == "mine"
    assert not (folder / "nodes-Gone.csv").exists()
    assert (folder / "import.args").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["full"]


@pytest.mark.parametrize("options", [("-",), ("there", "--runs"), ("there", "--no-vocabulary")])
def test_what_it_cannot_write(store: Path, options: tuple[str, ...], tmp_path: Path) -> None:
    done = kg("export", *options, "--as", "neo4j-admin", "--store", store, cwd=tmp_path)
    assert done.returncode == 2
    assert not list(tmp_path.iterdir())


def test_a_folder_without_an_export(tmp_path: Path) -> None:
    done = run_neo4j("import", tmp_path, "--home", tmp_path / "home")
    assert done.returncode == 3
    assert "kg export" in done.stderr
    assert not (tmp_path / "home").exists()
