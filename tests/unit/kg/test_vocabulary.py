"""`kg vocabulary`: each rule finds its fault and passes over what is none; suggestions are new and stable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from documents import document

from kg.cli.vocabulary import command
from kg.vocabulary import Finding, check_vocabulary, demand_sound, suggest_expressions
from kg.vocabulary.words import parse_words
from loaders.errors import FindingsError, InputError
from loaders.extract import extract
from loaders.lexicon import load_lexicon

EXAMPLES = Path(__file__).parents[3] / "examples"
MY_TERMS = EXAMPLES / "vocabulary" / "my-terms.ttl"
HEAD = """\
@prefix kg:     <https://zhenxing.example/ns#> .
@prefix my:     <https://terms.example/my#> .
@prefix skos:   <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
"""


def concept(name: str, more: str = "", *, scheme: str = "instruments", kind: str = "PolicyInstrument") -> str:
    return f"""
my:{name} a kg:{kind}, skos:Concept ; skos:inScheme kg:{scheme} ; skos:notation "{name}" ;
  skos:prefLabel "某项{name}工具"@zh, "{name}"@en ; skos:definition "说明。"@zh, "What it is."@en {more} .
"""


def found(tmp_path: Path, turtle: str) -> list[Finding]:
    path = tmp_path / "my.ttl"
    path.write_text(HEAD + turtle, "utf-8")
    return [f for f in check_vocabulary((path,)) if f.severity != "information"]


def rules(tmp_path: Path, turtle: str) -> list[tuple[str, str]]:
    return [(f.severity, f.rule) for f in found(tmp_path, turtle)]


def test_the_shipped_vocabulary_has_no_errors() -> None:
    assert [f for f in check_vocabulary() if f.severity == "error"] == []


def test_the_example_of_a_users_vocabulary_is_sound() -> None:
    assert [f for f in check_vocabulary((MY_TERMS,)) if f.severity != "information"] == []
    demand_sound((MY_TERMS,))


def test_a_sound_concept_gives_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, concept("a", '; skos:altLabel "蜂箱租借"@zh')) == []


def test_terms_for_the_property_graph_may_stand_in_a_users_file(tmp_path: Path) -> None:
    owl = "<http://www.w3.org/2002/07/owl#DatatypeProperty>"
    assert found(tmp_path, f'my:foundOn a {owl} ; kg:graphKey "found" .\n') == []


@pytest.mark.parametrize(
    ("turtle", "rule", "says"),
    [
        ('my:a a kg:PolicyInstrument ; skos:inScheme kg:instruments ; skos:notation "a" ; '
         'skos:prefLabel "甲乙丙"@zh, "a"@en ; skos:definition "说明"@zh .', "unexplained", "no definition in English"),
        ('my:a a kg:TargetGroup ; skos:inScheme kg:targets ; skos:prefLabel "甲乙丙"@zh, "a"@en ; '
         'skos:definition "说明"@zh, "a"@en .', "shape", "no notation"),
        ('my:a a kg:TargetGroup ; skos:notation "a" ; skos:prefLabel "甲乙丙"@zh, "a"@en ; '
         'skos:definition "说明"@zh, "a"@en .', "shape", "no scheme"),
        (concept("a", '; skos:prefLabel "another"@en'), "shape", "two preferred labels"),
        (concept("a", "; skos:broader my:nowhere"), "shape", "broader concept that does not exist: nowhere"),
        (concept("a", '; kg:nearWord "村"@zh'), "shape", "near words without a form"),
        (concept("a", '; skosxl:hiddenLabel [ a skosxl:Label ; kg:nearWord "村"@zh ]'), "shape", "without a form"),
        (concept("a", '; kg:gapLabel "没有间隔"@zh'), "shape", "two parts"),
        (concept("a", "; kg:hood kg:hood-treasure, kg:hood-authority"), "shape", "Hood"),
        (concept("a", scheme="metrics", kind="Metric"), "shape", "kg:outcome"),
        (concept("a", '; kg:nearWords "村"@zh'), "unknown-term", "kg:nearWords; kg:nearWord is the nearest"),
        (concept("a", kind="PolicyInstrumnt"), "unknown-term", "class that is not declared: kg:PolicyInstrumnt"),
        (concept("a", "; skos:broader my:b") + concept("b", "; skos:broader my:a"), "cycle", "a → b → a"),
        (concept("a", "; skos:broader my:b") + concept("b", scheme="targets"), "scheme-crossed", "targets"),
        (concept("a", "; skos:broader my:b, my:c") + concept("b") + concept("c"), "two-answers", "b, c"),
        (concept("a") + concept("a").replace("my:a", "my:b").replace("某项", "别项"), "one-notation", "'a'"),
        (concept("a", '; skos:altLabel "蜂箱租借"@zh')
         + concept("b", '; skos:hiddenLabel "蜂箱租借"@zh'), "one-label", "蜂箱租借"),
        (concept("a", '; skos:altLabel "劳务输出"@zh'), "one-label", "instrument-labour-export"),
        (concept("a", '; skos:altLabel "蜂箱 租借"@zh'), "white-space", "蜂箱 租借"),
        (concept("a", '; skos:altLabel "蜂箱租借"@zh ; kg:exclusionLabel "蜂箱租借"@zh'), "contradiction", "蜂箱租借"),
        (concept("a", '; skosxl:hiddenLabel [ a skosxl:Label ; skosxl:literalForm "租借"@zh ; '
         'kg:nearWord "村"@zh ; kg:farWord "村"@zh ]'), "contradiction", "demands and forbids 村"),
        (concept("a", '; skosxl:hiddenLabel [ a skosxl:Label ; skosxl:literalForm "租借"@zh ; '
         'kg:farWord "借"@zh ]'), "contradiction", "its own far word"),
        (concept("a", '; kg:unit "acre" ; kg:outcome true ; kg:direction kg:neutral ; kg:aggregation kg:sum',
         scheme="metrics", kind="Metric"), "unknown-unit", "acre"),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value and len(value) < 40 else "",
)  # fmt: skip
def test_an_error_is_found_and_named(turtle: str, rule: str, says: str, tmp_path: Path) -> None:
    errors = [f for f in found(tmp_path, turtle) if f.severity == "error"]
    assert [f for f in errors if f.rule == rule and says in f.message], errors
    assert all(f.where.startswith((tmp_path / "my.ttl").as_posix() + ":") for f in errors)


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ('; skos:altLabel "蜂箱租借"@zh ; kg:exclusionLabel "蜂蜜加工厂"@zh', "dead-exclusion"),
        ('; skos:altLabel "蜂箱租借"@zh ; skos:hiddenLabel "蜂箱租借"@zh', "repeated-label"),
        (
            '; skosxl:hiddenLabel [ a skosxl:Label ; skosxl:literalForm "租借"@zh ; kg:nearWord "借"@zh ]',
            "idle-condition",
        ),
        ('; skos:altLabel "民法"@zh', "label-in-word"),
    ],
)
def test_a_warning_is_found(more: str, rule: str, tmp_path: Path) -> None:
    assert rules(tmp_path, concept("a", more)) == [("warning", rule)]


def test_no_build_starts_on_a_vocabulary_with_errors(tmp_path: Path) -> None:
    path = tmp_path / "my.ttl"
    path.write_text(HEAD + concept("a", '; skos:altLabel "民法"@zh'), "utf-8")
    demand_sound((path,))  # a warning alone stops nothing
    path.write_text(HEAD + concept("a", "; skos:broader my:a ; kg:nearWords 1"), "utf-8")
    with pytest.raises(InputError, match=r"my\.ttl:6: a .* \(and 1 more: kg vocabulary check\)"):
        demand_sound((path,))


def test_a_build_bears_what_leaves_no_doubt_about_a_users_words(tmp_path: Path) -> None:
    path = tmp_path / "my.ttl"
    bare = 'my:a skos:inScheme kg:instruments ; skos:notation "a" ; skos:prefLabel "某项工具"@zh .'
    path.write_text(HEAD + bare, "utf-8")
    assert {f.rule for f in demand_sound((path,))} == {"unexplained"}
    path.write_text(HEAD + concept("a", '; skos:altLabel "职业技能培训"@zh'), "utf-8")
    (shared,) = demand_sound((path,))
    assert "vocational-training has too" in shared.message
    path.write_text(HEAD + "".join(concept(x, '; skos:altLabel "蜂箱租借"@zh') for x in "ab"), "utf-8")
    with pytest.raises(InputError, match=r"my\.ttl:\d+: . has the label 蜂箱租借, which . has too"):
        demand_sound((path,))


@pytest.mark.parametrize(
    "turtle",
    [
        concept("a", '; skos:altLabel "民法"@zh ; kg:exclusionLabel "人民法院"@zh, "人民法庭"@zh'),  # covered
        concept("a", '; skos:altLabel "蜂箱"@zh') + concept("b", '; skos:altLabel "蜂箱租借"@zh'),  # the longest wins
        concept("a", '; skos:altLabel "养蜂人"@zh, "养蜂妇人"@zh', scheme="targets", kind="TargetGroup")
        + concept(
            "b", '; skos:altLabel "妇人家"@zh, "养蜂妇人"@zh', scheme="targets", kind="TargetGroup"
        ),  # a compound
        concept("a", '; skos:altLabel "蜂箱租借"@zh ; kg:sharedLabel "蜂箱租借"@zh')
        + concept("b", '; skos:altLabel "蜂箱租借"@zh'),  # meant
        concept("a", '; skos:altLabel "蜂箱租借"@zh')
        + concept("b", '; skos:altLabel "蜂箱租借"@zh', scheme="targets", kind="TargetGroup"),  # two schemes
    ],
    ids=["exclusion", "longest", "compound", "shared", "schemes"],
)
def test_what_is_no_fault_is_passed_over(turtle: str, tmp_path: Path) -> None:
    assert found(tmp_path, turtle) == []


def test_labels_may_be_added_to_a_shipped_concept(tmp_path: Path) -> None:
    turtle = '<https://zhenxing.example/ns#instrument-labour-brand> skos:altLabel "黔灵月嫂"@zh .'
    assert found(tmp_path, turtle) == []


def test_no_turtle_is_an_input_error(tmp_path: Path) -> None:
    path = tmp_path / "my.ttl"
    path.write_text("my:a is no Turtle", "utf-8")
    with pytest.raises(InputError, match=r"my\.ttl"):
        check_vocabulary((path,))


def test_labels_that_never_fired_are_told_as_information(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("今年，各地开办乡村夜市12个，带动就业。\n", "utf-8")
    told = {f.term: f.labels for f in check_vocabulary((MY_TERMS,), tmp_path / "a.txt") if f.rule == "never-fired"}
    assert "乡村夜市" not in told["night-markets"]
    assert "镇村夜市" in told["night-markets"]
    assert set(told["beekeepers"]) == {"养蜂户", "养蜂人", "蜂农"}


def test_words_that_cross_a_label() -> None:
    words = parse_words(
        ["人民 900 n", "法院 500 n", "民法 90 n", "人民法院 300 n", "产品 700 n", "农产品 200 n", "农 5 n"]
    )
    assert words.crossed({"民法", "产品"}, 50) == {"民法": ("人民法院",)}
    assert words.crossed({"民法"}, 301) == {}
    assert words.division("人民法院") == (2, 4)


def test_a_users_vocabulary_adds_labels_to_an_extraction() -> None:
    text = document("乡村振兴工作\n今年，县农业农村局开办乡村夜市12个，扶持养蜂户300户。\n")
    plain, own = (extract(text, load_lexicon(extra)).measures for extra in ((), (MY_TERMS,)))
    assert [label.code for m in plain for label in (*m.instruments, *m.targets)].count("beekeepers") == 0
    instruments = {label.concept: label.code for m in own for label in m.instruments}
    assert instruments["https://terms.example/my#night-markets"] == "industry-development"
    assert "beekeepers" in {label.code for m in own for label in m.targets}


def bulletins(folder: Path) -> Path:
    for number, place in enumerate(("甘肃省", "湖南省", "云南省")):
        sentence = f"{place}农业农村厅建设村级冷库30个，推广蜂箱租借服务，培训农民500人次。"
        (folder / f"{number}.txt").write_text(f"{place}乡村振兴工作简报\n{sentence}\n", "utf-8")
    return folder


def test_suggestions_are_what_no_concept_knows(tmp_path: Path) -> None:
    suggestions, failures = suggest_expressions((bulletins(tmp_path),), top=10)
    assert failures == ()
    first = next(s for s in suggestions if s.text.startswith("蜂箱"))
    assert (first.bulletins, first.count) == (3, 3)
    text = (tmp_path / "0.txt").read_text("utf-8")
    assert text[first.start : first.end] == first.text
    assert first.quote in text
    assert first.text in first.quote
    assert not any(s.text in ("农民", "推广", "培训", "甘肃", "湖南") for s in suggestions)
    assert suggestions == suggest_expressions((tmp_path,), top=10)[0]


def test_what_a_users_vocabulary_knows_is_not_suggested(tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text(HEAD + concept("a", '; skos:altLabel "蜂箱租借服务"@zh, "蜂箱租借"@zh'), "utf-8")
    folder = tmp_path / "bulletins"
    folder.mkdir()
    suggestions, _ = suggest_expressions((bulletins(folder),), (own,), top=10)
    assert [s.text for s in suggestions if "蜂箱" in s.text] == []


def test_the_command_ends_with_findings(tmp_path: Path) -> None:
    path = tmp_path / "my.ttl"
    path.write_text(HEAD + concept("a", '; kg:nearWords "村"@zh'), "utf-8")
    result = CliRunner().invoke(command, ["check", str(path), "--format", "json"], standalone_mode=False)
    assert isinstance(result.exception, FindingsError)
    assert result.exception.exit_code == 6
    assert [row["rule"] for row in json.loads(result.stdout)] == ["unknown-term"]
    table = CliRunner().invoke(command, ["check", str(path)])
    assert "kg:nearWords" in table.stdout
    assert "1 error" in table.stderr


def test_the_command_passes_a_sound_file() -> None:
    result = CliRunner().invoke(command, ["check", str(MY_TERMS)])
    assert (result.exit_code, result.stdout) == (0, "")


def test_the_command_suggests(tmp_path: Path) -> None:
    arguments = ["suggest", str(bulletins(tmp_path)), "--top", "5"]
    rows = json.loads(CliRunner().invoke(command, [*arguments, "--format", "json"]).stdout)
    assert 0 < len(rows) <= 5
    assert rows[0]["text"] in CliRunner().invoke(command, arguments).stdout
