"""Bad input beside good: one sentence that names the file, a documented exit code, the good built, nothing lost."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import EXAMPLES, ROOT, environment, kg, texts

sys.path.insert(0, str(ROOT / "tests" / "unit" / "loaders" / "readers"))
from pdf_bytes import pdf

HUGE = 200_000_000
MOST_MEMORY = 180_000  # KiB; the lexicon and the store take 110,000, a text of 200 MB would take 195,000 more
SECRET = "本机秘密不得外泄"
CYCLE = """\
@prefix kg:   <https://zhenxing.example/ns#> .
@prefix my:   <https://terms.example/my#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

my:a skos:inScheme kg:instruments ; skos:notation "a" ; skos:prefLabel "甲工具"@zh ; skos:broader my:b .
my:b skos:inScheme kg:instruments ; skos:notation "b" ; skos:prefLabel "乙工具"@zh ; skos:broader my:a .
"""


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def sparse(path: Path, size: int = HUGE) -> Path:
    """A file of that length which takes no room: it is all zeros after its first words."""
    with path.open("wb") as stream:
        stream.write("乡村振兴工作简报\n".encode())
        stream.truncate(size)
    return path


def cut(name: str) -> bytes:
    """The first two thirds of a sample."""
    whole = (EXAMPLES / name).read_bytes()
    return whole[: len(whole) * 2 // 3]


def lay_bad(folder: Path) -> dict[str, str]:
    """Write bad files; what must be said of each, by name."""
    line = ["开展职业技能培训50人。"]
    spreadsheet = zipped({"xl/worksheets/sheet1.xml": b"<a>" + b" " * 30_000_000, "[Content_Types].xml": b"<Types/>"})
    contents = {
        "cut.docx": (cut("gansu-finance-2023.docx"), "damaged or cut off"),
        "cut.pdf": (cut("guangxi-east-west-2021.pdf")[:400], "damaged or cut off"),
        "cut.xlsx": (cut("jilin-farmland-2024.xlsx"), "damaged or cut off"),
        "cut.zip": (zipped({"a.txt": b"a" * 999})[:-30], "damaged or cut off"),
        "locked.pdf": (pdf([line], encrypted=True), "is encrypted"),
        "scan.pdf": (pdf([line], text_layer=False), "has no text layer on its 1 pages"),
        "bomb.zip": (zipped({"b.txt": b"a" * 50_000_000}), "as a bomb does"),
        "bomb.xlsx": (spreadsheet, "as a bomb does"),
        "cut.html": (b"<html><body><script>1</script>", "no visible text"),
        "utf.txt": ("巩固拓展脱贫攻坚成果。".encode()[:-4] + b"\xff", "is not text"),
    }
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    sparse(folder / "huge.txt")
    sparse(folder / "huge.html")
    sparse(folder / "huge.md", 60_000_000)
    said = {name: words for name, (_, words) in contents.items()}
    return {**said, **dict.fromkeys(("huge.txt", "huge.html", "huge.md"), "more than the limit of 50,000,000")}


# The kernel counts what the parent held at the fork as the child's, so a command must tell its own peak.
MEASURED = """
import resource
from kg.cli import main
try:
    main()
finally:
    with open("/proc/self/status") as status:
        own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def build(*arguments: str | Path) -> tuple[int, str, int]:
    """Run `kg build` to its end: exit code, standard error, peak memory in KiB of the larger of it and its workers."""
    command = [sys.executable, "-c", MEASURED, "build", *map(str, arguments)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True)
    return done.returncode, done.stderr, int(done.stdout.split()[-1])


def exported(store: Path) -> set[str]:
    done = kg("export", "-", "--no-vocabulary", "--store", store)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines())


