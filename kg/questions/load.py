"""Question files: a query with its front matter in `#+` lines, read strictly.

    #+ title: {zh: …, en: …}
    #+ parameters: {inside: {filter: place}, from: {filter: period, part: first}}
    #+ columns: {place: {type: place, zh: …, en: …}}
    #+ order: [place, -value]
    SELECT … {
      #:if place              the lines up to #:end stay only where the filter was given
      #:parameters inside     becomes VALUES lines
      … $inside …
      #:end

The file works as it stands: every mark is a comment. Its twin in Cypher has the same front matter in `//+` lines and
the same blocks in `//:if` lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from kg.questions.model import COLUMN_TYPES, FILTERS, LANGUAGES, Column, Parameter, Question
from loaders.errors import InputError, KgError
from loaders.resources import data_folder

_USED = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_FOLDERS = {"sparql": ".rq", "cypher": ".cypher"}  # of each language the folder and the end of its files' names
_STRING_OR_COMMENT = {
    ".rq": re.compile(r'"(?:[^"\\\n]|\\.)*"|(?<![^\s{}().;])#.*'),
    ".cypher": re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|//.*|/\*(?s:.*?)\*/"""),
}
_IF = re.compile(r"^\s*(?:#|//):if\s+(.+?)\s*$", re.MULTILINE)
_KEYS = {"title", "description", "parameters", "columns", "order", "chart"}


def question_names() -> list[str]:
    """The names of all questions, in alphabetical order."""
    return sorted(path.stem for path in data_folder("sparql").glob("*.rq"))


def load_named(name: str, language: str = "sparql") -> Question:
    """The question of that name in `sparql` or `cypher`; KgError names the nearest where there is none."""
    from difflib import get_close_matches

    names = question_names()
    if name not in names:
        near = get_close_matches(name, names, 3, 0.4) or names
        raise KgError(f"there is no question {name!r}; nearest: {', '.join(near)} (all: kg questions)")
    return load_question(data_folder(language) / f"{name}{_FOLDERS[language]}")


@lru_cache(maxsize=64)
def load_question(path: Path) -> Question:
    """One question from its file; an InputError says which file, which line and what is wrong."""
    lines = path.read_text("utf-8").splitlines()
    front, body = split_front_matter(path, lines)
    unknown = set(front) - _KEYS
    if unknown:
        raise InputError(f"{path}: the front matter has unknown keys: {', '.join(sorted(unknown))}")
    parameters = tuple(_parameter(path, name, said) for name, said in (front.get("parameters") or {}).items())
    declared, used = {parameter.name for parameter in parameters}, parameters_in(body, path.suffix)
    if declared != used:
        raise InputError(f"{path}: its front matter declares {sorted(declared)}, its query uses {sorted(used)}")
    columns = tuple(_column(path, name, said) for name, said in _need(path, front, "columns").items())
    names = {column.name for column in columns}
    order = tuple(front.get("order") or ())
    if strange := [name for name in order if name.removeprefix("-") not in names]:
        raise InputError(f"{path}: order names no column: {', '.join(strange)}")
    return Question(
        name=path.stem,
        path=path,
        titles=_both(path, "title", _need(path, front, "title")),
        descriptions=_both(path, "description", _need(path, front, "description")),
        parameters=parameters,
        columns=columns,
        order=order,
        chart=front.get("chart"),
        conditions=tuple(sorted({one.lstrip("!") for found in _IF.findall(body) for one in found.split()})),
        body=body,
    )


def split_front_matter(path: Path, lines: list[str]) -> tuple[dict[str, Any], str]:
    """Front matter (the leading `#+` or `//+` lines, YAML) and the body after it."""
    count = next((n for n, line in enumerate(lines) if not line.startswith(("#+", "//+"))), len(lines))
    if not count:
        raise InputError(f"{path}, line 1: the front matter is missing (lines that begin with #+)")
    text = "\n".join(line.split("+", 1)[1].removeprefix(" ") for line in lines[:count])
    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(fault, "problem", None) or "no YAML"
        raise InputError(f"{path}, line {line}: the front matter cannot be read: {problem}") from None
    if not isinstance(front, dict):
        raise InputError(f"{path}, line 1: the front matter is no mapping")
    return front, "\n".join(lines[count:]) + "\n"


def parameters_in(body: str, suffix: str = ".rq") -> set[str]:
    """The names of the `$parameters` that a body uses, outside of strings and comments of the file's language."""
    return set(_USED.findall(_STRING_OR_COMMENT.get(suffix, _STRING_OR_COMMENT[".rq"]).sub(" ", body)))


def _need(path: Path, front: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = front.get(key)
    if not isinstance(value, dict) or not value:
        raise InputError(f"{path}: the front matter lacks {key}, a mapping")
    return value


def _both(path: Path, what: str, said: Mapping[str, Any]) -> dict[str, str]:
    if missing := [language for language in LANGUAGES if not said.get(language)]:
        raise InputError(f"{path}: {what} lacks {', '.join(missing)}")
    return {language: str(said[language]).strip() for language in LANGUAGES}


def _parameter(path: Path, name: str, said: Mapping[str, Any]) -> Parameter:
    filter_name = said.get("filter")
    if filter_name not in FILTERS:
        raise InputError(f"{path}: parameter {name} has no known filter: {filter_name}")
    part = said.get("part")
    if (part in ("first", "last")) != (filter_name == "period"):
        raise InputError(f"{path}: parameter {name}: a period needs part: first or last, nothing else may have one")
    default = said.get("default", ())
    return Parameter(
        name=name,
        filter=filter_name,
        part=part,
        default=tuple(str(one) for one in (default if isinstance(default, list) else [default])) if default else (),
        required=bool(said.get("required", False)),
    )


def _column(path: Path, name: str, said: Mapping[str, Any]) -> Column:
    if said.get("type") not in COLUMN_TYPES:
        raise InputError(f"{path}: column {name} has no known type: {said.get('type')}")
    titles = _both(path, f"column {name}", said)
    return Column(name=name, type=said["type"], titles=titles, unit=said.get("unit"))
