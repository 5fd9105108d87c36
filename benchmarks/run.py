"""Run every benchmark and write the tables of docs/benchmarks.md.

    python benchmarks/run.py [--date 2026-01-31] [--corpus FOLDER] [--sizes 100 1000 10000] [--only neo4j]

Each benchmark runs in a process of its own, one after the other. What stands outside the markers of the page is kept.
"""

from __future__ import annotations

import argparse
import datetime
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._measure import machine  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
NEO4J = "<!-- neo4j: begin -->", "<!-- neo4j: end -->"
_NEW_PAGE = f"""# Benchmarks

How fast Zhenxing is and what memory it takes, measured by the scripts of `benchmarks/`; `make bench` runs them all and
writes the tables below. The texts are the samples of `examples/` and generated bulletins (`benchmarks/generate.py`,
seeded, so that everyone measures the same); `--corpus FOLDER` adds a folder of your own.

The peer of extraction is `jieba.posseg`, which in the same time only cuts the text into words and tags them. Memory is
the resident memory of all processes of a command together, pages that they share counted for each.

{BEGIN}
{END}

## Neo4j

{NEO4J[0]}
{NEO4J[1]}
"""


def run_script(name: str, arguments: Sequence[str]) -> str:
    """The table that a benchmark prints."""
    command = [sys.executable, str(ROOT / "benchmarks" / f"{name}.py"), *arguments]
    print("·", name, *arguments, file=sys.stderr)
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def with_tables(page: str, tables: str, markers: tuple[str, str] = (BEGIN, END)) -> str:
    """The page with the tables between its markers; ValueError where it has none."""
    before, begin, rest = page.partition(markers[0])
    _, end, after = rest.partition(markers[1])
    if not begin or not end:
        raise ValueError(f"{PAGE.name} lacks the lines {' and '.join(markers)}")
    return f"{before}{begin}\n{tables}\n{end}{after}"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--date", default=None, help="the date that the page gives, YYYY-MM-DD (default: today)")
    parser.add_argument("--corpus", type=Path, help="a folder of real bulletins, measured beside")
    parser.add_argument("--sizes", nargs="+", default=["100", "1000", "10000"], help="bulletins of the builds")
    parser.add_argument("--out", type=Path, default=PAGE, help="the page to write")
    parser.add_argument("--only", choices=("neo4j", "rest"), help="Neo4j alone, or all but that")
    arguments = parser.parse_args()
    corpus = ["--corpus", str(arguments.corpus.resolve())] if arguments.corpus else []
    measured = f"Measured on {arguments.date or datetime.date.today().isoformat()}: {machine()}."
    page = arguments.out.read_text(encoding="utf-8") if arguments.out.exists() else _NEW_PAGE
    if arguments.only != "neo4j":
        parts = [
            ("Extraction", run_script("extraction", corpus)),
            ("Build", run_script("build", [*corpus, "--sizes", *arguments.sizes])),
            ("Command line", run_script("cli", [])),
        ]
        page = with_tables(page, f"{measured}\n\n" + "\n\n".join(f"## {head}\n\n{rows}" for head, rows in parts))
    if arguments.only != "rest":
        page = with_tables(page, f"{measured}\n\n{run_script('neo4j', [])}", NEO4J)
    arguments.out.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
