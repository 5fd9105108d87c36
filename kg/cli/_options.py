"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

C = TypeVar("C", bound=Callable[..., Any])
FORMATS = ("table", "json", "csv", "md")

store_option = click.option(
    "--store",
    type=click.Path(path_type=Path),
    default=Path("kg-store"),
    envvar="KG_STORE",
    show_default=True,
    show_envvar=True,
    help="Folder of the store.",
)
base_option = click.option(
    "--base-iri",
    "base",
    envvar="KG_BASE_IRI",
    show_envvar=True,
    help="IRI with which the names of data begin; a store keeps its own. Default: https://zhenxing.example/id/",
)


def _sound(ctx: click.Context, param: click.Parameter, files: tuple[Path, ...]) -> tuple[Path, ...]:
    """The user's vocabularies, refused before any work where they contradict themselves or the shipped one."""
    if files and not ctx.resilient_parsing:  # a shell that completes a line asks for no check
        from kg.vocabulary import demand_sound

        for one in demand_sound(files):
            click.echo(f"warning: {one.where}: {one.term} {one.message}", err=True)
    return files


vocabulary_option = click.option(
    "--vocabulary",
    multiple=True,
    callback=_sound,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Turtle file with concepts of your own, added to the shipped ones. May be given again.",
)
text_column_option = click.option(
    "--text-column",
    metavar="HEADER",
    help="Header of the column that holds the text in a table with none of the known headers.",
)
max_text_option = click.option(
    "--max-text-bytes",
    metavar="BYTES",
    type=click.IntRange(1),
    envvar="KG_MAX_TEXT_BYTES",
    show_envvar=True,
    help="A longer text is refused by name.  [default: 50000000]",
)
format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="Form of the output."
)
lang_option = click.option(
    "--lang",
    type=click.Choice(("zh", "en")),
    default="zh",
    envvar="KG_LANG",
    show_default=True,
    help="Language of labels and headings.",
)


class QuestionName(click.ParamType[str]):
    """The name of a question, completed from the files that there are."""

    name = "question"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin so."""
        from kg.questions.load import question_names

        return [CompletionItem(name) for name in question_names() if name.startswith(incomplete)]


def filter_options(command: C) -> C:
    """The common filters of questions."""
    options = [
        click.option(
            "--place",
            multiple=True,
            metavar="PLACE",
            help="This place and all inside it; code or name, or a group as 西部地区.",
        ),
        click.option("--exact-place", multiple=True, metavar="PLACE", help="This place alone."),
        click.option("--period", metavar="PERIOD", help="What lies inside it: 2024, 2024-09, 2024-Q3, 2021/2025."),
        click.option("--overlapping", is_flag=True, help="With --period: also what only touches it."),
        click.option("--instrument", multiple=True, metavar="CONCEPT", help="Policy instrument; narrower ones too."),
        click.option("--target", multiple=True, metavar="CONCEPT", help="Target group; narrower ones too."),
        click.option("--metric", multiple=True, metavar="CONCEPT", help="Metric; narrower ones too."),
        click.option("--statistic", multiple=True, metavar="CODE", help="level, change, growth, share, completion, …"),
        click.option("--status", multiple=True, metavar="CODE", help="done or planned."),
        click.option("--min-confidence", metavar="P", help="Least confidence, 0 to 1."),
        click.option("--of", "of", multiple=True, metavar="NAME", help="A bulletin, measure or observation."),
        click.option("--all-links", is_flag=True, help="Every link, not only those to outcomes."),
    ]
    for option in reversed(options):
        command = option(command)
    return command
