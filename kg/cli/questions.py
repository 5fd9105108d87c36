"""`kg questions`: what can be asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kg.cli._options import lang_option

if TYPE_CHECKING:
    from kg.questions.model import Question

EXAMPLES = """\b
Examples:
  kg questions
  kg questions --lang en
  kg questions --format json
"""


def _filters(question: Question) -> list[str]:
    """The options that a question takes, those that it needs with a star."""
    found = {f"--{p.filter}{'*' if p.required else ''}" for p in question.parameters}
    if "period-overlapping" in question.conditions:
        found.add("--overlapping")
    if "all-links" in question.conditions:
        found.add("--all-links")
    return sorted(found)


@click.command(epilog=EXAMPLES)
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table", show_default=True)
@lang_option
def command(form: str, lang: str) -> None:
    """List the named questions, their filters and their columns."""
    from kg.questions.load import load_named, question_names

    questions = [load_named(name) for name in question_names()]
    if form == "table":
        from kg.cli._rows import write_table

        heads = ("问题", "标题", "筛选") if lang == "zh" else ("question", "title", "filters")
        rows = [
            [
                question.name,
                question.titles[lang],
                " ".join(_filters(question)),
            ]
            for question in questions
        ]
        write_table(heads, rows)
        click.echo("* 必填" if lang == "zh" else "* needed", err=True)
        return
    described = [
        {
            "name": question.name,
            "title": question.titles[lang],
            "description": question.descriptions[lang],
            "parameters": {
                p.name: {"filter": p.filter, "part": p.part, "default": list(p.default), "required": p.required}
                for p in question.parameters
            },
            "columns": {
                column.name: {"type": column.type, "title": column.titles[lang], "unit": column.unit}
                for column in question.columns
            },
            "chart": question.chart,
        }
        for question in questions
    ]
    click.echo(json.dumps(described, ensure_ascii=False, indent=1))
