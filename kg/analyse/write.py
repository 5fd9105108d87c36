"""The results of analyses as properties on a Neo4j server, on demand.

Only nodes with our label are touched, and only keys that begin with `analysis`. One transaction takes the old values of
an analysis away and writes the new ones, so that no reader sees half of either. A node that a later push makes anew (a
measure of a changed bulletin) has none until the analysis is written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.analyse.centrality import Centrality
from kg.analyse.co_issuing import CoIssuing
from kg.analyse.communities import Communities
from kg.analyse.similarity import Likeness
from kg.analyse.tables import Found
from kg.analyse.ties import Ties
from loaders.neo4j.graph import OURS, Value

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

    from loaders.neo4j.connect import ServerAddress

PREFIX = "analysis"
KEYS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "communities": ("Measure", ("analysisCommunity",)),
    "centrality": (
        "Instrument",
        ("analysisDegree", "analysisStrength", "analysisPagerank", "analysisBetweenness"),
    ),
    "similarity": ("Place", ("analysisSimilarPlaces", "analysisSimilarities")),
    "co-issuing": ("Agency", ("analysisCoIssuers", "analysisCoIssued")),
}
"""Analysis → label of the nodes that have its results, and their keys."""

_NEAREST = 5  # provinces that are noted on one
_TOGETHER = 5000  # nodes in one query


@dataclass(frozen=True, slots=True)
class Written:
    """What a write changed: nodes that have a result now, nodes whose old one went, results without a node there."""

    nodes: int
    cleared: int
    absent: int


def properties_of(name: str, found: Found, ties: Ties) -> dict[str, dict[str, Value]]:
    """The properties to write, by the IRI of the node."""
    if isinstance(found, Communities):
        return {iri: {"analysisCommunity": one.number} for one in found.communities for iri in one.measures}
    rows: dict[str, dict[str, Value]] = {}
    near: dict[str, list[tuple[float, str]]] = {}
    issued: dict[str, dict[str, int]] = {}
    for one in found:
        if isinstance(one, Centrality):
            values: tuple[Value, ...] = (one.degree, one.strength, one.pagerank, one.betweenness)
            rows[one.instrument] = dict(zip(KEYS[name][1], values, strict=True))
        elif isinstance(one, Likeness):
            for place, other in ((one.province, one.other), (one.other, one.province)):
                near.setdefault(place, []).append((one.similarity, other))
        elif isinstance(one, CoIssuing):
            for agency, other in ((one.agency, one.other), (one.other, one.agency)):
                issued.setdefault(agency, {})[other] = one.bulletins
    for place, others in near.items():
        nearest = sorted(others, key=lambda pair: (-pair[0], pair[1]))[:_NEAREST]
        rows[place] = {
            "analysisSimilarPlaces": tuple(ties.thing(iri).code for _, iri in nearest),
            "analysisSimilarities": tuple(value for value, _ in nearest),
        }
    for agency, counts in issued.items():
        rows[agency] = {"analysisCoIssuers": len(counts), "analysisCoIssued": sum(counts.values())}
    return dict(sorted(rows.items()))


def write_back(driver: Driver, address: ServerAddress, name: str, rows: Mapping[str, Mapping[str, Value]]) -> Written:
    """Write the properties of one analysis in one transaction; ServerError for every fault of the server."""
    from loaders.neo4j.connect import server_faults

    label, keys = KEYS[name]
    with server_faults(address), driver.session(database=address.database) as session:
        return session.execute_write(_write, label, keys, list(rows.items()))


def _write(
    transaction: ManagedTransaction, label: str, keys: Sequence[str], rows: Sequence[tuple[str, Mapping[str, Value]]]
) -> Written:
    stale = " OR ".join(f"n.{key} IS NOT NULL" for key in keys)
    gone = ", ".join(f"n.{key}" for key in keys)
    clear = f"MATCH (n:{OURS}:{label}) WHERE {stale} REMOVE {gone} RETURN collect(n.iri) AS iris"
    before = set(_first(transaction.run(clear)))
    write = (
        f"UNWIND $rows AS row MATCH (n:{OURS} {{iri: row.iri}}) WHERE n:{label} "
        "SET n += row.properties RETURN collect(n.iri) AS iris"
    )
    after: set[str] = set()
    for at in range(0, len(rows), _TOGETHER):
        some = [{"iri": iri, "properties": dict(properties)} for iri, properties in rows[at : at + _TOGETHER]]
        after.update(_first(transaction.run(write, rows=some)))
    return Written(nodes=len(after), cleared=len(before - after), absent=len(rows) - len(after))


def _first(result: Iterable[Mapping[str, list[str]]]) -> list[str]:
    return next(iter(result))["iris"]
