"""Versions and settings of the Neo4j that Zhenxing runs: `kg neo4j` writes them, docker/compose.yaml says the same.

The one place where they stand; a test holds the compose file to it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from loaders.errors import ServerError

NEO4J_VERSION = "5.26.30"  # the long-term release; the newest of it that Maven serves
APOC_VERSION = "5.26.19"
BROWSER_VERSION = "5.24.0"
USERNAME = "neo4j"
ADDRESS = "127.0.0.1"
BOLT_PORT = 7687
HTTP_PORT = 7474
HEAP = "1g"
SHORTEST_PASSWORD = 8
LARGEST_HEAP = "server.memory.heap.max_size"
OWN_SETTINGS = "own.conf"  # beside neo4j.conf, for settings of the user's own

SHARED_SETTINGS: Mapping[str, str] = {
    "dbms.security.auth_enabled": "true",
    "dbms.security.auth_minimum_password_length": str(SHORTEST_PASSWORD),
    "dbms.security.procedures.unrestricted": "apoc.*",
    "dbms.usage_report.enabled": "false",
    "client.allow_telemetry": "false",
    "server.memory.pagecache.size": "512m",
}
"""What holds for the local server and for the container alike; the heap is an option of both besides."""

_HEAD = """\
# Made by `kg neo4j start`, anew at each start. Settings of your own go into own.conf, beside this file.
"""
_HEAP = re.compile(r"[1-9]\d*[kmg]", re.I)


def heap_settings(heap: str) -> dict[str, str]:
    """First and largest size of the heap, which are one: a server that grows it stops for that under load."""
    return {"server.memory.heap.initial_size": heap, LARGEST_HEAP: heap}


def check_heap(heap: str) -> str:
    """The heap as it is, or ServerError when it is no size such as 512m or 2g."""
    if not _HEAP.fullmatch(heap):
        raise ServerError(f"a heap of {heap!r} is no size: write it as 512m or 2g")
    return heap


def server_settings(bolt_port: int, http_port: int, heap: str, plugins: Path) -> dict[str, str]:
    """All settings of a local server, by name.

    The addresses are advertised too: else discovery offers the default ports, and Browser's form with it.
    """
    return {
        **SHARED_SETTINGS,
        **heap_settings(heap),
        "server.default_listen_address": ADDRESS,
        "server.default_advertised_address": ADDRESS,
        "server.bolt.listen_address": f"{ADDRESS}:{bolt_port}",
        "server.bolt.advertised_address": f"{ADDRESS}:{bolt_port}",
        "server.http.listen_address": f"{ADDRESS}:{http_port}",
        "server.http.advertised_address": f"{ADDRESS}:{http_port}",
        "server.https.enabled": "false",
        "server.directories.plugins": str(plugins),
        # The databases are closed before this wait for Bolt's threads, which are idle: else 5 s at every stop.
        "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
    }


def read_settings(path: Path) -> dict[str, str]:
    """The settings of a file of `name=value` lines; {} when there is none. ServerError names a line that is none."""
    if not path.exists():
        return {}
    settings: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        name, equals, value = line.partition("=")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not equals:
            raise ServerError(f"{path}:{number}: a setting is written name=value")
        settings[name.strip()] = value.strip()
    return settings


def settings_text(settings: Mapping[str, str]) -> str:
    """neo4j.conf. A backslash begins an escape there."""
    lines = [f"{name}={value}".replace("\\", "\\\\") for name, value in sorted(settings.items())]
    return _HEAD + "\n".join(lines) + "\n"


def container_name(setting: str) -> str:
    """The environment variable by which the image takes a setting: `.` becomes `_`, `_` becomes `__`."""
    return "NEO4J_" + setting.replace("_", "__").replace(".", "_")


def check_password(password: str) -> str:
    """The password as it is, or ServerError when Neo4j would refuse it. The sentence does not repeat it."""
    if len(password) < SHORTEST_PASSWORD:
        raise ServerError(
            f"the password in NEO4J_PASSWORD has {len(password)} characters, Neo4j wants {SHORTEST_PASSWORD} or more"
        )
    if not password.isprintable():
        raise ServerError("the password in NEO4J_PASSWORD holds a line break or another character that nobody can type")
    return password


def generate_password() -> str:
    """A new password of 24 characters that need no quoting."""
    return secrets.token_urlsafe(18)
