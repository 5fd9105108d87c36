"""`kg push`: the store, or files of RDF, to a Neo4j server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli._options import base_option, store_option, vocabulary_option
from kg.cli._server import server_options

if TYPE_CHECKING:
    from loaders.neo4j.connect import ServerAddress
    from loaders.neo4j.push import PushSummary

EXAMPLES = """\b
Examples:
  kg neo4j start && kg push
  NEO4J_PASSWORD=… kg push --uri bolt://db.example.org:7687 --user me
  kg push --prune --jobs 4
  kg push colleague.ttl more.nq.gz

The password comes from NEO4J_PASSWORD or is asked for. Bulletins that the server
has in the same version are not sent again; a changed one is replaced whole, in one
transaction. Only nodes with the label Zhenxing are written or deleted. What a push
that was interrupted has written stays: push again to go on.
"""
_MOST_TERMS = 5


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@store_option
@base_option
@vocabulary_option
@server_options
@click.option("--jobs", type=click.IntRange(1, 32), default=2, show_default=True, help="Connections that write.")
@click.option("--prune", is_flag=True, help="Delete bulletins from the server that the store no longer has.")
def command(
    files: tuple[Path, ...],
    store: Path,
    base: str | None,
    vocabulary: tuple[Path, ...],
    find_server: Callable[[], ServerAddress],
    jobs: int,
    prune: bool,
) -> None:
    """Write the store, or FILEs of RDF in the ontology's terms, to a Neo4j server."""
    if files and prune:
        raise click.UsageError("--prune goes with the store; files say nothing of what is not in them")
    if files:
        _push_files(files, base, vocabulary, find_server, jobs)
    else:
        push_from_store(store, base, vocabulary, find_server, jobs=jobs, prune=prune)


def push_from_store(
    store: Path,
    base: str | None,
    vocabulary: tuple[Path, ...],
    find_server: Callable[[], ServerAddress],
    *,
    jobs: int = 2,
    prune: bool = False,
) -> None:
    """Push a store and say what was done."""
    from kg.push import push_store
    from kg.store import GraphStore
    from loaders.neo4j.connect import check_server, open_driver
    from loaders.neo4j.schema import load_schema

    with GraphStore.reading(store, base) as graphs:
        schema = load_schema(vocabulary)
        total = len(graphs.manifest().graphs)
        address = find_server()
        with open_driver(address) as driver:
            database = check_server(driver, address, write=True).database
            with _progress(total) as progress:
                summary = push_store(graphs, driver, database, schema, jobs=jobs, prune=prune, progress=progress)
    write_summary(summary, address.uri)


def _push_files(
    paths: tuple[Path, ...],
    base: str | None,
    vocabulary: tuple[Path, ...],
    find_server: Callable[[], ServerAddress],
    jobs: int,
) -> None:
    from kg.push import push_files, read_files, vocabulary_parcel
    from loaders.iris import DEFAULT_BASE, Names
    from loaders.neo4j.connect import check_server, open_driver
    from loaders.neo4j.schema import load_schema

    names = Names(base or DEFAULT_BASE)
    schema = load_schema(vocabulary)
    files = read_files(paths, schema, names)
    if files.unknown:
        terms = list(files.unknown)
        shown = ", ".join(terms[:_MOST_TERMS]) + (", …" if len(terms) > _MOST_TERMS else "")
        click.echo(f"warning: {len(terms)} terms are of no ontology that is known and left out: {shown}", err=True)
    address = find_server()
    with open_driver(address) as driver:
        database = check_server(driver, address, write=True).database
        concepts = vocabulary_parcel(schema, names, vocabulary)
        with _progress(len(files.pieces)) as progress:
            summary = push_files(files, concepts, driver, database, schema, names, jobs=jobs, progress=progress)
    write_summary(summary, address.uri)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error where that is a terminal; else nothing."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("pushing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar: AbstractContextManager[Progress] = Progress(*columns, console=Console(file=sys.stderr), transient=True)
    with bar as shown:
        task = shown.add_task("pushing", total=total)
        yield lambda done: shown.update(task, completed=done)


def write_summary(summary: PushSummary, uri: str) -> None:
    """Say on standard error what was done, and what the server counted."""
    counted = summary.counters
    lines = [
        ("created", summary.created),
        ("updated", summary.updated),
        ("deleted", summary.deleted),
        ("unchanged", summary.unchanged),
        ("nodes created", counted.nodes_created),
        ("nodes deleted", counted.nodes_deleted),
        ("relationships created", counted.relationships_created),
        ("relationships deleted", counted.relationships_deleted),
        ("properties set", counted.properties_set),
    ]
    now_and_then = (
        ("gone, kept (--prune deletes them)", summary.gone),
        ("relationships to what is nowhere", summary.lost),
        ("nodes kept bare, for relationships of others", summary.held),
        ("waits for the server", summary.waits),
    )
    lines += [(name, n) for name, n in now_and_then if n]
    if not summary.changed:
        click.echo(f"nothing to do: {uri} has all of it", err=True)
    width = max(len(name) for name, _ in lines)
    for name, number in lines:
        click.echo(f"{name:<{width}}  {number:>9,}", err=True)
