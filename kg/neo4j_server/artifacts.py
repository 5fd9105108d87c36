"""Java, Maven, and the jars of the server: resolved once into the cache folder, and seen to be the right ones.

`maven/` holds our POMs. Maven checks each download against its repository's own sums (`-C`); that the whole is what was
tested here is seen by DIGEST, at every start, so that a cache that somebody altered or half filled is never run.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.neo4j_server.settings import APOC_VERSION, BROWSER_VERSION, NEO4J_VERSION
from loaders.errors import ServerError

DIGEST = "3226caf1df14744954f4f9e8074612163581330e960d973c23ed193b3d0d4066"
"""SHA-256 of the lines `SHA-256  lib/NAME` and `SHA-256  plugins/NAME` of all jars, sorted by name."""
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
LEAST_JAVA = 17
_JAVA_ADVICE = "install it (Debian, Ubuntu: sudo apt-get install openjdk-17-jre-headless), or name it by JAVA_HOME"
_MAVEN_ADVICE = "install it (Debian, Ubuntu: sudo apt-get install maven)"
_VERSION = re.compile(r'version "(\d+)(?:\.(\d+))?')


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The folder of the jars: the server's in lib/, APOC's in plugins/."""

    folder: Path

    @property
    def lib(self) -> Path:
        """Neo4j and Browser."""
        return self.folder / "lib"

    @property
    def plugins(self) -> Path:
        """APOC core and what it needs."""
        return self.folder / "plugins"


def find_java(environment: Mapping[str, str]) -> str:
    """The java of JAVA_HOME, else of PATH; ServerError with advice when there is none or it is too old."""
    home = environment.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else environment.get("PATH", os.defpath))
    if found is None:
        where = f"JAVA_HOME ({home}) has no bin/java" if home else "there is no java here"
        raise ServerError(f"Neo4j needs Java {LEAST_JAVA}, and {where}: {_JAVA_ADVICE}")
    said = subprocess.run([found, "-version"], capture_output=True, text=True, errors="replace", check=False)
    match = _VERSION.search(said.stderr + said.stdout)
    version = int(match[1] if match[1] != "1" else match[2]) if match else 0
    if version < LEAST_JAVA:
        raise ServerError(f"Neo4j needs Java {LEAST_JAVA}, and {found} is Java {version or '?'}: {_JAVA_ADVICE}")
    return found


def cache_folder(environ: Mapping[str, str]) -> Path:
    """Where the jars of this version are or will be: KG_CACHE, else ~/.cache/zhenxing, then neo4j/VERSION."""
    root = environ.get("KG_CACHE")
    return (Path(root) if root else Path.home() / ".cache" / "zhenxing").absolute() / "neo4j" / NEO4J_VERSION


def digest(folder: Path) -> str:
    """SHA-256 of the names and SHA-256 sums of all jars below lib/ and plugins/."""
    whole = hashlib.sha256()
    for path in sorted(p for name in ("lib", "plugins") for p in (folder / name).glob("*")):
        with path.open("rb") as jar:
            one = hashlib.file_digest(jar, "sha256").hexdigest()
        whole.update(f"{one}  {path.relative_to(folder).as_posix()}\n".encode())
    return whole.hexdigest()


def provide_artifacts(environment: Mapping[str, str], say: Callable[[str], None]) -> Artifacts:
    """The verified jars, fetched by Maven when the cache lacks them; `say` gets a line when that takes time."""
    folder = cache_folder(environment)
    if folder.is_dir():
        if digest(folder) == DIGEST:
            return Artifacts(folder)
        say(f"{folder} is not what it should be: fetching it again")
    _fetch(folder, environment, say)
    return Artifacts(folder)


def _fetch(folder: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Let Maven fill a folder beside the cache's; it takes the name only when it is whole and right."""
    maven = shutil.which("mvn", path=environment.get("PATH", os.defpath))
    if maven is None:
        raise ServerError(f"Maven fetches Neo4j once, and there is no mvn here: {_MAVEN_ADVICE}")
    say(f"fetching Neo4j {NEO4J_VERSION}, Browser and APOC by Maven into {folder} (once, 140 MB) …")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as place:
            new = Path(place) / "new"
            _run_maven(maven, new, Path(place) / "pom", environment)
            if digest(new) != DIGEST:
                raise ServerError(
                    f"what Maven has fetched is not the Neo4j {NEO4J_VERSION} that Zhenxing knows, its digest differs: "
                    "see that Maven's settings and its local repository (~/.m2) are sound"
                )
            if folder.exists():
                if digest(folder) == DIGEST:  # another start has fetched it meanwhile, and may run from it
                    return
                folder.rename(Path(place) / "old")
            new.rename(folder)
    except OSError as error:
        raise ServerError(
            f"{folder} cannot be filled: {error.strerror}; KG_CACHE names another cache folder"
        ) from error


def _run_maven(maven: str, new: Path, poms: Path, environment: Mapping[str, str]) -> None:
    shutil.copytree(Path(__file__).parent / "maven", poms)  # Maven may want to write beside them
    words = [
        maven, "--batch-mode", "--no-transfer-progress", "--strict-checksums", "--file", str(poms / "pom.xml"), COPY,
        "-DincludeScope=runtime", f"-Dfolder={new}", f"-Dneo4j.version={NEO4J_VERSION}",
        f"-Dapoc.version={APOC_VERSION}", f"-Dbrowser.version={BROWSER_VERSION}",
    ]  # fmt: skip
    done = subprocess.run(
        words, cwd=poms, env=dict(environment), capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode != 0:
        faults = [line.removeprefix("[ERROR]").strip() for line in done.stdout.splitlines() if "ERROR" in line]
        raise ServerError(
            f"Maven could not fetch Neo4j {NEO4J_VERSION}: {(faults or ['it does not say why'])[0][:300]}"
        )
