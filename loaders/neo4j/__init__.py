"""The property graph: what the quads of a bulletin are in Neo4j, and how they get there."""
