"""On a terminal: a progress bar, colours and wrapped tables; in a pipe none of them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from commands import environment, kg, texts


def on_a_terminal(*arguments: str | Path) -> tuple[int, str]:
    """Run `kg` with a terminal as its output and error; the exit code and all that was shown."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kg", *map(str, arguments)]
    process = subprocess.Popen(command, env=environment(TERM="xterm"), stdout=theirs, stderr=theirs, close_fds=True)
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
