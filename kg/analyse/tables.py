"""The records of the analyses as rows with titles in Chinese and English, in the form in which questions are answered.

So `kg analyse` has the same output forms as `kg query`, and the frames of kg.bridges take either.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from kg.analyse.centrality import Centrality, instrument_centrality
from kg.analyse.co_issuing import CoIssuing, co_issuing
from kg.analyse.communities import Communities, find_communities
from kg.analyse.similarity import Likeness, province_similarity
from kg.analyse.ties import Ties
from kg.questions.model import Answer, Cell, Column, Question, Thing

_PLACES = 4  # digits after the point, of what is a share or an index

# Name → titles, what it says, and its columns: name, type, Chinese, English. A list of things has the type `places`.
_TABLES: dict[str, tuple[tuple[str, str], tuple[str, str], tuple[tuple[str, str, str, str], ...]]] = {
    "communities": (
        ("举措社群", "Communities of measures"),
        (
            "政策工具、目标群体、项目和结果指标相近的举措归为一群（Louvain 方法）；“内聚”为群内权重占比。",
            "Measures that share instruments, target groups, programs and metrics (Louvain's method).",
        ),
        (
            ("community", "integer", "社群", "community"),
            ("measures", "integer", "举措数", "measures"),
            ("bulletins", "integer", "公报数", "bulletins"),
            ("instruments", "places", "主要政策工具", "main instruments"),
            ("targets", "places", "主要目标群体", "main target groups"),
            ("metrics", "places", "主要指标", "main metrics"),
            ("provinces", "places", "省级地区", "provinces"),
            ("inside", "decimal", "内聚", "inside"),
            ("typical", "concept", "典型举措", "typical measure"),
        ),
    ),
    "centrality": (
        ("政策工具中心性", "Centrality of instruments"),
        (
            "同一举措运用的政策工具两两相连，权重为举措数；按 PageRank 排序。",
            "Instruments that one measure applies are joined; the highest PageRank first.",
        ),
        (
            ("instrument", "concept", "政策工具", "instrument"),
            ("measures", "integer", "举措数", "measures"),
            ("bulletins", "integer", "公报数", "bulletins"),
            ("provinces", "integer", "省级地区数", "provinces"),
            ("degree", "integer", "度", "degree"),
            ("strength", "integer", "加权度", "strength"),
            ("pagerank", "decimal", "PageRank", "PageRank"),
            ("betweenness", "decimal", "中介中心性", "betweenness"),
        ),
    ),
    "similarity": (
        ("各省政策工具组合的相似度", "Similarity of provinces by their instruments"),
        (
            "各省举措所用政策工具计数向量的余弦相似度；举措少的省份仅供参考。",
            "The cosine of the counts of instruments in the measures of two provinces.",
        ),
        (
            ("province", "place", "省级地区", "province"),
            ("other", "place", "另一省级地区", "other province"),
            ("similarity", "decimal", "相似度", "similarity"),
            ("shared", "integer", "共同工具数", "shared instruments"),
            ("foremost", "places", "主要共同工具", "main shared instruments"),
            ("measures", "integer", "举措数", "measures"),
            ("other_measures", "integer", "另一省举措数", "measures of the other"),
        ),
    ),
    "co-issuing": (
        ("联合发文机构", "Co-issuing agencies"),
        (
            "联合发布公报的机构两两成对；杰卡德指数为共同公报数与两机构公报总数之比。",
            "Agencies that issued bulletins together, with the Jaccard index of their bulletins.",
        ),
        (
            ("agency", "concept", "机构", "agency"),
            ("other", "concept", "另一机构", "other agency"),
            ("bulletins", "integer", "联合发布数", "bulletins together"),
            ("agency_bulletins", "integer", "机构公报数", "bulletins of the agency"),
            ("other_bulletins", "integer", "另一机构公报数", "bulletins of the other"),
            ("jaccard", "decimal", "杰卡德指数", "Jaccard index"),
        ),
    ),
}
ANALYSES = tuple(_TABLES)
Found = Communities | tuple[Centrality, ...] | tuple[Likeness, ...] | tuple[CoIssuing, ...]


def analyse(name: str, ties: Ties, resolution: float = 1.0) -> Found:
    """One of ANALYSES by its name; `resolution` is that of the communities."""
    if name == "communities":
        return find_communities(ties, resolution)
    if name == "centrality":
        return instrument_centrality(ties)
    return province_similarity(ties) if name == "similarity" else co_issuing(ties)


def table(name: str, found: Found, ties: Ties) -> Answer:
    """What an analysis found, as rows in its own order."""
    (zh, en), (said_zh, said_en), columns = _TABLES[name]
    question = Question(
        name=name,
        path=Path(__file__),
        titles={"zh": zh, "en": en},
        descriptions={"zh": said_zh, "en": said_en},
        parameters=(),
        columns=tuple(Column(name=one, type=kind, titles={"zh": z, "en": e}) for one, kind, z, e in columns),
        order=(),
        chart=None,
        conditions=(),
        body="",
    )
    return Answer(question=question, rows=tuple(_rows(found, ties)))


def _rows(found: Found, ties: Ties) -> Iterable[tuple[Cell, ...]]:
    def things(iris: Iterable[str]) -> tuple[Thing, ...]:
        return tuple(ties.thing(iri) for iri in iris)

    for one in found.communities if isinstance(found, Communities) else found:
        if isinstance(one, Centrality):
            counts = (one.measures, one.bulletins, one.provinces, one.degree, one.strength)
            yield (ties.thing(one.instrument), *counts, _decimal(one.pagerank), _decimal(one.betweenness))
        elif isinstance(one, Likeness):
            pair = (ties.thing(one.province), ties.thing(one.other))
            shared = (one.shared, things(one.foremost), one.measures, one.other_measures)
            yield (*pair, _decimal(one.similarity), *shared)
        elif isinstance(one, CoIssuing):
            counted = (one.bulletins, one.agency_bulletins, one.other_bulletins)
            yield (ties.thing(one.agency), ties.thing(one.other), *counted, _decimal(one.jaccard))
        else:
            common = (things(one.instruments), things(one.targets), things(one.metrics), things(one.provinces))
            counted = (one.number, len(one.measures), one.bulletins)
            yield (*counted, *common, _decimal(one.inside), ties.thing(one.typical))


def _decimal(value: float) -> Decimal:
    return Decimal(f"{value:.{_PLACES}f}")
