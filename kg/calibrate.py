"""Fit the table that turns raw scores into probabilities (`ontology/calibration.json`).

    python -m kg.calibrate FOLDER[=TEXTS]... [--out ontology/calibration.json]

Isotonic regression by pooling adjacent violators (Ayer et al. 1955) on the judged statements of annotated bulletins;
a prior of one right and one wrong statement a block keeps it off 0 and 1.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from kg.evaluate import evaluate
from kg.scoring import Judgement, total
from loaders.assemble.confidence import Calibration
from loaders.contract import to_contract
from loaders.extract import extract
from loaders.lexicon import load_lexicon

KINDS = ("observations", "labels", "links")
# What was tuned on a text is surer of it than of the next one. The metric of a number was right in 649 of 785 cases on
# pages judged before the rules were run on them (0.827), and in 0.924 on the annotations that the fit below sees.
UNSEEN = {"observations": 0.827 / 0.924, "labels": 1.0, "links": 1.0}
# Statements in a block at least; smaller ones are joined to the next. Of 20, 40, 60, 100 and 150 the one with the
# least squared error of the kind on bulletins left out of the fit one by one, not on the validation set.
LEAST_BLOCK = {"observations": 40, "labels": 60, "links": 100}


def isotonic(judged: Sequence[tuple[float, bool]], least: int) -> list[tuple[float, float]]:
    """Points (raw score, probability) of the rising step function nearest to the judgements, by least squares.

    A block has `least` judgements or more.
    """
    ordered = sorted(judged, key=lambda p: p[0])
    blocks: list[tuple[float, float, float]] = []  # sum of scores, right, count
    i = 0
    while i < len(ordered):
        part = ordered[i : i + least]
        if len(ordered) - i - len(part) < least:
            part = ordered[i:]
        blocks.append((sum(s for s, _ in part), sum(r for _, r in part), len(part)))
        i += len(part)
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            a, b = blocks[-2], blocks[-1]
            blocks[-2:] = [(a[0] + b[0], a[1] + b[1], a[2] + b[2])]
    return [(round(s / n, 4), round((right + 1) / (n + 2), 4)) for s, right, n in blocks]


def fit(folders: Sequence[tuple[Path, Path | None]]) -> dict[str, list[tuple[float, float]]]:
    """Points a kind, on the annotations of the folders (each with the folder of its texts)."""
    lexicon = load_lexicon()
    raw = Calibration((), (), ())
    judgements: list[Judgement] = []
    for folder, texts in folders:
        result = evaluate(folder, lexicon, texts, predict=lambda d: to_contract(extract(d, lexicon, raw)))
        judgements += total(b.counts for b in result.bulletins).judgements
    points = {
        kind: isotonic([(j.confidence, j.right) for j in judgements if j.kind == kind], LEAST_BLOCK[kind])
        for kind in KINDS
    }
    return {kind: [(raw, round(p * UNSEEN[kind], 4)) for raw, p in points[kind]] for kind in KINDS}


def main(arguments: Sequence[str]) -> None:
    """Fit on the folders named and write the table."""
    out = Path(arguments[arguments.index("--out") + 1]) if "--out" in arguments else Path("ontology/calibration.json")
    named = [a for i, a in enumerate(arguments) if a != "--out" and (i == 0 or arguments[i - 1] != "--out")]
    folders = [(Path(a.partition("=")[0]), Path(t) if (t := a.partition("=")[2]) else None) for a in named]
    out.write_text(json.dumps(fit(folders)) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
