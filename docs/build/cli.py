"""Make docs/cli.md and docs/questions.md from the code: python docs/build/cli.py [--check]."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click
from pages import ROOT, bring_up

DOCS = ROOT / "docs"
CLI_HEAD = """\
# Commands

What `kg --help` and `kg COMMAND --help` say; this page is made from the code by `docs/build/cli.py`. Settings are in
[settings.md](settings.md), exit codes in [exit-codes.md](exit-codes.md), questions in [questions.md](questions.md).
"""
QUESTIONS_HEAD = """\
# Questions

The named questions of `kg query NAME`; this page is made from `sparql/*.rq` by `docs/build/cli.py`. A filter is the
same option everywhere ([cli.md](cli.md), `kg query`); `*` marks one that must be given. In `--format json` a concept or
place is its code, with `NAME_label` beside it. How to add a question: CONTRIBUTING.md.

## On a Neo4j server

Each question has a twin in `cypher/`, of the same name and with the same front matter. Where `kg push` has written the
graph ([neo4j-model.md](neo4j-model.md)), the twin gives the same rows, in the same order, without a store:

```text
export NEO4J_PASSWORD=…
kg query measures-to-outcomes --place 陕西 --backend neo4j --uri bolt://localhost:7687 --user neo4j
kg query evidence-of --of bulletin/7c0e0b1f2a3d4e5f6a7b --backend neo4j --database bulletins
```

Without `--uri` and NEO4J_URI the local server that runs is asked ([settings.md](settings.md)). Filters are the same;
names are looked up in the vocabulary on the server. Numbers there are floats, and are shown as the decimals that they
stand for, to nine places.

Values go to the server as parameters, and every question with a filter begins at an index. The exception is
`--min-confidence` alone: how sure a link is stands on the relationship, so that all
relationships of the question's type are read. A file works in
Browser too: set its parameters with `:param` (a list of `iri` for a place, concept or `--of`; a list of codes for
statistic and status; a month as the number YYYYMM) and leave out the `//:if … //:end` blocks of filters that you do
not want. What it returns are nodes, so that Browser draws them.
"""


def walk(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """The command and all below it, with what is typed to call them."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from walk(below, f"{path} {name}")


def help_text(command: click.Command, path: str) -> str:
    """What `--help` prints, 80 columns wide, whatever this terminal's width and settings are."""
    context = click.Context(command, info_name=path, terminal_width=80, max_content_width=80)
    context.help_option_names = ["-h", "--help"]
    return command.get_help(context).rstrip()


def cli_page() -> str:
    """The page of commands."""
    from kg.cli import group

    parts = [CLI_HEAD]
    for path, command in walk(group, "kg"):
        parts.append(f"## {path}\n\n```text\n{help_text(command, path)}\n```\n")
    return "\n".join(parts)


def questions_page() -> str:
    """The page of questions."""
    from kg.questions.load import load_named, question_names

    parts = [QUESTIONS_HEAD]
    for question in (load_named(name) for name in question_names()):
        filters = sorted({f"`--{p.filter}`{'*' if p.required else ''}" for p in question.parameters})
        defaults = [f"`--{p.filter} {' '.join(p.default)}`" for p in question.parameters if p.default]
        rows = [f"| `{c.name}` | {c.type} | {c.titles['zh']} | {c.titles['en']} |" for c in question.columns]
        parts.append(
            f"## {question.name}\n\n**{question.titles['zh']}. {question.titles['en']}.** "
            f"{question.descriptions['zh']} {question.descriptions['en']}\n\n"
            f"Filters: {', '.join(filters)}."
            + (f" By default {', '.join(defaults)}." if defaults else "")
            + "\n\n| column | type | 中文 | English |\n|---|---|---|---|\n"
            + "\n".join(rows)
            + "\n"
        )
    return "\n".join(parts)


def main() -> None:
    """The command; with --check nothing is written, and a stale page gives exit code 1."""
    for name in [name for name in os.environ if name.startswith("KG_")]:
        del os.environ[name]
    bring_up({DOCS / "cli.md": cli_page(), DOCS / "questions.md": questions_page()}, "cli.py")


if __name__ == "__main__":
    main()
