"""`kg text`: the reader's text."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli._options import max_text_option, text_column_option

EXAMPLES = """\b
Examples:
  kg text report.pdf
  kg text briefs.csv
  kg text news.html | sha256sum
"""


@click.command(epilog=EXAMPLES)
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path, allow_dash=True))
@text_column_option
@max_text_option
def command(path: Path, text_column: str | None, max_text_bytes: int | None) -> None:
    """Print the text that the offsets of FILE point into ('-': standard input), byte for byte.

    Where FILE holds several texts (a table, an archive), each stands below a line with its source.
    """
    import sys

    from kg.cli._documents import documents, unread
    from loaders.errors import InputError
    from loaders.readers import ReadFailure

    found = list(documents((path,), text_column, max_text_bytes))
    texts = [one for one in found if not isinstance(one, ReadFailure)]
    for one in texts:
        if len(texts) > 1:
            click.echo(f"==> {one.source} <==")
        sys.stdout.flush()
        sys.stdout.buffer.write(one.text.encode("utf-8"))
        if len(texts) > 1:
            sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
    failed = [one for one in found if isinstance(one, ReadFailure)]
    if failed:
        if len(failed) == 1:
            raise InputError(failed[0].sentence)
        for each in failed:
            click.echo(f"failed: {each.sentence}", err=True)
        raise unread(len(failed))
