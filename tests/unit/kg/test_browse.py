"""Links, literals, the style and the saved queries; that Browser and the server take them is tested on real ones."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from kg import browse
from loaders.errors import KgError, ServerError
from loaders.neo4j.schema import load_schema

HERE = "http://127.0.0.1:7474/"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (0.5, "0.5"),
        (Decimal("0.85"), "0.85"),
        (date(2024, 2, 29), "date('2024-02-29')"),
        ("脱贫 people", "'脱贫 people'"),
        ("it's \\ & #\n", r"'it\'s \\ \u0026 \u0023\u000a'"),
        ('\0`"$😀', r"'\u0000\u0060\u0022\u0024\ud83d\ude00'"),
        (["a", [1]], "['a', [1]]"),
        ({"a`b": ()}, "{`a``b`: []}"),
    ],
)
def test_literals(value: object, written: str) -> None:
    assert browse.literal(value) == written


@pytest.mark.parametrize("value", [object(), datetime(2024, 1, 1)])
def test_what_has_no_literal(value: object) -> None:
    with pytest.raises(KgError):
        browse.literal(value)


def test_parameters_are_replaced_where_they_are_parameters() -> None:
    text = "MATCH (n {a: $a}) // $a\nWHERE n.b = '$a' AND n.`$a` = $`a` /* $a */ AND n.c IN $b RETURN \"$a\""
    assert browse.with_literals(text, {"a": 1, "b": ["$a"]}) == (
        "MATCH (n {a: 1}) // $a\nWHERE n.b = '$a' AND n.`$a` = 1 /* $a */ AND n.c IN ['\\u0024a'] RETURN \"$a\""
    )
    with pytest.raises(KgError, match=r"\$b"):
        browse.with_literals(text, {"a": 1})


def test_a_link_carries_the_whole_query() -> None:
    text = "// 陕西\nMATCH (n:A&B) WHERE n.x = '100% + 1?arg=' RETURN n"
    address = browse.link(HERE, text)
    assert address.startswith(f"{HERE}browser/?cmd=edit&arg=")
    assert parse_qs(urlsplit(address).query) == {"cmd": ["edit"], "arg": [text.replace("&", r"\u0026")]}
    assert browse.link("https://db.example:7473/browser/", "x") == "https://db.example:7473/browser/?cmd=edit&arg=x"


@pytest.mark.parametrize(
    "http", ["", "db.example", "bolt://127.0.0.1:7687", "http://me:secret@db.example/", "ftp://x/"]
)
def test_no_address_of_browser(http: str) -> None:
    with pytest.raises(KgError, match="no address of Neo4j Browser"):
        browse.link(http, "RETURN 1")


def test_what_fits_into_no_link() -> None:
    with pytest.raises(KgError, match="more than fit"):
        browse.link(HERE, "乡" * 3000)
    with pytest.raises(KgError, match="& or #"):
        browse.link(HERE, ":style node { color: #ffffff; }")


@pytest.mark.parametrize(
    ("uri", "http"),
    [
        ("bolt://db.example:7687", "http://db.example:7474/"),
        ("neo4j+s://db.example", "https://db.example:7473/"),
        ("bolt://[::1]:7687", "http://[::1]:7474/"),
    ],
)
def test_where_browser_is(tmp_path: Path, uri: str, http: str) -> None:
    nowhere = tmp_path / "home"
    assert browse.browser_address(None, nowhere, {"NEO4J_URI": uri}) == http
    assert browse.browser_address("http://x/", nowhere, {"NEO4J_URI": uri}) == "http://x/"
    with pytest.raises(ServerError, match="kg neo4j start"):
        browse.browser_address(None, nowhere, {})


def rules() -> dict[str, str]:
    return {
        selector.strip(): caption
        for selector, caption in re.findall(r'([\w.]+) \{[^"]*caption: "([^"]*)";', browse.style())
    }


def test_the_style_knows_every_label_and_relationship() -> None:
    schema = load_schema()
    assert {f"node.{label}" for label in schema.node_labels()} | {"node", "node.Zhenxing"} == {
        selector for selector, caption in rules().items() if caption == "{name}"
    }
    chinese = {
        f"relationship.{one.type}": one.zh
        for one in schema.properties.values()
        if one.role in ("relationship", "either")
    }
    captions = {selector: said for selector, said in rules().items() if selector.startswith("relationship.")}
    assert captions == {selector: chinese[selector] for selector in captions}
    assert set(chinese) - set(captions) <= {"relationship."}


def test_the_style_as_a_command_fits_into_a_link() -> None:
    command = browse.style_command()
    assert command.startswith(":style node {")
    assert "rgb(216, 67, 21)" in command
    assert len(browse.link(HERE, command)) < browse.LONGEST_LINK


def test_the_saved_queries(tmp_path: Path) -> None:
    queries = browse.guide()
    assert [query.title[:2] for query in queries] == [f"{n:02}" for n in range(1, len(queries) + 1)]
    assert [query.path.name[:2] for query in queries] == [query.title[:2] for query in queries]
    assert len({query.name for query in queries}) == len(queries)
    for query in queries:
        assert re.fullmatch(r"\d\d [^·]*[\u4e00-\u9fff][^·]* · [A-Z][\x20-\x7e]+", query.title)
        assert query.text.splitlines()[1].startswith("// ")
        assert ";" not in re.sub(r"//.*", "", query.text)
        assert len(browse.link(HERE, query.text)) < browse.LONGEST_LINK
    archive, grass = browse.write_scripts(tmp_path / "new" / "folder")
    assert grass.read_text("utf-8") == browse.style()
    with zipfile.ZipFile(archive) as packed:
        assert packed.namelist() == [f"Zhenxing/{query.path.name}" for query in queries]
        assert packed.read(packed.namelist()[0]).decode() == queries[0].text
    first = archive.read_bytes()
    assert browse.write_scripts(archive.parent)[0].read_bytes() == first
    with pytest.raises(KgError, match="cannot be written"):
        browse.write_scripts(archive)


def test_names_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(KgError, match="nearest: what-is-in-here"):
        browse.text_of("what-is-inhere", {}, tmp_path)
    with pytest.raises(KgError, match="takes no --place"):
        browse.text_of("what-is-in-here", {"place": ("陕西",)}, tmp_path)
