"""The files of `kg export --as neo4j-admin` into the database of a local server that does not run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from kg.neo4j_server.artifacts import find_java, provide_artifacts
from kg.neo4j_server.home import Home, Memory
from kg.neo4j_server.process import process_environment, write_conf
from kg.neo4j_server.settings import check_heap
from loaders.errors import InputError, ServerError

ARGUMENTS = "import.args"
DATABASE = "neo4j"


def import_files(
    folder: Path,
    home_folder: Path,
    *,
    overwrite: bool = False,
    heap: str | None = None,
    environment: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Fill the database of a home, new or stopped, by neo4j-admin; `overwrite` one that holds something.

    InputError for a folder without the files, ServerError for a server that runs or an import that fails.
    """
    given = dict(os.environ if environment is None else environment)
    source = folder.resolve()
    if not (source / ARGUMENTS).is_file():
        raise InputError(f"{folder}: has no {ARGUMENTS}; kg export {folder} --as neo4j-admin makes such a folder")
    home = Home.of(home_folder)
    home.remembered()  # a folder of somebody else's is not even locked
    with home.locked():
        if home.running() is not None:
            raise ServerError(f"a server runs in {home_folder}: stop it by kg neo4j stop --home {home_folder}")
        last = home.remembered() or Memory()
        wanted = replace(last, heap=check_heap(heap or last.heap))
        java = find_java(given)
        artifacts = provide_artifacts(given, say)
        home.remember(wanted)
        write_conf(home, wanted, artifacts)
        home.write_scripts(java, artifacts)
        words = [str(home.admin), "database", "import", "full", DATABASE]
        words += ["--overwrite-destination"] if overwrite else []
        say(f"importing {folder} …")
        done = subprocess.run(
            [*words, f"@{ARGUMENTS}"], cwd=source, env=process_environment(given) | {"HEAP_SIZE": wanted.heap},
            capture_output=True, text=True, errors="replace", check=False,
        )  # fmt: skip
    if done.returncode != 0:
        raise ServerError(f"{folder}: neo4j-admin could not import it: {_complaint(done.stdout + done.stderr)}")


def _complaint(said: str) -> str:
    """What neo4j-admin says of its failure, in a line."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if any("already exists" in line or "overwrite-destination" in line for line in lines):
        return "the home has a database already; replace it with --overwrite"
    for mark in ("original error", "Caused by:", "rror", "xception"):
        found = [line for line in lines if mark in line]
        if found:
            return found[0][:300]
    return lines[-1][:300] if lines else "it says nothing"
