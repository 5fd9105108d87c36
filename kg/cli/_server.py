"""Options by which commands find a Neo4j server. The password is none of them: a command line is seen by others."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from loaders.neo4j.connect import ServerAddress

C = TypeVar("C", bound=Callable[..., Any])


def server_options(command: C) -> C:
    """--uri, --user, --database and --home; the command gets `find_server`, a function that returns the ServerAddress.

    It is called only where a server is needed: it fails when none is known, and may ask for the password.
    """

    @wraps(command)
    def with_server(
        *arguments: Any, uri: str | None, user: str | None, database: str | None, home: Path, **options: Any
    ) -> Any:
        def find_server() -> ServerAddress:
            from kg.neo4j_server import find_address

            ask = _ask if sys.stdin.isatty() else None
            return find_address(uri, user, database, home=home, ask_password=ask)

        return command(*arguments, find_server=find_server, **options)

    decorated: Any = with_server
    for option in (
        click.option(
            "--home",
            type=click.Path(path_type=Path),
            default=Path("kg-neo4j"),
            show_default=True,
            help="Folder of the local server.",
        ),
        click.option("--database", metavar="NAME", help="Database there.  [env var: NEO4J_DATABASE]"),
        click.option(
            "--user", metavar="NAME", help="User there; NEO4J_PASSWORD has the password.  [env var: NEO4J_USERNAME]"
        ),
        click.option(
            "--uri", metavar="URI", help="Neo4j server.  [env var: NEO4J_URI; default: the local one that runs]"
        ),
    ):
        decorated = option(decorated)
    result: C = decorated
    return result


def _ask() -> str:
    asked: str = click.prompt("Password of the Neo4j server", hide_input=True, default="", show_default=False, err=True)
    return asked
