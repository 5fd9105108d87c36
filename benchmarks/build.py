"""`kg build` from a cold start: wall time and the peak memory of the whole process tree, and how both grow.

    python benchmarks/build.py [--corpus FOLDER] [--sizes 100 1000 10000]

Every build has a store of its own in a folder that is removed afterwards.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._measure import Figure, Run, check, kg, mebibytes, run, table  # noqa: E402
from benchmarks.generate import write  # noqa: E402

SEED = 7
SIZES = (100, 1000, 10_000)


def build(source: Path, store: Path) -> Run:
    """Build a file or a folder into a store, in a process of its own."""
    return check(run(kg("build", source, "--store", store)))


def scaling(sizes: Sequence[int], command: str) -> list[Figure]:
    """Time for a bulletin and peak memory at each size; both should stay what they are."""
    figures: list[Figure] = []
    spent: dict[int, float] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "bulletins.jsonl"
            characters = write(size, SEED, source)
            done = build(source, Path(folder) / "store")
            spent[size] = done.seconds
            figures.append(
                Figure(
                    f"build of {size:,} generated bulletins ({characters / 1e6:.1f} million characters)",
                    f"{done.seconds:.1f} s, {1000 * done.seconds / size:.1f} ms a bulletin, "
                    f"peak {mebibytes(done.peak_bytes)}",
                    "linear, memory flat, < 1 GB", command,
                )
            )  # fmt: skip
    if len(sizes) > 1:  # between two sizes the start of the program falls out
        a, b = sizes[-2], sizes[-1]
        each = 1000 * (spent[b] - spent[a]) / (b - a)
        figures.append(Figure(f"each bulletin more, from {a:,} to {b:,}", f"{each:.1f} ms", "", command))
    return figures


def measure(sizes: Sequence[int] = SIZES, corpus: Path | None = None) -> list[Figure]:
    """The figures of building."""
    command = "python benchmarks/build.py"
    figures: list[Figure] = []
    for name, source, goal in (("examples", ROOT / "examples", ""), ("the corpus", corpus, "< 15 s on 2 cores")):
        if source is None:
            continue
        said = command + (" --corpus FOLDER" if source is corpus else "")
        with tempfile.TemporaryDirectory() as folder:
            done = build(source, Path(folder) / "store")
            again = build(source, Path(folder) / "store")
        value = f"{done.seconds:.1f} s, peak {mebibytes(done.peak_bytes)}"
        figures.append(Figure(f"build of {name}, cold start", value, goal, said))
        figures.append(Figure(f"the same again, nothing changed ({name})", f"{again.seconds:.1f} s", "", said))
    return figures + scaling(sizes, command)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--corpus", type=Path, help="a folder of real bulletins, measured beside")
    arguments = parser.parse_args()
    print(table(measure(arguments.sizes, arguments.corpus)))


if __name__ == "__main__":
    main()
