"""Which instruments are combined with many others: centralities in the network of instruments.

Two instruments are joined when one measure applies both; the join weighs as many as there are such measures (w_ij).

- degree: how many other instruments it is combined with.
- strength: Σ_j w_ij (Barrat, Barthélemy, Pastor-Satorras, Vespignani: PNAS 101, 3747, 2004).
- PageRank (Brin, Page: The anatomy of a large-scale hypertextual Web search engine, Computer Networks 30, 1998), on the
  weights, d = 0.85, N instruments:   p_i = (1 − d)/N + d (Σ_j p_j w_ij / s_j + Σ_{j alone} p_j / N).
  It sums to 1. An instrument that is combined with others that are themselves much combined stands high.
- betweenness (Freeman: Sociometry 40, 35, 1977; by Brandes: J. Math. Sociol. 25, 163, 2001), without weights, from 0
  to 1: the share of shortest ways between two other instruments that lead over it, so what bridges fields of policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import networkx as nx

from kg.analyse.ties import BULLETIN, INSTRUMENT, Ties

_DAMPING = 0.85
_TOLERANCE = 1e-12  # of the sum of changes in one round
_ROUNDS = 1000  # 0.85 ** 1000 is far below the tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Centrality:
    """One instrument (an IRI) in the network."""

    instrument: str
    measures: int
    bulletins: int
    provinces: int
    degree: int
    strength: int
    pagerank: float
    betweenness: float


def instrument_centrality(ties: Ties) -> tuple[Centrality, ...]:
    """All instruments that a measure applies, the highest PageRank first, equal ones by IRI."""
    applied = ties.ends(INSTRUMENT)
    measures: Counter[str] = Counter(instrument for found in applied.values() for instrument in found)
    names = sorted(measures)
    weights = Counter(pair for found in applied.values() for pair in combinations(found, 2))
    near: dict[str, dict[str, int]] = {name: {} for name in names}
    for (one, other), weight in sorted(weights.items()):
        near[one][other] = near[other][one] = weight
    ranks, between = pagerank(near), _betweenness(names, near)
    bulletins, provinces = ties.ends(BULLETIN), ties.provinces_of()
    where: dict[str, tuple[set[str], set[str]]] = {name: (set(), set()) for name in names}
    for measure, found in applied.items():
        for instrument in found:
            where[instrument][0].update(bulletins.get(measure, ()))
            where[instrument][1].update(provinces.get(measure, ()))
    rows = [
        Centrality(
            instrument=name,
            measures=measures[name],
            bulletins=len(where[name][0]),
            provinces=len(where[name][1]),
            degree=len(near[name]),
            strength=sum(near[name].values()),
            pagerank=round(ranks[name], 6),
            betweenness=round(between[name], 6),
        )
        for name in names
    ]
    return tuple(sorted(rows, key=lambda row: (-row.pagerank, row.instrument)))


def pagerank(near: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """PageRank of an undirected network given as neighbours with weights, by power iteration.

    Written here because that of networkx needs SciPy, 40 MB for a sum.
    """
    if not near:
        return {}
    count = len(near)
    strength = {name: sum(found.values()) for name, found in near.items()}
    ranks = dict.fromkeys(near, 1 / count)
    for _ in range(_ROUNDS):
        alone = sum(rank for name, rank in ranks.items() if not strength[name])
        least = (1 - _DAMPING + _DAMPING * alone) / count
        fresh = {
            name: least + _DAMPING * sum(ranks[other] * weight / strength[other] for other, weight in found.items())
            for name, found in near.items()
        }
        change = sum(abs(fresh[name] - ranks[name]) for name in near)
        ranks = fresh
        if change < _TOLERANCE:
            break
    return ranks


def _betweenness(names: list[str], near: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    graph = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from((name, other) for name in names for other in near[name])
    found: dict[str, float] = nx.betweenness_centrality(graph)
    return found
