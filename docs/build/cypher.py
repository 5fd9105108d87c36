"""Make cypher/schema.cypher and docs/neo4j-model.md from the ontology: python docs/build/cypher.py [--check]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pages import ROOT, bring_up

from loaders.neo4j.schema import NODE_ROLES, GraphClass, GraphProperty, GraphSchema, load_schema, schema_cypher

BEGIN = "<!-- made from ontology/ by docs/build/cypher.py: do not edit below -->"
_TERMS = (
    ("https://zhenxing.example/ns#", "kg:"),
    ("http://www.w3.org/2004/02/skos/core#", "skos:"),
    ("http://purl.org/dc/terms/", "dcterms:"),
    ("http://www.w3.org/2000/01/rdf-schema#", "rdfs:"),
    ("http://www.w3.org/2001/XMLSchema#", "xsd:"),
    ("http://www.w3.org/ns/oa#", "oa:"),
    ("http://qudt.org/schema/qudt/", "qudt:"),
    ("http://www.w3.org/2002/07/owl#", "owl:"),
)
_KINDS = {
    "integer": "INTEGER",
    "decimal": "FLOAT",
    "boolean": "BOOLEAN",
    "string": "STRING",
}
_BY_TERM = {  # of properties without a range, by what the builds write
    "dcterms:issued": "DATE",
    "kg:validFrom": "DATE",
    "kg:validUntil": "DATE",
    "kg:outcome": "BOOLEAN",
    "oa:start": "INTEGER",
    "oa:end": "INTEGER",
}


def short(iri: str) -> str:
    """An IRI with its prefix."""
    for namespace, prefix in _TERMS:
        if iri.startswith(namespace):
            return prefix + iri[len(namespace) :]
    return iri


def table(head: str, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The lines of a table of Markdown."""
    yield head
    yield "|" + "---|" * (head.count("|") - 1)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def labels_of(schema: GraphSchema, classes: Iterable[str], links: str = "") -> str:
    """The labels that nodes of these classes have, and `links` where one is a link; of what is inlined, what has it."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = list(classes)
    while waiting:
        one = schema.classes.get(waiting.pop())
        if one is None or one.iri in seen:
            continue
        seen.add(one.iri)
        if one.role == "inline":
            pointing = [p for p in schema.properties.values() if p.role == "inline" and one.iri in p.range]
            waiting += [domain for prop in pointing for domain in prop.domain]
            if short(one.iri) == "kg:Span":  # oa:hasSelector is not ours to give a domain
                waiting += [other.iri for other in schema.classes.values() if short(other.iri) == "kg:Evidence"]
        elif one.role == "general":
            found.add("concepts")
        elif one.role in NODE_ROLES:
            found.add(f"`{one.label}`")
        elif one.role == "relationship" and links:
            found.add(links)
    return ", ".join(sorted(found, key=lambda name: (name == links, name))) or "any"


def kind_of(prop: GraphProperty) -> str:
    """The type of a key in Neo4j."""
    if prop.role == "list":
        return "LIST<STRING>"
    if prop.role == "anchor" and prop.key != "page":
        return "STRING"
    ranges = {one.rpartition("#")[2] for one in prop.range}
    return _BY_TERM.get(short(prop.iri)) or next((_KINDS[one] for one in sorted(ranges) if one in _KINDS), "STRING")


def label_rows(schema: GraphSchema) -> Iterator[tuple[str, ...]]:
    """A row for each label."""
    classes: list[GraphClass] = [one for one in schema.classes.values() if one.role in NODE_ROLES]
    indexes = schema.range_indexes()
    for one in sorted(classes, key=lambda one: one.label):
        keys = ", ".join(f"`{key}`" for label, key in indexes if label == one.label)
        yield f"`{one.label}`", one.zh, short(one.iri), one.definition, keys


def relationship_rows(schema: GraphSchema) -> Iterator[tuple[str, ...]]:
    """A row for each type of relationship."""
    for prop in sorted(schema.properties.values(), key=lambda p: p.type):
        if prop.role == "relationship":
            start, end = labels_of(schema, prop.domain), labels_of(schema, prop.range)
            yield f"`{prop.type}`", prop.zh, short(prop.iri), f"{start} → {end}", prop.definition


def key_rows(schema: GraphSchema) -> Iterator[tuple[str, ...]]:
    """A row for each key that stands for a property."""
    for prop in sorted(schema.properties.values(), key=lambda p: (p.month_key or p.key, p.iri)):
        if prop.role in ("relationship", "either", "inline", "none"):
            continue
        key = "anchor" if prop.role == "anchor" and prop.key != "page" else prop.month_key or prop.key
        key = f"`{key}`" + (f", `{prop.key}` (`DATE`)" if prop.month_key else "")
        yield (
            key,
            prop.zh,
            f"`{kind_of(prop)}`",
            short(prop.iri),
            labels_of(schema, prop.domain, "relationships"),
            prop.definition,
        )


def tables(schema: GraphSchema) -> str:
    """The part of docs/neo4j-model.md that is made from the ontology."""
    lines = [BEGIN, "", "## Labels", ""]
    lines += table("| label | 中文 | term | meaning | range index on |", label_rows(schema))
    lines += ["", "## Relationships", ""]
    lines += table("| type | 中文 | term | from → to | meaning |", relationship_rows(schema))
    lines += ["", "## Keys that stand for a property", ""]
    lines += table("| key | 中文 | type | term | on | meaning |", key_rows(schema))
    return "\n".join(lines) + "\n"


def pages() -> dict[Path, str]:
    """Each file that is made here, with its text."""
    schema = load_schema()
    model = ROOT / "docs" / "neo4j-model.md"
    head = model.read_text("utf-8").partition(BEGIN)[0]
    return {ROOT / "cypher" / "schema.cypher": schema_cypher(schema), model: head + tables(schema)}


def main() -> None:
    """The command; with --check nothing is written, and a stale file gives exit code 1."""
    bring_up(pages(), "cypher.py")


if __name__ == "__main__":
    main()
