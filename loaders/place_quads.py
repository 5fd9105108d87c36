"""The gazetteer as quads: each place a concept of the scheme kg:places, with its names, its parent and its past.

No blank nodes. A former name is a node of its own (`kg:formerName`), since it has a code and years.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from loaders.gazetteer import COUNTRY, KG, PLACE, SKOS, Former, Gazetteer, Place

_SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_YEAR = NamedNode("http://www.w3.org/2001/XMLSchema#gYear")
_WIKIDATA = "http://www.wikidata.org/entity/"
_REPLACED_BY = NamedNode("http://purl.org/dc/terms/isReplacedBy")
_SCHEME = NamedNode(KG + "places")
_FIRST_YEAR = 1980  # the history begins here: a unit "since 1980" may be older, so that is no date

Statement = tuple[NamedNode, NamedNode | Literal]


def place_quads(gazetteer: Gazetteer, graph: NamedNode | BlankNode | DefaultGraph) -> Iterator[Quad]:
    """Every place, former name and list of key counties as quads of `graph`, in a fixed order."""
    yield Quad(_SCHEME, _TYPE, _skos("ConceptScheme"), graph)
    yield Quad(_SCHEME, _skos("prefLabel"), Literal("地区", language="zh"), graph)
    yield Quad(_SCHEME, _skos("prefLabel"), Literal("places", language="en"), graph)
    yield Quad(_SCHEME, _skos("hasTopConcept"), NamedNode(PLACE + COUNTRY), graph)
    former: dict[str, list[Former]] = {}
    for one in gazetteer.former:
        if one.relation == "same":  # the name of a unit that was divided is no name of its parts
            former.setdefault(one.today[0], []).append(one)
    for place in gazetteer.by_code.values():
        subject = NamedNode(PLACE + place.code)
        for predicate, value in _place(gazetteer, place, former.get(place.code, [])):
            yield Quad(subject, predicate, value, graph)
    for one in gazetteer.former:
        subject = _former_node(one)
        for predicate, value in _former(one):
            yield Quad(subject, predicate, value, graph)
    for row in sorted(gazetteer.key_counties, key=lambda row: (row.list, row.code)):
        group = NamedNode(f"{KG}places-key-counties-{row.list}")
        yield Quad(group, _TYPE, NamedNode(KG + "PlaceGroup"), graph)
        yield Quad(group, _skos("prefLabel"), Literal(f"{row.list}个重点县", language="zh"), graph)
        yield Quad(group, _skos("member"), NamedNode(PLACE + row.code), graph)


def _skos(name: str) -> NamedNode:
    return NamedNode(SKOS + name)


def _place(gazetteer: Gazetteer, place: Place, former: list[Former]) -> Iterator[Statement]:
    """What is said of one place of today."""
    yield _TYPE, _skos("Concept")
    yield _TYPE, NamedNode(KG + "Place")
    yield _skos("inScheme"), _SCHEME
    yield _skos("notation"), Literal(place.code)
    yield _skos("prefLabel"), Literal(place.name, language="zh")
    yield NamedNode(KG + "level"), Literal(place.level)
    names = dict.fromkeys((place.name, place.short, *place.aliases))
    for name in list(names)[1:]:
        yield _skos("altLabel"), Literal(name, language="zh")
    if place.parent:
        yield _skos("broader"), NamedNode(PLACE + place.parent)
        yield NamedNode(KG + "inside"), NamedNode(PLACE + place.parent)
    else:
        yield _skos("prefLabel"), Literal("China", language="en")
        yield _skos("topConceptOf"), _SCHEME
    if province := gazetteer.provinces.get(place.code):
        yield _skos("prefLabel"), Literal(province.english[0], language="en")
        for name in province.english[1:]:
            yield _skos("altLabel"), Literal(name, language="en")
        yield _skos("exactMatch"), NamedNode(_WIKIDATA + province.wikidata)
        yield NamedNode(KG + "iso3166"), Literal(province.iso)
        for other in sorted(b for a, b in gazetteer.borders if a == place.code):
            yield NamedNode(KG + "bordersOn"), NamedNode(PLACE + other)
    for name in sorted({one.name for one in former} - set(names)):
        yield _skos("hiddenLabel"), Literal(name, language="zh")
    for code in sorted({one.code for one in former} - {place.code}):
        yield NamedNode(KG + "formerCode"), Literal(code)
    for one in former:
        yield NamedNode(KG + "formerName"), _former_node(one)


def _former_node(one: Former) -> NamedNode:
    """A code names one unit at a time, so that a code and the year of its end name a former unit."""
    return NamedNode(f"{PLACE}{one.code}-until-{one.until}")


def _former(one: Former) -> Iterator[Statement]:
    """What is said of a name and code that held until a year."""
    yield _TYPE, NamedNode(_SKOSXL + "Label")
    yield NamedNode(_SKOSXL + "literalForm"), Literal(one.name, language="zh")
    yield _skos("notation"), Literal(one.code)
    if one.since > _FIRST_YEAR:
        yield NamedNode(KG + "validFrom"), Literal(str(one.since), datatype=_YEAR)
    yield NamedNode(KG + "validUntil"), Literal(str(one.until), datatype=_YEAR)
    for code in one.today:
        yield _REPLACED_BY, NamedNode(PLACE + code)
