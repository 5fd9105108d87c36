"""`kg export`: the graph as a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli._options import store_option

EXAMPLES = """\b
Examples:
  kg export graph.ttl
  kg export graph.nq.txt --as nq
  kg export - --as nt | wc -l
  kg export graph.trig --no-vocabulary
  kg export for-neo4j --as neo4j-admin

neo4j-admin: PATH is a folder of CSV files, with the command that imports
them into a stopped Neo4j, for graphs too large to push (docs/neo4j-import.md).
"""


@click.command(epilog=EXAMPLES)
@click.argument("path", type=click.Path(path_type=str, allow_dash=True))
@click.option(
    "--as",
    "form",
    type=click.Choice(("nt", "nq", "ttl", "trig", "rdf", "jsonld", "neo4j-admin")),
    help="Format.",
)
@click.option("--vocabulary/--no-vocabulary", default=True, show_default=True, help="With the concepts and places.")
@click.option("--runs", is_flag=True, help="With the times and machines of builds.")
@click.option("--force", is_flag=True, help="With neo4j-admin: replace a former export in the folder.")
@store_option
def command(path: str, form: str | None, vocabulary: bool, runs: bool, force: bool, store: Path) -> None:
    """Write the graph to PATH ('-': standard output), in the format that its suffix names."""
    from kg.exports.rdf import format_of, write_rdf
    from kg.store import GraphStore
    from loaders.errors import KgError

    if form == "neo4j-admin":
        _write_neo4j_admin(store, path, plain=vocabulary and not runs, force=force)
        return
    chosen = format_of(path, "nq" if path == "-" and form is None else form)
    with GraphStore.reading(store) as graphs:
        if path == "-":
            write_rdf(graphs, sys.stdout.buffer, chosen, vocabulary=vocabulary, runs=runs)
            sys.stdout.buffer.flush()
            return
        target = Path(path)
        if target.is_dir():
            raise KgError(f"{path or target}: is a folder; name a file in it")
        fresh = target.with_name(f".{target.name}.new")
        try:
            with fresh.open("wb") as out:
                write_rdf(graphs, out, chosen, vocabulary=vocabulary, runs=runs)
            fresh.replace(target)
        except OSError as fault:
            fresh.unlink(missing_ok=True)
            raise KgError(f"{path}: cannot be written: {fault.strerror or fault}") from None
    click.echo(f"{path}: {target.stat().st_size:,} bytes of {chosen}", err=True)


def _write_neo4j_admin(store: Path, path: str, *, plain: bool, force: bool) -> None:
    from kg.exports.neo4j_admin import write_neo4j_admin
    from kg.store import GraphStore

    if path == "-":
        raise click.UsageError("neo4j-admin needs a folder: its files do not go to standard output.")
    if not plain:
        raise click.UsageError("--no-vocabulary and --runs are of RDF: the import needs the concepts, and no runs.")
    with GraphStore.reading(store) as graphs:
        done = write_neo4j_admin(graphs, Path(path), force=force)
    click.echo(f"{path}: {done.nodes:,} nodes and {done.relationships:,} relationships", err=True)
    if done.lost:
        click.echo(f"left out: {done.lost:,} relationships to concepts that the vocabulary lacks", err=True)
    click.echo("import them into a stopped Neo4j 5, and run schema.cypher when it has started:", err=True)
    click.echo(f"  {done.command}", err=True)
    click.echo(f"  {done.after}", err=True)
