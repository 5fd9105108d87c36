"""Score extraction against a folder of gold annotations: figures, intervals, strata, reliability.

A gold file is an object of the contract with quotes or offsets. One with `windows` was annotated inside those passages
only: what is predicted outside them says nothing and is left out. One with `text_sha256` holds for that text alone.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.scoring import ATTRIBUTES, KINDS, BareText, Counts, Item, Judgement, compare, total
from loaders.contract import to_contract
from loaders.errors import InputError
from loaders.extract import extract
from loaders.lexicon import Lexicon
from loaders.readers import ReadFailure, ReadOptions, inputs, read
from loaders.records import Document

RESAMPLES = 2000
BINS = 10
ACCURACIES = ("measure.place", *ATTRIBUTES, "program.kind")


@dataclass(frozen=True, slots=True)
class Scored:
    """One bulletin's counts, and the strata that it belongs to."""

    source: str
    kind: str
    layout: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval (bootstrap over bulletins) and what it was measured on."""

    name: str
    value: float
    low: float
    high: float
    precision: float | None
    recall: float | None
    of: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Statements of near the same confidence: how sure, and how many of them were right."""

    confidence: float
    accuracy: float
    count: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """Expected calibration error of a kind of statement, in bins of equal count."""

    kind: str
    error: float
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that an evaluation gives."""

    bulletins: tuple[Scored, ...]
    figures: tuple[Figure, ...]
    strata: tuple[tuple[str, str, tuple[Figure, ...]], ...]  # stratum, value, figures
    reliability: tuple[Reliability, ...]
    differences: tuple[str, ...]


def gold_files(folder: Path) -> list[Path]:
    """The annotation files of a folder; InputError where there is none."""
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder of annotations")
    paths = sorted(p for p in folder.glob("*.json"))
    if not paths:
        raise InputError(f"{folder}: has no annotation (*.json)")
    return paths


def load_gold(path: Path) -> dict[str, Any]:
    """One annotation; InputError names the file and what is missing."""
    try:
        gold: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: is no annotation that can be read: {error}") from error
    for key in ("source", "sections", "measures", "observations", "programs"):
        if key not in gold:
            raise InputError(f"{path}: lacks {key!r}")
    return gold


def find_document(
    gold: Item, path: Path, texts: Path | None, options: ReadOptions, cache: dict[Path, list[Document]]
) -> Document:
    """The document that an annotation is of, beside it or in `texts`, read as a build reads it."""
    folder = texts or path.parent
    name, _, number = gold["source"].partition("#")
    file = folder / name
    if not file.exists():
        raise InputError(f"{path}: its text {name} is not in {folder}")
    if file not in cache:
        found: list[Document] = []
        for unit in inputs(file, options):
            for one in read(unit, options):
                if isinstance(one, ReadFailure):
                    raise InputError(one.sentence)
                found.append(one)
        cache[file] = found
    wanted = f"#{number}" if number else ""
    document = next((d for d in cache[file] if not wanted or d.source.endswith(wanted)), None)
    if document is None:
        raise InputError(f"{path}: {file} has no {gold['source']}")
    if "text_sha256" in gold and gold["text_sha256"] != document.text_sha256:
        raise InputError(f"{path}: was annotated on another text of {name}")
    return document


def evaluate(
    folder: Path, lexicon: Lexicon, texts: Path | None = None, seed: int = 20260101,
    predict: Callable[[Document], Item] | None = None,
) -> Evaluation:  # fmt: skip
    """Extract each annotated bulletin and score it; `seed` fixes the bootstrap."""
    options = ReadOptions()
    cache: dict[Path, list[Document]] = {}
    scored: list[Scored] = []
    make = predict or (lambda document: to_contract(extract(document, lexicon)))
    for path in gold_files(folder):
        gold = load_gold(path)
        document = find_document(gold, path, texts, options, cache)
        text = BareText(document.text)
        gold = _named(gold, document.text)
        predicted = _inside(make(document), gold)
        try:
            counts = compare(text, gold, predicted)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error
        scored.append(Scored(gold["source"], gold.get("kind", "-"), gold.get("layout", "-"), counts))
    return summarise(scored, seed)


def summarise(scored: Sequence[Scored], seed: int) -> Evaluation:
    """Figures, strata and reliability of scored bulletins."""
    strata = []
    for name, attribute in (("text", "source"), ("kind", "kind"), ("layout", "layout")):
        for value in sorted({getattr(s, attribute) for s in scored}):
            group = [s for s in scored if getattr(s, attribute) == value]
            strata.append((name, value, _figures(group, seed, resamples=0)))
    pooled = total(s.counts for s in scored)
    reliability = tuple(reliability_of(kind, pooled.judgements) for kind in ("observations", "labels", "links"))
    return Evaluation(
        tuple(scored), _figures(scored, seed, RESAMPLES), tuple(strata), reliability, tuple(pooled.differences)
    )


def _figures(scored: Sequence[Scored], seed: int, resamples: int) -> tuple[Figure, ...]:
    chance = random.Random(seed)
    pooled = total(s.counts for s in scored)
    draws = [_totals([scored[chance.randrange(len(scored))].counts for _ in scored]) for _ in range(resamples)]
    out = []
    for kind in KINDS:
        hit, extra, missed = pooled.hit[kind], pooled.spurious[kind], pooled.missed[kind]
        low, high = _interval([_ratio(2 * d[0][kind], 2 * d[0][kind] + d[1][kind] + d[2][kind]) for d in draws])
        out.append(
            Figure(kind, pooled.f1(kind), low, high, _ratio(hit, hit + extra), _ratio(hit, hit + missed), hit + missed)
        )
    for name in ACCURACIES:
        n = pooled.judged[name]
        if n:
            low, high = _interval([_ratio(d[3][name], d[4][name]) for d in draws if d[4][name]])
            out.append(Figure(name, pooled.right[name] / n, low, high, None, None, n))
    return tuple(out)


def _totals(parts: Iterable[Counts]) -> tuple[dict[str, int], ...]:
    sums: tuple[dict[str, int], ...] = ({}, {}, {}, {}, {})
    for part in parts:
        for target, source in zip(sums, (part.hit, part.spurious, part.missed, part.right, part.judged), strict=True):
            for key, n in source.items():
                target[key] = target.get(key, 0) + n
    return tuple(_Zero(s) for s in sums)


class _Zero(dict[str, int]):
    def __missing__(self, key: str) -> int:
        return 0


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _interval(values: list[float]) -> tuple[float, float]:
    if not values:
        return float("nan"), float("nan")
    ordered = sorted(values)
    return ordered[int(0.025 * (len(ordered) - 1))], ordered[int(0.975 * (len(ordered) - 1))]


def reliability_of(kind: str, judgements: Iterable[Judgement]) -> Reliability:
    """Ten bins of equal count by rising confidence; the error is the mean gap of confidence and accuracy, by count.

    Naeini, Cooper and Hauskrecht 2015 (expected calibration error), with bins of equal count in place of equal width.
    """
    ordered = sorted(((j.confidence, j.right) for j in judgements if j.kind == kind), key=lambda p: p[0])
    bins: list[Bin] = []
    n = len(ordered)
    for b in range(BINS):
        part = ordered[b * n // BINS : (b + 1) * n // BINS]
        if part:
            bins.append(Bin(sum(c for c, _ in part) / len(part), sum(r for _, r in part) / len(part), len(part)))
    error = sum(abs(b.confidence - b.accuracy) * b.count for b in bins) / n if n else 0.0
    return Reliability(kind, error, tuple(bins))


def _named(gold: dict[str, Any], text: str) -> dict[str, Any]:
    """Gold of offsets only: a program's name is the text between its offsets."""
    programs = [p if "name" in p else {**p, "name": text[p["start"] : p["end"]]} for p in gold["programs"]]
    return {**gold, "programs": programs}


def _inside(predicted: Item, gold: Item) -> Item:
    """Predictions inside the annotated passages; all of them where the whole text was annotated."""
    windows = gold.get("windows")
    if not windows:
        return predicted

    def inside(item: Item) -> bool:
        return any(a < item["end"] and item["start"] < b for a, b in windows)

    kept = {k: [x for x in predicted[k] if inside(x)] for k in ("measures", "observations")}
    programs = [
        p
        for p in predicted["programs"]
        if any(a <= s < b for s, _ in p.get("mentions", [[p["start"], p["end"]]]) for a, b in windows)
    ]
    return {**predicted, **kept, "programs": programs}
