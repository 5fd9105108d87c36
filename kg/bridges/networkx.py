"""The graph, or a part of it, as a networkx MultiDiGraph.

A node is the IRI (its attributes: `labels`, a tuple, and the properties: `name`, `name_en`, `code`, `quote` …). An edge
has the relationship's type as key and as attribute `type`, and the properties. Nodes and edges stand in a fixed order.

    with GraphStore.reading(store) as graphs:
        graph = from_pieces(store_pieces(graphs))
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import networkx as nx

from kg.bridges.subgraph import Subgraph, of_answer, of_answer_on_server, of_cypher, of_pieces
from kg.questions.model import Answer, Cell, Column, Thing
from kg.questions.rows import to_objects
from loaders.errors import KgError
from loaders.neo4j.graph import Piece

if TYPE_CHECKING:
    from neo4j import Driver

    from loaders.neo4j.connect import ServerAddress


def multidigraph(subgraph: Subgraph) -> nx.MultiDiGraph:
    """A part of the graph; a second relationship of one type between the same two (others may have it) is TYPE#2."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from((node.iri, {**node.properties, "labels": node.labels}) for node in subgraph.nodes)
    for one in subgraph.relationships:
        times = sum(1 for key in graph.get_edge_data(one.start, one.end, default={}) if key.split("#")[0] == one.type)
        key = f"{one.type}#{times + 1}" if times else one.type
        graph.add_edges_from([(one.start, one.end, key, {**one.properties, "type": one.type})])
    return graph


def from_pieces(pieces: Iterable[Piece]) -> nx.MultiDiGraph:
    """All that some pieces say."""
    return multidigraph(of_pieces(pieces))


def from_answer(answer: Answer, pieces: Iterable[Piece]) -> nx.MultiDiGraph:
    """The part of a store's graph, given as its pieces, that an answer is about."""
    return multidigraph(of_answer(answer, pieces))


def from_answer_on_server(answer: Answer, driver: Driver, address: ServerAddress) -> nx.MultiDiGraph:
    """The part of a server's graph that an answer is about."""
    return multidigraph(of_answer_on_server(answer, driver, address))


def from_cypher(
    driver: Driver, address: ServerAddress, query: str, parameters: Mapping[str, Any] | None = None
) -> nx.MultiDiGraph:
    """All nodes, relationships and paths that a Cypher query returns."""
    return multidigraph(of_cypher(driver, address, query, parameters))


def from_rows(answer: Answer, start: str, end: str) -> nx.MultiDiGraph:
    """The rows of an answer as edges from the things of one column to those of another.

    The other columns are the edge's attributes, as `kg query --format json` shows them in Chinese. A cell with several
    places gives an edge of each; an empty one none. KgError for a column that the answer lacks or that holds no things.
    """
    columns = {column.name: at for at, column in enumerate(answer.question.columns)}
    for name in (start, end):
        if name not in columns:
            raise KgError(f"{answer.question.name} has no column {name!r}: it has {', '.join(columns)}")
    at_start, at_end = columns[start], columns[end]
    graph = nx.MultiDiGraph(question=answer.question.name)
    taken = {start, end, f"{start}_label", f"{end}_label"}
    for row, told in zip(answer.rows, to_objects(answer, "zh"), strict=True):
        said = {key: value for key, value in told.items() if key not in taken}
        for one in _ends(answer.question.columns[at_start], row[at_start]):
            for other in _ends(answer.question.columns[at_end], row[at_end]):
                for thing, column in ((one, start), (other, end)):
                    labels = {f"label_{language}": label for language, label in sorted(thing.labels.items())}
                    graph.add_nodes_from([(thing.code, {"column": column, **labels})])
                graph.add_edges_from([(one.code, other.code, said)])
    return graph


def _ends(column: Column, cell: Cell) -> tuple[Thing, ...]:
    if cell is None or isinstance(cell, tuple):
        return cell or ()
    if isinstance(cell, Thing):
        return (cell,)
    if column.type == "iri":
        return (Thing(str(cell)),)
    raise KgError(f"the column {column.name!r} holds no things that could be nodes")
