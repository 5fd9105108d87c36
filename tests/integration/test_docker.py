"""The container files are sound, and their server is the one that `kg neo4j` runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from commands import ROOT

from kg.neo4j_server.settings import (
    BOLT_PORT,
    HEAP,
    HTTP_PORT,
    NEO4J_VERSION,
    SHARED_SETTINGS,
    USERNAME,
    container_name,
    heap_settings,
)

DOCKER = ROOT / "docker"
HADOLINT = Path(sys.executable).parent / "hadolint"
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<text>[^}]*))?\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text("utf-8"))
    return read


@pytest.fixture(scope="module")
def server(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]["neo4j"]
    return found


def resolved(text: str, **variables: str) -> str:
    """The text as compose makes it of variables and their defaults."""
    return VARIABLE.sub(lambda match: variables.get(match["name"]) or match["text"] or "", text)


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([HADOLINT, DOCKER / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM python\nRUN cd /x && sudo apt-get install curl\n", "utf-8")
    done = subprocess.run([HADOLINT, bad], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "DL3006" in done.stdout


def test_the_image_is_of_the_same_version(server: dict[str, Any]) -> None:
    assert server["image"] == f"neo4j:{NEO4J_VERSION}-community"


def test_the_settings_are_those_of_the_local_server(server: dict[str, Any]) -> None:
    given = {name: resolved(str(value)) for name, value in server["environment"].items()}
    wanted = {container_name(name): value for name, value in {**SHARED_SETTINGS, **heap_settings(HEAP)}.items()}
    assert {name: given.get(name) for name in wanted} == wanted
    beside = set(given) - set(wanted)  # the password, APOC, and the addresses that differ by nature
    assert beside == {
        "NEO4J_AUTH", "NEO4J_PLUGINS", "NEO4J_server_bolt_advertised__address", "NEO4J_server_http_advertised__address",
    }  # fmt: skip
    assert given["NEO4J_PLUGINS"] == '["apoc"]'
    assert given["NEO4J_server_bolt_advertised__address"] == f"127.0.0.1:{BOLT_PORT}"
    assert given["NEO4J_server_http_advertised__address"] == f"127.0.0.1:{HTTP_PORT}"


def test_the_password_comes_from_the_environment_file_and_is_demanded(compose: dict[str, Any]) -> None:
    for service, name in (("neo4j", "NEO4J_AUTH"), ("kg", "NEO4J_PASSWORD")):
        value = compose["services"][service]["environment"][name]
        match = VARIABLE.search(value)
        assert match is not None
        assert (match["name"], match["kind"]) == ("NEO4J_PASSWORD", ":?")
    assert resolved(compose["services"]["neo4j"]["environment"]["NEO4J_AUTH"], NEO4J_PASSWORD="x") == f"{USERNAME}/x"
    example = (DOCKER / ".env.example").read_text("utf-8")
    assert re.search(r"^NEO4J_PASSWORD=$", example, re.M), "no password of ours to be left standing"
    ignored = subprocess.run(["git", "check-ignore", "-q", "docker/.env"], cwd=ROOT, check=False)
    assert ignored.returncode == 0


def test_every_variable_is_in_the_example_with_the_default_of_the_compose_file() -> None:
    example = dict(re.findall(r"^(\w+)=(.*)$", (DOCKER / ".env.example").read_text("utf-8"), re.M))
    used = {}
    for match in VARIABLE.finditer((DOCKER / "compose.yaml").read_text("utf-8")):
        used[match["name"]] = match["text"] if match["kind"] == ":-" else ""
    assert used == example


def test_only_this_machine_reaches_the_server(server: dict[str, Any]) -> None:
    assert sorted(resolved(port) for port in server["ports"]) == [
        f"127.0.0.1:{HTTP_PORT}:7474", f"127.0.0.1:{BOLT_PORT}:7687",
    ]  # fmt: skip


def test_health_is_checked_and_volumes_are_named(compose: dict[str, Any], server: dict[str, Any]) -> None:
    assert "http://127.0.0.1:7474/" in server["healthcheck"]["test"][1]
    assert compose["services"]["kg"]["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
    for service in compose["services"].values():
        for volume in service["volumes"]:
            name = resolved(volume).split(":")[0]
            assert name in compose["volumes"] or (DOCKER / name).is_dir()
    assert any(volume.endswith(":/data") for volume in server["volumes"])


def test_the_application_is_slim_without_rights_and_from_the_wheel(compose: dict[str, Any]) -> None:
    text = (DOCKER / "Dockerfile").read_text("utf-8")
    last = text[text.rindex("FROM ") :]
    assert re.match(r"FROM python:3\.\d+-slim", last)
    assert re.search(r"^USER [1-9]\d*$", last, re.M)
    assert "COPY . ." not in last
    assert "/wheel/*.whl" in text
    build = compose["services"]["kg"]["build"]
    assert (DOCKER / build["context"] / build["dockerfile"]).samefile(DOCKER / "Dockerfile")


def test_the_context_has_what_the_wheel_is_made_of() -> None:
    lines = (DOCKER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    assert all((ROOT / name).exists() for name in allowed)
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*wheel["packages"], *wheel["force-include"]} <= allowed
    assert {"pyproject.toml", "constraints.txt", "README.md", "LICENSE"} <= allowed
