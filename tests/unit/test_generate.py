"""Generated bulletins: the same for a seed, gold that points at its text, and text that extraction reads well."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from loaders.contract import to_contract
from loaders.extract import extract
from loaders.lexicon import Lexicon, load_lexicon
from loaders.records import Document, Metadata

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "generate.py"


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("zhenxing_generate", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generate = _load()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def thirty() -> list[tuple[str, dict[str, str], dict[str, Any]]]:
    return list(generate.bulletins(30, 7))


def test_a_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        generate.write(4, seed, tmp_path / f"{name}.jsonl", tmp_path / f"{name}-gold.jsonl")
    first, same, other = ((tmp_path / f"{n}.jsonl").read_bytes() for n in "abc")
    assert first == same
    assert first != other
    gold = [(tmp_path / f"{n}-gold.jsonl").read_text(encoding="utf-8") for n in "ab"]
    assert gold[0].replace("a.jsonl", "b.jsonl") == gold[1]


def test_a_process_of_its_own_writes_the_same(tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    command = [sys.executable, str(SCRIPT), "--count", "3", "--seed", "5", "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    generate.write(3, 5, tmp_path / "y.csv")
    assert out.read_bytes() == (tmp_path / "y.csv").read_bytes()


def test_a_bulletin_depends_on_seed_and_number_alone(thirty: list[tuple[str, dict[str, str], dict[str, Any]]]) -> None:
    assert generate.bulletin(17, 7) == thirty[16]


def test_a_folder_has_the_gold_beside_each_text(tmp_path: Path) -> None:
    generate.write(2, 5, tmp_path)
    for text in sorted(tmp_path.glob("*.txt")):
        gold = json.loads(text.with_suffix(".json").read_text(encoding="utf-8"))
        assert gold["source"] == text.name
        assert gold["document"]["text_sha256"] == hashlib.sha256(text.read_bytes()).hexdigest()


def test_bulletins_vary(thirty: list[tuple[str, dict[str, str], dict[str, Any]]]) -> None:
    assert {gold["layout"] for _, _, gold in thirty} >= {"nested", "run-in", "prose", "numbered"}
    assert len({gold["sections"][0]["place"] for _, _, gold in thirty}) > 10
    assert all(700 < len(text) < 5000 for text, _, _ in thirty)
    off = [gold for _, _, gold in generate.bulletins(120, 7) if gold["layout"] == "off"]
    assert off
    assert not any(gold["measures"] or gold["observations"] or gold["programs"] for gold in off)


def test_gold_points_at_what_it_says(thirty: list[tuple[str, dict[str, str], dict[str, Any]]]) -> None:
    factors = {"万": 10**4, "亿": 10**8}
    for text, _, gold in thirty:
        ids = {m["id"] for m in gold["measures"]}
        for o in gold["observations"]:
            quote = "".join(text[o["start"] : o["end"]].split())
            number = re.match(r"[\d.]+", quote)
            assert number is not None
            value = float(number[0]) * next((f for c, f in factors.items() if c in quote), 1)
            assert abs(abs(o["value"]) - value) < 1e-6 * value
            assert o["measure"] is None or o["measure"] in ids
        for program in gold["programs"]:
            assert "".join(text[program["start"] : program["end"]].split()) == program["name"]
        for measure in gold["measures"]:
            assert text[measure["end"] - 1] == "。"
            inside = [o for o in gold["observations"] if measure["start"] <= o["start"] < measure["end"]]
            assert all(o["measure"] == measure["id"] for o in inside)


def _pairs(gold: list[dict[str, Any]], found: list[dict[str, Any]], observations: bool) -> Iterator[tuple[int, int]]:
    """Same value and unit at the same place; of measures, more than half of both in common."""
    taken: set[int] = set()
    for i, g in enumerate(gold):
        for j, p in enumerate(found):
            common = min(g["end"], p["end"]) - max(g["start"], p["start"])
            whole = max(g["end"], p["end"]) - min(g["start"], p["start"])
            if observations:
                off = abs(g["value"] - p["value"])
                right = common > 0 and g["unit"] == p["unit"] and off <= 1e-6 * max(1, abs(g["value"]))
            else:
                right = common >= 0.5 * whole
            if right and j not in taken:
                taken.add(j)
                yield i, j
                break


@pytest.mark.parametrize(("kind", "least"), [("observations", 0.97), ("measures", 0.95)])
def test_extraction_reads_them(
    kind: str, least: float, thirty: list[tuple[str, dict[str, str], dict[str, Any]]], lexicon: Lexicon
) -> None:
    hits = wanted = given = 0
    for number, (text, columns, gold) in enumerate(thirty, 1):
        digest = hashlib.sha256(text.encode()).hexdigest()
        document = Document(
            source=f"generated.jsonl#{number}", text=text, text_sha256=digest, media_type="text/plain",
            original_sha256=digest, original="generated.jsonl",
            metadata=Metadata(
                title=columns["title"], publisher=columns["publisher"], place=columns["place"], year=columns["year"],
                date=columns["publish_date"], identifier=columns["id"],
            ),
        )  # fmt: skip
        found = to_contract(extract(document, lexicon))[kind]
        hits += len(list(_pairs(gold[kind], found, kind == "observations")))
        wanted += len(gold[kind])
        given += len(found)
    assert 2 * hits / (wanted + given) >= least
