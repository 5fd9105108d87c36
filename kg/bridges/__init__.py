"""Bridges to the tools of other people: a part of the graph as theirs.

    subgraph.py   the part itself: of pieces, of a question's answer, of a Cypher query
    networkx.py   as a networkx MultiDiGraph
    frames.py     as pandas and polars frames (the extra `frames`)
    py2neo.py     as a py2neo Subgraph (the extra `py2neo`; py2neo has reached its end of life)

A library is loaded by its own module alone.
"""
