"""`kg show`: a text with its evidence marked."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli._options import lang_option, store_option

if TYPE_CHECKING:
    from kg.show import Mark, Shown

EXAMPLES = """\b
Examples:
  kg show yunnan-industry-2022.md
  kg show 7c0e0b1f2a3d/measure/m3
  kg show https://zhenxing.example/id/bulletin/7c0e0b1f2a3d4e5f6a7b --format json

Marks: 【m1 a measure】 [o1 a number] {a program or a cited document}; on a terminal, colours.
"""
_BRACKETS = {"measure": ("【", "】"), "observation": ("[", "]"), "program": ("{", "}"), "citation": ("{", "}")}
_COLOURS = {"measure": "green", "observation": "yellow", "program": "cyan", "citation": "magenta"}


@click.command(epilog=EXAMPLES)
@click.argument("name")
@store_option
@lang_option
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(name: str, store: Path, lang: str, form: str) -> None:
    """Show the bulletin or measure NAME: its IRI, the end of it, or a bulletin's source name or title."""
    from kg.show import show
    from kg.store import GraphStore

    with GraphStore.reading(store) as graphs:
        shown = show(graphs, name, lang)
    if form == "json":
        click.echo(json.dumps(asdict(shown), ensure_ascii=False, indent=1))
        return
    click.echo(click.style(shown.bulletin, bold=True))
    for key, value in shown.facts:
        click.echo(f"{key}: {value}")
    click.echo("")
    click.echo(marked(shown, colour=sys.stdout.isatty()))
    click.echo("")
    for mark in shown.marks:
        if mark.kind in ("measure", "observation"):
            click.echo(f"{mark.name:>6}  {mark.start}–{mark.end}  {mark.says}")


def marked(shown: Shown, *, colour: bool) -> str:
    """The text with a pair of brackets around each mark; what ends first is closed first."""
    opening: dict[int, list[Mark]] = {}
    closing: dict[int, list[Mark]] = {}
    for mark in shown.marks:
        opening.setdefault(mark.start, []).append(mark)
        closing.setdefault(mark.end, []).insert(0, mark)
    edges = sorted({shown.start, shown.end, *opening, *closing})
    out = []
    for at, edge in enumerate(edges):
        out += [_paint(_BRACKETS[m.kind][1], m.kind, colour) for m in closing.get(edge, ())]
        out += [_paint(_opening(m), m.kind, colour) for m in opening.get(edge, ())]
        if at + 1 < len(edges):
            out.append(shown.text[edge : edges[at + 1]])
    return "".join(out)


def _opening(mark: Mark) -> str:
    return _BRACKETS[mark.kind][0] + (f"{mark.name} " if mark.kind in ("measure", "observation") else "")


def _paint(text: str, kind: str, colour: bool) -> str:
    return click.style(text, fg=_COLOURS[kind], bold=True) if colour else text
