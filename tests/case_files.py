"""Cases as data: `tests/cases/NAME.yaml` holds `finds` and `nonfinds`, and both are demanded.

A rule that is only shown what it must find grows until it finds everything, so a file without non-finds is an error.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parent / "cases"


def load_cases(name: str) -> dict[str, list[dict[str, Any]]]:
    """The cases of one file; ValueError names the file where a part is missing, a text stands twice or is empty."""
    path = FOLDER / f"{name}.yaml"
    cases = yaml.safe_load(path.read_text("utf-8"))
    for part in ("finds", "nonfinds"):
        if not cases.get(part):
            raise ValueError(f"{path}: has no {part}")
    if more := set(cases) - {"finds", "nonfinds"}:
        raise ValueError(f"{path}: knows no part {sorted(more)}")
    seen: set[str] = set()
    for case in (*cases["finds"], *cases["nonfinds"]):
        key = repr(sorted((k, v) for k, v in case.items() if k != "found"))
        if not case.get("text") or key in seen:
            raise ValueError(f"{path}: an empty or a second {case}")
        seen.add(key)
    if empty := [c["text"] for c in cases["finds"] if "found" in c and not c["found"]]:
        raise ValueError(f"{path}: finds nothing in {empty}")
    return {part: cases[part] for part in ("finds", "nonfinds")}


def finds(name: str) -> list[Any]:
    """The finds of a file as pytest parameters, each named by its text."""
    return [_parameter(c) for c in load_cases(name)["finds"]]


def nonfinds(name: str) -> list[Any]:
    """The non-finds of a file as pytest parameters, each named by its text."""
    return [_parameter(c) for c in load_cases(name)["nonfinds"]]


def _parameter(case: dict[str, Any]) -> Any:
    """A case with `fault` shows a known fault, in its words: it is expected to fail until the rule is mended."""
    marks = [pytest.mark.xfail(reason=case["fault"], strict=False)] if "fault" in case else []
    return pytest.param(case, id=case["text"][:40], marks=marks)


def number(value: object) -> Decimal:
    """A number of a case file, exact, to four decimals as the files give them."""
    return round(Decimal(str(value)), 4)
