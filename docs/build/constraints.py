"""Make constraints.txt again: the versions that an empty environment gets today, without hosts and hashes.

python docs/build/constraints.py      (some minutes; needs a package index)
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HEAD = """\
# Exact versions of what pyproject.toml asks for and of what that brings, for `make demo`, `make test` and CI.
# Made again in an empty environment:  make constraints
"""
BUILD_TOOLS = ("pip", "setuptools")  # pip makes the environment; setuptools builds what comes as source


def main() -> None:
    """The command."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--upgrade", *BUILD_TOOLS], check=True)
        wanted = ("--editable", ".[notebook]", "--group", "dev", "--group", "bench")
        subprocess.run([*pip, "install", "--quiet", *wanted], check=True, cwd=ROOT)
        frozen = subprocess.run([*pip, "freeze", "--all", "--exclude-editable"], check=True, stdout=subprocess.PIPE)
    lines = sorted((line for line in frozen.stdout.decode().splitlines() if "==" in line), key=str.casefold)
    (ROOT / "constraints.txt").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
