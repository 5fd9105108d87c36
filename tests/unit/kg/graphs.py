"""Pieces made by hand: two bulletins, the concepts and places that they need, and what lies between."""

from __future__ import annotations

from datetime import date

from loaders.neo4j.graph import Node, Piece, Relationship, Value

NS = "https://zhenxing.example/ns#"
ID = "https://zhenxing.example/id/"


def concept(label: str, code: str, zh: str, en: str = "", **more: Value) -> Node:
    """A node of the vocabulary; its IRI ends with its code."""
    properties: dict[str, Value] = {"iri": NS + code, "code": code, "name": zh, **more}
    return Node(NS + code, (label,), {**properties, "name_en": en} if en else properties, "")


def tie(start: str, kind: str, end: str, owner: str = "", /, **said: Value) -> Relationship:
    """A relationship."""
    return Relationship(start, kind, end, said, owner)


def measure(key: str, number: int, places: list[str], instruments: list[str], **said: float) -> Piece:
    """A piece with one measure of a bulletin, and the bulletin itself."""
    bulletin, iri = f"{ID}bulletin/{key}", f"{ID}bulletin/{key}/measure/m{number}"
    nodes = (
        Node(bulletin, ("Bulletin",), {"iri": bulletin, "name": f"简报{key}", "bulletin": key}, key),
        Node(iri, ("Measure",), {"iri": iri, "name": f"举措{key}{number}", "bulletin": key}, key),
    )
    relationships = [tie(iri, "IN_BULLETIN", bulletin, key)]
    relationships += [tie(iri, "ACTS_IN", NS + place, key, confidence=0.9) for place in places]
    relationships += [
        tie(iri, "APPLIES_INSTRUMENT", NS + one, key, confidence=said.get(one, 0.8)) for one in instruments
    ]
    return Piece(key, "v", nodes, tuple(relationships))


VOCABULARY = Piece(
    "",
    "v",
    (
        concept("Place", "100000", "中国", "China", level="country"),
        concept("Place", "610000", "陕西省", "Shaanxi", level="province"),
        concept("Place", "610600", "延安市", level="prefecture"),
        concept("Place", "610629", "洛川县", level="county"),
        concept("Place", "620000", "甘肃省", "Gansu", level="province"),
        concept("Place", "640000", "宁夏回族自治区", "Ningxia", level="province"),
        concept("Instrument", "training", "培训", "training"),
        concept("Instrument", "workshops", "帮扶车间", "workshops"),
        concept("Instrument", "loans", "小额信贷", "loans"),
        concept("Instrument", "insurance", "保险", "insurance"),
        concept("TargetGroup", "poor", "脱贫人口", "people lifted out of poverty"),
        concept("Metric", "placed", "安置就业人数", "people placed", outcome=True),
        concept("Metric", "other", "其他", "other"),
        concept("Agency", "agriculture", "农业农村部门", "agriculture"),
        concept("Agency", "finance", "财政部门", "finance"),
        concept("Agency", "banks", "金融监管部门", "banks"),
    ),
    (
        tie(NS + "610000", "INSIDE", NS + "100000"),
        tie(NS + "610600", "INSIDE", NS + "610000"),
        tie(NS + "610629", "INSIDE", NS + "610600"),
        tie(NS + "620000", "INSIDE", NS + "100000"),
        tie(NS + "640000", "INSIDE", NS + "100000"),
    ),
)


def with_result(piece: Piece, metric: str, value: float) -> Piece:
    """A measure's piece with an observation that it reached."""
    iri = piece.nodes[1].iri
    seen = iri.replace("/measure/m", "/observation/o")
    said: dict[str, Value] = {
        "iri": seen, "name": str(value), "value": value, "bulletin": piece.key, "firstDay": date(2024, 1, 1),
        "understood": metric != "other",
    }  # fmt: skip
    more = (
        tie(iri, "HAS_RESULT", seen, piece.key, confidence=0.7, quote="吸纳就业", start=3, end=7),
        tie(seen, "METRIC", NS + metric, piece.key),
    )
    return Piece(
        piece.key, "v", (*piece.nodes, Node(seen, ("Observation",), said, piece.key)), (*piece.relationships, *more)
    )


def issued(key: str, *agencies: str) -> Piece:
    """A bulletin and who issued it."""
    bulletin = f"{ID}bulletin/{key}"
    node = Node(bulletin, ("Bulletin",), {"iri": bulletin, "name": f"通知{key}", "bulletin": key}, key)
    return Piece(key, "v", (node,), tuple(tie(bulletin, "ISSUED_BY", NS + one, key) for one in agencies))


GRAPH = (
    VOCABULARY,
    with_result(measure("a", 1, ["610629"], ["training", "workshops"]), "placed", 300.0),
    with_result(measure("b", 1, ["620000"], ["training", "workshops"], workshops=0.4), "placed", 20.0),
    with_result(measure("c", 1, ["620000"], ["loans", "insurance"]), "other", 7.0),
    with_result(measure("d", 1, ["640000"], ["loans"]), "other", 9.0),
    measure("e", 1, ["100000"], ["loans", "insurance"]),
    measure("f", 1, ["610000", "640000"], []),
    issued("g", "agriculture", "finance"),
    issued("h", "agriculture", "finance", "banks"),
    issued("i", "agriculture"),
)
