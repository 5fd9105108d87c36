"""One real Neo4j for all tests of a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from neo4j_servers import Neo4jServer, running_server


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neo4jServer]:
    """A server with an empty database; who writes into it leaves it empty (`neo4j_server.empty()`)."""
    with running_server(tmp_path_factory.mktemp("neo4j") / "home") as server:
        yield server
