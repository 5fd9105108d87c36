"""A store with one bulletin made by hand and the shipped vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from said import sample

from kg.store import GraphStore
from loaders import iris
from loaders.manifest import Change, Graph
from loaders.quads import Versions, bulletin_quads, canonical
from loaders.vocabulary import vocabulary_quads


@pytest.fixture(scope="session")
def store_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kg") / "store"
    with GraphStore.writing(folder) as graphs:
        graphs.write_vocabulary("v", vocabulary_quads(graphs.names.vocabulary_graph))
        said = sample()
        key = iris.key_of(iris.identity(said.document))
        nquads = canonical(bulletin_quads(said, graphs.names, Versions(vocabulary="v", rules="r")))
        (part,) = graphs.write_graphs([(key, nquads)])
        manifest = graphs.manifest()
        graphs.write_manifest(manifest, Change(graphs={key: Graph(owner="sample", fingerprint="f", part=part)}))
        graphs.finish(manifest)
    return folder


@pytest.fixture
def store(store_folder: Path) -> Iterator[GraphStore]:
    with GraphStore.reading(store_folder) as graphs:
        yield graphs
