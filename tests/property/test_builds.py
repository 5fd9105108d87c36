"""Whatever happens to a folder between builds, the store ends as if it had been built from what is there now."""

from __future__ import annotations

import csv
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from said import extraction, observation

from kg.build import build_store
from kg.store import GraphStore
from loaders import build as building
from loaders.build import BuildOptions, Summary
from loaders.quads import Versions
from loaders.records import Document, DocumentFacts, Extraction

TEXTS = ("甲县培训7人。", "乙县培训7人，日期2021", "乙县又培训7人，日期2022", "丙县“\\t”培训7人\r\n，日期2022")
FILES = st.dictionaries(st.sampled_from(["a.txt", "b.txt", "z/c.md"]), st.sampled_from(TEXTS))
ROWS = st.lists(st.tuples(st.sampled_from(["", "1", "2"]), st.sampled_from(TEXTS)), min_size=1, max_size=3)
TABLES = st.dictionaries(st.sampled_from(["b.csv", "t.csv"]), ROWS)
MEMBERS = st.dictionaries(st.sampled_from(["a.txt", "d.txt"]), st.sampled_from(TEXTS), max_size=2)
FOLDERS = st.tuples(FILES, TABLES, MEMBERS)
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def said(source: Document) -> Extraction:
    """One number, 7人, and the date that follows the word 日期."""
    date = source.text.partition("日期")[2][:4] or None
    number = observation(source.text, "o1", "7人", "7")
    return extraction(source, facts=DocumentFacts(title=source.text[:2], date=date), observations=(number,))


@pytest.fixture(autouse=True)
def extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "make_extractor", lambda vocabulary: (said, Versions(vocabulary="v", rules="r")))
    monkeypatch.setattr(building, "vocabulary_digest", lambda extra: "v")
    monkeypatch.setattr(building, "vocabulary_quads", lambda graph, extra: iter(()))
    monkeypatch.setattr("os.fsync", lambda descriptor: None)  # no power fails here


Folder = tuple[dict[str, str], dict[str, list[tuple[str, str]]], dict[str, str]]


def lay(folder: Path, content: Folder) -> None:
    """Make the folder hold just this."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    files, tables, members = content
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([("id", "text"), *rows])
    if members:
        with zipfile.ZipFile(folder / "p.zip", "w") as archive:
            for name, text in members.items():
                archive.writestr(name, text)


def run(store: Path, folder: Path, *, prune: bool = True) -> Summary:
    return build_store([folder], store, BuildOptions(jobs=1, prune=prune))


def canonical(store: Path) -> bytes:
    with GraphStore.reading(store) as graphs:
        return graphs.canonical()


SAME, OTHER = TEXTS[:2]
ROWS_GONE: list[tuple[Folder, bool]] = [
    (({"a.txt": SAME}, {"b.csv": [("", SAME), ("", SAME)]}, {}), False),
    (({"a.txt": OTHER}, {"b.csv": [("1", SAME)], "t.csv": [("", SAME)]}, {}), False),
]


@QUICK
@example(ROWS_GONE, ({}, {"b.csv": [("1", SAME)]}, {}))
@given(st.lists(st.tuples(FOLDERS, st.booleans()), max_size=3), FOLDERS)
def test_builds_of_a_changing_folder_end_as_a_fresh_one(history: list[tuple[Folder, bool]], last: Folder) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder, store, fresh = (Path(made) / name for name in ("in", "store", "fresh"))
        folder.mkdir()
        for content, prune in history:
            lay(folder, content)
            run(store, folder, prune=prune)
        lay(folder, last)
        run(store, folder)
        run(fresh, folder)
        assert canonical(store) == canonical(fresh)
        again = run(store, folder)
        assert not again.changed, again
        assert canonical(store) == canonical(fresh)


@QUICK
@given(FOLDERS, st.permutations(["a.txt", "b.txt", "z", "b.csv", "t.csv", "p.zip"]))
def test_the_order_of_inputs_does_not_matter(content: Folder, order: list[str]) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder, store, fresh = (Path(made) / name for name in ("in", "store", "fresh"))
        folder.mkdir()
        lay(folder, content)
        for name in order:
            if (folder / name).exists():
                run(store, folder / name, prune=False)
        run(store, folder)
        run(fresh, folder)
        assert canonical(store) == canonical(fresh)
