"""Which provinces use the same instruments: how alike their mixes are.

A province's mix is the vector x of counts: x_i measures that act in it (or in a place inside it) apply instrument i. A
measure for two provinces counts in both; one for the whole country in none. Likeness is the cosine of two mixes

    cos(x, y) = Σ_i x_i y_i / ( √Σ_i x_i² · √Σ_i y_i² )

(Salton, McGill: Introduction to Modern Information Retrieval, 1983), from 0 (nothing in common) to 1 (the same shares,
however many measures). Beside it stand the numbers of measures: a likeness of three measures says little.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from kg.analyse.ties import INSTRUMENT, Ties

_FOREMOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Two provinces (IRIs) and how alike their mixes of instruments are."""

    province: str
    other: str
    similarity: float
    shared: int  # instruments that both use
    foremost: tuple[str, ...]  # three of them at most: those that add most to the cosine
    measures: int  # with an instrument, in the first
    other_measures: int


def province_similarity(ties: Ties) -> tuple[Likeness, ...]:
    """All pairs of provinces with measures, the most alike first, equal ones by IRI; a pair is told once."""
    applied, provinces = ties.ends(INSTRUMENT), ties.provinces_of()
    mixes: dict[str, Counter[str]] = {}
    measures: Counter[str] = Counter()
    for measure, found in sorted(applied.items()):
        for province in provinces.get(measure, ()):
            mixes.setdefault(province, Counter()).update(found)
            measures[province] += 1
    pairs = []
    for province, other in combinations(sorted(mixes), 2):
        one, two = mixes[province], mixes[other]
        shared = sorted(one.keys() & two.keys(), key=lambda iri: (-one[iri] * two[iri], iri))
        pairs.append(
            Likeness(
                province=province,
                other=other,
                similarity=round(cosine(one, two), 6),
                shared=len(shared),
                foremost=tuple(shared[:_FOREMOST]),
                measures=measures[province],
                other_measures=measures[other],
            )
        )
    return tuple(sorted(pairs, key=lambda pair: (-pair.similarity, pair.province, pair.other)))


def cosine(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """The cosine of two vectors of counts; 0 where one is empty."""
    product = sum(count * other.get(key, 0) for key, count in one.items())
    length = math.sqrt(sum(c * c for c in one.values()) * sum(c * c for c in other.values()))
    return product / length if length else 0.0
