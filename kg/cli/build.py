"""`kg build`: files, folders, archives or standard input into the store."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli._options import base_option, max_text_option, store_option, text_column_option, vocabulary_option
from kg.cli._server import server_options

if TYPE_CHECKING:
    from loaders.build import Summary
    from loaders.neo4j.connect import ServerAddress

EXAMPLES = """\b
Examples:
  kg build examples/
  kg build reports/*.pdf briefs.csv --store my-store
  kg build archive.zip --vocabulary my-concepts.ttl --jobs 4
  curl -s https://example.org/report.html | kg build -
  kg build bulletins/ --prune
  kg build bulletins/ --neo4j

What has not changed since the last build is not read again. A file that cannot
be read is named, the others are built, and the exit code is 3.
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@store_option
@base_option
@vocabulary_option
@text_column_option
@max_text_option
@click.option("--jobs", type=click.IntRange(1, 256), help="Worker processes.  [default: one for each core]")
@click.option("--prune", is_flag=True, help="Remove bulletins whose input is no longer there.")
@click.option("--neo4j", is_flag=True, help="Then write the store to a Neo4j server, as kg push does.")
@server_options
def command(
    paths: tuple[Path, ...],
    store: Path,
    base: str | None,
    vocabulary: tuple[Path, ...],
    text_column: str | None,
    max_text_bytes: int | None,
    jobs: int | None,
    prune: bool,
    neo4j: bool,
    find_server: Callable[[], ServerAddress],
) -> None:
    """Build the graph from PATHs: files, folders, archives, or '-' for standard input."""
    from kg.build import build_store
    from kg.cli._documents import unread
    from loaders.build import BuildOptions
    from loaders.work import STDIN

    address = find_server() if neo4j else None  # before the work: there may be none, or a password to ask for
    stdin = sys.stdin.buffer.read() if STDIN in paths else None
    options = BuildOptions(
        vocabulary=vocabulary, text_column=text_column, max_text_bytes=max_text_bytes, jobs=jobs or 0, prune=prune
    )
    with _progress() as progress:
        summary = build_store(paths, store, options, base=base, stdin=stdin, progress=progress)
    write_summary(summary, store)
    if address is not None:
        from kg.cli.push import push_from_store

        found = address
        push_from_store(store, base, vocabulary, lambda: found, prune=prune)
    if summary.failed:
        raise unread(len(summary.failed), f"; the others are in {store}")


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error where that is a terminal; else nothing."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("building"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar: AbstractContextManager[Progress] = Progress(*columns, console=Console(file=sys.stderr), transient=True)
    with bar as shown:
        task = shown.add_task("building", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def write_summary(summary: Summary, store: Path) -> None:
    """Say on standard error what was done."""
    for warning in summary.warnings:
        click.echo(f"warning: {warning}", err=True)
    for _, sentence in summary.failed:
        click.echo(f"failed: {sentence}", err=True)
    counts = summary.counts
    lines = [("read", summary.read), ("unchanged", summary.unchanged)]
    if summary.read:
        lines += [
            ("in the domain", counts.in_domain),
            ("measures", counts.measures),
            ("observations", counts.observations),
            ("links", counts.links),
            ("not understood", counts.not_understood),
        ]
    elif summary.unchanged and not summary.changed:
        click.echo(f"nothing to do: {summary.unchanged} bulletins unchanged since the last build", err=True)
    lines += [
        ("failed", len(summary.failed)),
        ("passed over", len(summary.passed_over)),
    ]
    now_and_then = (
        ("same text as another", summary.same_text),
        ("made again", summary.remade),
        ("removed", summary.removed),
    )
    lines += [(name, n) for name, n in now_and_then if n]
    if summary.gone:
        lines.append(("gone, kept (--prune removes them)", summary.gone))
    lines.append((f"bulletins in {store}", summary.bulletins))
    width = max(len(name) for name, _ in lines)
    for name, number in lines:
        click.echo(f"{name:<{width}}  {number:>8,}", err=True)
