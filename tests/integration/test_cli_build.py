"""From the examples to answers, by the command line alone."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import EXAMPLES, environment, kg, texts


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "store"
    done = kg("build", EXAMPLES, "--store", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return folder


def test_the_summary_counts(store: Path) -> None:
    again = kg("build", EXAMPLES, "--store", store)
    assert again.returncode == 0
    assert "nothing to do" in again.stderr
    stats = json.loads(kg("stats", "--store", store, "--format", "json").stdout)
    assert stats["counts"]["measures"] > 50
    assert stats["counts"]["observations"] > 50
    assert stats["characters_in_domain"] <= stats["characters"]


def test_every_question_answers(store: Path) -> None:
    for name, filters in {
        "measures-to-outcomes": [],
        "outcomes-of-instrument": ["--instrument", "vocational-training", "--all-links"],
        "instruments-by-place": [],
        "instruments-for-target": ["--target", "脱贫人口"],
        "compare-metric": ["--metric", "employed-population"],
        "evidence-of": ["--metric", "employed-population"],
    }.items():
        done = kg("query", name, *filters, "--store", store, "--format", "json")
        assert done.returncode == 0, done.stderr
        rows = json.loads(done.stdout)
        assert rows, name
        assert done.stdout == kg("query", name, *filters, "--store", store, "--format", "json").stdout


def test_the_forms_of_an_answer(store: Path) -> None:
    for form in ("table", "csv", "md"):
        for language in ("zh", "en"):
            done = kg("query", "instruments-by-place", "--store", store, "--format", form, "--lang", language)
            assert done.returncode == 0
            assert len(done.stdout.splitlines()) > 10
    assert json.loads(kg("questions", "--format", "json").stdout)[0]["name"] == "compare-metric"
    (line,) = (line for line in kg("questions").stdout.splitlines() if " measures-to-outcomes " in f" {line}")
    assert "--all-links" in line
    assert "--overlapping" in line


def test_no_rows_is_no_error(store: Path) -> None:
    done = kg("query", "measures-to-outcomes", "--period", "1990", "--store", store, "--format", "json")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert "no rows" in done.stderr


def test_show_a_bulletin_by_its_file(store: Path) -> None:
    done = kg("show", "yunnan-industry-2022.md", "--store", store)
    assert done.returncode == 0, done.stderr
    assert "【m1 " in done.stdout
    several = kg("show", "briefs-2024.csv", "--store", store)
    assert several.returncode == 1
    assert "may be any of" in several.stderr


def test_exports(store: Path, tmp_path: Path) -> None:
    for name in ("g.nt", "g.nq", "g.ttl", "g.trig"):
        assert kg("export", tmp_path / name, "--store", store).returncode == 0
        assert (tmp_path / name).stat().st_size > 1_000_000
    for folder in (".", "/", tmp_path):
        done = kg("export", folder, "--as", "nq", "--store", store)
        assert (done.returncode, "is a folder" in done.stderr) == (1, True), done.stderr
    out = kg("export", "-", "--as", "nq", "--store", store)
    assert out.stdout.encode() == (tmp_path / "g.nq").read_bytes()
    assert "startedAtTime" not in out.stdout
    assert "startedAtTime" in kg("export", "-", "--runs", "--store", store).stdout


def test_the_graph_conforms_to_its_shapes(store: Path) -> None:
    done = kg("validate", store)
    assert done.returncode == 0, done.stdout + done.stderr


def test_sparql_from_a_file_and_from_standard_input(store: Path, tmp_path: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) WHERE { ?m a kg:Measure }"
    (tmp_path / "q.rq").write_text(query, "utf-8")
    said = {
        kg("sparql", query, "--store", store).stdout,
        kg("sparql", tmp_path / "q.rq", "--store", store).stdout,
        kg("sparql", "-", "--store", store, stdin=query.encode()).stdout,
    }
    assert len(said) == 1


def test_a_reader_that_has_gone_is_no_error(store: Path) -> None:
    pipe = subprocess.run(
        f"'{sys.executable}' -m kg export - --as nt --store '{store}' | head -n 1",
        shell=True, capture_output=True, text=True, env=environment(), check=True,
    )  # fmt: skip
    assert len(pipe.stdout.splitlines()) == 1
    assert pipe.stderr == ""


def test_extract_and_text_agree() -> None:
    path = EXAMPLES / "yunnan-industry-2022.md"
    said = json.loads(kg("extract", path).stdout)
    text = subprocess.run(
        [sys.executable, "-m", "kg", "text", str(path)], capture_output=True, env=environment(), check=True
    ).stdout
    assert hashlib.sha256(text).hexdigest() == said["document"]["text_sha256"]
    assert text == path.read_bytes()
    from_stdin = json.loads(kg("extract", "-", stdin=path.read_bytes()).stdout)
    assert len(from_stdin["measures"]) == len(said["measures"])


def test_good_beside_bad(tmp_path: Path) -> None:
    folder = texts(tmp_path / "in", 3)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "junk.txt").write_bytes(bytes(range(256)) * 64)
    (folder / "cut.docx").write_bytes(b"PK\x03\x04 cut off")
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "table.csv").write_text("甲,乙\n1,2\n", "utf-8")
    (folder / "lines.jsonl").write_text('{"text": "开展培训50人。"}\n{bad\n', "utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "README.md").write_text("what this is", "utf-8")
    (folder / ".hidden").write_text("x", "utf-8")
    store = tmp_path / "store"
    done = kg("build", folder, "--store", store)
    assert done.returncode == 3
    failed = [line for line in done.stderr.splitlines() if line.startswith("failed: ")]
    assert len(failed) == 7, done.stderr
    for name in ("empty.txt", "junk.txt", "cut.docx", "old.doc", "broken.pdf", "table.csv", "lines.jsonl"):
        assert sum(name in line for line in failed) == 1
    assert "Traceback" not in done.stderr
    stats = json.loads(kg("stats", "--store", store, "--format", "json").stdout)
    assert stats["counts"]["bulletins"] == 4


def test_a_store_inside_the_folder_that_is_built_is_no_input(tmp_path: Path) -> None:
    texts(tmp_path, 2)
    assert kg("build", ".", cwd=tmp_path).returncode == 0
    again = kg("build", ".", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "nothing to do: 2 bulletins unchanged" in again.stderr


def test_standard_input_and_a_vocabulary_of_ones_own(tmp_path: Path) -> None:
    terms = tmp_path / "my.ttl"
    terms.write_text(
        """@prefix kg: <https://zhenxing.example/ns#> .
        @prefix instrument: <https://zhenxing.example/ns#instrument-> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        instrument:cloud-fair a kg:PolicyInstrument, skos:Concept ; skos:inScheme kg:instruments ;
          skos:notation "cloud-fair" ; skos:broader instrument:job-matching ;
          skos:prefLabel "云上揽才会"@zh, "cloud fair"@en ; skos:definition "在线揽才。"@zh, "An online fair."@en .""",
        "utf-8",
    )
    store = tmp_path / "store"
    text = "2024年甲县乡村振兴工作简报\n我县面向脱贫劳动力举办云上揽才会3场。\n"
    done = kg("build", "-", "--vocabulary", terms, "--store", store, stdin=text.encode())
    assert done.returncode == 0, done.stderr
    for asked in ("cloud-fair", "云上揽才会", "cloud fair", "job-matching"):
        rows = json.loads(
            kg("query", "instruments-by-place", "--instrument", asked, "--store", store, "--format", "json").stdout
        )
        found = {row["instrument"] for row in rows}
        assert found <= {"job-matching"}
    said = kg("query", "evidence-of", "--instrument", "cloud-fair", "--store", store, "--format", "json").stdout
    assert "云上揽才会" in said


def test_a_store_refuses_another_base(tmp_path: Path) -> None:
    folder = texts(tmp_path / "in", 1)
    store = tmp_path / "store"
    assert kg("build", folder, "--store", store, "--base-iri", "https://a.example/").returncode == 0
    done = kg("build", folder, "--store", store, KG_BASE_IRI="https://b.example/")
    assert done.returncode == 4
    assert "https://a.example/" in done.stderr
    assert kg("build", folder, "--store", store).returncode == 0


def test_of_an_input_that_is_not_there_nothing_is_called_done(tmp_path: Path) -> None:
    done = kg("build", tmp_path / "nowhere", "--store", tmp_path / "store")
    assert done.returncode == 3
    assert "there is no such file or folder" in done.stderr
    assert "nothing to do" not in done.stderr


def test_text_and_suggestions_name_each_input_that_cannot_be_read(tmp_path: Path) -> None:
    folder = texts(tmp_path / "in", 2)
    for name in ("one.txt", "two.txt"):
        (folder / name).write_bytes(b"")
    for command in (("text",), ("vocabulary", "suggest")):
        done = kg(*command, folder)
        assert done.returncode == 3, command
        assert [line for line in done.stderr.splitlines() if line.startswith("failed: ")] == [
            f"failed: {(folder / name).as_posix()} is empty" for name in ("one.txt", "two.txt")
        ]
        assert done.stderr.splitlines()[-1] == "kg: 2 of the inputs could not be read, as told above"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
def test_a_full_disk_is_told_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("正文。\n" * 9000, "utf-8")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "kg", "text", str(path)], stdout=full, stderr=subprocess.PIPE, env=environment()
        )
    assert (done.returncode, done.stderr.decode()) == (
        1,
        "kg: the output cannot be written: No space left on device\n",
    )
