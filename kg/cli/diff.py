"""`kg diff`: the store beside a Neo4j server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli._options import base_option, store_option, vocabulary_option
from kg.cli._server import server_options

if TYPE_CHECKING:
    from loaders.neo4j.connect import ServerAddress

EXAMPLES = """\b
Examples:
  kg diff
  kg diff --deep
  kg diff --uri bolt://db.example.org:7687 --user me --json | wc -l

The exit code is 0 when the server holds what the store holds, 6 when it does not;
kg push --prune makes them equal.
"""
MOST = 50


@click.command(epilog=EXAMPLES)
@store_option
@base_option
@vocabulary_option
@server_options
@click.option("--deep", is_flag=True, help="Compare nodes and relationships too, not the versions alone.")
@click.option("--json", "as_json", is_flag=True, help="Print all differences as JSON Lines.")
def command(
    store: Path,
    base: str | None,
    vocabulary: tuple[Path, ...],
    find_server: Callable[[], ServerAddress],
    deep: bool,
    as_json: bool,
) -> None:
    """Say what differs between the store and a Neo4j server."""
    from kg.diff import differences
    from kg.store import GraphStore
    from loaders.errors import FindingsError
    from loaders.neo4j.connect import check_server, open_driver
    from loaders.neo4j.schema import load_schema

    counts: Counter[tuple[str, str]] = Counter()
    with GraphStore.reading(store, base) as graphs:
        schema = load_schema(vocabulary)
        address = find_server()
        with open_driver(address) as driver:
            database = check_server(driver, address).database
            for one in differences(graphs, driver, database, schema, deep=deep):
                counts[one.what, one.how] += 1
                if as_json:
                    click.echo(json.dumps(asdict(one), ensure_ascii=False))
                elif counts.total() <= MOST:
                    click.echo(f"{one.how:<8} {one.what} {one.name}" + (f": {one.detail}" if one.detail else ""))
    if not counts:
        click.echo(f"{address.uri} holds what {store} holds", err=True)
        return
    if counts.total() > MOST and not as_json:
        click.echo(f"… and {counts.total() - MOST:,} more (--json prints all)", err=True)
    said = ", ".join(f"{n:,} {what}{'s' * (n > 1)} {how}" for (what, how), n in sorted(counts.items()))
    raise FindingsError(f"{address.uri} differs from {store}: {said}; kg push --prune makes them equal")
