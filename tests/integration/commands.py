"""Running `kg` as a user does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def environment(**extra: str) -> dict[str, str]:
    """The environment of a test's process: this checkout, no store or base of the user's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "120", **extra}


def kg(
    *arguments: str | Path, stdin: bytes | None = None, cwd: Path | None = None, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run `kg` to its end; standard output and error as text."""
    done = subprocess.run(
        [sys.executable, "-m", "kg", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(**extra),
        timeout=300,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def texts(folder: Path, count: int, paragraphs: int = 6) -> Path:
    """A folder of small bulletins, each with measures and numbers of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(count):
        lines = [f"样例县{n}号乡村振兴工作简报（2024年）"]
        lines += [
            f"（{'一二三四五六七八九十'[k % 10]}）开展职业技能培训，面向脱贫人口举办第{k + 1}批培训班，"
            f"培训脱贫劳动力{100 * n + k + 3}人，发放补贴资金{n + k + 2}万元。"
            for k in range(paragraphs)
        ]
        (folder / f"brief-{n:03}.txt").write_text("\n".join(lines) + "\n", "utf-8")
    return folder
