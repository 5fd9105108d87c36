"""The command line starts at once, explains itself, and keeps its exit codes."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import environment, kg

from kg.cli import COMMANDS

HEAVY = ("rdflib", "pyoxigraph", "jieba", "docx", "openpyxl", "pypdfium2", "pyspark", "neo4j", "rich", "yaml", "shacl")


def test_help_loads_nothing_heavy_and_comes_at_once() -> None:
    code = (
        "import sys\nfrom kg.cli import run\nassert run(['--help']) == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert done.stderr.strip() == "[]"
    times = []
    for _ in range(3):
        started = time.perf_counter()
        kg("--help")
        times.append(time.perf_counter() - started)
    assert min(times) < 0.3


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name: str) -> None:
    done = kg(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage: kg " in done.stdout
    shown = done.stdout if name != "vocabulary" else kg(name, "check", "--help").stdout
    assert "Examples:" in shown


def test_version() -> None:
    assert kg("--version").stdout.startswith("kg 0.")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["bild"], 2, "Did you mean 'build'?"),
        (["query"], 2, "Missing argument"),
        (["query", "measures-to-outcomes", "--format", "xml"], 2, "xml"),
        (["query", "measures-to-outcome"], 1, "nearest: measures-to-outcomes"),
        (["query", "measures-to-outcomes", "--min-confidence", "much"], 1, "no number"),
        (["query", "measures-to-outcomes"], 4, "no store here"),
        (["stats"], 4, "no store here"),
        (["export", "x.ttl"], 4, "no store here"),
        (["validate", "nowhere"], 4, "no store here"),
        (["export", "x.txt"], 1, "--as"),
        (["export", ".", "--as", "nq"], 4, "no store here"),
        (["sparql", "nothing.rq"], 3, "neither a query"),
        (["text", "nothing.txt"], 3, "no such file"),
        (["extract", "nothing.txt"], 3, "no such file"),
        (["build", "nothing.txt"], 3, "no such file"),
        (["build", ".", "--base-iri", "here"], 1, "base IRI"),
        (["build", ".", "--vocabulary", "none.ttl"], 2, "none.ttl"),
    ],
)
def test_exit_codes(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    done = kg(*arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    done = kg("completion", shell)
    assert "_KG_COMPLETE" in done.stdout


def test_completion_knows_commands_and_questions() -> None:
    words = kg(_KG_COMPLETE="bash_complete", COMP_WORDS="kg query meas", COMP_CWORD="2").stdout
    assert "measures-to-outcomes" in words
    assert "build" in kg(_KG_COMPLETE="bash_complete", COMP_WORDS="kg bu", COMP_CWORD="1").stdout


def test_a_vocabulary_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("this is no Turtle", "utf-8")
    (tmp_path / "a.txt").write_text("乡村振兴。", "utf-8")
    done = kg("build", "a.txt", "--vocabulary", "bad.ttl", cwd=tmp_path)
    assert done.returncode == 3
    assert "bad.ttl" in done.stderr
