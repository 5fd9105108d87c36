"""What the benchmarks share: one core, the memory of a process tree, the machine, and tables in Markdown."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_SAMPLED_S = 0.02  # seconds between two looks at the memory of a process tree


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table: what was measured, what came out, what it should reach, and the command that gives it."""

    what: str
    value: str
    goal: str
    command: str


@dataclass(frozen=True, slots=True)
class Run:
    """One command that ran: its seconds by the wall, the peak memory of its whole tree, and how it ended."""

    seconds: float
    peak_bytes: int
    returncode: int
    stderr: str


def pin_to_one_core() -> int | None:
    """Keep this process and its children on one core; the core, or None where the system has no such call."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """The machine in a line: processor, cores, memory, system, Python."""
    model = ""
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8", errors="replace").splitlines()
        model = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    processor = model or platform.processor() or platform.machine()
    return f"{processor}, {cores()} cores{memory}, {platform.system()}, {python}"


def run(command: Sequence[str | Path]) -> Run:
    """Run a command in the project's folder and watch the resident memory of it and all its descendants (Linux).

    Pages that processes share are counted for each of them, so the figure is an upper bound.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(c) for c in command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    peak = 0
    stop = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not stop.wait(_SAMPLED_S):
            peak = max(peak, _resident(process.pid))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - started
    stop.set()
    watcher.join()
    return Run(seconds, peak, process.returncode, errors)


def _resident(root: int) -> int:
    """Resident bytes of a process and all its descendants."""
    total = 0
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        folder = Path(f"/proc/{pid}")
        try:
            pages = int((folder / "statm").read_text().split()[1])
            for task in (folder / "task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except (OSError, ValueError, IndexError):
            continue  # it has ended meanwhile
        total += pages * os.sysconf("SC_PAGE_SIZE")
    return total


def kg(*arguments: str | Path) -> list[str | Path]:
    """The command line of `kg` in this Python."""
    return [sys.executable, "-m", "kg", *arguments]


def check(done: Run) -> Run:
    """The run, if it ended well; else RuntimeError with what it said."""
    if done.returncode:
        raise RuntimeError(f"ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done


def mebibytes(size: int) -> str:
    """Bytes as MiB."""
    return f"{size / 2**20:.0f} MiB"


def table(figures: Sequence[Figure]) -> str:
    """Figures as a Markdown table."""
    rows = ["| what | measured | goal | command |", "|---|---|---|---|"]
    rows += [f"| {f.what} | {f.value} | {f.goal} | `{f.command}` |" for f in figures]
    return "\n".join(rows) + "\n"
