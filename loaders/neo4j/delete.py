"""What goes from the server: the former nodes and relationships of a bulletin, and shared nodes that nobody needs.

Only what has the label of ours goes, and of relationships those between two such nodes whose type is one of ours. A
node that somebody else's relationship touches stays, with its IRI and name alone, so that their data loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from loaders.neo4j.graph import OURS
from loaders.neo4j.write import Writer, chunks

# STARTS WITH would make the planner read all nodes by the index of IRIs, and not the few by that of bulletins
_OWN = f"MATCH (n:{OURS} {{bulletin: $key}}) WHERE left(n.iri, size($prefix)) = $prefix "
_HELD = "NOT EXISTS { (n)--() } "


def delete_own(writer: Writer, key: str, prefix: str, types: Sequence[str]) -> dict[str, int]:
    """Delete what a bulletin or file says, relationships first; what stays for others: its IRIs and numbers."""
    parameters = {"key": key, "prefix": prefix, "types": list(types)}
    joined = _OWN + f"MATCH (n)-[r]->(m:{OURS}) WHERE type(r) IN $types "
    rows = writer.run(joined + "WITH m, r DELETE r WITH DISTINCT m WHERE m.bulletin IS NULL RETURN m.iri", **parameters)
    writer.written.released |= {iri for (iri,) in rows if iri is not None}
    if key.startswith("file:"):
        delete_said_of_shared(writer, key, types)
    writer.run(_OWN + "AND " + _HELD + "DELETE n", **parameters)
    return dict(writer.run(_OWN + "RETURN n.iri, id(n)", **parameters))


def own_iris(writer: Writer, key: str, prefix: str) -> list[str]:
    """The IRIs of a bulletin's or a file's own nodes as they stand."""
    return [iri for (iri,) in writer.run(_OWN + "RETURN n.iri", key=key, prefix=prefix)]


def delete_said_of_shared(writer: Writer, key: str, types: Sequence[str]) -> None:
    """Delete what a file says of shared things: that has the file's key, as no relationship of a bulletin has."""
    writer.run(
        f"MATCH (n:{OURS})-[r {{bulletin: $key}}]->(m:{OURS}) WHERE n.bulletin IS NULL AND type(r) IN $types DELETE r",
        key=key,
        types=list(types),
    )


def make_bare(writer: Writer, numbers: Iterable[int], labels: Iterable[str]) -> None:
    """Leave of nodes their IRI and name, for the relationships that others have to them."""
    numbers = sorted(numbers)
    for some in chunks(numbers):
        writer.run(
            "UNWIND $rows AS row MATCH (n) WHERE id(n) = row SET n = {iri: n.iri, name: n.name}", rows=list(some)
        )
    writer.drop_labels((number, label) for number in numbers for label in labels)
    writer.written.held += len(numbers)


def delete_unused(writer: Writer, iris: Iterable[str], types: Sequence[str], base: str) -> None:
    """Delete those of these shared nodes that nobody points to: things of the data, and bare nodes.

    Their own relationships (a program's kind) go with them.
    """
    unused = (
        f"UNWIND $iris AS iri MATCH (n:{OURS} {{iri: iri}}) WHERE n.bulletin IS NULL AND NOT EXISTS {{ (n)<--() }} "
        "AND (n.iri STARTS WITH $base OR size(labels(n)) = 1) "
    )
    for some in chunks(sorted(iris)):
        parameters = {"iris": list(some), "types": list(types), "base": base}
        writer.run(unused + f"MATCH (n)-[r]->(:{OURS}) WHERE type(r) IN $types DELETE r", **parameters)
        writer.run(unused + "AND " + _HELD + "DELETE n", **parameters)


def delete_former_concepts(writer: Writer, kept: frozenset[str], types: Sequence[str], base: str) -> None:
    """Delete shared nodes that the vocabulary had and has no more, where nobody points to them."""
    rows = writer.run(
        f"MATCH (n:{OURS}) WHERE n.bulletin IS NULL AND NOT n.iri STARTS WITH $base RETURN n.iri", base=base
    )
    gone = sorted({iri for (iri,) in rows} - kept)
    for some in chunks(gone):
        writer.run(
            f"UNWIND $iris AS iri MATCH (n:{OURS} {{iri: iri}})-[r]->(:{OURS}) "
            "WHERE type(r) IN $types AND r.bulletin IS NULL DELETE r",
            iris=list(some),
            types=list(types),
        )
    for some in chunks(gone):
        writer.run(
            f"UNWIND $iris AS iri MATCH (n:{OURS} {{iri: iri}}) WHERE n.bulletin IS NULL AND " + _HELD + "DELETE n",
            iris=list(some),
        )
