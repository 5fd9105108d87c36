"""Named programs, against `tests/cases/program.yaml`."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.program import recognise_programs


def read(text: str, lexicon: Lexicon) -> list[list[str]]:
    found = recognise_programs(fold(text), 0, len(text), lexicon)
    assert all(0 < m.confidence <= 1 for m in found)
    return [[text[m.start : m.end], m.kind] for m in found]


@pytest.mark.parametrize("case", finds("program"))
def test_finds(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case["text"], lexicon) == case["found"]


@pytest.mark.parametrize("case", nonfinds("program"))
def test_finds_none(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case["text"], lexicon) == []
