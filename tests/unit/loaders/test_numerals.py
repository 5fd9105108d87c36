"""Values of numerals, against `tests/cases/numerals.yaml`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from case_files import finds, nonfinds, number

from loaders.numerals import parse_numeral, scale_of


@pytest.mark.parametrize("case", finds("numerals"))
def test_values(case: dict[str, Any]) -> None:
    assert parse_numeral(case["text"]) == number(case["value"])


@pytest.mark.parametrize("case", nonfinds("numerals"))
def test_no_numerals(case: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no numeral"):
        parse_numeral(case["text"])


def test_the_empty_string_is_no_numeral() -> None:
    with pytest.raises(ValueError, match="no numeral"):
        parse_numeral("")


@pytest.mark.parametrize(
    ("letters", "factor"), [("", 1), ("万", 10**4), ("亿", 10**8), ("千万", 10**7), ("百万", 10**6), ("万亿", 10**12)]
)
def test_scale_letters_multiply(letters: str, factor: int) -> None:
    assert scale_of(letters) == Decimal(factor)
