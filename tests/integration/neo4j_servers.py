"""Real Neo4j servers for the tests, each on a home and ports of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commands import ROOT, environment, kg
from java_classes import free_port, quick_java
from neo4j import Driver, GraphDatabase

from loaders.neo4j.connect import ServerAddress

HEAP = "512m"
START_LIMIT_S = 300  # the first one fetches the server


@dataclass(frozen=True, slots=True)
class Neo4jServer:
    """A server that runs; `variables` is what a user would have in the environment."""

    uri: str
    http: str
    username: str
    password: str
    home: Path
    bolt_port: int
    http_port: int

    @property
    def address(self) -> ServerAddress:
        """What open_driver takes."""
        return ServerAddress(self.uri, self.username, self.password)

    @property
    def variables(self) -> dict[str, str]:
        """For `kg(..., **server.variables)`."""
        return {"NEO4J_URI": self.uri, "NEO4J_USERNAME": self.username, "NEO4J_PASSWORD": self.password}

    def driver(self) -> Driver:
        """A driver, to be closed by who asks."""
        return GraphDatabase.driver(self.uri, auth=(self.username, self.password))

    def empty(self) -> None:
        """Remove every node, relationship, constraint and index, whosever they are."""
        with self.driver() as driver:
            driver.execute_query("CALL apoc.schema.assert({}, {}, true)")
            for delete in ("MATCH ()-[r]->() CALL (r) { DELETE r }", "MATCH (n) CALL (n) { DELETE n }"):
                with driver.session() as session:
                    session.run(delete + " IN TRANSACTIONS OF 10000 ROWS").consume()
            rows, _, _ = driver.execute_query("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name")
            for row in rows:
                driver.execute_query("DROP INDEX $name IF EXISTS", name=row["name"])

    def restart(self, settings: str = "") -> None:
        """Stop it and start it on the same ports, with these lines in own.conf."""
        stop_server(self.home)
        (self.home / "conf" / "own.conf").write_text(settings, "utf-8")
        launch(self.home)


def without_neo4j(**extra: str) -> dict[str, str]:
    """The environment of a test's process, with the cache, but no server of the user's own."""
    kept = {name: value for name, value in environment().items() if not name.startswith("NEO4J_")}
    cache = {"KG_CACHE": os.environ["KG_CACHE"]} if "KG_CACHE" in os.environ else {}
    return {**kept, **cache, **quick_java(), **extra}


def run_neo4j(*arguments: str | Path, cwd: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    """`kg neo4j ARGUMENTS` in a process of its own."""
    words = [sys.executable, "-m", "kg", "neo4j", *map(str, arguments)]
    return subprocess.run(
        words, cwd=cwd or ROOT, env=without_neo4j(**extra), capture_output=True, text=True,
        timeout=START_LIMIT_S, check=False,
    )  # fmt: skip


def launch(home: Path, *options: str, **extra: str) -> dict[str, str]:
    """Start a server on a home; what `start --json` says."""
    done = run_neo4j("start", "--json", "--home", home, *options, **extra)
    assert done.returncode == 0, done.stderr
    said: dict[str, str] = json.loads(done.stdout)
    return said


def stop_server(home: Path) -> None:
    """Stop the server of a home."""
    done = run_neo4j("stop", "--home", home)
    assert done.returncode == 0, done.stderr


@contextmanager
def running_server(home: Path, *, heap: str = HEAP) -> Iterator[Neo4jServer]:
    """A server on a new home, stopped at the end."""
    bolt_port, http_port = free_port(), free_port()
    try:
        said = launch(home, "--bolt-port", str(bolt_port), "--http-port", str(http_port), "--heap", heap)
        password = Path(said["password_file"]).read_text("utf-8").strip()
        yield Neo4jServer(said["uri"], said["http"], said["username"], password, home, bolt_port, http_port)
    finally:
        stop_server(home)


__all__ = ["Neo4jServer", "free_port", "kg", "launch", "run_neo4j", "running_server", "stop_server", "without_neo4j"]
