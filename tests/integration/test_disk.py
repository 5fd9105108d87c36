"""A full disk and a folder that may not be written: a sentence, exit code 4, and nothing lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, environment, kg, texts

# Runs inside a mount namespace of its own, on a tmpfs that vanishes with it.
SCENARIO = """
import json, sys
from pathlib import Path
sys.path[:0] = [{tests!r}]
from commands import kg, texts
disk, work = Path({disk!r}), Path({work!r})
store = disk / "store"
first = texts(work / "first", 2)
more = texts(work / "more", 24, paragraphs=40)
said = []
def run(*arguments):
    done = kg(*arguments)
    said.append([done.returncode, done.stdout, done.stderr])
run("build", first, "--store", store)
run("export", "-", "--no-vocabulary", "--store", store)
ballast = disk / "ballast"
with ballast.open("wb", buffering=0) as stream:
    try:
        while True:
            stream.write(b"x" * 65536)
    except OSError:
        pass
run("build", more, "--store", store)
run("export", "-", "--no-vocabulary", "--store", store)
run("export", disk / "x.nq", "--store", store)
ballast.unlink()
run("export", "-", "--no-vocabulary", "--store", store)
run("build", first, more, "--store", store)
run("export", "-", "--no-vocabulary", "--store", store)
fresh = work / "fresh"
run("build", first, more, "--store", fresh)
run("export", "-", "--no-vocabulary", "--store", fresh)
print(json.dumps(said))
"""


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = SCENARIO.format(tests=str(Path(__file__).parent), disk=str(disk), work=str(tmp_path / "work"))
    mount = f'mount -t tmpfs -o size=600m none "{disk}" && exec "{sys.executable}" -c "$SCRIPT"'
    namespace = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    done = subprocess.run(
        [*namespace, "sh", "-c", mount], env=environment(SCRIPT=script), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"is it permitted to mount a tmpfs here (unshare --mount)? {done.stderr}"
    first, exported, full, kept, full_export, after, again, whole, fresh, expected = json.loads(done.stdout)
    assert first[0] == 0, first[2]
    assert full[0] == 4, full[2]
    assert "the disk is full" in full[2]
    assert "Traceback" not in full[2]
    assert kept[0] == 0, kept[2]
    assert set(exported[1].splitlines()) <= set(kept[1].splitlines())
    assert full_export[0] == 1
    assert "No space left" in full_export[2]
    assert after[1] == kept[1]
    assert again[0] == 0, again[2]
    assert fresh[0] == 0
    assert whole[1] == expected[1]


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    """Root may write anywhere, so the right to is dropped first."""
    folder = texts(tmp_path / "in", 2)
    store = tmp_path / "store"
    assert kg("build", folder, "--store", store).returncode == 0
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    rights = "-dac_override,-dac_read_search,-fowner"
    plain = ["setpriv", f"--bounding-set={rights}", "--"] if os.geteuid() == 0 else []

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [*plain, sys.executable, "-m", "kg", *map(str, arguments)]
        return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)

    done = run("build", folder, "--store", locked / "store")
    assert done.returncode == 4, done.stderr
    assert "may not be written" in done.stderr
    before = kg("export", "-", "--store", store).stdout
    (folder / "new.txt").write_text("新县培训7人。", "utf-8")
    tree = [store, *store.rglob("*")]
    for path in tree:
        path.chmod(0o500 if path.is_dir() else 0o400)
    done = run("build", folder, "--store", store)
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr
    for reading in (["stats"], ["query", "measures-to-outcomes", "--all-links"], ["export", "-"]):
        done = run(*reading, "--store", store)
        assert done.returncode == 0, done.stderr
    for path in tree:
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert kg("export", "-", "--store", store).stdout == before
    assert ROOT.exists()
