"""Analyses of a graph: an operation each, which returns records and prints nothing.

    ties.py           what they all start from: who is tied to what, of a store's pieces or of a Neo4j server
    communities.py    which measures belong together
    centrality.py     which instruments are combined with many others
    similarity.py     which provinces use the same instruments
    co_issuing.py     which agencies issue bulletins together
    tables.py         the records as rows with titles in Chinese and English
    write.py          the results as properties on a server, where that is asked for

The same graph gives the same result on either side: everything is sorted by IRI, the one random choice (in Louvain's
method) has a fixed seed, and equal values are ordered by IRI.
"""
