"""`kg questions`: what can be asked."""

from __future__ import annotations

import json

import click

from kg.cli._options import lang_option

EXAMPLES = """\b
Examples:
  kg questions
  kg questions --lang en
  kg questions --format json
"""


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
                " ".join(sorted({f"--{p.filter}{'*' if p.required else ''}" for p in question.parameters})),
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
