"""`kg analyse`: analyses of the graph."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli._options import format_option, lang_option, store_option
from kg.cli._server import server_options

if TYPE_CHECKING:
    from kg.analyse.ties import Ties
    from loaders.neo4j.connect import ServerAddress
    from loaders.neo4j.graph import Value

EXAMPLES = """\b
Examples:
  kg analyse centrality
  kg analyse similarity --format csv
  kg analyse communities --resolution 1.5 --lang en
  kg analyse co-issuing --min-confidence 0.8 --format json
  kg analyse communities --backend neo4j --write

\b
  communities  which measures share instruments, target groups, programs and metrics
  centrality   which instruments are combined with many others
  similarity   which provinces use the same instruments
  co-issuing   which agencies issue bulletins together

How each is computed, and which properties --write writes: docs/analyse.md
"""
NAMES = ("communities", "centrality", "similarity", "co-issuing")  # as kg.analyse.tables has them, which is not loaded


@click.command(epilog=EXAMPLES)
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
@store_option
@click.option(
    "--backend",
    type=click.Choice(("store", "neo4j")),
    default="store",
    show_default=True,
    help="Analyse the store, or a Neo4j server that has the graph.",
)
@click.option(
    "--min-confidence",
    "least",
    type=click.FloatRange(0, 1),
    default=0.0,
    metavar="P",
    help="Least confidence of a relationship, 0 to 1.",
)
@click.option(
    "--resolution",
    type=click.FloatRange(0, min_open=True),
    metavar="R",
    help="Of communities: above 1 more and smaller ones.  [default: 1]",
)
@click.option("--write", is_flag=True, help="Also write the results as properties on the nodes of the Neo4j server.")
@server_options
@format_option
@lang_option
def command(
    name: str,
    store: Path,
    backend: str,
    least: float,
    resolution: float | None,
    write: bool,
    find_server: Callable[[], ServerAddress],
    form: str,
    lang: str,
) -> None:
    """Analyse the graph: communities, centrality, similarity or co-issuing."""
    if not math.isfinite(least) or not math.isfinite(resolution or 0.0):
        raise click.UsageError("--min-confidence and --resolution are finite numbers")
    if resolution is not None and name != "communities":
        raise click.UsageError(f"{name} takes no --resolution: communities does")
    from kg.analyse.tables import analyse, table
    from kg.cli._rows import write_answer

    address = find_server() if write or backend == "neo4j" else None
    ties = _of_server(address, least) if address is not None and backend == "neo4j" else _of_store(store, least)
    found = analyse(name, ties, 1.0 if resolution is None else resolution)
    answer = table(name, found, ties)
    write_answer(answer, form, lang, "")
    if write and address is not None:
        from kg.analyse.write import properties_of

        _write(address, name, properties_of(name, found, ties))
    elif not answer.rows:
        click.echo("no rows: the graph has nothing of this", err=True)


def _of_store(store: Path, least: float) -> Ties:
    from kg.analyse.ties import ties_of_pieces
    from kg.push import store_pieces
    from kg.store import GraphStore
    from loaders.neo4j.schema import load_schema

    with GraphStore.reading(store) as graphs:
        return ties_of_pieces(store_pieces(graphs, load_schema()), least)


def _of_server(address: ServerAddress, least: float) -> Ties:
    from kg.analyse.ties import ties_of_server
    from loaders.neo4j.connect import check_server, open_driver

    with open_driver(address) as driver:
        check_server(driver, address)
        return ties_of_server(driver, address, least)


def _write(address: ServerAddress, name: str, rows: dict[str, dict[str, Value]]) -> None:
    from kg.analyse.write import KEYS, write_back
    from loaders.neo4j.connect import check_server, open_driver

    with open_driver(address) as driver:
        check_server(driver, address, write=True)
        written = write_back(driver, address, name, rows)
    keys = ", ".join(KEYS[name][1])
    click.echo(
        f"{written.nodes} nodes at {address.uri} have {keys}; {written.cleared} others have them no more", err=True
    )
    if written.absent:
        click.echo(f"{written.absent} results have no node there: kg push writes the store's graph first", err=True)
