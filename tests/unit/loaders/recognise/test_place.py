"""Places in a text, against `tests/cases/place.yaml`."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.place import recognise_places


def read(case: dict[str, Any], lexicon: Lexicon) -> list[str]:
    text = fold(case["text"])
    found = recognise_places(text, 0, len(text), lexicon, case.get("within"), case.get("year"))
    assert [m.start for m in found] == sorted(m.start for m in found)
    assert all(0 <= m.start < m.end <= len(text) for m in found)
    return [m.code for m in found]


@pytest.mark.parametrize("case", finds("place"))
def test_finds(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case, lexicon) == case["found"]


@pytest.mark.parametrize("case", nonfinds("place"))
def test_finds_none(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case, lexicon) == []
