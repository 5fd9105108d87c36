"""Which measures belong together: communities of measures that share instruments, target groups, programs and metrics.

The graph has two kinds of nodes, measures and what they are tied to (instrument, target group, program, metric of a
result); a tie weighs as much as it is sure. So two measures are near when they share much, and no edge between two
measures is ever made: there would be as many as pairs that share an instrument.

Method: Louvain (Blondel, Guillaume, Lambiotte, Lefebvre: Fast unfolding of communities in large networks, J. Stat.
Mech. 2008, P10008), which looks for a division of high modularity (Newman, Girvan: Phys. Rev. E 69, 026113, 2004)

    Q = Σ_c ( L_c / m − γ (K_c / 2m)² )

L_c: weight of the ties inside community c, K_c: sum of the weighted degrees of its nodes, m: weight of all ties, γ: the
resolution (above 1 more and smaller communities). What two kinds of nodes mean for the expected weight (Barber: Phys.
Rev. E 76, 066102, 2007) is left out: it changes Q, hardly the division.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from kg.analyse.ties import BULLETIN, INSTRUMENT, METRIC, PROGRAM, TARGET, Tie, Ties

SHARED = (INSTRUMENT, TARGET, PROGRAM, METRIC)
_SEED = 20240501  # any number: it has to be the same each time
_REST = "other"  # code of the concepts that gather what has no concept of its own: who shares one shares nothing
_FOREMOST = 3  # instruments, target groups and metrics that describe a community


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """Measures that belong together; what it has in common, the most frequent first. All things are IRIs."""

    number: int  # from 1, the largest first
    measures: tuple[str, ...]
    bulletins: int
    provinces: tuple[str, ...]
    instruments: tuple[str, ...]  # three at most, as the next two
    targets: tuple[str, ...]
    metrics: tuple[str, ...]
    typical: str  # the measure with the most weight inside
    inside: float  # share of its measures' weight that stays inside, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Communities:
    """The division of all measures that share anything with what they are tied to; `modularity` is Q, below 1."""

    communities: tuple[Community, ...]
    modularity: float


def find_communities(ties: Ties, resolution: float = 1.0) -> Communities:
    """Divide the measures; one that is tied to nothing is in no community. No measures give no communities."""
    shared = _shared(ties)
    names = sorted({tie.start for tie in shared}) + sorted({tie.end for tie in shared} - {tie.start for tie in shared})
    # Nodes are numbers in the order of their IRIs: sets of numbers have one order, those of text another in each run.
    number = {name: at for at, name in enumerate(names)}
    graph = nx.Graph()
    graph.add_nodes_from(range(len(names)))
    for tie in shared:
        graph.add_edge(number[tie.start], number[tie.end], weight=tie.weight)
    if not graph.number_of_edges():
        return Communities(communities=(), modularity=0.0)
    division = nx.community.louvain_communities(graph, weight="weight", resolution=resolution, seed=_SEED)
    quality = nx.community.modularity(graph, division, weight="weight", resolution=resolution)
    measures = {tie.start for tie in shared}
    members = [sorted(names[at] for at in community) for community in division]
    members.sort(key=lambda found: (-sum(name in measures for name in found), found[0]))
    home = {name: at for at, found in enumerate(members, 1) for name in found}
    described = _describe(ties, home, [[name for name in found if name in measures] for found in members])
    return Communities(communities=tuple(described), modularity=round(float(quality), 6))


def _shared(ties: Ties) -> list[Tie]:
    return [tie for tie in ties.of(*SHARED) if ties.thing(tie.end).code != _REST]


def _describe(ties: Ties, home: Mapping[str, int], members: list[list[str]]) -> Iterable[Community]:
    inside: defaultdict[str, float] = defaultdict(float)
    weight: defaultdict[str, float] = defaultdict(float)
    frequent: dict[tuple[int, str], Counter[str]] = {}
    for tie in _shared(ties):
        weight[tie.start] += tie.weight
        if home[tie.start] == home[tie.end]:
            inside[tie.start] += tie.weight
        frequent.setdefault((home[tie.start], tie.type), Counter())[tie.end] += 1
    bulletins, provinces = ties.ends(BULLETIN), ties.provinces_of()
    for number, measures in enumerate(members, 1):
        if not measures:
            continue

        def foremost(kind: str, number: int = number) -> tuple[str, ...]:
            counted = frequent.get((number, kind), Counter())
            return tuple(sorted(counted, key=lambda iri: (-counted[iri], iri))[:_FOREMOST])

        yield Community(
            number=number,
            measures=tuple(measures),
            bulletins=len({bulletin for measure in measures for bulletin in bulletins.get(measure, ())}),
            provinces=tuple(sorted({province for measure in measures for province in provinces.get(measure, ())})),
            instruments=foremost(INSTRUMENT),
            targets=foremost(TARGET),
            metrics=foremost(METRIC),
            typical=min(measures, key=lambda measure: (-inside[measure], measure)),
            inside=round(sum(inside[m] for m in measures) / sum(weight[m] for m in measures), 6),
        )
