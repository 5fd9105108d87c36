"""Numbers with units, against `tests/cases/quantity.yaml`."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds, number

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.quantity import recognise_quantities


def read(text: str, lexicon: Lexicon) -> list[tuple[object, ...]]:
    return [
        (text[q.start : q.end], number(q.value), q.unit, q.qualifier)
        for q in recognise_quantities(fold(text), 0, len(text), lexicon)
    ]


@pytest.mark.parametrize("case", finds("quantity"))
def test_finds(case: dict[str, Any], lexicon: Lexicon) -> None:
    expected = [(quote, number(value), unit, *(hedge or ["eq"])) for quote, value, unit, *hedge in case["found"]]
    assert read(case["text"], lexicon) == expected


@pytest.mark.parametrize("case", nonfinds("quantity"))
def test_finds_none(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case["text"], lexicon) == []
