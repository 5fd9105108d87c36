"""A question's body with its values put in: as RDF terms that the library writes, never as pasted text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set

from pyoxigraph import Literal, NamedNode

from kg.questions.model import Question
from loaders.errors import InputError

_MARK = re.compile(r"^(\s*)#:(if|end|parameters)\b\s*(.*?)\s*$")


def bind(question: Question, values: Mapping[str, Sequence[NamedNode | Literal]], conditions: Set[str]) -> str:
    """The query to run: `#:if` blocks kept where all their conditions hold, `#:parameters` turned into VALUES lines.

    A bare `#:parameters` takes every value that no other mark names.
    """
    named = {name for line in question.body.splitlines() for name in _names(line)}
    rest = [name for name in values if name not in named]
    lines: list[str] = []
    keeping = [True]
    for number, line in enumerate(question.body.splitlines(), 1):
        mark = _MARK.match(line)
        if mark is None:
            if all(keeping):
                lines.append(line)
            continue
        indent, word, rest_of_line = mark.groups()
        if word == "if":
            keeping.append(all((one.lstrip("!") in conditions) != one.startswith("!") for one in rest_of_line.split()))
        elif word == "end":
            keeping.pop()
            if not keeping:
                raise InputError(f"{question.path}: line {number} of the query: #:end without #:if")
        elif all(keeping):
            lines += [indent + _values(name, values[name]) for name in rest_of_line.split() or rest if name in values]
    if len(keeping) != 1:
        raise InputError(f"{question.path}: an #:if has no #:end")
    return "\n".join(lines)


def _names(line: str) -> list[str]:
    mark = _MARK.match(line)
    return mark[3].split() if mark and mark[2] == "parameters" else []


def _values(name: str, terms: Sequence[NamedNode | Literal]) -> str:
    return f"VALUES ${name} {{ {' '.join(str(term) for term in terms)} }}"
