"""Values against two libraries, wherever they read the span that we read; each difference has its reason in a file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml
from case_files import load_cases, number
from readings import Reading, readings

from loaders.lexicon import Lexicon
from loaders.readers import ReadOptions, inputs, read
from loaders.records import Document

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"


def _texts() -> dict[str, str]:
    cases = load_cases("quantity")
    texts = {c["text"]: c["text"] for c in (*cases["finds"], *cases["nonfinds"])}
    options = ReadOptions()
    for path in sorted(EXAMPLES.iterdir()):
        if path.suffix in (".txt", ".md", ".html", ".csv", ".jsonl", ".docx"):
            found = (each for unit in inputs(path, options) for each in read(unit, options))
            texts |= {each.source: each.text for each in found if isinstance(each, Document)}
    return texts


@pytest.fixture(scope="module")
def compared(lexicon: Lexicon) -> list[tuple[str, Reading]]:
    return [(name, reading) for name, text in _texts().items() for reading in readings(text, lexicon)]


def test_values_are_equal_but_for_the_differences_explained(compared: list[tuple[str, Reading]]) -> None:
    known = yaml.safe_load((HERE / "differences.yaml").read_text("utf-8"))
    assert all(d["reason"] for d in known)
    explained = {(d["text"], d["oracle"], d["quote"], number(d["theirs"]), number(d["ours"])) for d in known}
    seen = {(name, r.oracle, r.quote, r.theirs, r.ours) for name, r in compared if r.theirs != r.ours}
    assert seen - explained == set(), "without a reason"
    assert explained - seen == set(), "no longer there"


def test_the_oracles_read_enough_for_the_comparison_to_mean_something(compared: list[tuple[str, Reading]]) -> None:
    counts = Counter(r.oracle for _, r in compared)
    assert counts["cn2an"] > 400
    assert counts["recognizers-number"] > 400
    assert counts["recognizers-percentage"] > 80
    assert counts["recognizers-currency"] > 80
