"""On a terminal: a progress bar, colours and wrapped tables; in a pipe none of them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from commands import environment, kg, texts


def on_a_terminal(*arguments: str | Path, columns: int = 200) -> tuple[int, str]:
    """Run `kg` with a terminal as its output and error; the exit code and all that was shown."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    env = environment(TERM="xterm", COLUMNS=str(columns))
    process = subprocess.Popen(command, env=env, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    shown = b""
    try:
        while block := os.read(ours, 65536):
            shown += block
    except OSError:  # the other end is closed: the process has ended
        pass
    os.close(ours)
    return process.wait(timeout=120), shown.decode("utf-8", "replace")


def test_progress_and_colours_are_for_terminals_only(tmp_path: Path) -> None:
    folder = texts(tmp_path / "in", 3)
    code, shown = on_a_terminal("build", folder, "--store", tmp_path / "one")
    assert code == 0
    assert "\x1b[" in shown
    assert "3/3" in shown
    plain = kg("build", folder, "--store", tmp_path / "two")
    assert "\x1b" not in plain.stderr
    assert "building" not in plain.stderr
    code, shown = on_a_terminal("show", "brief-001.txt", "--store", tmp_path / "one")
    assert code == 0
    assert "\x1b[" in shown
    table = kg("query", "instruments-by-place", "--store", tmp_path / "two").stdout
    assert "\x1b" not in table


def test_where_the_window_is_too_narrow_for_a_table_a_row_is_lines_of_titles_and_cells(tmp_path: Path) -> None:
    store = tmp_path / "store"
    kg("build", texts(tmp_path / "in", 3), "--store", store)
    question = ("query", "measures-to-outcomes", "--store", store)
    first = re.compile(r"公报 +举措 +地区")
    plain = {
        columns: re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal(*question, columns=columns)[1]) for columns in (60, 200)
    }
    assert first.search(plain[200])
    assert not first.search(plain[60])
    quotes = [line.split()[1] for line in plain[60].splitlines() if line.startswith("数值")]
    assert quotes
    assert all(quote.replace(".", "").isdigit() for quote in quotes)
    assert max(map(len, plain[60].splitlines())) <= 60
