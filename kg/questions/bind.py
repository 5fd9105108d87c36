"""A question's body with its values put in: as RDF terms that the library writes, never as pasted text.

Of a question in Cypher the body has the same blocks (`//:if`), and its values go to the server as parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from pyoxigraph import Literal, NamedNode

from kg.questions.model import Question
from loaders.errors import InputError

_MARK = re.compile(r"^(\s*)(?:#|//):(if|end|parameters)\b\s*(.*?)\s*$")


def bind(question: Question, values: Mapping[str, Sequence[NamedNode | Literal]], conditions: Set[str]) -> str:
    """The query to run: `#:if` blocks kept where all their conditions hold, `#:parameters` turned into VALUES lines.

    A bare `#:parameters` takes every value that no other mark names.
    """
    named = {name for line in question.body.splitlines() for name in _names(line)}
    rest = [name for name in values if name not in named]
    lines: list[str] = []
    for line in _kept(question, conditions):
        mark = _MARK.match(line)
        if mark is None:
            lines.append(line)
        else:
            lines += [mark[1] + _values(name, values[name]) for name in mark[3].split() or rest if name in values]
    return "\n".join(lines)


def body_for(question: Question, conditions: Set[str]) -> str:
    """The body without the blocks whose conditions do not hold: what is run where the driver binds the values."""
    return "\n".join(_kept(question, conditions))


def _kept(question: Question, conditions: Set[str]) -> Iterator[str]:
    """The lines that stay, `parameters` marks among them; InputError for a block without its end."""
    keeping = [True]
    for number, line in enumerate(question.body.splitlines(), 1):
        mark = _MARK.match(line)
        if mark is not None and mark[2] == "if":
            keeping.append(all((one.lstrip("!") in conditions) != one.startswith("!") for one in mark[3].split()))
        elif mark is not None and mark[2] == "end":
            keeping.pop()
            if not keeping:
                raise InputError(f"{question.path}: line {number} of the query: an #:end without its #:if")
        elif all(keeping):
            yield line
    if len(keeping) != 1:
        raise InputError(f"{question.path}: an #:if has no #:end")


def _names(line: str) -> list[str]:
    mark = _MARK.match(line)
    return mark[3].split() if mark and mark[2] == "parameters" else []


def _values(name: str, terms: Sequence[NamedNode | Literal]) -> str:
    return f"VALUES ${name} {{ {' '.join(str(term) for term in terms)} }}"
