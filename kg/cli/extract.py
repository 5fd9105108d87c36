"""`kg extract`: what a build would say, without a store."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kg.cli._options import max_text_option, text_column_option, vocabulary_option

EXAMPLES = """\b
Examples:
  kg extract report.txt | jq .measures
  kg extract bulletins/ --format jsonl > said.jsonl
  cat report.txt | kg extract -
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(("jsonl",)), default="jsonl", show_default=True, help="Form of the output."
)
@vocabulary_option
@text_column_option
@max_text_option
def command(
    paths: tuple[Path, ...],
    form: str,
    vocabulary: tuple[Path, ...],
    text_column: str | None,
    max_text_bytes: int | None,
) -> None:
    """Extract from FILEs and print one JSON object for each bulletin, a line each."""
    from kg.cli._documents import documents, unread
    from loaders.build import make_extractor
    from loaders.contract import to_contract
    from loaders.errors import InputError
    from loaders.readers import ReadFailure

    extractor, _ = make_extractor(vocabulary)
    failed = 0
    for path in paths:
        try:
            for one in documents((path,), text_column, max_text_bytes):
                if isinstance(one, ReadFailure):
                    failed += 1
                    click.echo(f"failed: {one.sentence}", err=True)
                else:
                    click.echo(json.dumps(to_contract(extractor(one)), ensure_ascii=False))
        except InputError as fault:
            failed += 1
            click.echo(f"failed: {fault}", err=True)
    if failed:
        raise unread(failed)
