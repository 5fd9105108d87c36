"""Builds into a real store with a small extractor of the tests' own: which inputs are read, which graphs stand."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from documents import document
from pyoxigraph import NamedNode
from said import extraction, observation

from kg.build import build_store
from kg.store import GraphStore
from loaders import build as building
from loaders.build import BuildOptions, Summary
from loaders.errors import KgError, StoreError
from loaders.quads import Versions
from loaders.records import Document, DocumentFacts, Extraction

reads: list[str] = []


def said(source: Document) -> Extraction:
    """One number, 7人, and the date that follows the word 日期."""
    reads.append(source.source)
    date = source.text.partition("日期")[2][:4] or None
    numbers = (observation(source.text, "o1", "7人", "7"),) if source.text.count("7人") == 1 else ()
    return extraction(source, facts=DocumentFacts(title=source.text[:4], date=date), observations=numbers)


@pytest.fixture(autouse=True)
def extractor(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reads.clear()
    monkeypatch.setattr(building, "make_extractor", lambda vocabulary: (said, Versions(vocabulary="v", rules="r")))
    monkeypatch.setattr(building, "vocabulary_digest", lambda extra: "v")
    monkeypatch.setattr(building, "vocabulary_quads", lambda graph, extra: iter(()))
    return reads


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    for name in ("a", "b", "c"):
        (made / f"{name}.txt").write_text(f"{name}县培训7人。", "utf-8")
    return made


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def run(store: Path, *paths: Path, **options: object) -> Summary:
    stdin = options.pop("stdin", None)
    base = options.pop("base", None)
    assert stdin is None or isinstance(stdin, bytes)
    assert base is None or isinstance(base, str)
    return build_store(paths, store, BuildOptions(**options), stdin=stdin, base=base)  # type: ignore[arg-type]


def content(store: Path) -> bytes:
    with GraphStore.reading(store) as graphs:
        return graphs.canonical()


def texts(store: Path) -> set[str]:
    with GraphStore.reading(store) as graphs:
        found = graphs.store.quads_for_pattern(None, NamedNode("https://zhenxing.example/ns#content"), None)
        return {quad.object.value for quad in found}  # type: ignore[union-attr]


def test_a_folder_and_then_nothing_to_do(folder: Path, store: Path) -> None:
    first = run(store, folder)
    assert (first.read, first.bulletins, first.counts.observations) == (3, 3, 3)
    reads.clear()
    second = run(store, folder)
    assert (second.read, second.unchanged, second.changed) == (0, 3, False)
    assert reads == []


def test_two_builds_are_one_graph_whatever_the_order_and_the_processes(folder: Path, tmp_path: Path) -> None:
    for name in "defghij":
        (folder / f"{name}.txt").write_text(f"{name}县培训7人。" + "乡" * 60_000, "utf-8")
    run(tmp_path / "one", folder, jobs=1)
    run(tmp_path / "two", *sorted(folder.iterdir(), reverse=True), jobs=3)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_changed_file_replaces_its_graph_though_its_identity_is_its_content(folder: Path, store: Path) -> None:
    run(store, folder)
    (folder / "a.txt").write_text("甲县培训7人，又培训。", "utf-8")
    again = run(store, folder)
    assert (again.read, again.removed, again.bulletins) == (1, 1, 3)
    assert "a县培训7人。" not in texts(store)


def test_its_former_graph_stays_where_another_input_still_has_it(folder: Path, store: Path) -> None:
    (folder / "twin.txt").write_text("a县培训7人。", "utf-8")
    first = run(store, folder)
    assert (first.bulletins, first.same_text) == (3, 1)
    (folder / "a.txt").write_text("甲县培训7人，又培训。", "utf-8")
    run(store, folder)
    assert {"a县培训7人。", "甲县培训7人，又培训。"} <= texts(store)
    fresh = store.with_name("fresh")
    run(fresh, folder)
    assert content(store) == content(fresh)


def table(path: Path, *rows: tuple[str, str]) -> Path:
    path.write_text("id,text\n" + "".join(f"{name},{text}\n" for name, text in rows), "utf-8")
    return path


def test_of_two_texts_with_one_identity_the_later_stands_and_a_warning_names_both(tmp_path: Path, store: Path) -> None:
    older = table(tmp_path / "z-old.csv", ("1", "甲县7人日期2021"))
    newer = table(tmp_path / "a-new.csv", ("1", "甲县7人日期2023"))
    summary = run(store, older, newer)
    assert texts(store) == {"甲县7人日期2023"}
    (warning,) = summary.warnings
    assert "z-old.csv" in warning
    assert "a-new.csv" in warning
    other = store.with_name("other")
    run(other, newer)
    run(other, older)
    assert content(store) == content(other)


def test_when_the_later_goes_the_earlier_comes_back(tmp_path: Path, store: Path) -> None:
    older = table(tmp_path / "old.csv", ("1", "甲县7人日期2021"))
    newer = table(tmp_path / "new.csv", ("1", "甲县7人日期2023"))
    run(store, older, newer)
    newer.unlink()
    pruned = run(store, older, prune=True)
    assert (pruned.bulletins, pruned.remade, pruned.changed) == (1, 1, True)
    assert texts(store) == {"甲县7人日期2021"}
    assert not run(store, older).changed


def test_rows_of_a_table_are_inputs_of_their_own(tmp_path: Path, store: Path) -> None:
    rows = [(str(n), f"第{n}县培训7人。") for n in range(5)]
    path = table(tmp_path / "t.csv", *rows)
    assert run(store, path).bulletins == 5
    table(path, *rows[:3], ("9", "新县培训7人。"))
    kept = run(store, path)
    assert (kept.gone, kept.bulletins) == (1, 5)
    pruned = run(store, path, prune=True)
    assert (pruned.removed, pruned.bulletins) == (1, 4)
    fresh = store.with_name("fresh")
    run(fresh, path)
    assert content(store) == content(fresh)


def test_prune_takes_what_has_gone_and_only_that(folder: Path, store: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("x县培训7人。", "utf-8")
    run(store, folder, other)
    (folder / "b.txt").unlink()
    kept = run(store, folder)
    assert (kept.gone, kept.bulletins) == (1, 4)
    pruned = run(store, folder, prune=True)
    assert (pruned.removed, pruned.gone, pruned.bulletins) == (1, 0, 3)
    assert "x县培训7人。" in texts(store)


def test_a_bad_file_is_named_the_others_are_built_and_it_is_tried_again(folder: Path, store: Path) -> None:
    (folder / "bad.csv").write_text("甲,乙\n1,2\n", "utf-8")
    (folder / "notes.dat").write_bytes(b"\0")
    first = run(store, folder)
    assert first.read == 3
    assert [source for source, _ in first.failed] == [(folder / "bad.csv").as_posix()]
    assert len(first.passed_over) == 1
    assert len(run(store, folder).failed) == 1


def test_a_path_that_is_not_there_is_a_failure_beside_the_good(folder: Path, store: Path) -> None:
    summary = run(store, folder, folder / "none.txt")
    assert summary.read == 3
    assert "none.txt" in summary.failed[0][1]


def test_an_archive_and_standard_input(folder: Path, store: Path, tmp_path: Path) -> None:
    packed = tmp_path / "x.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("d.txt", "d县培训7人。")
        archive.writestr("e.txt", "e县培训7人。")
    run(store, packed)
    run(store, Path("-"), stdin="f县培训7人。".encode())
    again = run(store, Path("-"), stdin="g县培训7人。".encode())
    assert again.bulletins == 4
    assert run(store, Path("-"), stdin="g县培训7人。".encode()).read == 0
    kept = [path for path in (store / "originals").glob("*/*") if not path.name.startswith(".")]
    assert {path.read_bytes().decode()[:1] for path in kept} == set("defg")


def test_the_originals_are_kept_by_hash(folder: Path, store: Path) -> None:
    run(store, folder)
    for path in folder.iterdir():
        sha = document(path.read_text("utf-8")).original_sha256
        assert (store / "originals" / sha[:2] / sha[2:]).read_bytes() == path.read_bytes()


def test_a_new_version_reads_everything_again(folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(store, folder)
    monkeypatch.setattr(building, "make_extractor", lambda vocabulary: (said, Versions(vocabulary="w", rules="r")))
    assert run(store, folder).read == 3
    fresh = store.with_name("fresh")
    run(fresh, folder)
    assert content(store) == content(fresh)


def test_inputs_that_keep_a_former_vocabulary_are_told(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(store, folder).warnings == []
    monkeypatch.setattr(building, "vocabulary_digest", lambda extra: "w")
    monkeypatch.setattr(building, "make_extractor", lambda vocabulary: (said, Versions(vocabulary="w", rules="r")))
    (warning,) = run(store, folder / "a.txt").warnings
    assert "2 of the inputs before are not named now" in warning
    assert run(store, folder).warnings == []


def test_a_graph_that_the_store_has_lost_is_made_again(folder: Path, store: Path) -> None:
    run(store, folder)
    before = content(store)
    with GraphStore.writing(store) as graphs:
        key = sorted(graphs.manifest().graphs)[0]
        graphs.remove_graphs([key])
    for part in (store / "parts").glob("*/*"):
        part.unlink()
        break
    run(store, folder)
    assert content(store) == before


@pytest.mark.parametrize("stop", ["write_graphs", "write_manifest", "remove_graphs"])
@pytest.mark.parametrize("after", [False, True])
def test_stopped_at_any_step_the_next_build_ends_at_the_same_graph(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch, stop: str, after: bool
) -> None:
    monkeypatch.setattr(building, "_COMMIT_GRAPHS", 1)
    run(store, folder)
    (folder / "a.txt").write_text("甲县培训7人，又培训。", "utf-8")
    (folder / "c.txt").write_text("b县培训7人。", "utf-8")
    (folder / "new.txt").write_text("新县培训7人。", "utf-8")
    whole = store.with_name("whole")
    run(whole, folder)
    for step in range(4):
        calls = 0
        right = getattr(GraphStore, stop)

        def failing(self: GraphStore, *arguments: object, step: int = step, right: object = right) -> object:
            nonlocal calls
            calls += 1
            if calls == step + 1:
                if after:
                    right(self, *arguments)  # type: ignore[operator]
                raise KeyboardInterrupt
            return right(self, *arguments)  # type: ignore[operator]

        with monkeypatch.context() as patched:
            patched.setattr(GraphStore, stop, failing)
            try:
                run(store, folder)
            except KeyboardInterrupt:
                assert texts(store)
    run(store, folder)
    assert content(store) == content(whole)


def test_another_base_is_refused_and_the_stores_own_is_remembered(folder: Path, store: Path) -> None:
    run(store, folder, base="https://data.example/")
    with pytest.raises(StoreError, match="base IRI"):
        run(store, folder, base="https://other.example/")
    assert run(store, folder).unchanged == 3
    with GraphStore.reading(store) as graphs:
        assert graphs.names.base == "https://data.example/"


def test_a_killed_worker_is_an_error_in_words(folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deadly(source: Document) -> Extraction:
        os._exit(9)

    monkeypatch.setattr(building, "make_extractor", lambda vocabulary: (deadly, Versions(vocabulary="v", rules="r")))
    (folder / "big.txt").write_text("乡" * 300_000, "utf-8")
    with pytest.raises(KgError, match="worker process was killed"):
        run(store, folder, jobs=2)
