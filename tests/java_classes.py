"""The classes of Neo4j as Java keeps them from one start to the next: a server is there in a third of the time.

python tests/java_classes.py     keeps them in the cache folder, once for a Java and a Neo4j (half a minute, 150 MB)

Without them the servers of the tests start as slowly as a user's; nothing else differs.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from kg import neo4j_server  # noqa: E402
from kg.neo4j_server.artifacts import cache_folder, find_java  # noqa: E402
from loaders.errors import ServerError  # noqa: E402
from loaders.neo4j.connect import open_driver  # noqa: E402

# What Java says of an archive that does not fit goes nowhere: it works without.
FLAGS = ("-Xlog:disable", "-XX:+UseSerialGC")


@cache
def archive() -> Path | None:
    """Where the classes are or will be; None where there is no Java."""
    try:
        java = find_java(os.environ)
    except ServerError:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, check=True).stderr
    folder = cache_folder(os.environ)
    return folder.with_name(f"{folder.name}-classes-{hashlib.sha256(said).hexdigest()[:12]}.jsa")


def quick_java() -> dict[str, str]:
    """The environment by which a Java that starts Neo4j uses the classes; empty where there are none."""
    kept = archive()
    if kept is None or not kept.exists():
        return {}
    return {"JDK_JAVA_OPTIONS": java_options(f"-XX:SharedArchiveFile={kept}")}


def java_options(*more: str) -> str:
    """The flags and more of them as JDK_JAVA_OPTIONS takes them."""
    return " ".join(f'"{flag}"' for flag in (*FLAGS, *more))


def say(line: str) -> None:
    sys.stderr.write(line + "\n")


def main() -> None:
    """Start a server that writes its classes when it is stopped."""
    kept = archive()
    if kept is None or kept.exists():
        return
    say("keeping the classes of Neo4j, for quick starts in the tests …")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".classes-", dir=kept.parent) as folder:
        new, home = Path(folder) / "classes.jsa", Path(folder) / "home"
        given = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
        given["JDK_JAVA_OPTIONS"] = java_options(f"-XX:ArchiveClassesAtExit={new}")
        ports = {"bolt_port": free_port(), "http_port": free_port()}
        neo4j_server.start(home, **ports, heap="512m", environment=given, say=say)
        try:
            use(home)
        finally:
            neo4j_server.stop(home)
        new.replace(kept)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def use(home: Path) -> None:
    """Let the server do what tests let it do, so that the classes for it are there."""
    address = neo4j_server.local_address(home)
    assert address is not None
    with open_driver(address) as driver:
        for statement in (
            "CREATE CONSTRAINT one FOR (n:One) REQUIRE n.iri IS UNIQUE",
            "CREATE FULLTEXT INDEX words FOR (n:One) ON EACH [n.name]",
            "UNWIND range(1, 9) AS n MERGE (a:One {iri: '' + n}) SET a.name = '字' CREATE (a)-[:TO]->(:Two {n: n})",
            "MATCH (a:One)-[r:TO]->(b) WHERE a.iri >= '2' RETURN a, type(r), collect(b.n), count(*) ORDER BY a.iri",
            "CALL apoc.schema.assert({}, {}, true)",
            "MATCH (n) DETACH DELETE n",
        ):
            driver.execute_query(statement)


if __name__ == "__main__":
    main()
