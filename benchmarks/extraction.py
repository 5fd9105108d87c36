"""Extraction on one core, against `jieba.posseg` that only cuts the same text in the same run.

    python benchmarks/extraction.py [--corpus FOLDER] [--generated 60] [--rounds 5]

Both are warm (vocabulary and dictionary loaded), take turns round by round, and see the same texts; reading files is
not counted. The ratio is that of the median rounds. Peak memory is that of a process that only extracts.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._measure import Figure, mebibytes, pin_to_one_core, table  # noqa: E402
from benchmarks.generate import bulletins  # noqa: E402
from loaders.extract import extract  # noqa: E402
from loaders.lexicon import Lexicon, load_lexicon  # noqa: E402
from loaders.readers import ReadOptions, inputs, read  # noqa: E402
from loaders.records import Document, Metadata  # noqa: E402

SEED = 7


def read_folder(folder: Path) -> list[Document]:
    """The bulletins of a folder, those that cannot be read left out."""
    options = ReadOptions()
    units = [unit for unit in inputs(folder, options) if unit.kind != "passed-over"]
    return [d for unit in units for d in read(unit, options) if isinstance(d, Document)]


def generated(count: int) -> list[Document]:
    """Generated bulletins as documents."""
    out = []
    for number, (text, columns, _) in enumerate(bulletins(count, SEED), 1):
        digest = hashlib.sha256(text.encode()).hexdigest()
        metadata = Metadata(
            title=columns["title"], publisher=columns["publisher"], place=columns["place"], year=columns["year"],
            date=columns["publish_date"], identifier=columns["id"],
        )  # fmt: skip
        out.append(
            Document(
                source=f"generated.jsonl#{number}", text=text, text_sha256=digest, media_type="text/plain",
                original_sha256=digest, original="generated.jsonl", metadata=metadata,
            )
        )  # fmt: skip
    return out


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _extract_all(documents: Iterable[Document], lexicon: Lexicon) -> None:
    for document in documents:
        extract(document, lexicon)


def compare(name: str, documents: Sequence[Document], lexicon: Lexicon, rounds: int, command: str) -> list[Figure]:
    """Both speeds on the same texts and their ratio."""
    import jieba
    from jieba import posseg

    jieba.setLogLevel(logging.ERROR)
    posseg.lcut("乡村振兴")
    extract(documents[0], lexicon)
    megabytes = sum(len(d.text.encode()) for d in documents) / 1e6

    def cut_all() -> None:
        for document in documents:
            for _ in posseg.cut(document.text):
                pass

    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_seconds(lambda: _extract_all(documents, lexicon)))
        theirs.append(_seconds(cut_all))
    speed, other = megabytes / statistics.median(ours), megabytes / statistics.median(theirs)
    size = f"{name} ({len(documents)} texts, {megabytes:.2f} MB)"
    best, other_best = megabytes / min(ours), megabytes / min(theirs)
    return [
        Figure(f"extraction, one core, {size}", f"{speed:.2f} MB/s (best {best:.2f})", "", command),
        Figure(f"`jieba.posseg` cutting, {name}", f"{other:.2f} MB/s (best {other_best:.2f})", "", command),
        Figure(f"ratio, {name}", f"{speed / other:.1f}", "≥ 5, aim 10", command),
    ]


def peak_of_extraction(count: int, corpus: Path | None) -> int:
    """Peak resident bytes of a process that only reads and extracts."""
    command = [sys.executable, __file__, "--peak", "--generated", str(count)]
    command += ["--corpus", str(corpus)] if corpus else []
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout)


def measure(count: int = 60, rounds: int = 5, corpus: Path | None = None) -> list[Figure]:
    """The figures of extraction; pins this process to one core while it measures."""
    command = "python benchmarks/extraction.py" + (" --corpus FOLDER" if corpus else "")
    pin_to_one_core()
    lexicon = load_lexicon()
    documents = read_folder(ROOT / "examples") + generated(count)
    figures = compare("examples and generated", documents, lexicon, rounds, command)
    if corpus:
        figures += compare("corpus", read_folder(corpus), lexicon, rounds, command)
    peak = mebibytes(peak_of_extraction(count, corpus))
    return [*figures, Figure("peak memory of extraction", peak, "< 1 GB", command)]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generated", type=int, default=60, help="how many generated bulletins")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus", type=Path, help="a folder of real bulletins, measured beside")
    parser.add_argument("--peak", action="store_true", help="only extract, and print the peak memory in bytes")
    arguments = parser.parse_args()
    if arguments.peak:
        documents = read_folder(ROOT / "examples") + generated(arguments.generated)
        documents += read_folder(arguments.corpus) if arguments.corpus else []
        _extract_all(documents, load_lexicon())
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        return
    print(table(measure(arguments.generated, arguments.rounds, arguments.corpus)))


if __name__ == "__main__":
    main()
