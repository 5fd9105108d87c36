"""The documentation is true: its commands run, nothing public is without its page, made pages are fresh."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from commands import ROOT, environment

from kg.cli import COMMANDS, EXIT_CODES, group
from kg.questions.load import question_names
from loaders import errors

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]
BLOCK = re.compile(r"(?P<mark><!-- [^\n]+ -->\n)?^```(?P<kind>sh|console)\n(?P<body>.*?)^```$", re.S | re.M)
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")
SIGNALS = {130, 141}  # of the shell's making: interrupted, and a pipe without a reader


def blocks(page: Path) -> Iterator[tuple[str, str, int]]:
    """The blocks of a page that are run: kind, script, expected exit code."""
    for match in BLOCK.finditer(page.read_text("utf-8")):
        mark = match["mark"] or ""
        if mark.startswith("<!-- not run: "):
            continue
        lines = match["body"].splitlines()
        if match["kind"] == "console":
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        code = re.match(r"<!-- exit: (\d+) -->", mark)
        yield match["kind"], "\n".join(lines), int(code[1]) if code else 0


@pytest.mark.parametrize("page", [p for p in PAGES if list(blocks(p))], ids=lambda p: p.name)
def test_blocks_run(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shell = environment(PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin", LC_ALL="C.UTF-8")
    for _, script, expected in blocks(page):
        if script.startswith("make "):  # shown output of a recipe, which continuous integration runs
            continue
        words = ["bash", "-ec", script]
        done = subprocess.run(words, cwd=tmp_path, env=shell, capture_output=True, text=True, check=False)
        assert done.returncode == expected, f"{page.name}:\n{script}\n{done.stderr}"


def test_a_block_that_fails_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    marked = "<!-- exit: 3 -->\n```console\n$ one\ntwo\n```\n\n```sh\nthree\n```\n"
    page.write_text(marked + "<!-- not run: x -->\n```sh\nno\n```\n")
    assert list(blocks(page)) == [("console", "one", 3), ("sh", "three", 0)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]
    assert not missing


def test_made_pages_are_fresh() -> None:
    subprocess.run([sys.executable, str(DOCS / "build" / "cli.py"), "--check"], cwd=ROOT, check=True)


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            below = command.get_command(click.Context(command), name)
            assert below is not None
            yield from commands(below, f"{path} {name}")


ALL_COMMANDS = dict(commands(group, "kg"))


def test_every_command_has_its_heading() -> None:
    assert len(ALL_COMMANDS) > len(COMMANDS)
    page = (DOCS / "cli.md").read_text("utf-8")
    assert [path for path in ALL_COMMANDS if f"\n## {path}\n" not in page] == []


def test_every_command_has_examples() -> None:
    alone = {path: command for path, command in ALL_COMMANDS.items() if not isinstance(command, click.Group)}
    assert [path for path, command in alone.items() if "Examples:" not in (command.epilog or "")] == []


def test_every_question_has_its_heading() -> None:
    page = (DOCS / "questions.md").read_text("utf-8")
    assert [name for name in question_names() if f"\n## {name}\n" not in page] == []


def exit_codes(kind: type[errors.KgError]) -> set[int]:
    return {kind.exit_code}.union(*(exit_codes(below) for below in kind.__subclasses__()))


def test_every_exit_code_is_told() -> None:
    rows = re.findall(r"^\| (\d+) \|", (DOCS / "exit-codes.md").read_text("utf-8"), re.M)
    told = [int(row) for row in rows]
    of_help = {int(code) for code in re.findall(r"^  (\d)  ", EXIT_CODES, re.M)}
    assert told == sorted(set(told))
    assert set(told) == {0, 2, *exit_codes(errors.KgError), *SIGNALS}
    assert of_help == set(told) - SIGNALS


def test_every_setting_has_its_row() -> None:
    variables = {
        parameter.envvar
        for command in ALL_COMMANDS.values()
        for parameter in command.params
        if isinstance(parameter.envvar, str)
    }
    for module in [*(ROOT / "kg").rglob("*.py"), *(ROOT / "loaders").rglob("*.py")]:
        variables |= set(re.findall(r"environ(?:\.get)?[(\[]\s*\"(KG_\w+)\"", module.read_text("utf-8")))
    rows = set(re.findall(r"^\| `(KG_\w+)` \|", (DOCS / "settings.md").read_text("utf-8"), re.M))
    assert {"KG_STORE", "KG_BASE_IRI"} <= variables
    assert rows == variables


def test_every_limit_of_reading_is_told() -> None:
    from dataclasses import fields

    from loaders.readers import ReadOptions

    page = (DOCS / "settings.md").read_text("utf-8")
    for field in fields(ReadOptions):
        if field.name.startswith("max_"):
            assert f"| `{field.name}` | {field.default:,} |" in page


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    assert [page.name for page in DOCS.glob("*.md") if page.name != "index.md" and f"({page.name})" not in index] == []


QUERIES = sorted({
    line.strip().split(" | ")[0]
    for command in ALL_COMMANDS.values()
    for line in (command.epilog or "").splitlines()
    if line.startswith("  kg query ") and "--of " not in line
})  # fmt: skip


@pytest.mark.parametrize("line", QUERIES)
def test_queries_of_help_run(line: str, examples_store: Path) -> None:
    words = [sys.executable, "-m", *line.split(), "--store", str(examples_store)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
