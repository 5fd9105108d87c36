from __future__ import annotations

import json
from decimal import Decimal

import pytest
from said import sample

from loaders.contract import from_contract, json_number, period_months, to_contract


@pytest.mark.parametrize(
    ("period", "months"),
    [
        ("2024", (202401, 202412)),
        ("2024-09", (202409, 202409)),
        ("2024-Q3", (202407, 202409)),
        ("2022-05/2022", (202205, 202212)),
        ("2021/2025", (202101, 202512)),
        ("2024-02-29", (202402, 202402)),
        ("2023-02-29", None),
        ("2024-13", None),
        ("2024-Q5", None),
        ("2025/2024", None),
        ("2024/2024/2024", None),
        ("", None),
        ("今年", None),
        ("24", None),
    ],
)
def test_months_of_a_period(period: str, months: tuple[int, int] | None) -> None:
    assert period_months(period) == months


def test_numbers_stay_what_they_are() -> None:
    assert (
        json.dumps([json_number(Decimal(n)) for n in ("1200", "-3.0", "97.5", "1E+8")]) == "[1200, -3, 97.5, 100000000]"
    )


def test_there_and_back_is_the_same_object() -> None:
    said = sample()
    published = json.loads(json.dumps(to_contract(said), ensure_ascii=False))
    assert to_contract(from_contract(published, said.document)) == published
    assert list(published) == [
        "source", "title", "publisher", "document", "sections", "measures", "observations", "programs", "citations",
    ]  # fmt: skip


def test_what_the_object_says() -> None:
    said = to_contract(sample())
    first = said["measures"][0]
    assert first["instruments"] == ["vocational-training", "fund-allocation"]
    assert first["label_confidence"] == {"vocational-training": 0.9, "fund-allocation": 0.9, "poverty-alleviated": 0.9}
    assert first["agencies"] == [{"name": "省农业厅", "role": "lead"}]
    assert said["observations"][1]["value"] == 3000000
    assert said["observations"][4]["link_confidence"] is None
    assert said["document"]["level"] == "province"
    assert said["citations"][0]["relation"] == "based-on"
