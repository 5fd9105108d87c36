"""The tables of places: whole, consistent with one another, and as docs/places.md describes them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from loaders.gazetteer import COUNTRY, KG, LEVELS, PLACE, Gazetteer, load_gazetteer
from loaders.resources import data_folder

ONTOLOGY = data_folder("ontology")
DOCS = Path(__file__).parents[2] / "docs" / "places.md"
TABLES = ("places.tsv", "places-history.tsv", "places-groups.ttl", "places-borders.tsv", "provinces.tsv")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def test_counts_of_levels(gazetteer: Gazetteer) -> None:
    levels = Counter(place.level for place in gazetteer.by_code.values())
    assert levels == {"country": 1, "province": 34, "prefecture": 333, "county": 2847}


def test_every_parent_is_a_place_of_a_higher_level(gazetteer: Gazetteer) -> None:
    for place in gazetteer.by_code.values():
        assert re.fullmatch(r"[1-9]\d{5}", place.code)
        if place.code != COUNTRY:
            parent = gazetteer.by_code[place.parent]
            assert LEVELS.index(parent.level) < LEVELS.index(place.level)
            assert parent.code == COUNTRY or parent.code[:2] == place.code[:2]


def test_units_directly_under_a_province(gazetteer: Gazetteer) -> None:
    for code, name in {"429004": "仙桃市", "469007": "东方市", "659001": "石河子市", "500236": "奉节县"}.items():
        place = gazetteer.by_code[code]
        assert (place.name, place.level, place.parent) == (name, "county", code[:2] + "0000")


def test_changes_of_recent_years_are_in(gazetteer: Gazetteer) -> None:
    names = {place.name: code for code, place in gazetteer.by_code.items() if place.level == "county"}
    assert names["米林市"] == "540481"
    assert names["两江新区"] == "500157"
    assert names["岑岭县"] == "653132"
    assert "渝北区" not in names


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("云南省", "云南"),
        ("西藏自治区", "西藏"),
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("凉山彝族自治州", "凉山"),
        ("巴音郭楞蒙古自治州", "巴音郭楞"),
        ("阿拉善盟", "阿拉善"),
        ("紫阳县", "紫阳"),
        ("东乡族自治县", "东乡"),
        ("积石山保安族东乡族撒拉族自治县", "积石山"),
        ("鄂温克族自治旗", "鄂温克"),
        ("巴林右旗", "巴林右旗"),
        ("高县", "高县"),
        ("城区", "城区"),
        ("碑林区", "碑林"),
        ("清新区", "清新"),
        ("浦东新区", "浦东"),
        ("神农架林区", "神农架"),
        ("井陉矿区", "井陉矿区"),
    ],
)
def test_short_names(gazetteer: Gazetteer, name: str, short: str) -> None:
    assert {place.short for place in gazetteer.find_label(name) if place.name == name} == {short}


def test_no_short_name_has_one_character(gazetteer: Gazetteer) -> None:
    assert not [place.code for place in gazetteer.by_code.values() if len(place.short) < 2]


def test_ordinary_words_are_risky_and_provinces_never(gazetteer: Gazetteer) -> None:
    risky = gazetteer.risky_forms()
    assert {"资源", "振兴", "新建", "合作", "朝阳", "和平", "民和", "城区", "郊区", "矿区", "范县", "合肥"} <= risky
    assert not {"紫阳", "皋兰", "济南", "云南", "河北", "凉山", "成都", "紫阳县", "朝阳区", "合肥市"} & risky
    assert not [place for place in gazetteer.by_code.values() if place.level == "province" and place.risky]


def test_provinces_have_codes_of_the_world(gazetteer: Gazetteer) -> None:
    provinces = gazetteer.provinces
    assert sorted(provinces) == sorted(c for c, place in gazetteer.by_code.items() if place.level == "province")
    assert len({one.iso for one in provinces.values()}) == len({one.wikidata for one in provinces.values()}) == 34
    assert all(re.fullmatch(r"CN-[A-Z]{2}", one.iso) for one in provinces.values())
    assert all(re.fullmatch(r"Q\d+", one.wikidata) for one in provinces.values())
    assert (provinces["530000"].iso, provinces["530000"].wikidata) == ("CN-YN", "Q43194")


def test_borders_are_symmetric_and_known(gazetteer: Gazetteer) -> None:
    assert {(b, a) for a, b in gazetteer.borders} == gazetteer.borders
    assert len(gazetteer.borders) == 2 * 70
    near = {code: {b for a, b in gazetteer.borders if a == code} for code in gazetteer.provinces}
    assert {gazetteer.by_code[code].short for code in near["530000"]} == {"西藏", "四川", "贵州", "广西"}
    assert not near["460000"]
    assert len(near["610000"]) == len(near["150000"]) == 8


def test_history_has_years_that_make_sense(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.former) == 4476
    for one in gazetteer.former:
        assert 1980 <= one.since < one.until <= 2026
        assert one.relation in {"same", "parts", "in"}
        assert one.today
        assert (one.relation != "parts") <= (len(one.today) == 1)
        assert [one.name] != [gazetteer.by_code[code].name for code in one.today if code == one.code]
    assert len({(one.code, one.until) for one in gazetteer.former}) == len(gazetteer.former)


@pytest.mark.parametrize(
    ("code", "name", "until", "today"),
    [
        ("341400", "巢湖市", 2011, ("340124", "340181", "340281", "340522", "340523")),
        ("420600", "襄樊市", 2010, ("420600",)),
        ("371200", "莱芜市", 2018, ("370116", "370117")),
        ("610928", "旬阳县", 2021, ("610981",)),
        ("500112", "渝北区", 2025, ("500157",)),
        ("110103", "崇文区", 2010, ("110101",)),
        ("540422", "米林县", 2023, ("540481",)),
        ("512328", "黔江县", 1983, ("500114",)),
    ],
)
def test_former_units(gazetteer: Gazetteer, code: str, name: str, until: int, today: tuple[str, ...]) -> None:
    (one,) = (one for one in gazetteer.former if (one.code, one.name) == (code, name))
    assert (one.until, one.today) == (until, today)


def test_groups_have_their_members(gazetteer: Gazetteer) -> None:
    members = {group.iri.removeprefix(KG + "places-"): group.members for group in gazetteer.groups}
    assert [len(members[f"autonomous-{kind}"]) for kind in ("regions", "prefectures", "counties")] == [5, 30, 120]
    regions = [members[f"region-{name}"] for name in ("east", "central", "west", "northeast")]
    assert [len(region) for region in regions] == [10, 6, 12, 3]
    mainland = set(gazetteer.provinces) - {"710000", "810000", "820000"}
    assert sorted(code for region in regions for code in region) == sorted(mainland)
    assert all(group.valid_from and len(group.labels) >= 2 for group in gazetteer.groups)
    assert not [group.iri for group in gazetteer.groups if not set(group.members) <= set(gazetteer.by_code)]


def test_pairs_join_eight_eastern_with_ten_western_provinces(gazetteer: Gazetteer) -> None:
    pairs = gazetteer.pairs()
    assert pairs["闽宁"] == ("350000", "640000")
    assert pairs["粤桂"] == ("440000", "450000")
    assert len(pairs) == 11
    assert (len({a for a, _ in pairs.values()}), len({b for _, b in pairs.values()})) == (8, 10)


def test_key_counties_are_left_to_the_user(gazetteer: Gazetteer) -> None:
    assert gazetteer.key_counties == ()
    assert (ONTOLOGY / "key-counties.tsv").read_text(encoding="utf-8").startswith("#")


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_small_clean_and_use_known_iris(name: str) -> None:
    content = (ONTOLOGY / name).read_bytes()
    assert len(content) < 1_000_000
    assert content.endswith(b"\n")
    assert b"\r" not in content
    assert not re.search(rb" [\t\n]|\t ", content)
    assert name != "places-groups.ttl" or f"<{PLACE}>".encode() in content


@pytest.mark.parametrize("name", ["places.tsv", "places-history.tsv", "places-borders.tsv", "provinces.tsv"])
def test_tables_are_sorted(name: str) -> None:
    rows = (ONTOLOGY / name).read_text(encoding="utf-8").splitlines()[1:]
    keys = [row.split("\t")[:2] for row in rows]
    assert keys == sorted(keys)
    assert len(rows) == len(set(rows))


def test_the_page_states_the_numbers(gazetteer: Gazetteer) -> None:
    page = DOCS.read_text(encoding="utf-8")
    risky = Counter(place.risky for place in gazetteer.by_code.values())
    numbers = [
        f"{len(gazetteer.former):,} codes and names",
        "34 provinces, 333 prefectures, 2,847 counties",
        f"{len(gazetteer.groups)} dated collections",
        f"the {len(gazetteer.borders) // 2} pairs of provinces",
        f"{risky['short'] + risky['full']} of {len(gazetteer.by_code):,} places",
        f"{risky['full']} of these a risky full name",
        f"of {sum(one.relation == 'in' for one in gazetteer.former)} such rows",
    ]
    assert [number for number in numbers if number not in " ".join(page.split())] == []
