"""Bodies with their role, against `tests/cases/agency.yaml`."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.agency import recognise_agencies


def read(text: str, lexicon: Lexicon) -> list[list[str]]:
    found = recognise_agencies(fold(text), lexicon)
    assert all(m.name == text[m.start : m.end] for m in found)
    return [[m.name, m.role] for m in found]


@pytest.mark.parametrize("case", finds("agency"))
def test_finds(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case["text"], lexicon) == case["found"]


@pytest.mark.parametrize("case", nonfinds("agency"))
def test_finds_none(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case["text"], lexicon) == []
