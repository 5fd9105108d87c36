"""Our scoring equals the contract's own, and the examples score no worse than what is committed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from kg.evaluate import Evaluation, evaluate, find_document, gold_files, load_gold, reliability_of
from kg.scoring import ATTRIBUTES, KINDS, BareText, Judgement, compare, months, pair
from loaders.contract import to_contract
from loaders.extract import extract
from loaders.lexicon import Lexicon, load_lexicon
from loaders.readers import ReadOptions

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus" / "reports-2026"
FIGURES = Path(__file__).parent / "examples.json"  # made by: python tests/golden/figures.py


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


@pytest.fixture(scope="module")
def evaluated(lexicon: Lexicon) -> Evaluation:
    return evaluate(EXAMPLES, lexicon)


def test_the_examples_score_as_committed(evaluated: Evaluation) -> None:
    committed = json.loads(FIGURES.read_text("utf-8"))
    assert {f.name: round(f.value, 4) for f in evaluated.figures} == committed


def test_the_examples_are_many_and_of_all_kinds(evaluated: Evaluation) -> None:
    suffixes = {path.suffix for path in EXAMPLES.iterdir()}
    assert {".txt", ".md", ".html", ".docx", ".xlsx", ".pdf", ".csv", ".jsonl"} <= suffixes
    assert len(evaluated.bulletins) >= 12


@pytest.mark.skipif(not CORPUS.exists(), reason="the reports of the validation set are not beside us")
def test_the_validation_set_scores_as_committed_and_confidence_is_calibrated_on_it(lexicon: Lexicon) -> None:
    result = evaluate(ROOT / "tests" / "validation", lexicon, CORPUS)
    committed = json.loads((Path(__file__).parent / "validation.json").read_text("utf-8"))
    assert {f.name: round(f.value, 4) for f in result.figures} == committed
    for reliability in result.reliability:
        assert round(reliability.error, 2) <= 0.08, reliability


def score_module() -> ModuleType:
    path = SHARED / "contract" / "score.py"
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(not (SHARED / "contract" / "score.py").exists(), reason="the contract's scorer is not beside us")
@pytest.mark.parametrize("folder", [EXAMPLES, SHARED / "gold"], ids=["examples", "gold"])
def test_scores_equal_the_contracts_own(folder: Path, lexicon: Lexicon) -> None:
    score = score_module()
    tally = score.Tally()
    cache: dict[Path, list[object]] = {}
    for path in gold_files(folder):
        gold = load_gold(path)
        document = find_document(gold, path, None, ReadOptions(), cache)  # type: ignore[arg-type]
        score.compare(score.Text(document.text), gold, to_contract(extract(document, lexicon)), tally, None)
    theirs = tally.result()
    ours = {f.name: f for f in evaluate(folder, lexicon).figures}
    for kind in KINDS:
        assert round(ours[kind].value, 4) == theirs[kind]["f1"]
        assert round(ours[kind].precision or 0, 4) == theirs[kind]["precision"]
        assert round(ours[kind].recall or 0, 4) == theirs[kind]["recall"]
    for name, accuracy in theirs["accuracy"].items():
        assert round(ours[name].value, 4) == accuracy["accuracy"]
        assert ours[name].of == accuracy["of"]


GOLD = {
    "source": "t.txt",
    "sections": [{"quote": "甲县", "place": "610000"}],
    "measures": [
        {
            "id": "m1", "quote": "开展培训，培训5人次。", "place": "610000",
            "instruments": ["vocational-training"], "targets": [],
        }
    ],
    "observations": [
        {
            "quote": "5人次", "value": 5, "unit": "person-time", "statistic": "level", "qualifier": "eq",
            "metric": "training-participants", "place": "610000", "period": "2022-Q1/2022-Q2", "measure": "m1",
        }
    ],
    "programs": [],
}  # fmt: skip


def test_a_prediction_that_says_the_same_scores_one_and_a_wrong_one_less() -> None:
    text = BareText("甲县\n开展培训，\n培训5 人次。")
    predicted = json.loads(json.dumps(GOLD))
    predicted["observations"][0]["id"] = "o1"
    predicted["observations"][0]["period"] = "2022-01/2022-06"
    right = compare(text, GOLD, predicted)
    assert all(right.f1(kind) == 1.0 for kind in ("sections", "measures", "instruments", "observations", "links"))
    assert all(right.right[name] == 1 for name in ATTRIBUTES)
    predicted["observations"][0]["value"] = 6
    wrong = compare(text, GOLD, predicted)
    assert wrong.f1("observations") == 0.0
    assert wrong.f1("links") == 0.0
    assert wrong.differences


def test_months_and_pairs() -> None:
    assert months("2024-Q1/2024-Q2") == months("2024-01/2024-06")
    assert months("2024") == months("2024-01/2024-12")
    assert months(None) is None
    assert pair([1, 2], [2, 1], lambda a, b: a == b) == {0: 1, 1: 0}


def test_reliability_measures_the_gap_of_confidence_and_accuracy() -> None:
    judged = [Judgement("links", 0.9, i % 2 == 0) for i in range(100)]
    assert reliability_of("links", judged).error == pytest.approx(0.4, abs=1e-9)
    assert reliability_of("labels", judged).error == 0.0
