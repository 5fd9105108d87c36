"""`kg sparql`: any query."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli._options import format_option, store_option

EXAMPLES = """\b
Examples:
  kg sparql 'SELECT ?title WHERE { ?b a kg:Bulletin ; dcterms:title ?title }'
  kg sparql question.rq --format csv
  echo 'ASK { ?m a kg:Measure }' | kg sparql -

The prefixes kg, skos, rdf, rdfs, xsd, owl, dcterms, prov, oa, qb and qudt are known.
The default graph is the union of all graphs. A query changes nothing, and asks no
other service (SERVICE).
"""


@click.command(epilog=EXAMPLES)
@click.argument("query")
@store_option
@format_option
def command(query: str, store: Path, form: str) -> None:
    """Run QUERY, a SPARQL query or a file that holds one ('-': standard input)."""
    from kg.sparql import ask_store
    from kg.store import GraphStore

    text = _text(query)
    with GraphStore.reading(store) as graphs:
        click.echo(ask_store(graphs, text, form), nl=False)


def _text(query: str) -> str:
    """The query itself, or what the file of that name holds."""
    from loaders.errors import InputError

    if query == "-":
        return sys.stdin.read()
    if any(character in query for character in "{}\n"):
        return query
    try:
        return Path(query).read_text("utf-8")
    except FileNotFoundError:
        raise InputError(f"{query}: is neither a query (it has no braces) nor a file") from None
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(f"{query}: cannot be read: {fault}") from None
