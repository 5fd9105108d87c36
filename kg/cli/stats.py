"""`kg stats`: what is in the store."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from kg.cli._options import lang_option, store_option

EXAMPLES = """\b
Examples:
  kg stats
  kg stats --format json
"""


@click.command(epilog=EXAMPLES)
@store_option
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@lang_option
def command(store: Path, form: str, lang: str) -> None:
    """Count what is in the store, and what was read of each place."""
    from kg.cli._rows import write_table
    from kg.stats import count
    from kg.store import GraphStore

    with GraphStore.reading(store) as graphs:
        stats = count(graphs)
    if form == "json":
        click.echo(json.dumps(asdict(stats), ensure_ascii=False, indent=1))
        return
    rows = [[name.replace("_", " "), f"{number:,}"] for name, number in stats.counts.items()]
    rows += [
        ["characters", f"{stats.characters:,}"],
        ["characters in the domain", f"{stats.characters_in_domain:,}"],
        ["quads", f"{stats.quads:,}"],
        ["base IRI", stats.base],
        ["vocabulary", stats.vocabulary],
    ]
    write_table(("", "n"), rows, (False, True))
    click.echo("")
    write_table(
        ("place", "", "bulletins", "measures", "observations"),
        [
            [p.code, p.label.get(lang) or p.label.get("zh", ""), str(p.bulletins), str(p.measures), str(p.observations)]
            for p in stats.places
        ],
        (False, False, True, True, True),
    )
