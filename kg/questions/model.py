"""What a named question is, what it is asked with, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

LANGUAGES = ("zh", "en")
# The common filters, by which the command line, the API and plain-language asking fill any question's parameters.
FILTERS = (
    "place",
    "exact-place",
    "period",
    "instrument",
    "target",
    "metric",
    "statistic",
    "status",
    "min-confidence",
    "of",
)
SCHEMES = {"instrument": "instruments", "target": "targets", "metric": "metrics"}
CODES = {
    "statistic": ("level", "change", "growth", "share", "completion", "standard", "target"),
    "status": ("done", "planned"),
}
COLUMN_TYPES = ("text", "concept", "place", "places", "bulletin", "iri", "period", "decimal", "integer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One `$name` of a question's body and the filter from which it gets its values."""

    name: str
    filter: str  # one of FILTERS
    part: str | None = None  # of a period: first or last (month, as the number YYYYMM)
    default: tuple[str, ...] = ()  # as a user would write them
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the answer."""

    name: str
    type: str  # one of COLUMN_TYPES
    titles: Mapping[str, str]  # by language
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question as its file says it; `name` is the file's name without its suffix."""

    name: str
    path: Path
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    order: tuple[str, ...]  # columns by which rows are sorted, "-" before one for the largest first
    chart: str | None
    conditions: tuple[str, ...]  # what the body's `#:if` lines ask for
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a user asked for, as written: codes, labels or aliases in either language."""

    place: tuple[str, ...] = ()
    exact_place: tuple[str, ...] = ()
    period: str | None = None
    overlapping: bool = False
    instrument: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    metric: tuple[str, ...] = ()
    statistic: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    min_confidence: Decimal | None = None
    of: tuple[str, ...] = ()
    all_links: bool = False

    def given(self, name: str) -> tuple[str, ...]:
        """The values of a common filter, none where it was not given."""
        value = getattr(self, name.replace("-", "_"))
        if value is None:
            return ()
        return value if isinstance(value, tuple) else (str(value),)


@dataclass(frozen=True, slots=True)
class Thing:
    """A concept, place or bulletin in an answer: its code (or IRI) and its labels."""

    code: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)

    def label(self, language: str) -> str:
        """The label in a language, else in another, else the code."""
        return self.labels.get(language) or next((v for _, v in sorted(self.labels.items())), self.code)


Cell = None | str | int | Decimal | Thing | tuple[Thing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Rows in a fixed order; each has one cell for each column."""

    question: Question
    rows: tuple[tuple[Cell, ...], ...]
