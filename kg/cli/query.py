"""`kg query`: a named question."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli._options import QuestionName, filter_options, format_option, lang_option, store_option

EXAMPLES = """\b
Examples:
  kg query measures-to-outcomes --place 陕西
  kg query measures-to-outcomes --instrument 职业技能培训 --min-confidence 0.8 --format json
  kg query outcomes-of-instrument --instrument vocational-training --lang en
  kg query compare-metric --metric 农村居民人均可支配收入 --period 2024 --overlapping
  kg query instruments-for-target --target 脱贫人口 --format csv
  kg query evidence-of --of bulletin/7c0e0b1f2a3d4e5f6a7b/measure/m3

The questions and their filters: kg questions
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", type=QuestionName())
@store_option
@filter_options
@format_option
@lang_option
def command(
    name: str,
    store: Path,
    place: tuple[str, ...],
    exact_place: tuple[str, ...],
    period: str | None,
    overlapping: bool,
    instrument: tuple[str, ...],
    target: tuple[str, ...],
    metric: tuple[str, ...],
    statistic: tuple[str, ...],
    status: tuple[str, ...],
    min_confidence: str | None,
    of: tuple[str, ...],
    all_links: bool,
    form: str,
    lang: str,
) -> None:
    """Ask the question NAME. Filters take a code, or a label or alias in Chinese or English."""
    from kg.cli._rows import write_answer
    from kg.questions.load import load_named
    from kg.questions.model import Filters
    from kg.questions.resolve import decimal
    from kg.questions.sparql import run
    from kg.store import GraphStore

    question = load_named(name)
    filters = Filters(
        place=place,
        exact_place=exact_place,
        period=period,
        overlapping=overlapping,
        instrument=instrument,
        target=target,
        metric=metric,
        statistic=statistic,
        status=status,
        min_confidence=None if min_confidence is None else decimal(min_confidence),
        of=of,
        all_links=all_links,
    )
    with GraphStore.reading(store) as graphs:
        answer = run(question, graphs, filters)
        base = graphs.names.base
    write_answer(answer, form, lang, base)
    if not answer.rows:
        click.echo("no rows: nothing in the store fits these filters", err=True)
