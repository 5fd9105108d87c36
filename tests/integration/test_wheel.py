"""A wheel in an environment of its own does what the checkout does, without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from commands import EXAMPLES, ROOT


@pytest.mark.slow
def test_a_wheel_works_as_a_checkout_does(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "kg/py.typed", "loaders/py.typed", "loaders/_data/ontology/core.ttl", "loaders/_data/ontology/places.tsv",
        "loaders/_data/ontology/shapes/graph.ttl", "loaders/_data/sparql/measures-to-outcomes.rq",
    ):  # fmt: skip
        assert name in names
    assert not [name for name in names if name.startswith(("tests/", "examples/", "ontology/"))]
    place = tmp_path / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(place), "platbase": str(place)}))
    # the libraries of this environment are seen from there, so that nothing need be downloaded
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    python = place / "bin" / "python"
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KG_", "PYTHON"))}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(python), *arguments], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
        )

    installed = run("-m", "pip", "install", "--no-deps", "--no-index", "--no-warn-script-location", str(wheel))
    assert installed.returncode == 0, installed.stderr
    where = run("-c", "import kg, loaders; print(kg.__file__, loaders.__file__)")
    assert str(ROOT) not in where.stdout
    assert where.stdout.count(str(place)) == 2
    command = place / "bin" / "kg"
    assert command.exists()

    def kg(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(command), *arguments], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
        )

    assert kg("--version").stdout.startswith("kg ")
    built = kg("build", str(EXAMPLES / "yunnan-industry-2022.md"))
    assert built.returncode == 0, built.stderr
    for arguments in (
        ["query", "instruments-by-place", "--place", "云南"], ["questions"], ["validate"],
        ["vocabulary", "check", "--help"],
        ["export", "-", "--as", "ttl"], ["extract", str(EXAMPLES / "yunnan-industry-2022.md")],
    ):  # fmt: skip
        done = kg(*arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout or "conforms" in done.stderr
