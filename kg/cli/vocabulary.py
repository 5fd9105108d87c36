"""`kg vocabulary`: check and suggest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli._options import text_column_option, vocabulary_option
from loaders.errors import FindingsError

if TYPE_CHECKING:
    from kg.vocabulary import Finding, Suggestion

CHECK_EXAMPLES = """\b
Examples:
  kg vocabulary check
  kg vocabulary check my-terms.ttl
  kg vocabulary check my-terms.ttl --examples bulletins/ --least information
  kg vocabulary check --format json | jq '.[] | select(.rule == "one-label")'

Without FILE the shipped vocabulary is checked; with files these are, read
together with the shipped one. Errors make the exit code 6.
"""
SUGGEST_EXAMPLES = """\b
Examples:
  kg vocabulary suggest bulletins/
  kg vocabulary suggest bulletins/ --vocabulary my-terms.ttl --top 30
  kg vocabulary suggest reports.csv --text-column content --format json
"""
SEVERITIES = ("error", "warning", "information")
form_option = click.option(
    "--format",
    "form",
    type=click.Choice(("table", "json")),
    default="table",
    show_default=True,
    help="Form of the output.",
)


@click.group()
def command() -> None:
    """Check a vocabulary, or suggest words that it lacks."""


@command.command(epilog=CHECK_EXAMPLES)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--examples",
    type=click.Path(path_type=Path, exists=True),
    help="Bulletins on which labels should fire.  [default: examples/ of a checkout, where there is one]",
)
@click.option(
    "--least", type=click.Choice(SEVERITIES), default="warning", show_default=True, help="Least severity that is shown."
)
@form_option
def check(files: tuple[Path, ...], examples: Path | None, least: str, form: str) -> None:
    """Check the shipped vocabulary, or FILEs of your own together with it."""
    from kg.vocabulary import check_vocabulary
    from loaders.resources import data_folder

    beside = data_folder("ontology").parent / "examples"
    found = check_vocabulary(files, examples or (beside if beside.is_dir() else None))
    shown = [f for f in found if SEVERITIES.index(f.severity) <= SEVERITIES.index(least)]
    _write_findings(shown, form)
    counts = Counter(f.severity for f in found)
    told = ", ".join(f"{counts[s]} {s}{'s' if counts[s] != 1 and s != 'information' else ''}" for s in SEVERITIES)
    click.echo(told + ("" if len(shown) == len(found) else " (--least information shows all)"), err=True)
    if counts["error"]:
        errors = [f for f in found if f.severity == "error"]
        raise FindingsError(
            f"the vocabulary has {len(errors)} error{'s' if len(errors) > 1 else ''}, the first in {errors[0].where}"
        )


def _write_findings(found: Sequence[Finding], form: str) -> None:
    if form == "json":
        click.echo(json.dumps([asdict(f) for f in found], ensure_ascii=False, indent=1))
        return
    if found:
        from kg.cli._rows import write_table

        heads = ("severity", "rule", "where", "concept", "what")
        write_table(heads, [[f.severity, f.rule, f.where, f.term, f.message] for f in found])


@command.command(epilog=SUGGEST_EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@vocabulary_option
@text_column_option
@click.option("--top", type=click.IntRange(1), default=50, show_default=True, help="Number of expressions.")
@form_option
def suggest(
    paths: tuple[Path, ...], vocabulary: tuple[Path, ...], text_column: str | None, top: int, form: str
) -> None:
    """List frequent expressions in the measures of PATHs that no concept knows."""
    from kg.cli._documents import unread
    from kg.vocabulary import suggest_expressions
    from loaders.readers import ReadOptions

    options = ReadOptions(text_column=text_column)
    suggestions, failures = suggest_expressions(paths, vocabulary, top=top, options=options)
    for sentence in failures:
        click.echo(f"failed: {sentence}", err=True)
    _write_suggestions(suggestions, form)
    if form == "table" and not suggestions:
        click.echo("nothing to suggest: no expression that no concept knows stands in several bulletins", err=True)
    if failures:
        raise unread(len(failures))


def _write_suggestions(suggestions: Sequence[Suggestion], form: str) -> None:
    if form == "json":
        click.echo(json.dumps([asdict(s) for s in suggestions], ensure_ascii=False, indent=1))
        return
    from kg.cli._rows import write_table

    if not suggestions:
        return
    heads = ("expression", "bulletins", "times", "quote", "where")
    rows = [[s.text, str(s.bulletins), str(s.count), s.quote, f"{s.source}:{s.start}-{s.end}"] for s in suggestions]
    write_table(heads, rows, [False, True, True, False, False])
