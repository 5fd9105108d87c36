"""The lexicon on a small vocabulary of its own: labels, gaps, exclusions, words near and far, user's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders.errors import InputError
from loaders.lexicon import Lexicon, build_lexicon, clause_bounds, load_lexicon, read_turtle

VOCABULARY = """
@prefix kg: <https://zhenxing.example/ns#> .
@prefix t: <https://zhenxing.example/ns#instrument-> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
t:training skos:inScheme kg:instruments ; skos:notation "training" ; skos:prefLabel "培训"@zh, "training"@en ;
  skos:altLabel "技能培训"@zh ; kg:gapLabel "组织…参加…学习"@zh ; kg:exclusionLabel "培训机构名单"@zh .
t:night-school skos:inScheme kg:instruments ; skos:notation "night-school" ; skos:broader t:training ;
  skos:prefLabel "技能培训夜校"@zh, "night school"@en .
t:bonus skos:inScheme kg:instruments ; skos:notation "bonus" ; skos:prefLabel "奖补资金"@zh, "bonus"@en ;
  skosxl:hiddenLabel [ skosxl:literalForm "奖"@zh ; kg:nearWord "务工"@zh ; kg:farWord "奖牌"@zh ] .
kg:target-farmers skos:inScheme kg:targets ; skos:notation "farmers" ; skos:prefLabel "农民"@zh, "farmers"@en ;
  skos:hiddenLabel "＋农"@zh .
kg:cue-more skos:inScheme kg:cues ; skos:notation "more" ; skos:prefLabel "多"@zh, "more"@en ;
  skos:hiddenLabel "多"@zh, "超过"@zh ; kg:exclusionLabel "多元"@zh .
kg:unit-mu skos:inScheme kg:units ; skos:notation "mu" ; skos:prefLabel "亩"@zh, "mu"@en ;
  kg:unitForm "亩", "公顷=15" ; kg:countedNoun "耕地"@zh .
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    path = tmp_path_factory.mktemp("vocabulary") / "v.ttl"
    path.write_text(VOCABULARY, "utf-8")
    return build_lexicon(read_turtle(path), "v")


def codes(small: Lexicon, text: str, scheme: str = "instruments") -> list[str]:
    return [f"{h.concept.code} {text[h.start : h.end]}" for h in small.find(text).get(scheme, [])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("开展培训", ["training 培训"]),
        ("开展技能培训", ["training 技能培训"]),  # the longer of two that overlap
        ("开办技能培训夜校", ["night-school 技能培训夜校"]),
        ("组织农民参加县里学习", ["training 组织农民参加县里学习"]),
        ("对务工者给予奖励", ["bonus 奖"]),
        ("培训、再培训", ["training 培训", "training 培训"]),
    ],
)
def test_finds(small: Lexicon, text: str, found: list[str]) -> None:
    assert codes(small, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "公布培训机构名单",  # an exclusion label
        "组织农民,参加学习",  # the parts of a gap label stand in one clause
        "参加组织学习",  # and in order
        "发给奖励",  # no word near
        "务工者获奖牌一块",  # a word far, in the same clause
        "",
    ],
)
def test_finds_none(small: Lexicon, text: str) -> None:
    assert codes(small, text) == []


def test_a_narrower_concept_answers_with_its_ancestor(small: Lexicon) -> None:
    (hit,) = small.find("技能培训夜校")["instruments"]
    assert (hit.concept.code, hit.concept.answer) == ("night-school", "training")


def test_scan_keeps_shorter_labels_inside_longer_ones(small: Lexicon) -> None:
    assert [h.concept.code for h in small.scan("技能培训夜校")["instruments"]].count("training") == 2


def test_schemes_are_matched_independently_and_labels_folded(small: Lexicon) -> None:
    assert codes(small, "培训农民", "targets") == ["farmers 农民"]
    assert codes(small, "企业+农户", "targets") == ["farmers +农"]


def test_units_with_their_factors(small: Lexicon) -> None:
    assert small.unit_forms["公顷"] == ("mu", 15)
    assert small.unit_forms["亩"] == ("mu", 1)
    assert small.counted_nouns == {"耕地": "mu"}


def test_an_alternation_prefers_the_longest_and_keeps_exclusions(small: Lexicon) -> None:
    import re

    pattern = re.compile(small.alternation("more"))
    assert pattern.findall("超过3个,多2个,多元化") == ["超过", "多"]


def test_a_cue_that_is_not_there_is_named(small: Lexicon) -> None:
    with pytest.raises(InputError, match="'less'"):
        small.labels("cues", "less")


def test_clauses_end_at_commas_and_stops() -> None:
    text = "甲,乙丙丁;戊"
    assert clause_bounds(text, 3, 4) == (2, 5)


def test_a_users_file_adds_to_the_shipped_vocabulary(tmp_path: Path, lexicon: Lexicon) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(
        "@prefix kg: <https://zhenxing.example/ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<https://example.org/drone> skos:inScheme kg:instruments ; skos:notation "drone" ;'
        ' skos:prefLabel "无人机飞防"@zh, "drones"@en .',
        "utf-8",
    )
    mine = load_lexicon((path,))
    assert [h.concept.code for h in mine.find("推广无人机飞防")["instruments"]] == ["drone"]
    assert mine.version != lexicon.version
    assert load_lexicon().version == lexicon.version


def test_a_broken_file_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "broken.ttl"
    path.write_text("@prefix kg: <x> .\nkg:a kg:b", "utf-8")
    with pytest.raises(InputError, match=r"broken\.ttl"):
        load_lexicon((path,))


def test_the_shipped_vocabulary_has_definitions_and_codes(lexicon: Lexicon) -> None:
    for scheme in ("instruments", "targets", "metrics", "units", "cues"):
        concepts = lexicon.in_scheme(scheme)
        assert concepts
        assert len({c.code for c in concepts}) == len(concepts)
        assert all(c.zh and c.en for c in concepts)
