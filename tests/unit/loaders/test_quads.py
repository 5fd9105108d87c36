from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from documents import document
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, parse
from said import TEXT, extraction, measure, observation, sample

from loaders.iris import TERMS, Names
from loaders.quads import Versions, bulletin_quads, canonical, decimal_literal, sentence_around
from loaders.records import Anchor, DocumentFacts, Section, Span

NAMES = Names()
VERSIONS = Versions(vocabulary="v", rules="r", document_kinds={"公报": TERMS + "document-communique"})
OA = "http://www.w3.org/ns/oa#"


def quads() -> list[Quad]:
    return bulletin_quads(sample(), NAMES, VERSIONS)


def objects(found: list[Quad], subject: str, predicate: str) -> set[str]:
    return {
        q.object.value
        for q in found
        if q.predicate.value == TERMS + predicate
        and isinstance(q.subject, NamedNode)
        and q.subject.value.endswith(subject)
        and isinstance(q.object, NamedNode | Literal)
    }


def test_one_named_graph_without_blank_nodes() -> None:
    found = quads()
    assert {q.graph_name for q in found} == {NamedNode(NAMES.graph(sample().document.text_sha256[:20]))}
    assert not any(isinstance(term, BlankNode) for q in found for term in (q.subject, q.object))


def test_twice_the_same() -> None:
    assert canonical(quads()) == canonical(reversed(quads()))


def test_every_link_stands_beside_its_plain_triple_with_confidence_and_evidence() -> None:
    found = quads()
    said = {(q.subject, q.predicate, q.object) for q in found}
    parts: dict[NamedNode, dict[str, list[object]]] = {}
    for q in found:
        if isinstance(q.subject, NamedNode) and "/link/" in q.subject.value:
            parts.setdefault(q.subject, {}).setdefault(q.predicate.value.removeprefix(TERMS), []).append(q.object)
    assert len(parts) == 16
    for link in parts.values():
        (subject,), (predicate,), (target,) = link["subject"], link["predicate"], link["object"]
        assert (subject, predicate, target) in said
        assert len(link["confidence"]) == 1
        assert link["evidence"]


def test_links_of_each_kind() -> None:
    predicates = Counter(
        q.object.value.removeprefix(TERMS)
        for q in quads()
        if q.predicate.value == TERMS + "predicate" and isinstance(q.object, NamedNode)
    )
    assert predicates == {
        "actsIn": 3,
        "appliesInstrument": 4,
        "forTarget": 1,
        "hasResult": 3,
        "setsStandard": 1,
        "ledBy": 1,
        "namesProgram": 1,
        "runsProgram": 1,
        "basedOn": 1,
    }


def test_a_standard_is_no_result_and_a_number_without_a_measure_has_no_link() -> None:
    found = quads()
    assert {o.rpartition("/")[2] for o in objects(found, "/measure/m1", "hasResult")} == {"o1", "o2"}
    assert objects(found, "/measure/m2", "hasResult") == set()
    assert {o.rpartition("/")[2] for o in objects(found, "/measure/m2", "setsStandard")} == {"o3"}
    assert objects(found, "/observation/o5", "understood") == {"false"}


def test_every_quote_is_the_text_at_its_offsets() -> None:
    ends: dict[str, dict[str, str]] = {}
    for q in quads():
        if q.predicate.value.startswith(OA) and isinstance(q.object, Literal) and isinstance(q.subject, NamedNode):
            ends.setdefault(q.subject.value, {})[q.predicate.value.removeprefix(OA)] = q.object.value
    assert len(ends) > 10
    for span in ends.values():
        assert TEXT[int(span["start"]) : int(span["end"])] == span["exact"]


def test_periods_as_months() -> None:
    found = quads()
    assert objects(found, "/measure/m3", "firstMonth") == {"202501"}
    assert objects(found, "/measure/m3", "lastMonth") == {"202512"}
    assert objects(found, "/observation/o5", "period") == set()


def test_a_bulletin_tells_what_it_is() -> None:
    found = quads()
    key = "bulletin/" + sample().document.text_sha256[:20]
    assert objects(found, key, "documentNumber") == {"陕样〔2024〕9号"}
    assert objects(found, key, "documentKind") == {TERMS + "document-communique"}
    assert objects(found, key, "authorityLevel") == {"province"}
    assert len(objects(found, key, "issuedBy")) == 1


