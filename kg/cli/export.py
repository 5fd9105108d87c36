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
"""


@click.command(epilog=EXAMPLES)
@click.argument("path", type=click.Path(path_type=str, allow_dash=True))
@click.option("--as", "form", type=click.Choice(("nt", "nq", "ttl", "trig", "rdf", "jsonld")), help="Format.")
@click.option("--vocabulary/--no-vocabulary", default=True, show_default=True, help="With the concepts and places.")
@click.option("--runs", is_flag=True, help="With the times and machines of builds.")
@store_option
def command(path: str, form: str | None, vocabulary: bool, runs: bool, store: Path) -> None:
    """Write the graph to PATH ('-': standard output), in the format that its suffix names."""
    from kg.exports.rdf import format_of, write_rdf
    from kg.store import GraphStore
    from loaders.errors import KgError

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
