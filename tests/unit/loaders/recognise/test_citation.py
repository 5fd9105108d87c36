"""Documents cited, against `tests/cases/citation.yaml`."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.folding import fold
from loaders.lexicon import Lexicon
from loaders.recognise.citation import DOCUMENT_NUMBER, recognise_citations


def read(text: str, lexicon: Lexicon) -> list[list[str]]:
    found = recognise_citations(fold(text), 0, len(text), lexicon)
    return [[text[m.start : m.end], m.relation, *([m.number] if m.number else [])] for m in found]


@pytest.mark.parametrize("case", finds("citation"))
def test_finds(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case["text"], lexicon) == case["found"]


@pytest.mark.parametrize("case", nonfinds("citation"))
def test_finds_none(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert read(case["text"], lexicon) == []


@pytest.mark.parametrize("number", ["国发〔2018〕3号", "农办[2021]第15号", "省政府令第210号", "川府发(2020)6号"])
def test_numbers_of_documents(number: str) -> None:
    assert DOCUMENT_NUMBER.fullmatch(fold(number))


@pytest.mark.parametrize("text", ["3号", "〔2018〕", "国发2018年3号", "国发〔1818〕3号"])
def test_no_numbers_of_documents(text: str) -> None:
    assert not DOCUMENT_NUMBER.fullmatch(text)
