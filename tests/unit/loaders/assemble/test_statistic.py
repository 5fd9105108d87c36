"""Statistic and sign of a quantity, against `tests/cases/statistic.yaml` (nonfinds: what only looks like a change)."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.assemble.cues import cues_of
from loaders.assemble.observation import clause_of, statistic_of
from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.quantity import recognise_quantities


@pytest.mark.parametrize("case", [*finds("statistic"), *nonfinds("statistic")])
def test_statistic_and_sign(case: dict[str, Any], lexicon: Lexicon) -> None:
    text = fold(case["text"])
    quantities = recognise_quantities(text, 0, len(text), lexicon)
    index = case.get("index", 0)
    quantity = quantities[index]
    clause = clause_of(text, quantity, quantities[index - 1].end if index else 0)
    read = statistic_of(text, quantity, clause, case.get("plan", False), False, cues_of(lexicon))
    assert read == (case["statistic"], case.get("sign", 1))


def test_words_of_a_plan_make_a_target_of_a_reporting_paragraph(lexicon: Lexicon) -> None:
    text = "新建农村公路300公里"
    (quantity,) = recognise_quantities(text, 0, len(text), lexicon)
    assert statistic_of(text, quantity, clause_of(text, quantity, 0), False, True, cues_of(lexicon)) == ("target", 1)
