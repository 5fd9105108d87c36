"""`kg query`: a named question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli._options import QuestionName, filter_options, format_option, lang_option, store_option
from kg.cli._server import server_options

if TYPE_CHECKING:
    from kg.questions.model import Answer, Filters
    from loaders.neo4j.connect import ServerAddress

EXAMPLES = """\b
Examples:
  kg query measures-to-outcomes --place 陕西
  kg query measures-to-outcomes --instrument 职业技能培训 --min-confidence 0.8 --format json
  kg query outcomes-of-instrument --instrument vocational-training --lang en
  kg query compare-metric --metric 农村居民人均可支配收入 --period 2024 --overlapping
  kg query instruments-for-target --target 脱贫人口 --format csv
  kg query evidence-of --of bulletin/7c0e0b1f2a3d4e5f6a7b/measure/m3
  kg query evidence-of --of bulletin/7c0e0b1f2a3d4e5f6a7b --backend neo4j

--backend neo4j asks the server that kg push wrote to, and needs no store; the
rows are the same. Its password is NEO4J_PASSWORD, else asked for.
The questions and their filters: kg questions
"""


@click.command(epilog=EXAMPLES)
@click.argument("name", type=QuestionName())
@store_option
@click.option(
    "--backend",
    type=click.Choice(("store", "neo4j")),
    default="store",
    show_default=True,
    help="Ask the store, or a Neo4j server that has the graph.",
)
@server_options
@filter_options
@format_option
@lang_option
def command(
    name: str,
    store: Path,
    backend: str,
    find_server: Callable[[], ServerAddress],
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
    from kg.questions.model import Filters
    from kg.questions.resolve import decimal

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
    answer, base = _of_server(name, filters, find_server) if backend == "neo4j" else _of_store(name, filters, store)
    write_answer(answer, form, lang, base)
    if not answer.rows:
        where = "database" if backend == "neo4j" else "store"
        hint = "; --of takes the name of a bulletin, measure or observation as other answers show it" if of else ""
        click.echo(f"no rows: nothing in the {where} fits these filters{hint}", err=True)


def _of_store(name: str, filters: Filters, store: Path) -> tuple[Answer, str]:
    """The answer of the store, and its base IRI."""
    from kg.questions.load import load_named
    from kg.questions.sparql import run
    from kg.store import GraphStore

    question = load_named(name)
    with GraphStore.reading(store) as graphs:
        return run(question, graphs, filters), graphs.names.base


def _of_server(name: str, filters: Filters, find_server: Callable[[], ServerAddress]) -> tuple[Answer, str]:
    """The answer of the server, and the base IRI of the graph that was pushed to it."""
    from kg.questions.cypher import ServerVocabulary, run
    from kg.questions.load import load_named
    from loaders.neo4j.connect import check_server, open_driver

    question = load_named(name, "cypher")
    address = find_server()
    with open_driver(address, connections=1) as driver:
        check_server(driver, address)
        base = ServerVocabulary(driver, address.database).base
        return run(question, driver, filters, address.database), base
