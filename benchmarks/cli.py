"""Start of the command line: the wall time of `kg --help` in a process of its own.

    python benchmarks/cli.py [--rounds 10]

The median of the rounds, after one that does not count.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._measure import Figure, check, kg, run, table  # noqa: E402


def measure(rounds: int = 10) -> list[Figure]:
    """The figure of the start; the first round, which may compile, is left out."""
    seconds = [check(run(kg("--help"))).seconds for _ in range(rounds + 1)][1:]
    value = f"{statistics.median(seconds):.2f} s (best {min(seconds):.2f})"
    return [Figure("`kg --help`", value, "< 0.3 s", "python benchmarks/cli.py")]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    print(table(measure(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
