"""A server's folder: where things lie in it, what it remembers, and whether a server runs on it.

The folder remembers in server.json which version made it, its ports and heap, and the process. A process number alone
proves nothing, for numbers are used again: the process must also be a Neo4j with this folder as its home.
"""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kg.neo4j_server.artifacts import Artifacts
from kg.neo4j_server.settings import BOLT_PORT, HEAP, HTTP_PORT, NEO4J_VERSION, generate_password
from loaders.errors import ServerError

DEFAULT_HOME = Path("kg-neo4j")
ADMIN_CLASS = "org.neo4j.server.startup.Neo4jAdminCommand"
SHELL_CLASS = "org.neo4j.shell.Main"


@dataclass(frozen=True, slots=True)
class Memory:
    """What server.json holds; `pid` None when the server was stopped."""

    version: str = NEO4J_VERSION
    bolt_port: int = BOLT_PORT
    http_port: int = HTTP_PORT
    heap: str = HEAP
    pid: int | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with the absolute name `folder`, which need not exist yet."""

    folder: Path

    @classmethod
    def of(cls, folder: Path) -> Home:
        """The home in a folder, by its real name, as the running process knows it."""
        return cls(folder.resolve())

    @property
    def memory_file(self) -> Path:
        """What the folder remembers."""
        return self.folder / "server.json"

    @property
    def password_file(self) -> Path:
        """The generated password, readable by its owner alone; absent when the password came from outside."""
        return self.folder / "password"

    @property
    def conf(self) -> Path:
        """The folder of neo4j.conf and own.conf."""
        return self.folder / "conf"

    @property
    def logs(self) -> Path:
        """The server's logs, and what it printed in console.log."""
        return self.folder / "logs"

    @property
    def console(self) -> Path:
        """What the process printed."""
        return self.logs / "console.log"

    @property
    def admin(self) -> Path:
        """Script that runs neo4j-admin on this home."""
        return self.folder / "bin" / "neo4j-admin"

    def has_started_before(self) -> bool:
        """Whether there are users already, so that the initial password can be set no more."""
        return (self.folder / "data" / "databases" / "system").is_dir()

    def remembered(self) -> Memory | None:
        """What the folder remembers; None for a folder that is absent or empty.

        ServerError for a folder of somebody else's, and for one of another Neo4j.
        """
        if not self.folder.exists() or (self.folder.is_dir() and not any(self.folder.iterdir())):
            return None
        try:
            memory = Memory(**json.loads(self.memory_file.read_text("utf-8")))
        except FileNotFoundError:
            if self.folder.is_dir() and {path.name for path in self.folder.iterdir()} <= {".lock"}:
                return None
            raise ServerError(
                f"{self.folder} is not empty and was not made by kg neo4j start: choose another with --home"
            ) from None
        except (ValueError, TypeError, OSError) as error:
            raise ServerError(f"{self.memory_file} cannot be read: {error}; choose another home with --home") from error
        if memory.version.split(".")[:2] != NEO4J_VERSION.split(".")[:2]:
            raise ServerError(
                f"{self.folder} is a home of Neo4j {memory.version}, and this is {NEO4J_VERSION}: "
                "choose another with --home, and push the graph again"
            )
        return memory

    def remember(self, memory: Memory) -> None:
        """Write server.json, whole or not at all."""
        new = self.memory_file.with_suffix(".new")
        new.write_text(json.dumps(asdict(memory), indent=1) + "\n", "utf-8")
        new.replace(self.memory_file)

    def forget_process(self) -> None:
        """Remember that nothing runs."""
        memory = self.remembered()
        if memory is not None:
            self.remember(replace(memory, pid=None))

    def running(self) -> Memory | None:
        """What the folder remembers, when its process lives and is a server of this folder."""
        memory = self.remembered()
        return memory if memory and memory.pid and self.runs_as(memory.pid) else None

    def runs_as(self, pid: int) -> bool:
        """Whether this process is a server of this folder."""
        return home_argument(self.folder) in command_line(pid)

    def given_password(self, environment: Mapping[str, str]) -> str | None:
        """NEO4J_PASSWORD, else what the password file holds, else None."""
        return environment.get("NEO4J_PASSWORD") or self.kept_password()

    def kept_password(self) -> str | None:
        """What the password file holds; None when there is none that we may read."""
        try:
            return self.password_file.read_text("utf-8").strip() or None
        except OSError:
            return None

    def generate_password(self) -> str:
        """A new password, written for its owner alone before anything is in the file."""
        password = generate_password()
        with os.fdopen(os.open(self.password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(password + "\n")
        return password

    def write_scripts(self, java: str, artifacts: Artifacts) -> None:
        """bin/neo4j-admin and bin/cypher-shell, for import, dump and a shell."""
        self.admin.parent.mkdir(exist_ok=True)
        for name, main in (("neo4j-admin", ADMIN_CLASS), ("cypher-shell", SHELL_CLASS)):
            script = self.admin.parent / name
            settings = " ".join(
                f"{key}={shlex.quote(str(path))}"
                for key, path in (("NEO4J_HOME", self.folder), ("NEO4J_CONF", self.conf))
            )
            words = shlex.join([java, "-cp", f"{artifacts.lib}/*", main])
            script.write_text(f'#!/bin/sh\n# Made by kg neo4j start.\n{settings} exec {words} "$@"\n', "utf-8")
            script.chmod(0o755)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep a second start out of the folder while one is at work; the lock goes with the process that holds it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / ".lock").open("w")
        except OSError as error:
            raise ServerError(f"{self.folder} cannot be used as a home: {error.strerror}") from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ServerError(f"another kg neo4j start is at work in {self.folder}: wait for it") from None
            yield


def home_argument(folder: Path) -> str:
    """The argument by which a server's process names its home."""
    return f"--home-dir={folder}"


def command_line(pid: int) -> list[str]:
    """The arguments of a living process; [] for one that has ended, has only not been waited for, or is not seen.

    Without /proc, arguments are told apart only as ps prints them, so the whole line counts as one and each word too.
    """
    with suppress(ChildProcessError, OSError):
        os.waitpid(pid, os.WNOHANG)  # a child of this very process that has ended would look alive
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        if Path("/proc/self/cmdline").exists():
            return []
    said = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return [part for piece in said.stdout.split(" --home-dir=")[1:] for part in [f"--home-dir={piece.split(' --')[0]}"]]
