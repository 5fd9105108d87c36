"""What a store remembers of the builds that made it: the one graph with clock times and a machine's name."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import datetime

from pyoxigraph import Literal, NamedNode, Quad

from loaders import iris
from loaders.iris import Names


def run_quads(names: Names, started: datetime, ended: datetime, keys: Sequence[str]) -> Iterator[Quad]:
    """One run, with the graphs of the bulletins `keys` that it made, in the graph of runs."""
    machine = platform.node()
    run = NamedNode(names.run(iris.digest(f"{started.isoformat()} {machine} {os.getpid()}")))
    graph = NamedNode(names.runs_graph)
    prov, xsd = "http://www.w3.org/ns/prov#", "http://www.w3.org/2001/XMLSchema#"
    yield Quad(run, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), NamedNode(iris.term("Run")), graph)
    for name, moment in (("startedAtTime", started), ("endedAtTime", ended)):
        yield Quad(
            run, NamedNode(prov + name), Literal(moment.isoformat(), datatype=NamedNode(xsd + "dateTime")), graph
        )
    if machine:
        yield Quad(run, NamedNode(iris.term("machine")), Literal(machine), graph)
    for key in keys:
        yield Quad(run, NamedNode(prov + "generated"), NamedNode(names.graph(key)), graph)
