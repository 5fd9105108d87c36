"""Write the figures of examples and validation set (JSON beside this file); run it when a change of them is meant."""

from __future__ import annotations

import json
from pathlib import Path

from kg.evaluate import evaluate
from loaders.lexicon import load_lexicon

ROOT = Path(__file__).resolve().parents[2]


def write(name: str, folder: Path, texts: Path | None = None) -> None:
    """Score a folder and write its figures."""
    figures = evaluate(folder, load_lexicon(), texts).figures
    table = {f.name: round(f.value, 4) for f in figures}
    (Path(__file__).parent / f"{name}.json").write_text(json.dumps(table, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    write("examples", ROOT / "examples")
    corpus = ROOT.parent / "shared" / "corpus" / "reports-2026"
    if corpus.exists():
        write("validation", ROOT / "tests" / "validation", corpus)
