"""Constraints and indexes of a database, and what it says of the graph that it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loaders.errors import ServerError
from loaders.neo4j.graph import OURS
from loaders.neo4j.schema import FULL_TEXT_INDEX, FULL_TEXT_KEYS, STATE, GraphSchema, schema_statements
from loaders.neo4j.write import Counters

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

UNIQUE = f"(:{OURS} {{iri}})"
INDEX_LIMIT_S = 600  # to wait for indexes of a large database to be filled


@dataclass(frozen=True, slots=True)
class GraphState:
    """What a database holds of the graph of one base IRI."""

    vocabulary: str = ""  # version; "" where there is none
    versions: Mapping[str, str] = field(default_factory=dict)  # of bulletins and files, by key
    labels: frozenset[str] = frozenset()  # that were ever written
    types: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()  # of the vocabulary's nodes


def state_iri(base: str) -> str:
    """IRI of the node that says which vocabulary a database holds."""
    return f"{base}graph-state"


def read_state(driver: Driver, database: str | None, base: str) -> GraphState:
    """What the database says; in one query, so of one moment."""
    rows = query(
        driver,
        database,
        f"MATCH (n:{OURS}:Bulletin) WHERE n.graphVersion IS NOT NULL AND left(n.iri, size($base)) = $base "
        "RETURN n.bulletin AS key, n.graphVersion AS version, null AS state UNION ALL "
        f"MATCH (n:{OURS}:{STATE}) WHERE n.bulletin IS NOT NULL OR n.iri = $iri "
        "RETURN n.bulletin AS key, coalesce(n.graphVersion, n.version) AS version, properties(n) AS state",
        base=base,
        iri=state_iri(base),
    )
    versions = {key: version for key, version, _ in rows if key is not None}
    state: dict[str, Any] = next((state for key, _, state in rows if key is None), {})
    return GraphState(
        vocabulary=state.get("version", ""),
        versions=versions,
        labels=frozenset(state.get("labels", ())),
        types=frozenset(state.get("types", ())),
        keys=frozenset(state.get("keys", ())),
    )


def has_vocabulary(driver: Driver, database: str | None, base: str) -> bool:
    """Whether the database holds a vocabulary, whatever its version."""
    return bool(read_state(driver, database, base).vocabulary)


def prepare(driver: Driver, database: str | None, schema: GraphSchema, *, uniqueness_only: bool) -> Counters:
    """Make the constraint, and unless `uniqueness_only` the indexes, that are missing; wait until they are filled.

    An index of our name over something else is made again where it is the full-text index (its labels are those of
    the ontology, which grows). ServerError where somebody's constraint or index stands in the way: it is never dropped.
    """
    counters = Counters()
    _demand_no_rival(driver, database)
    there = {name for (name,) in query(driver, database, "SHOW INDEXES YIELD name RETURN name")}
    stale = not uniqueness_only and _stale_text_index(driver, database, schema)
    if stale:
        _change(driver, database, counters, [f"DROP INDEX {FULL_TEXT_INDEX} IF EXISTS"])
        there.discard(FULL_TEXT_INDEX)
    statements = schema_statements(schema)
    missing = [one for one in (statements[:1] if uniqueness_only else statements) if _name_of(one) not in there]
    _change(driver, database, counters, missing)
    if not _unique(driver, database):
        raise ServerError(
            "the database has a constraint or an index of the name zhenxing_iri over something else, so that "
            f"{UNIQUE} cannot be made unique: rename that one; nothing was written"
        )
    query(driver, database, f"CALL db.awaitIndexes({INDEX_LIMIT_S})")
    return counters


def _name_of(statement: str) -> str:
    """The name of the constraint or index that a statement makes where there is none."""
    match = re.search(r"(?:CONSTRAINT|INDEX) (?:`((?:[^`]|``)+)`|(\w+)) IF NOT EXISTS", statement)
    return (match[1] or match[2]).replace("``", "`") if match else ""


def _demand_no_rival(driver: Driver, database: str | None) -> None:
    """An index over the same key forbids the constraint, and so do two nodes of one IRI."""
    if _unique(driver, database):
        return
    rows = query(
        driver,
        database,
        "SHOW INDEXES YIELD name, type, labelsOrTypes, properties, owningConstraint "
        "WHERE type = 'RANGE' AND labelsOrTypes = $labels AND properties = ['iri'] AND owningConstraint IS NULL "
        "RETURN name",
        labels=[OURS],
    )
    if rows:
        raise ServerError(
            f"the database has the index {rows[0][0]!r} over {UNIQUE}, which must be unique: drop that index first "
            "(the constraint brings one of its own); nothing was written"
        )
    rows = query(
        driver,
        database,
        f"MATCH (n:{OURS}) WHERE n.iri IS NOT NULL WITH n.iri AS iri, count(*) AS n WHERE n > 1 RETURN iri, n LIMIT 1",
    )
    if rows:
        iri, n = rows[0]
        raise ServerError(
            f"the database has {n} nodes {UNIQUE} with the IRI {iri!r}, which must be unique: they are not of this "
            f"program; remove the label {OURS} from those that are not ours, or all but one; nothing was written"
        )


def _unique(driver: Driver, database: str | None) -> bool:
    rows = query(
        driver,
        database,
        "SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties "
        "WHERE type IN ['UNIQUENESS', 'NODE_KEY', 'NODE_PROPERTY_UNIQUENESS'] "
        "AND labelsOrTypes = $labels AND properties = ['iri'] RETURN 1",
        labels=[OURS],
    )
    return bool(rows)


def _stale_text_index(driver: Driver, database: str | None, schema: GraphSchema) -> bool:
    rows = query(
        driver,
        database,
        "SHOW INDEXES YIELD name, labelsOrTypes, properties WHERE name = $name RETURN labelsOrTypes, properties",
        name=FULL_TEXT_INDEX,
    )
    return any(set(labels) != set(schema.node_labels()) or set(keys) != set(FULL_TEXT_KEYS) for labels, keys in rows)


def _change(driver: Driver, database: str | None, counters: Counters, statements: Sequence[str]) -> None:
    """Run statements of the schema in one transaction: each alone costs as much as all."""
    if not statements:
        return

    def work(transaction: ManagedTransaction) -> Counters:
        found = Counters()
        for statement in statements:
            found.add(transaction.run(statement).consume().counters)
        return found

    with driver.session(database=database, notifications_min_severity="OFF") as session:
        counters.add(session.execute_write(work))  # again where two who push make the schema at once


def query(driver: Driver, database: str | None, statement: str, **parameters: object) -> list[list[Any]]:
    """The rows of a query that changes nothing."""
    result: list[list[Any]] = driver.execute_query(
        statement, parameters, database_=database, routing_="r",
        result_transformer_=lambda result: result.values(),
    )  # fmt: skip
    return result
