"""`kg neo4j`: a local server."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loaders.errors import ServerError

if TYPE_CHECKING:
    from kg.neo4j_server import LocalServer

EXAMPLES = """\b
Examples:
  kg neo4j start
  kg neo4j status --json
  kg neo4j stop
"""
START_EXAMPLES = """\b
Examples:
  kg neo4j start
  NEO4J_PASSWORD=my-own-one kg neo4j start --home my-graph --heap 2g
  kg neo4j start --bolt-port 17687 --http-port 17474 --json

Needs Java 17 and, the first time, Maven, which fetches the server into
~/.cache/zhenxing (KG_CACHE names another folder). The password is
NEO4J_PASSWORD, else a generated one in HOME/password. Only this machine can
connect. Settings of your own go into HOME/conf/own.conf.
"""
STOP_EXAMPLES = """\b
Examples:
  kg neo4j stop
  kg neo4j stop --home my-graph
"""
STATUS_EXAMPLES = """\b
Examples:
  kg neo4j status
  kg neo4j status --json

The exit code is 5 when no server runs.
"""
PATH_EXAMPLES = """\b
Examples:
  kg neo4j path
  cat "$(kg neo4j path password)"
  "$(kg neo4j path admin)" database dump neo4j --to-path=backups
"""
IMPORT_EXAMPLES = """\b
Examples:
  kg export for-neo4j --as neo4j-admin
  kg neo4j import for-neo4j
  kg neo4j start

It needs no server to run, and fills the database faster than kg push. Then
run schema.cypher once (docs/neo4j-import.md).
"""
PLACES = ("home", "data", "logs", "conf", "password", "admin", "shell", "jars")
home_option = click.option(
    "--home", type=click.Path(path_type=Path), default=Path("kg-neo4j"), show_default=True, help="Folder of the server."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON: uri, http, username, password_file, …")


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Run a local Neo4j."""


@command.command(epilog=START_EXAMPLES)
@home_option
@click.option("--bolt-port", type=click.IntRange(1, 65535), help="Port of Bolt.  [default: the last one, else 7687]")
@click.option("--http-port", type=click.IntRange(1, 65535), help="Port of Browser.  [default: the last one, else 7474]")
@click.option("--heap", metavar="SIZE", help="Memory, as 512m or 2g.  [default: the last one, else 1g]")
@json_option
def start(home: Path, bolt_port: int | None, http_port: int | None, heap: str | None, as_json: bool) -> None:
    """Start Neo4j with Browser and APOC core; says how to reach it."""
    from kg import neo4j_server

    def say(line: str) -> None:
        click.echo(line, err=True)

    _write(neo4j_server.start(home, bolt_port=bolt_port, http_port=http_port, heap=heap, say=say), as_json)


@command.command("import", epilog=IMPORT_EXAMPLES)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@home_option
@click.option("--overwrite", is_flag=True, help="Replace the database that the home has.")
@click.option("--heap", metavar="SIZE", help="Memory, as 512m or 2g.  [default: the last one, else 1g]")
def import_(folder: Path, home: Path, overwrite: bool, heap: str | None) -> None:
    """Import the FOLDER of kg export --as neo4j-admin into a server that does not run."""
    from kg import neo4j_server

    def say(line: str) -> None:
        click.echo(line, err=True)

    neo4j_server.import_files(folder, home, overwrite=overwrite, heap=heap, say=say)
    click.echo("imported; now start it, and make its constraints and indexes:", err=True)
    click.echo(f"  kg neo4j start --home {home}", err=True)
    click.echo(f'  "$(kg neo4j path shell --home {home})" -f {folder / "schema.cypher"}', err=True)


@command.command(epilog=STOP_EXAMPLES)
@home_option
def stop(home: Path) -> None:
    """Stop it; its data stay."""
    from kg import neo4j_server

    pid = neo4j_server.stop(home)
    click.echo(f"no server runs in {home}" if pid is None else f"stopped process {pid}", err=True)


@command.command(epilog=STATUS_EXAMPLES)
@home_option
@json_option
def status(home: Path, as_json: bool) -> None:
    """Say whether it runs, and how to reach it."""
    from kg import neo4j_server

    server = neo4j_server.status(home)
    if server is None:
        if as_json:
            click.echo(json.dumps({"running": False, "home": str(home.resolve())}, ensure_ascii=False))
        raise ServerError(f"no server runs in {home}: kg neo4j start starts one")
    _write(server, as_json)


@command.command(epilog=PATH_EXAMPLES)
@click.argument("place", type=click.Choice(PLACES), default="home")
@home_option
def path(place: str, home: Path) -> None:
    """Print where the home is, or its data, logs, settings, password file, neo4j-admin, cypher-shell or jars."""
    import os

    from kg.neo4j_server.artifacts import cache_folder
    from kg.neo4j_server.home import Home

    of = Home.of(home)
    places = {
        "home": of.folder, "data": of.folder / "data", "logs": of.logs, "conf": of.conf, "password": of.password_file,
        "admin": of.admin, "shell": of.admin.with_name("cypher-shell"), "jars": cache_folder(os.environ),
    }  # fmt: skip
    click.echo(places[place])


def _write(server: LocalServer, as_json: bool) -> None:
    if as_json:
        said = {"running": True} | {
            name: str(value) if isinstance(value, Path) else value for name, value in asdict(server).items()
        }
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    click.echo(f"Neo4j {server.version} runs on {server.home}")
    click.echo(f"Browser   {server.http}browser/")
    click.echo(f"Bolt      {server.uri}")
    click.echo(f"user      {server.username}")
    click.echo(f"password  {'in ' + str(server.password_file) if server.password_file else 'yours, of NEO4J_PASSWORD'}")
