"""`kg validate`: the graph against the shapes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import click

from kg.cli._options import lang_option

EXAMPLES = """\b
Examples:
  kg validate
  kg validate my-store --lang en
  kg validate --shapes my-shapes.ttl --format json

Exit code 6 where there are violations.
"""
_SHOWN = 50


@click.command(epilog=EXAMPLES)
@click.argument("store", type=click.Path(path_type=Path), default=Path("kg-store"), envvar="KG_STORE")
@click.option("--store", "named", type=click.Path(path_type=Path), help="The same as the argument.")
@click.option(
    "--shapes", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Shapes of your own, in Turtle."
)
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@lang_option
def command(store: Path, named: Path | None, shapes: Path | None, form: str, lang: str) -> None:
    """Check the graph of STORE (default: kg-store) against the SHACL shapes of what a build writes."""
    from kg.store import GraphStore
    from kg.validate import graph_shapes, validate_store
    from loaders.errors import FindingsError

    with GraphStore.reading(named or store) as graphs:
        found = validate_store(graphs, shapes or graph_shapes(), lang)
    if form == "json":
        click.echo(json.dumps([asdict(violation) for violation in found], ensure_ascii=False, indent=1))
    else:
        for violation in found[:_SHOWN]:
            at = f" ({violation.path.rpartition('#')[2]}: {violation.value})" if violation.value else ""
            click.echo(f"{violation.focus}: {violation.message}{at}")
        if len(found) > _SHOWN:
            click.echo(f"… and {len(found) - _SHOWN} more (--format json shows all)", err=True)
    if not found:
        click.echo("conforms", err=True)
        return
    kinds = Counter(violation.message for violation in found)
    worst = "; ".join(f"{number} × {message}" for message, number in kinds.most_common(3))
    raise FindingsError(f"{len(found)} violations: {worst}")
