"""A local Neo4j for people who have none: started on a folder of theirs, on this machine's own address only."""

from kg.neo4j_server.control import LocalServer, find_address, local_address, start, status, stop
from kg.neo4j_server.home import DEFAULT_HOME, Home
from kg.neo4j_server.importing import import_files

__all__ = [
    "DEFAULT_HOME", "Home", "LocalServer", "find_address", "import_files", "local_address", "start", "status", "stop",
]  # fmt: skip
