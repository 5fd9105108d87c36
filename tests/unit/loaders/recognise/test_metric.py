"""Metrics of numbers, against `tests/cases/metric.yaml`."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.metric import MetricGuess, recognise_metrics, settle
from loaders.recognise.place import recognise_places
from loaders.recognise.quantity import recognise_quantities


def guesses(case: dict[str, Any], lexicon: Lexicon) -> list[MetricGuess]:
    text = fold(case["text"])
    home = case.get("home")
    quantities = recognise_quantities(text, 0, len(text), lexicon)
    places = recognise_places(text, 0, len(text), lexicon, home)
    hits = lexicon.scan(text).get("metrics", [])
    return recognise_metrics(text, quantities, hits, lexicon, (), places, home)


@pytest.mark.parametrize("case", finds("metric"))
def test_finds(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert [g.code for g in guesses(case, lexicon)] == case["found"]


@pytest.mark.parametrize("case", nonfinds("metric"))
def test_finds_no_wrong_one(case: dict[str, Any], lexicon: Lexicon) -> None:
    codes = [g.code for g in guesses(case, lexicon)]
    assert codes
    assert case["wrong"] not in codes


@pytest.mark.parametrize("case", finds("metric"))
def test_a_label_stands_where_the_guess_says(case: dict[str, Any], lexicon: Lexicon) -> None:
    for guess in guesses(case, lexicon):
        if guess.span is not None:
            assert 0 <= guess.span[0] < guess.span[1] <= len(case["text"])


@pytest.mark.parametrize(
    ("text", "statistic", "code"),
    [
        ("发放交通补贴300元", "standard", "subsidy-standard"),
        ("发放交通补贴300元", "level", "subsidies-paid"),
        ("完成造林5万亩", "completion", "target-completion"),
        ("完成造林5万亩", "level", "planted-area"),
    ],
)
def test_the_statistic_settles_the_metric(text: str, statistic: str, code: str, lexicon: Lexicon) -> None:
    (guess,) = guesses({"text": text}, lexicon)
    assert settle(guess, statistic, lexicon).code == code
