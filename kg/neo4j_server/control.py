"""Start a local server, stop it, and say how to reach it."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from kg.neo4j_server.artifacts import Artifacts, find_java, provide_artifacts
from kg.neo4j_server.home import DEFAULT_HOME, Home, Memory
from kg.neo4j_server.process import log_size, set_initial_password, spawn, wait, write_conf
from kg.neo4j_server.settings import ADDRESS, HEAP, USERNAME, check_heap, check_password
from loaders.errors import ServerError
from loaders.neo4j.connect import ServerAddress, check_server, open_driver, resolve_address

STOP_LIMIT_S = 120.0
_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that runs. `password_file` is None when the password is not in the home but in NEO4J_PASSWORD."""

    home: Path
    uri: str
    http: str
    username: str
    password_file: Path | None
    version: str
    pid: int


def status(folder: Path, environment: Mapping[str, str] | None = None) -> LocalServer | None:
    """The server that runs on a home, or None. ServerError when the folder is no home of ours."""
    home = Home.of(folder)
    memory = home.running()
    return _described(home, memory, os.environ if environment is None else environment) if memory else None


def local_address(folder: Path) -> ServerAddress | None:
    """The address of the server that runs on a home, or None; without a password file the password is ""."""
    server = status(folder, {})
    if server is None:
        return None
    return ServerAddress(server.uri, server.username, Home.of(folder).kept_password() or "", None)


def find_address(
    uri: str | None = None,
    username: str | None = None,
    database: str | None = None,
    *,
    home: Path = DEFAULT_HOME,
    ask_password: Callable[[], str] | None = None,
) -> ServerAddress:
    """The server of options, else of the environment, else the local one that runs on `home`; see resolve_address."""
    local = partial(local_address, home)
    return resolve_address(uri, username, database=database, local=local, ask_password=ask_password)


def start(
    folder: Path,
    *,
    bolt_port: int | None = None,
    http_port: int | None = None,
    heap: str | None = None,
    environment: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> LocalServer:
    """Start a server on a home and return when it answers; one that runs already is returned as it is.

    Ports and heap that are not given are those of the home's last start. `say` gets lines about what takes time.
    ServerError, and no process left behind, when it cannot be.
    """
    given = dict(os.environ if environment is None else environment)
    home = Home.of(folder)
    home.remembered()  # a folder of somebody else's is not even locked
    with home.locked():
        running = home.running()
        if running is not None:
            _refuse_other_ports(home, running, bolt_port, http_port)
            say(f"it runs already, as process {running.pid}")
            return _described(home, running, given)
        last = home.remembered() or Memory()
        wanted = Memory(
            bolt_port=bolt_port or last.bolt_port,
            http_port=http_port or last.http_port,
            heap=check_heap(heap or last.heap or HEAP),
        )
        if wanted.bolt_port == wanted.http_port:
            raise ServerError(f"Bolt and Browser cannot both have the port {wanted.bolt_port}")
        _demand_free(wanted.bolt_port, "--bolt-port")
        _demand_free(wanted.http_port, "--http-port")
        if given.get("NEO4J_PASSWORD"):
            check_password(given["NEO4J_PASSWORD"])
        java = find_java(given)
        artifacts = provide_artifacts(given, say)
        try:
            return _start(home, wanted, java, artifacts, given, say)
        except BaseException:
            home.remember(replace(last, pid=None))  # what did not start is not what the next start takes
            raise


def _start(
    home: Home, wanted: Memory, java: str, artifacts: Artifacts, given: dict[str, str], say: Callable[[str], None]
) -> LocalServer:
    """Write the home, start the process, wait until it answers and takes the password."""
    home.remember(wanted)
    heap = write_conf(home, wanted, artifacts)
    home.write_scripts(java, artifacts)
    password = home.given_password(given)
    if home.has_started_before():
        if password is None:
            raise ServerError(f"{home.password_file} is gone: set NEO4J_PASSWORD to the password of {home.folder}")
    else:
        password = password or home.generate_password()
        set_initial_password(home, password, given)
    say(f"starting Neo4j {wanted.version} …")
    log_start = log_size(home)
    pid = spawn(home, java, artifacts, heap, given)
    try:
        memory = replace(wanted, pid=pid)
        home.remember(memory)
        server = _described(home, memory, given)
        wait(home, memory, pid, log_start)
        _log_in(server, password)
    except BaseException:
        _end(home, pid)
        raise
    return server


def stop(folder: Path) -> int | None:
    """Stop the server of a home and return its process number; None when none runs."""
    home = Home.of(folder)
    memory = home.running()
    if memory is None or memory.pid is None:
        return None
    _end(home, memory.pid)
    return memory.pid


def _end(home: Home, pid: int) -> None:
    """Ask the process to end, and wait until it has."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        pass
    except PermissionError as error:
        raise ServerError(f"the server of {home.folder} is another user's process {pid}") from error
    limit = time.monotonic() + STOP_LIMIT_S
    while home.runs_as(pid):
        if time.monotonic() > limit:
            raise ServerError(
                f"process {pid} does not end; kill -9 {pid} ends it, and the next start recovers its data"
            )
        time.sleep(_PAUSE_S)
    home.forget_process()


def _described(home: Home, memory: Memory, environment: Mapping[str, str]) -> LocalServer:
    kept = home.kept_password()
    shown = kept is not None and environment.get("NEO4J_PASSWORD", kept) in (kept, "")
    return LocalServer(
        home=home.folder,
        uri=f"bolt://{ADDRESS}:{memory.bolt_port}",
        http=f"http://{ADDRESS}:{memory.http_port}/",
        username=USERNAME,
        password_file=home.password_file if shown else None,
        version=memory.version,
        pid=memory.pid or 0,
    )


def _refuse_other_ports(home: Home, running: Memory, bolt_port: int | None, http_port: int | None) -> None:
    if (bolt_port or running.bolt_port, http_port or running.http_port) != (running.bolt_port, running.http_port):
        raise ServerError(
            f"the server of {home.folder} runs already, on the ports {running.bolt_port} (Bolt) and "
            f"{running.http_port} (Browser): stop it first, or choose another --home"
        )


def _demand_free(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a server that has just ended leaves traces
        try:
            probe.bind((ADDRESS, port))
        except OverflowError:
            raise ServerError(f"{port} is no port: {option} takes 1 to 65535") from None
        except OSError as error:
            why = "needs rights that you lack" if isinstance(error, PermissionError) else "is in use"
            raise ServerError(f"the port {port} {why}: choose another with {option}") from error


def _log_in(server: LocalServer, password: str) -> None:
    """See that the password is the server's: a home keeps the one that it was first started with."""
    address = ServerAddress(server.uri, server.username, password)
    try:
        with open_driver(address) as driver:
            check_server(driver, address)
    except ServerError as error:
        if "wrong user name or password" not in str(error):
            raise
        raise ServerError(
            f"NEO4J_PASSWORD or {server.home / 'password'} is not the password of {server.home}, "
            "which keeps the one it was first started with"
        ) from error
