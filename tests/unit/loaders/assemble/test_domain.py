"""What is in the domain, against `tests/cases/domain.yaml`; mixed sentences clause by clause."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.assemble.cues import cues_of
from loaders.assemble.domain import clause_in, heading_verdict, sentence_in
from loaders.folding import fold
from loaders.lexicon import Lexicon


def inside(case: dict[str, Any], lexicon: Lexicon) -> bool:
    cues = cues_of(lexicon)
    verdict = heading_verdict([case["under"]], cues) if "under" in case else None
    return sentence_in(fold(case["text"]), verdict, cues)


@pytest.mark.parametrize("case", finds("domain"))
def test_inside(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert inside(case, lexicon)


@pytest.mark.parametrize("case", nonfinds("domain"))
def test_outside(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert not inside(case, lexicon)


@pytest.mark.parametrize(
    ("headings", "verdict"),
    [
        (["全面推进乡村振兴"], True),
        (["制造业"], False),
        (["持续办好为民实事"], None),
        (["政府工作报告"], None),
        (["主要做法", "农业产业"], True),  # the nearest that decides
        (["城市更新", "农业产业"], False),
        ([], None),
    ],
)
def test_headings_decide(headings: list[str], verdict: bool | None, lexicon: Lexicon) -> None:
    assert heading_verdict(headings, cues_of(lexicon)) is verdict


@pytest.mark.parametrize(
    ("text", "number", "within"),
    [
        ("新建农村公路300公里,城市道路20公里。", "300公里", True),
        ("新建农村公路300公里,城市道路20公里。", "20公里", False),
        ("粮食产量900万吨,增长3%。", "3%", True),  # without a subject of its own it goes with the clause before
        ("工业投资增长8%,粮食产量增长3%。", "8%", False),
        # each item of a clause that lists figures
        ("新增城镇就业3万人、输转农村劳动力8万人。", "3万人", False),
        ("新增城镇就业3万人、输转农村劳动力8万人。", "8万人", True),
        # an object of its own before the number, though a rural clause stands beside it
        ("优化乡村学校布局,扩大普通高中办学规模,扩充公办普通高中学位8万个。", "8万个", False),
    ],
)
def test_in_a_mixed_sentence_each_number_goes_by_its_clause(
    text: str, number: str, within: bool, lexicon: Lexicon
) -> None:
    at = text.index(number)
    assert clause_in(text, at, at + len(number), None, cues_of(lexicon)) is within
