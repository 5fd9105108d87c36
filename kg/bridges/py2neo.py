"""A part of the graph on a server as a py2neo Subgraph (the extra `py2neo`).

py2neo has reached its end of life: no release since 2021.2.4, no repository any more. This is for code that still has
it; new code takes Neo4j's own driver, `kg.bridges.networkx` or `kg.bridges.frames`. It speaks Bolt to Neo4j 5.26 as
tested here, but not HTTP, and calls a wrong password an absent server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kg.bridges.subgraph import ANSWER_CYPHER, CODES_CYPHER, codes_of, iris_of, selected
from kg.questions.model import Answer
from loaders.errors import KgError, ServerError
from loaders.neo4j.connect import ServerAddress, check_uri

if TYPE_CHECKING:
    import py2neo


@contextmanager
def open_graph(address: ServerAddress) -> Iterator[py2neo.Graph]:
    """py2neo's Graph of a server, its connections closed at the end, which py2neo itself forgets.

    ServerError when the server does not answer or refuses, KgError without py2neo.
    """
    library = _library()
    check_uri(address.uri)
    with _faults(address.uri):
        graph = library.Graph(address.uri, auth=(address.username, address.password), name=address.database)
    try:
        yield graph
    finally:
        graph.service.connector.close()


def of_cypher(graph: py2neo.Graph, query: str, parameters: Mapping[str, Any] | None = None) -> py2neo.Subgraph:
    """All nodes, relationships and paths that a query returns, which may only read; empty where it returns none."""
    library = _library()
    with _faults(str(graph.service.uri)):
        found = graph.query(query, dict(parameters or {})).to_subgraph()
    return library.Subgraph() if found is None else found


def of_answer(graph: py2neo.Graph, answer: Answer) -> py2neo.Subgraph:
    """The part of the graph that a question's answer is about, as kg.bridges.subgraph says; empty where none is."""
    selection = selected(answer)
    with _faults(str(graph.service.uri)):
        rows = graph.query(CODES_CYPHER, {"codes": codes_of(selection)}).data()
    return of_cypher(graph, ANSWER_CYPHER, {"iris": iris_of(selection, rows)})


def _library() -> Any:
    try:
        import py2neo
    except ModuleNotFoundError:
        raise KgError(
            "py2neo is not installed: pip install 'zhenxing[py2neo]' (it has reached its end of life; "
            "kg.bridges.networkx needs no more than what is there)"
        ) from None
    return py2neo


@contextmanager
def _faults(uri: str) -> Iterator[None]:
    from py2neo.errors import ConnectionUnavailable, Neo4jError

    try:
        yield
    except ConnectionUnavailable:
        raise ServerError(
            f"py2neo gets no connection to the Neo4j server at {uri}: is the address, are user and password right?"
        ) from None
    except Neo4jError as error:
        raise ServerError(
            f"the Neo4j server at {uri} refuses: {' '.join(error.message.split())} ({error.code})"
        ) from None
