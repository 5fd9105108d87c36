"""Answers, nodes and relationships as pandas and polars frames (the extra `frames`).

Both libraries get the same columns of the same kinds: a column is text, integer, decimal, truth or date, or a list of
one of these; a missing value is null. Where values of one key differ in kind (one name and a list of names) the wider
kind takes both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.bridges.subgraph import Subgraph
from kg.questions.model import Answer
from kg.questions.rows import LABELLED, to_objects
from loaders.errors import KgError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_LISTS = ("places",)
_KINDS = {"integer": "integer", "decimal": "decimal"}
_PANDAS = {"text": "string", "integer": "Int64", "decimal": "Float64", "truth": "boolean", "date": "datetime64[s]"}
_FIRST = ("iri", "labels", "name", "name_en", "code")  # of a node's columns; the rest are in alphabetical order
_ENDS = ("start", "type", "end")  # of a relationship's; its evidence's own `start` and `end` are start_ and end_


@dataclass(frozen=True, slots=True)
class Series:
    """One column, whatever library it is for."""

    name: str
    kind: str  # text, integer, decimal, truth or date
    many: bool  # each value is a list
    values: Sequence[Any]


def pandas_answer(answer: Answer, language: str = "zh") -> pd.DataFrame:
    """An answer as a pandas frame: columns as in `kg query --format csv`."""
    return _pandas(_of_answer(answer, language))


def polars_answer(answer: Answer, language: str = "zh") -> pl.DataFrame:
    """An answer as a polars frame: columns as in `kg query --format csv`."""
    return _polars(_of_answer(answer, language))


def pandas_nodes(subgraph: Subgraph, label: str | None = None) -> pd.DataFrame:
    """Nodes, of one label where it is given, a property a column, `labels` a list."""
    return _pandas(_of_nodes(subgraph, label))


def polars_nodes(subgraph: Subgraph, label: str | None = None) -> pl.DataFrame:
    """Nodes, of one label where it is given, a property a column, `labels` a list."""
    return _polars(_of_nodes(subgraph, label))


def pandas_relationships(subgraph: Subgraph, kind: str | None = None) -> pd.DataFrame:
    """Relationships, of one type where it is given: `start`, `type`, `end` and a property a column.

    `start` and `end` are IRIs of nodes; where the evidence stands in the text is `start_` and `end_`.
    """
    return _pandas(_of_relationships(subgraph, kind))


def polars_relationships(subgraph: Subgraph, kind: str | None = None) -> pl.DataFrame:
    """Relationships as pandas_relationships has them."""
    return _polars(_of_relationships(subgraph, kind))


def _of_answer(answer: Answer, language: str) -> list[Series]:
    rows = to_objects(answer, language)
    found = []
    for column in answer.question.columns:
        many = column.type in _LISTS
        kind = _KINDS.get(column.type, "text")
        names = (column.name, f"{column.name}_label") if column.type in LABELLED else (column.name,)
        found += [Series(name, kind, many, [_number(row[name]) for row in rows]) for name in names]
    return found


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _of_nodes(subgraph: Subgraph, label: str | None) -> list[Series]:
    rows = [
        {**node.properties, "iri": node.iri, "labels": node.labels}
        for node in subgraph.nodes
        if label is None or label in node.labels
    ]
    return _of_rows(rows, _FIRST, {"labels"})


def _of_relationships(subgraph: Subgraph, kind: str | None) -> list[Series]:
    rows = [
        {
            **{f"{key}_" if key in _ENDS else key: value for key, value in one.properties.items()},
            "start": one.start,
            "type": one.type,
            "end": one.end,
        }
        for one in subgraph.relationships
        if kind is None or one.type == kind
    ]
    return _of_rows(rows, _ENDS, set())


def _of_rows(rows: Sequence[Mapping[str, Any]], first: Sequence[str], lists: set[str]) -> list[Series]:
    names = [*first, *sorted({key for row in rows for key in row} - set(first))]
    found = []
    for name in names:
        values = [row.get(name) for row in rows]
        many = name in lists or any(isinstance(value, tuple) for value in values)
        if many:
            values = [None if v is None else list(v) if isinstance(v, tuple) else [v] for v in values]
        kind = _kind(one for value in values if value is not None for one in (value if many else (value,)))
        if kind == "text":
            values = [_text(value) for value in values]
        found.append(Series(name, kind, many, values))
    return found


def _text(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    return [str(one) for one in value] if isinstance(value, list) else str(value)


def _kind(values: Iterable[object]) -> str:
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return "truth"
    if kinds == {int}:
        return "integer"
    if kinds and kinds <= {int, float}:
        return "decimal"
    return "date" if kinds == {date} else "text"


def _pandas(columns: Sequence[Series]) -> pd.DataFrame:
    pandas = _library("pandas")
    made = {
        one.name: pandas.Series(list(one.values), dtype="object" if one.many else _PANDAS[one.kind]) for one in columns
    }
    frame: pd.DataFrame = pandas.DataFrame(made)
    return frame


def _polars(columns: Sequence[Series]) -> pl.DataFrame:
    polars = _library("polars")
    kinds = {
        "text": polars.String,
        "integer": polars.Int64,
        "decimal": polars.Float64,
        "truth": polars.Boolean,
        "date": polars.Date,
    }
    made = [
        polars.Series(one.name, _floats(one), dtype=polars.List(kinds[one.kind]) if one.many else kinds[one.kind])
        for one in columns
    ]
    frame: pl.DataFrame = polars.DataFrame(made)
    return frame


def _floats(one: Series) -> list[Any]:
    """Values as polars takes them: it refuses a whole number among decimals."""
    if one.kind != "decimal":
        return list(one.values)
    if one.many:
        return [None if value is None else [float(part) for part in value] for value in one.values]
    return [None if value is None else float(value) for value in one.values]


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise KgError(f"{name} is not installed: pip install 'zhenxing[frames]'") from None