def test_the_activity_is_named_by_text_vocabulary_and_rules_and_has_no_clock_time() -> None:
    def activity(versions: Versions) -> set[str]:
        return {
            q.subject.value
            for q in bulletin_quads(sample(), NAMES, versions)
            if q.predicate.value == TERMS + "rules" and isinstance(q.subject, NamedNode)
        }

    assert activity(VERSIONS) != activity(replace(VERSIONS, rules="other"))
    assert activity(VERSIONS) != activity(replace(VERSIONS, vocabulary="other"))
    assert not any(q.predicate.value.endswith("AtTime") for q in quads())


def test_the_page_of_an_anchor_goes_to_its_spans() -> None:
    source = replace(sample().document, anchors=(Anchor(span=Span(0, 20), kind="page", value="3"),))
    found = bulletin_quads(replace(sample(), document=source), NAMES, VERSIONS)
    paged = {q.subject.value for q in found if q.predicate.value == TERMS + "page" and isinstance(q.subject, NamedNode)}
    assert paged
    assert all(int(iri.rpartition("/")[2].partition("-")[0]) < 20 for iri in paged)


def test_the_store_gives_back_the_lines_that_were_written() -> None:
    """What the store keeps in a form of its own (numbers, dates) must be canonical already."""
    lines = canonical(quads())
    store = Store()
    store.load(lines, format=RdfFormat.N_QUADS)
    assert canonical(store) == lines


@pytest.mark.parametrize(
    ("value", "text"),
    [("1200", "1200"), ("1E+8", "100000000"), ("-0.50", "-0.5"), ("0.00", "0"), ("-0", "0"), ("97.5", "97.5")],
)
def test_decimals_are_canonical(value: str, text: str) -> None:
    assert decimal_literal(Decimal(value)).value == text


def test_a_third_ends_after_nine_places() -> None:
    assert decimal_literal(Decimal(100) / 3).value == "33.333333333"


def test_a_sentence_ends_at_its_mark_and_not_at_the_edge_of_a_line() -> None:
    text = "甲乙。丙丁\n戊12人己。庚"
    found = sentence_around(text, Span(8, 11), Span(0, len(text)))
    assert text[found.start : found.end] == "丙丁\n戊12人己。"


@pytest.mark.parametrize(
    ("text", "facts", "measures", "shown"),
    [
        ("乡村简报（2023年）\n（一）培训12人。", {}, ["（一）培训12人。"], "（一）培训12人。"),
        ("乡村简报（2023年）\n全县有12人。", {"title": "乡村简报(2023年)"}, [], "全县有12人。"),
        (
            "县里说，一是修路；二是培训12人；三是种树。",
            {},
            ["一是修路；", "二是培训12人；", "三是种树。"],
            "二是培训12人；",
        ),
        ("乡村简报里有12人，乡村简报很好。", {"title": "乡村简报"}, [], "乡村简报里有12人，乡村简报很好。"),
    ],
)
def test_a_sentence_stays_in_its_item_and_out_of_the_title(
    text: str, facts: dict[str, str], measures: list[str], shown: str
) -> None:
    said = extraction(
        document(text),
        facts=DocumentFacts(**facts),
        measures=tuple(measure(text, f"m{n}", words) for n, words in enumerate(measures, 1)),
        observations=(observation(text, "o1", "12人", "12"),),
    )
    rule = "observation.sentence"
    found = bulletin_quads(said, NAMES, VERSIONS)
    (evidence,) = (q.subject for q in found if q.predicate.value == TERMS + "rule" and q.object == Literal(rule))
    (span,) = (q.object for q in found if q.subject == evidence and q.predicate.value == OA + "hasSelector")
    assert [q.object for q in found if q.subject == span and q.predicate.value == OA + "exact"] == [Literal(shown)]


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), st.data())
def test_hostile_text_goes_through_the_store_unharmed(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = Span(start, end)
    source = document(text, 'a\n"b\\.txt', title=text, identifier=text)
    number = replace(observation("7人", "o1", "7人", "7"), span=span, evidence=())
    said = extraction(
        source, sections=(Section(id="s1", span=Span(0, len(text)), place=None, title=text),), observations=(number,)
    )
    lines = canonical(bulletin_quads(said, NAMES, VERSIONS))
    assert canonical(parse(lines, format=RdfFormat.N_QUADS)) == lines
    store = Store()
    store.load(lines, format=RdfFormat.N_QUADS)
    exact = {q.object.value for q in store.quads_for_pattern(None, NamedNode(OA + "exact"), None)}  # type: ignore[union-attr]
    assert text[start:end] in exact
    assert canonical(store) == lines
