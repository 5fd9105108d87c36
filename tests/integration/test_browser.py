"""The real Neo4j Browser on a real server: links, style, saved queries, and the graph with Chinese captions."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import kg
from hypothesis import given, settings
from hypothesis import strategies as st
from neo4j_browser import CHINESE, BrowserWindow, browser_window
from neo4j_servers import Neo4jServer
from playwright.sync_api import Locator, expect

from kg import browse

HOSTILE = "它的 & # 100% +1 ; ' \" ` {b} $n //x %26 \\ \\u0026 \\n\n\u202e/*<b>?arg=1&cmd=play😀"
COLOURS = {"Measure": "#d84315", "TargetGroup": "#7b1fa2", "Observation": "#fbc02d", "Place": "#558b2f"}


@pytest.fixture(scope="module")
def store(examples_store: Path) -> Path:
    """The store of the examples."""
    return examples_store


@pytest.fixture(scope="module")
def filled(neo4j_server: Neo4jServer, store: Path) -> Iterator[Neo4jServer]:
    """The server with the graph of the examples, emptied at the end."""
    done = kg("push", "--store", store, **neo4j_server.variables)
    assert done.returncode == 0, done.stderr
    yield neo4j_server
    neo4j_server.empty()


@pytest.fixture(scope="module")
def window(filled: Neo4jServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserWindow]:
    """A window that has the style and the saved queries, as `kg browse --save` writes them."""
    folder = tmp_path_factory.mktemp("dropped")
    done = kg("browse", "--save", folder)
    assert done.returncode == 0, done.stderr
    archive, grass = map(Path, done.stdout.split())
    with browser_window(filled, tmp_path_factory.mktemp("profile")) as one:
        one.open(address(filled, "what-is-in-here"))
        one.drop(grass)
        expect(one.seen("frame").first).to_contain_text("node.Measure {")
        one.drop(archive)
        yield one


def address(server: Neo4jServer, *arguments: str | Path) -> str:
    """The link that `kg browse` prints for the server's own home."""
    done = kg("browse", *arguments, "--home", server.home, **server.variables)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


def captions(frame: Locator, kind: str) -> list[str]:
    """The words on the nodes or relationships of a frame's graph."""
    return [words.strip() for words in frame.locator(f"g.{kind} text").all_text_contents()]


def test_the_saved_queries_are_there_in_their_order(window: BrowserWindow) -> None:
    window.seen("navigationFavorites").click()
    window.seen("expandFolder-Zhenxing").click()
    listed = window.seen("savedScriptListItem").all_inner_texts()
    assert [title for title in listed if re.match(r"\d\d ", title)] == [query.title for query in browse.guide()]


def test_a_newcomer_runs_them_one_after_the_other(window: BrowserWindow) -> None:
    assert window.editor().startswith("// 01 图里有什么 · What is in here\n")
    counted = window.run()
    expect(counted).to_contain_text('"Observation"')
    expect(counted).to_contain_text("中华人民共和国")
    for query in browse.guide()[1:]:
        item = window.seen("savedScriptListItem").filter(has_text=query.title)
        item.hover()
        frame = window.answer_to(item.get_by_test_id("savedScriptsButton-Run"))
        expect(frame).not_to_contain_text("ERROR")
        expect(frame.get_by_test_id("frameCommand")).to_contain_text(query.title)
        if query.name == "who-reached-what":
            picture(window, frame)


def picture(window: BrowserWindow, frame: Locator) -> None:
    """The graph has its captions and colours; with BROWSER_SCREENSHOT in the environment its picture is kept there."""
    nodes = captions(frame, "node")
    assert {"平利县", "残疾人", "妇女", "2100人", "74家"} <= set(nodes)
    assert all(CHINESE.search(caption) for caption in nodes)
    assert {"面向目标群体", "运用政策工具", "有结果", "指标", "地区"} <= set(captions(frame, "relationship"))
    shown = {circle.get_attribute("fill") for circle in frame.locator("g.node circle.b-outline").all()}
    assert set(COLOURS.values()) <= shown
    window.page.wait_for_timeout(3000)  # until the nodes have come to rest
    window.pan(frame, -140)  # the panel lies over the right side
    reached = frame.locator("g.relationship").filter(has_text="有结果").first
    reached.dispatch_event("mousedown")  # another may lie over it
    expect(frame.get_by_test_id("vizInspector")).to_contain_text("平利县在镇村社区兴办毛绒玩具")
    expect(frame.get_by_test_id("vizInspector")).to_contain_text("confidence")
    taken = window.page.screenshot()
    assert 30_000 < len(taken) < 300_000
    if kept := os.environ.get("BROWSER_SCREENSHOT"):
        Path(kept).write_bytes(taken)


@pytest.mark.parametrize(
    ("name", "filters"),
    [
        ("measures-to-outcomes", ["--place", "陕西", "--period", "2023", "--min-confidence", "0.5"]),
        ("compare-metric", ["--metric", "帮扶车间"]),
    ],
)
def test_a_question_answers_there_what_it_answers_here(
    window: BrowserWindow, store: Path, name: str, filters: list[str]
) -> None:
    rows = json.loads(kg("query", name, *filters, "--store", store, "--format", "json").stdout)
    window.open(address(window.server, name, *filters, "--store", store))
    frame = window.run()
    frame.get_by_test_id("cypherFrameSidebarTable").click()
    expect(frame).to_contain_text(f"Started streaming {len(rows)} records")


def test_the_style_goes_by_a_link_too(window: BrowserWindow) -> None:
    window.open(address(window.server, "--style"))
    known = window.seen("frame").count()
    window.seen("editor-Run").click()
    expect(window.seen("frame")).to_have_count(known + 1)
    expect(window.seen("frame").first).to_contain_text("rgb(216, 67, 21)")


def test_hostile_words_reach_the_server_as_they_are(window: BrowserWindow) -> None:
    text = (
        f"// {HOSTILE[:2]}\nRETURN {browse.literal(HOSTILE)} = $words AS same, size({browse.literal(HOSTILE)}) AS size"
    )
    text = browse.with_literals(text, {"words": HOSTILE})
    window.open(browse.link(window.server.http, text))
    frame = window.run()
    assert re.search(rf"same\s+size\s+1\s+true\s+{len(HOSTILE)}\b", frame.inner_text())


def test_nothing_came_from_elsewhere(window: BrowserWindow) -> None:
    assert window.hosts == {"127.0.0.1"}


def test_the_queries_read_only_and_find_something(filled: Neo4jServer) -> None:
    with filled.driver() as driver:
        for query in browse.guide():
            rows, summary, _ = driver.execute_query(query.text)
            assert summary.query_type == "r", query.name
            assert bool(rows) != (query.name == "not-ours"), query.name
            assert [s.title for s in summary.gql_status_objects if s.is_notification] == [], query.name


def test_text_survives_being_a_literal(filled: Neo4jServer) -> None:
    with filled.driver() as driver, driver.session() as session:

        @settings(deadline=None)
        @given(st.text(st.characters(exclude_categories=["Cs"])))
        def same(words: str) -> None:
            assert session.run(f"RETURN {browse.literal(words)} AS words").single(strict=True)["words"] == words

        same()
        many = {"a`b": [1, True, None, 0.5, [], HOSTILE]}
        assert session.run(f"RETURN {browse.literal(many)} AS many").single(strict=True)["many"] == many
