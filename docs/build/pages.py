"""Passages of pages that are made by commands: found by their markers, run, replaced.

    <!-- output head=12 width=140: kg stats -->
    …what stands here is replaced by the command and its output…
    <!-- output end -->

`form=md` takes the output as Markdown (a table), else it is a `console` block with the command before it. `head` keeps
the first lines only, `width` cuts lines; what is left out is said.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PASSAGE = re.compile(
    r"(?P<open><!-- output(?P<options>(?: \w+=\w+)*): (?P<command>[^\n]+) -->\n).*?(?P<close><!-- output end -->)", re.S
)


def environment() -> dict[str, str]:
    """The environment of a shown command: `kg` of this Python, no settings of the user's own, a plain terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    return kept | {"PATH": f"{BIN}{os.pathsep}{kept['PATH']}", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


def workplace(folder: Path) -> Path:
    """A folder as a reader of the pages has it before them: the samples, and nothing built."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


def refresh(page: str, folder: Path) -> str:
    """The page with every passage made again; commands run in `folder`, `make` in the checkout."""

    def make(match: re.Match[str]) -> str:
        if not (folder / "kg-store").exists() and "kg build" not in match["command"]:
            run("kg build examples", folder)
        options = dict(option.split("=") for option in match["options"].split())
        output = run(match["command"], folder)
        return f"{match['open']}{shape(match['command'], output, options)}\n{match['close']}"

    return PASSAGE.sub(make, page)


def run(command: str, folder: Path) -> str:
    """What a command prints on both streams; CalledProcessError where it fails."""
    if command.startswith("make "):
        shutil.rmtree(ROOT / "demo-store", ignore_errors=True)  # so that the demo is shown as it is the first time
    where = ROOT if command.startswith("make ") else folder
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=where,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stdout)
        raise subprocess.CalledProcessError(done.returncode, command)
    return done.stdout.decode()


def shape(command: str, output: str, options: Mapping[str, str]) -> str:
    """The passage of a command's output."""
    lines = [line.rstrip() for line in output.strip("\n").splitlines()]
    head, width = int(options.get("head", len(lines))), int(options.get("width", 0))
    more = len(lines) - head
    lines = [cut(line, width) if width else line for line in lines[:head]]
    if options.get("form") == "md":
        return "\n".join(["", *lines, "", *([f"… and {more} rows more."] if more > 0 else [])])
    return "\n".join(["```console", f"$ {command}", *lines, *([f"… {more} lines more"] if more > 0 else []), "```"])


def cut(line: str, width: int) -> str:
    """The line's first columns; a Chinese character takes two of them."""
    taken = 0
    for at, character in enumerate(line):
        taken += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if taken > width:
            return line[:at].rstrip() + " …"
    return line


def main_for(paths: list[Path]) -> None:
    """Refresh the passages of pages in place; each page has a fresh folder of its own."""
    for path in paths:
        page = path.read_text("utf-8")
        if PASSAGE.search(page) is None:
            continue
        with tempfile.TemporaryDirectory() as name:
            fresh = refresh(page, workplace(Path(name)))
        if fresh != page:
            path.write_text(fresh, "utf-8")
        print(path.relative_to(ROOT), "changed" if fresh != page else "fresh", file=sys.stderr)


def bring_up(made: Mapping[Path, str], script: str) -> None:
    """Write the files that are not as made; with --check nothing is written, and a stale file gives exit code 1."""
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        if stale:
            names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
            sys.exit(f"stale: {names}; run: python docs/build/{script}")
        return
    for path in stale:
        path.write_text(made[path], "utf-8")
