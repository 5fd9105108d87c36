"""The process of a local server: its settings and first password, its start, and what it says when it ends."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Mapping

from kg.neo4j_server.artifacts import Artifacts
from kg.neo4j_server.home import ADMIN_CLASS, Home, Memory, home_argument
from kg.neo4j_server.settings import (
    ADDRESS,
    LARGEST_HEAP,
    OWN_SETTINGS,
    read_settings,
    server_settings,
    settings_text,
)
from loaders.errors import ServerError

MAIN_CLASS = "org.neo4j.server.CommunityEntryPoint"
START_LIMIT_S = 180.0
_PAUSE_S = 0.1
_OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")  # Neo4j reaches into these


def write_conf(home: Home, wanted: Memory, artifacts: Artifacts) -> str:
    """Write neo4j.conf, the user's own settings before ours, and return the heap that holds."""
    home.conf.mkdir(exist_ok=True)
    home.logs.mkdir(exist_ok=True)
    settings = server_settings(wanted.bolt_port, wanted.http_port, wanted.heap, artifacts.plugins)
    settings |= read_settings(home.conf / OWN_SETTINGS)
    (home.conf / "neo4j.conf").write_text(settings_text(settings), "utf-8")
    return settings[LARGEST_HEAP]


def set_initial_password(home: Home, password: str, given: Mapping[str, str]) -> None:
    """Give it to neo4j-admin in a file, for the command line of a process is seen by everybody.

    There `--` stands before it: one that begins with a hyphen would be taken for an option.
    """
    quoted = '-- "' + password.replace("\\", "\\\\").replace('"', '\\"') + '"'
    argument = home.conf / "initial-password"
    try:
        with os.fdopen(os.open(argument, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(quoted)
        words = [str(home.admin), "dbms", "set-initial-password", f"@{argument}"]
        done = subprocess.run(
            words, env=process_environment(given), capture_output=True, text=True, errors="replace", check=False
        )
    finally:
        argument.unlink(missing_ok=True)
    if done.returncode != 0:
        said = " ".join((done.stderr or done.stdout).split()).replace(password, "***")
        raise ServerError(f"neo4j-admin ({ADMIN_CLASS}) did not take the password: {said[:300]}")


def process_environment(given: Mapping[str, str]) -> dict[str, str]:
    """What Java gets: no secret of ours, and a locale in which names of files may be Chinese."""
    return {name: value for name, value in given.items() if not name.startswith("NEO4J_")} | {"LC_ALL": "C.UTF-8"}


def spawn(home: Home, java: str, artifacts: Artifacts, heap: str, given: Mapping[str, str]) -> int:
    """The process number of a new server, in a session of its own, so that it outlives the terminal."""
    words = [
        java, f"-Xms{heap}", f"-Xmx{heap}", "-Dfile.encoding=UTF-8",
        *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED),
        "-cp", f"{artifacts.lib}/*:{artifacts.plugins}/*", MAIN_CLASS,
        home_argument(home.folder), f"--config-dir={home.conf}",
    ]  # fmt: skip
    output = (os.POSIX_SPAWN_OPEN, 1, str(home.console), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    actions = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0), output, (os.POSIX_SPAWN_DUP2, 1, 2)]
    return os.posix_spawn(java, words, process_environment(given), file_actions=actions, setsid=True)


def wait(home: Home, memory: Memory, pid: int, log_start: int) -> None:
    """Return when Browser's and Bolt's ports answer; ServerError when the process ends before, or takes too long."""
    limit = time.monotonic() + START_LIMIT_S
    while not (_answers(memory.http_port) and _listens(memory.bolt_port)):
        if _has_ended(pid):
            raise ServerError(f"Neo4j ended at its start: {_complaint(home, log_start)} (see {home.logs})")
        if time.monotonic() > limit:
            raise ServerError(f"Neo4j does not answer after {START_LIMIT_S:.0f} s (see {home.logs})")
        time.sleep(_PAUSE_S)


def _has_ended(child: int) -> bool:
    """Whether our child has ended. (Just after its birth its command line is empty, so that one does not say it.)"""
    return os.waitpid(child, os.WNOHANG) != (0, 0)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=2)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _listens(port: int) -> bool:
    try:
        socket.create_connection((ADDRESS, port), timeout=2).close()
    except OSError:
        return False
    return True


def _complaint(home: Home, log_start: int) -> str:
    """What the server said of its end: a bad setting on the console, a failing plugin in neo4j.log only."""
    log = home.logs / "neo4j.log"
    text = home.console.read_text("utf-8", "replace") if home.console.exists() else ""
    if log.exists():
        text += "\n" + log.read_bytes()[log_start:].decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for mark in ("Unrecognized setting", "Caused by:", "ERROR", "Error", "Exception"):
        found = [line for line in lines if mark in line]
        if found:
            return found[-1][:300]
    return lines[-1][:300] if lines else "it says nothing"


def log_size(home: Home) -> int:
    """Where in neo4j.log the words of the next start will begin."""
    log = home.logs / "neo4j.log"
    return log.stat().st_size if log.exists() else 0
