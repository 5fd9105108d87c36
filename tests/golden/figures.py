"""Write the figures that the examples score (`examples.json` beside this file); run it when a change of them is meant."""

from __future__ import annotations

import json
from pathlib import Path

from kg.evaluate import evaluate
from loaders.lexicon import load_lexicon

if __name__ == "__main__":
    here = Path(__file__).resolve()
    figures = evaluate(here.parents[2] / "examples", load_lexicon()).figures
    table = {f.name: round(f.value, 4) for f in figures}
    (here.parent / "examples.json").write_text(json.dumps(table, indent=1) + "\n", "utf-8")
