"""What is costly and serves all tests of a session: a real Neo4j, a store of the samples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import EXAMPLES, kg
from neo4j_servers import Neo4jServer, running_server


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jServer]:
    """A server with an empty database; who writes into it leaves it empty (`neo4j_server.empty()`)."""
    with running_server(tmp_path_factory.mktemp("neo4j") / "home") as server:
        yield server


@pytest.fixture(scope="session")
def examples_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the samples; who uses it only reads it."""
    folder = tmp_path_factory.mktemp("examples") / "store"
    done = kg("build", EXAMPLES, "--store", folder)
    assert done.returncode == 0, done.stderr
    return folder