def tree(folder: Path) -> dict[str, bytes]:
    return {path.as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two bulletins, to be copied."""
    made = tmp_path_factory.mktemp("bad")
    assert kg("build", texts(made / "first", 2), "--store", made / "store").returncode == 0
    return made / "store"


@pytest.fixture
def store(tmp_path: Path, built: Path) -> Iterator[Path]:
    """A store with two bulletins, which are still there at the end."""
    folder = tmp_path / "store"
    shutil.copytree(built, folder)
    yield folder
    before = exported(built)
    assert before
    assert before <= exported(folder)


def test_each_bad_file_is_told_and_the_good_are_built(tmp_path: Path, store: Path) -> None:
    folder = texts(tmp_path / "in", 3, paragraphs=7)
    expected = lay_bad(folder)
    code, said, memory = build(folder, "--store", store)
    assert code == 3, said
    failed = [line for line in said.splitlines() if line.startswith("failed: ")]
    assert len(failed) == len(expected), said
    for name, words in expected.items():
        (line,) = (line for line in failed if f"/{name} " in line)
        assert words in line
    assert "Traceback" not in said
    assert memory < MOST_MEMORY
    stats = json.loads(kg("stats", "--store", store, "--format", "json").stdout)
    assert stats["counts"]["bulletins"] == 5
    again = kg("build", folder, "--store", store)
    assert again.returncode == 3
    assert "unchanged" in again.stderr
    assert len([line for line in again.stderr.splitlines() if line.startswith("failed: ")]) == len(expected)


def test_a_bad_file_alone_is_told_by_every_command_that_reads(tmp_path: Path) -> None:
    expected = lay_bad(tmp_path)
    for name in ("locked.pdf", "scan.pdf", "cut.docx", "bomb.zip", "huge.txt"):
        for command in ("text", "extract"):
            done = kg(command, tmp_path / name)
            assert done.returncode == 3, done.stderr
            assert done.stdout == ""
            assert f"/{name} " in done.stderr
            assert expected[name] in done.stderr


def test_entities_of_a_page_are_neither_fetched_nor_expanded(tmp_path: Path, store: Path) -> None:
    (tmp_path / "secret.txt").write_text(SECRET, "utf-8")
    folder = texts(tmp_path / "in", 1)
    levels = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(1, 9))
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}"><!ENTITY l1 "哈">{levels}]>\n'
        "<html><body><p>新县乡村振兴工作简报（2024年）</p><p>新县培训脱贫劳动力30人&x;&l9;。</p></body></html>"
    )
    (folder / "page.html").write_text(page, "utf-8")
    code, said, memory = build(folder, "--store", store)
    assert code == 0, said
    assert memory < MOST_MEMORY
    assert "新县培训脱贫劳动力30人" in kg("show", "page.html", "--store", store).stdout.replace("[o1 ", "").replace(
        "]", ""
    )
    assert not [line for line in exported(store) if SECRET in line or "哈哈" in line]


def test_the_longest_text_is_a_setting(tmp_path: Path, store: Path) -> None:
    folder = texts(tmp_path / "in", 1, paragraphs=9)
    size = (folder / "brief-000.txt").stat().st_size
    for done in (
        kg("build", folder, "--store", store, "--max-text-bytes", str(size - 1)),
        kg("text", folder / "brief-000.txt", KG_MAX_TEXT_BYTES=str(size - 1)),
    ):
        assert done.returncode == 3
        assert f"brief-000.txt is {size:,} bytes long, more than the limit of {size - 1:,}" in done.stderr
    done = kg("build", folder, "--store", store, "--max-text-bytes", str(size))
    assert done.returncode == 0
    assert "nothing to do" in kg("build", folder, "--store", store).stderr


def test_a_huge_member_and_a_huge_standard_input_are_refused(tmp_path: Path, store: Path) -> None:
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed:
        packed.write(sparse(tmp_path / "huge.txt", 60_000_000), "huge.txt")
        packed.writestr("good.txt", "新县乡村振兴工作简报\n新县培训脱贫劳动力30人。\n")
    code, said, memory = build(archive, "--store", store)
    assert code == 3
    assert "a.zip!/huge.txt is 60,000," in said
    assert memory < MOST_MEMORY
    assert any("新县培训脱贫劳动力30人" in line for line in exported(store))
    done = kg("build", "-", "--store", store, stdin=(tmp_path / "huge.txt").read_bytes())
    assert done.returncode == 3
    assert "failed: - is 60,000,000 bytes long" in done.stderr


@pytest.mark.parametrize("command", ["build", "extract", "evaluate"])
def test_a_vocabulary_that_contradicts_itself(tmp_path: Path, store: Path, command: str) -> None:
    terms = tmp_path / "my.ttl"
    terms.write_text(CYCLE, "utf-8")
    before = tree(store)
    path = EXAMPLES if command == "evaluate" else texts(tmp_path / "in", 2)
    done = kg(command, path, "--vocabulary", terms, *(["--store", store] if command == "build" else []))
    assert done.returncode == 3
    assert done.stdout == ""
    assert f"{terms}:5: a is broader than itself" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert tree(store) == before


@pytest.mark.parametrize(
    "facts", ['{"format": 99, "base": "https://zhenxing.example/id/"}', '{"format": 0}', "no json"]
)
def test_a_store_of_another_version(tmp_path: Path, store: Path, facts: str) -> None:
    folder = texts(tmp_path / "in", 1)
    ours = (store / "store.json").read_text("utf-8")
    (store / "store.json").write_text(facts, "utf-8")
    before = tree(store)
    for arguments in (["build", folder, "--store", store], ["stats", "--store", store], ["validate", store]):
        done = kg(*arguments)
        assert done.returncode == 4, done.stderr
        assert str(store) in done.stderr
        assert "new folder" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert tree(store) == before
    (store / "store.json").write_text(ours, "utf-8")


def test_files_and_folders_that_may_not_be_read(tmp_path: Path, store: Path) -> None:
    """Root may read anything, so the right to is dropped first."""
    folder = texts(tmp_path / "in", 2)
    closed = [folder / "closed.txt", folder / "closed.csv", folder / "closed.zip", folder / "folder"]
    for path in closed[:3]:
        path.write_bytes(b"text")
    closed[3].mkdir()
    for path in closed:
        path.chmod(0)
    rights = "-dac_override,-dac_read_search,-fowner"
    plain = ["setpriv", f"--bounding-set={rights}", "--"] if os.geteuid() == 0 else []
    command = [*plain, sys.executable, "-m", "kg", "build", str(folder), "--store", str(store)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    for path in closed:
        path.chmod(0o700)
    assert done.returncode == 3, done.stderr
    failed = [line for line in done.stderr.splitlines() if line.startswith("failed: ")]
    assert sorted(line.removeprefix("failed: ").partition(" ")[0] for line in failed) == sorted(map(str, closed))
    assert all("Permission denied" in line for line in failed), failed
