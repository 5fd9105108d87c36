"""`kg evaluate`: score extraction against annotations."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli._options import vocabulary_option

if TYPE_CHECKING:
    from kg.evaluate import Evaluation, Figure

EXAMPLES = """\b
Examples:
  kg evaluate examples
  kg evaluate examples --differences
  kg evaluate annotations/ --texts bulletins/ --format json

An annotation is an object of the published contract (NAME.json) whose
`source` names the bulletin beside it or in --texts.
"""


@click.command(epilog=EXAMPLES)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--texts", type=click.Path(path_type=Path, exists=True, file_okay=False), help="Folder of the bulletins.")
@click.option("--differences", is_flag=True, help="List each difference.")
@click.option("--strata", is_flag=True, help="Figures by text, kind and layout too.")
@click.option("--format", "form", type=click.Choice(("table", "md", "json")), default="table", show_default=True)
@click.option("--seed", type=int, default=20260101, show_default=True, help="Seed of the bootstrap.")
@vocabulary_option
def command(
    folder: Path,
    texts: Path | None,
    differences: bool,
    strata: bool,
    form: str,
    seed: int,
    vocabulary: tuple[Path, ...],
) -> None:
    """Score extraction against a folder of annotations."""
    from kg.evaluate import evaluate
    from loaders.lexicon import load_lexicon

    result = evaluate(folder, load_lexicon(vocabulary), texts, seed)
    if form == "json":
        click.echo(json.dumps(_object(result, differences), ensure_ascii=False, indent=1))
        return
    _write(_figure_rows(result.figures), form)
    click.echo("")
    _write(_reliability_rows(result), form)
    if strata:
        click.echo("")
        _write(_stratum_rows(result), form)
    if differences:
        click.echo("")
        for line in result.differences:
            click.echo(line)


def _object(result: Evaluation, differences: bool) -> dict[str, object]:
    figures = [
        {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in asdict(f).items()} for f in result.figures
    ]
    out: dict[str, object] = {
        "bulletins": len(result.bulletins),
        "figures": figures,
        "strata": [{"stratum": s, "value": v, "figures": {f.name: f.value for f in fs}} for s, v, fs in result.strata],
        "reliability": [asdict(r) for r in result.reliability],
    }
    if differences:
        out["differences"] = list(result.differences)
    return out


def _figure_rows(figures: tuple[Figure, ...]) -> list[list[str]]:
    rows = [["figure", "F1 or accuracy", "95 % interval", "precision", "recall", "of"]]
    for f in figures:
        interval = "" if math.isnan(f.low) else f"{f.low:.3f} to {f.high:.3f}"
        pr = ["", ""] if f.precision is None or f.recall is None else [f"{f.precision:.3f}", f"{f.recall:.3f}"]
        rows.append([f.name, f"{f.value:.3f}", interval, *pr, str(f.of)])
    return rows


def _reliability_rows(result: Evaluation) -> list[list[str]]:
    rows = [["confidence of", "calibration error", "bins: confidence/accuracy"]]
    for r in result.reliability:
        rows.append([r.kind, f"{r.error:.3f}", " ".join(f"{b.confidence:.2f}/{b.accuracy:.2f}" for b in r.bins)])
    return rows


def _stratum_rows(result: Evaluation) -> list[list[str]]:
    kinds = ("measures", "instruments", "targets", "observations", "links", "programs")
    rows = [["stratum", "value", *kinds]]
    for stratum, value, figures in result.strata:
        by_name = {f.name: f for f in figures}
        rows.append([stratum, value, *(f"{by_name[k].value:.3f}" if by_name[k].of else "-" for k in kinds)])
    return rows


def _write(rows: list[list[str]], form: str) -> None:
    from kg.cli._rows import write_table

    head, *body = rows
    if form == "md":
        click.echo("| " + " | ".join(head) + " |")
        click.echo("|" + "---|" * len(head))
        for row in body:
            click.echo("| " + " | ".join(row) + " |")
        return
    write_table(
        tuple(head), body, tuple(i > 0 and head[i] != "value" and "bins" not in head[i] for i in range(len(head)))
    )
