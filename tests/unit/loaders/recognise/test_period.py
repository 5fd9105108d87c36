"""Expressions of time, against `tests/cases/period.yaml`, and how a stock and a flow read an as-of date."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.folding import fold
from loaders.recognise.period import as_flow, as_stock, five_years, plan_period, recognise_periods


def read(case: dict[str, Any]) -> list[str]:
    text = fold(case["text"])
    mentions = recognise_periods(text, 0, len(text), case.get("year", 2024) or None, case.get("late", False))
    assert all(0 <= m.start < m.end <= len(text) for m in mentions)
    return [m.period + " as-of" * m.as_of + " since" * m.since + " future" * m.future for m in mentions]


@pytest.mark.parametrize("case", finds("period"))
def test_finds(case: dict[str, Any]) -> None:
    assert read(case) == case["found"]


@pytest.mark.parametrize("case", nonfinds("period"))
def test_finds_none(case: dict[str, Any]) -> None:
    assert read(case) == []


@pytest.mark.parametrize(
    ("period", "stock", "flow"),
    [
        ("2024-06", "2024-06", "2024-01/2024-06"),
        ("2024-01", "2024-01", "2024-01"),
        ("2024", "2024", "2024"),
        ("2024-Q1/2024-Q3", "2024-09", "2024-Q1/2024-Q3"),
        ("2024-Q3", "2024-09", "2024-Q1/2024-Q3"),
        ("2024-01/2024-06", "2024-06", "2024-01/2024-06"),
    ],
)
def test_a_stock_takes_the_last_point_and_a_flow_the_span(period: str, stock: str, flow: str) -> None:
    assert as_stock(period) == stock
    assert as_flow(period) == flow


def test_five_years_and_plans() -> None:
    assert five_years(2026, late=False) == "2021/2025"
    assert five_years(2025, late=True) == "2021/2025"
    assert plan_period("十二") == "2011/2015"
