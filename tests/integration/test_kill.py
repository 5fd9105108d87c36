"""Killed at any moment, the store opens, and the next build ends at the same graph."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import environment, kg, texts

from kg.store import GraphStore
from loaders.crew import count_jobs
from loaders.readers import Input

DELAYS = (0.35, 0.6, 0.8, 1.0, 1.2, 1.4, 1.7, 2.1)


def canonical(store: Path) -> bytes:
    with GraphStore.reading(store) as graphs:
        return graphs.canonical()


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "kg", *map(str, arguments)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


@pytest.mark.slow
def test_kill_9_at_many_moments(tmp_path: Path) -> None:
    first = texts(tmp_path / "in", 24, paragraphs=20)
    for path in first.iterdir():  # enough for workers, of what is read fast and gives nothing
        path.write_text(path.read_text("utf-8") + "今日天气晴好。\n" * 900, "utf-8")
    assert count_jobs(2, [Input(path=path) for path in first.iterdir()]) == 2, "the input is too small for workers"
    whole = tmp_path / "whole"
    assert kg("build", first, "--store", whole, "--jobs", "2").returncode == 0
    expected = canonical(whole)
    store = tmp_path / "store"
    killed = orphans = 0
    for delay in DELAYS:
        process = start("build", first, "--store", store, "--jobs", "2")
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            workers = children(process.pid)
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
            orphans += len(workers)
            deadline = time.monotonic() + 10
            while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < deadline:
                time.sleep(0.1)
            assert not any(Path(f"/proc/{worker}").exists() for worker in workers), "a worker outlives its build"
        if (store / "store.json").exists():
            lines = canonical(store).splitlines()
            assert set(lines) <= set(expected.splitlines())
    assert killed >= 2
    assert orphans, "no build was killed while it had workers"
    done = kg("build", first, "--store", store)
    assert done.returncode == 0, done.stderr
    assert canonical(store) == expected
    assert "nothing to do" in kg("build", first, "--store", store).stderr


@pytest.mark.slow
def test_kill_9_while_bulletins_change(tmp_path: Path) -> None:
    folder = texts(tmp_path / "in", 12, paragraphs=30)
    store = tmp_path / "store"
    assert kg("build", folder, "--store", store).returncode == 0
    for round_, delay in enumerate(DELAYS[1:6]):
        for path in sorted(folder.iterdir())[round_::3]:
            path.write_text(path.read_text("utf-8") + f"（增）新增就业岗位{round_ + 7}个。\n", "utf-8")
        process = start("build", folder, "--store", store)
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with GraphStore.reading(store) as graphs:
            assert len(graphs.manifest().graphs) >= 6
    assert kg("build", folder, "--store", store).returncode == 0
    fresh = tmp_path / "fresh"
    assert kg("build", folder, "--store", fresh).returncode == 0
    assert canonical(store) == canonical(fresh)


def test_interrupted_by_the_user(tmp_path: Path) -> None:
    folder = texts(tmp_path / "in", 40, paragraphs=90)
    assert count_jobs(2, [Input(path=path) for path in folder.iterdir()]) == 2, "the input is too small for workers"
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "build", str(folder), "--store", str(tmp_path / "store"), "--jobs", "2"],
        env=environment(), stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    time.sleep(0.9)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    if process.returncode != 0:  # it may have been quicker
        assert process.returncode == 130, said.decode()
        assert b"interrupted" in said
        assert b"Traceback" not in said
    assert kg("build", folder, "--store", tmp_path / "store").returncode == 0
