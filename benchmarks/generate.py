"""Generated bulletins with their own exact gold: seeded, streaming, as many as asked for.

A bulletin is made of templates (`sentences.yaml`) whose slots are numbers, units, hedges, groups, names, places and
periods; the gold is written down while the text is, by the definitions of the published contract, so it is exact. One
bulletin depends on the seed and its number alone: the first hundred of a thousand are the same hundred.

    python benchmarks/generate.py --count 1000 --seed 7 --out bulletins.jsonl --gold gold.jsonl
    python benchmarks/generate.py --count 100 --seed 7 --out folder        # NAME.txt and NAME.json beside it
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from loaders.gazetteer import Gazetteer, load_gazetteer  # noqa: E402

COLUMNS = ("id", "place", "year", "title", "publisher", "publish_date", "full_text")
LAYOUTS = ("nested", "run-in", "prose", "numbered", "news", "mixed", "plan", "off")
_WEIGHTS = (18, 20, 18, 14, 8, 10, 8, 4)
_SMALLEST, _LARGEST = 800, 3600  # characters to reach; the last paragraph may go over
_SLOT = re.compile(r"\{([^{}]+)\}|\[([^\[\]]+)\]")
_HAN = "一二三四五六七八九十"
_TELLS_TIME = 0.2  # of sentences, how many begin with an expression of time
_HAS_TAIL = 0.7  # of measures, how many end in a clause that says nothing more
_WRAP = 40  # characters a line of a bulletin that is broken as pages are
_BEFORE = (("超过", "gt"), ("约", "approx"), ("近", "approx"))
_AFTER = (("以上", "gt"), ("左右", "approx"))


@dataclass(frozen=True, slots=True)
class _Period:
    """What a phrase of time says: of a flow and of a state."""

    phrase: str
    flow: str
    stock: str


@dataclass(slots=True)
class _Bulletin:
    """A bulletin while it is written; offsets are into the text before it is broken into lines."""

    rng: random.Random
    plan: bool
    place: str
    year: int
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    measures: list[dict[str, Any]] = field(default_factory=list)
    observations: list[dict[str, Any]] = field(default_factory=list)
    programs: list[dict[str, Any]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)  # names and templates that stand in it
    said: _Period | None = None  # the paragraph's last expression of time

    def write(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def end_paragraph(self) -> None:
        self.write("\n")
        self.said = None


@lru_cache(maxsize=1)
def templates() -> Mapping[str, Any]:
    """The templates, read once."""
    loaded: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "sentences.yaml").read_text(encoding="utf-8"))
    return loaded


@lru_cache(maxsize=1)
def _gazetteer() -> Gazetteer:
    return load_gazetteer()


@lru_cache(maxsize=1)
def _children() -> Mapping[str, tuple[str, ...]]:
    """Province or prefecture → codes of the units in it that are named in full and in no doubt."""
    below: dict[str, list[str]] = {}
    for place in _gazetteer().by_code.values():
        if place.level in ("prefecture", "county") and place.risky != "full" and len(place.name) > 2:
            below.setdefault(place.parent, []).append(place.code)
    return {parent: tuple(sorted(codes)) for parent, codes in sorted(below.items()) if len(codes) >= 3}


# ------------------------------------------------------------------------- slots


def _number(rng: random.Random, bounds: str) -> tuple[str, Decimal]:
    low, _, high = bounds.partition("-")
    places = len(low.partition(".")[2])
    step = 10**places
    drawn = rng.randint(int(Decimal(low) * step), int(Decimal(high) * step))
    value = Decimal(drawn) / step
    return f"{value:.{places}f}" if places else str(drawn), value


def _quantity(b: _Bulletin, slot: str, period: _Period, place: str, measure: str | None, count: bool) -> None:
    """Write a number slot and, where it is in the domain, note the observation."""
    form, bounds, *rest = slot.split()
    unit, factor = templates()["units"][form]
    digits, value = _number(b.rng, bounds)
    flags = set(rest[1:])
    qualifier = next((f for f in ("gt", "lt", "approx") if f in flags), "eq")
    before = after = inside = ""
    if "~" in flags and b.rng.random() < 0.5:
        kind = b.rng.randrange(3)
        if kind == 0 and not "".join(b.pieces[-1:]).endswith(("达到", "达")):
            before, qualifier = b.rng.choice(_BEFORE)
        elif kind == 1:
            after, qualifier = b.rng.choice(_AFTER)
        elif value == int(value) and value >= 100 and value % 10 == 0:
            inside, qualifier = "余", "gt"
    b.write(before)
    start = b.length
    b.write(digits + inside + form)
    end = b.length
    b.write(after)
    if not count:
        return
    statistic = next((f for f in ("change", "growth", "share", "standard", "completion") if f in flags), "level")
    if b.plan and statistic != "standard":
        statistic = "target"
    if "person" in flags:
        unit = "CNY/person"
    value *= -factor if "down" in flags else factor
    b.observations.append(
        {
            "id": f"o{len(b.observations) + 1}", "start": start, "end": end, "value": _json(value), "unit": unit,
            "statistic": statistic, "qualifier": qualifier, "metric": rest[0], "place": place,
            "period": period.stock if "stock" in flags else period.flow, "measure": measure,
        }
    )  # fmt: skip


def _json(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _name(b: _Bulletin, which: str) -> None:
    """Write a name that this bulletin has not had, and note the program."""
    made = templates()["names"][which]
    for _ in range(40):
        name = b.rng.choice(made["first"]) + b.rng.choice(made["second"])
        if name not in b.used:
            break
    b.used.add(name)
    before, after = made["written"].split("<>")
    b.write(before)
    start = b.length
    b.write(name)
    if not any(p["name"] == name for p in b.programs):  # a program is noted once, where it stands first
        b.programs.append({"start": start, "end": b.length, "name": name, "kind": made["kind"]})
    b.write(after)


def _fill(
    b: _Bulletin, text: str, period: _Period, place: str, measure: str | None, targets: list[str], *,
    heading: str = "", count: bool = True,
) -> None:  # fmt: skip
    """Write a template's text."""
    at = 0
    for m in _SLOT.finditer(text):
        b.write(text[at : m.start()])
        at = m.end()
        slot = m[1]
        if slot is None:
            b.write("" if b.plan else m[2])
        elif slot == "=heading":
            b.write(heading)
        elif slot[0] == "=":
            b.write(b.rng.choice(templates()["words"][slot[1:]]))
        elif slot[0] == "@":
            word, codes = b.rng.choice(list(templates()["groups"][slot[1:]].items()))
            targets += [c for c in codes if c not in targets]
            b.write(word)
        elif slot[0] == "<":
            _name(b, slot[1:])
        else:
            _quantity(b, slot, period, place, measure, count)
    b.write(text[at:])


# ------------------------------------------------------------------------- periods


def _subject(b: _Bulletin) -> _Period:
    return _Period("", str(b.year), str(b.year))


def _draw_period(b: _Bulletin, likely: float, total: bool = False) -> _Period:
    """A phrase of time to begin a sentence with; without one, what the paragraph said last, else the bulletin's year.

    Only a sentence of totals follows an as-of expression, and none inherits one: whether it tells of a state at that
    date or of what was done until then would be a matter of taste.
    """
    as_of = b.said is not None and b.said.flow != b.said.stock
    if b.rng.random() >= likely and not as_of:
        said = b.said or _subject(b)
        return _Period("", said.flow, said.stock)
    y, m = b.year, b.rng.randint(4, 9)
    kinds = (0,) if b.plan else (0, 1, 2, 3, 4, 5) if total else (0, 1, 3, 4, 5)
    kind = b.rng.choice(kinds)
    if kind == 0:
        drawn = _Period(f"{y}年，", str(y), str(y))
    elif kind == 1:
        drawn = _Period("上半年，", f"{y}-01/{y}-06", f"{y}-01/{y}-06")
    elif kind == 2:
        drawn = _Period(f"截至{m}月底，累计", f"{y}-01/{y}-{m:02}", f"{y}-{m:02}")
    elif kind == 3:
        drawn = _Period("今年以来，", str(y), str(y))
    elif kind == 4:
        drawn = _Period(f"1至{m}月，", f"{y}-01/{y}-{m:02}", f"{y}-01/{y}-{m:02}")
    else:
        drawn = _Period("前三季度，", f"{y}-01/{y}-09", f"{y}-01/{y}-09")
    b.said = drawn
    return drawn


# ------------------------------------------------------------------------- sentences


def _measure(b: _Bulletin, template: Mapping[str, Any], theme: str | None, mark: str = "", lead: bool = False) -> None:
    """Write one measure, from its number (`mark`) to its end, and note it."""
    start = b.length
    b.write(mark)
    if lead:
        b.write(template["lead"] + "。")
    period = _draw_period(b, _TELLS_TIME, bool(template.get("total")))
    b.write(period.phrase)
    place = b.place
    inside = _children().get(b.place, ())
    if inside and not mark and not period.phrase.endswith("累计") and b.rng.random() < 0.12:
        place = b.rng.choice(inside)
        b.write(_gazetteer().by_code[place].name)
    identifier = f"m{len(b.measures) + 1}"
    targets = list(template.get("g", ()))
    text = template["t"]
    if b.rng.random() < _HAS_TAIL:
        text = f"{text.removesuffix('。')}，{b.rng.choice(templates()['tails'])}。"
    _fill(b, text, period, place, identifier, targets)
    b.measures.append(
        {
            "id": identifier, "start": start, "end": b.length, "place": place, "theme": theme,
            "status": "planned" if b.plan else "done", "instruments": list(template["i"]), "targets": targets,
        }
    )  # fmt: skip
    after = template.get("after")
    if after and not mark and not b.plan and place == b.place and b.rng.random() < 0.6:
        _fill(b, after, _Period("", period.flow, period.stock), place, identifier, [])


def _heading(b: _Bulletin, text: str) -> None:
    b.write(text)
    b.end_paragraph()


def _pick(b: _Bulletin, topic: str, count: int) -> list[Mapping[str, Any]]:
    """Templates of a topic, each once in a row."""
    pool = templates()["topics"][topic]["measures"]
    return b.rng.sample(pool, min(count, len(pool)))


def _results(b: _Bulletin) -> None:
    """A paragraph of results that no measure claims."""
    for text in b.rng.sample(templates()["openings"], b.rng.randint(1, 3)):
        period = _draw_period(b, _TELLS_TIME)
        b.write(period.phrase)
        _fill(b, text, period, b.place, None, [])
    b.end_paragraph()
    if b.rng.random() < 0.6:
        for text in b.rng.sample(templates()["backgrounds"], b.rng.randint(1, 2)):
            b.write(text)
        b.end_paragraph()


def _part(b: _Bulletin, layout: str, topic: str, number: int, wanted: int) -> None:
    """A part of a bulletin: its heading, and its measures in a layout."""
    heading = b.rng.choice(templates()["topics"][topic]["headings"])
    chosen = _pick(b, topic, wanted)
    marks = f"{_HAN[number % 10]}、" if layout != "news" else ""
    if layout != "news":
        _heading(b, marks + heading)
    if layout == "nested":
        for k, template in enumerate(chosen):
            _measure(b, template, heading, f"（{_HAN[k]}）", lead=True)
            b.end_paragraph()
    elif layout == "numbered":
        for k, template in enumerate(chosen):
            _measure(b, template, heading, f"{k + 1}.", lead=b.rng.random() < 0.5)
            b.end_paragraph()
    elif layout == "run-in" and len(chosen) > 1:
        at = b.length
        _fill(b, b.rng.choice(templates()["leads"]), _subject(b), b.place, None, [], heading=heading)
        theme = "".join(b.pieces)[at:].rstrip("：")
        lead = b.rng.random() < 0.6
        for k, template in enumerate(chosen):
            _measure(b, template, theme, f"{_HAN[k]}是", lead=lead)
        b.end_paragraph()
    else:
        for k, template in enumerate(chosen):
            _measure(b, template, heading if layout != "news" else None)
            if k % 3 == 2 or k == len(chosen) - 1:
                if b.rng.random() < 0.6:
                    b.write(b.rng.choice(templates()["backgrounds"]))
                b.end_paragraph()


def _off_part(b: _Bulletin, number: int, sentences: int) -> None:
    """A part outside the domain: nothing in it is noted."""
    _heading(b, f"{_HAN[number % 10]}、{b.rng.choice(templates()['outside']['headings'])}")
    pool = templates()["outside"]["sentences"]
    for n, text in enumerate(b.rng.sample(pool, min(sentences, len(pool)))):
        _fill(b, text, _subject(b), b.place, None, [], count=False)
        if n % 3 == 2:
            b.end_paragraph()
    if b.pieces[-1] != "\n":
        b.end_paragraph()


# ------------------------------------------------------------------------- bulletins


def bulletin(number: int, seed: int) -> tuple[str, dict[str, str], dict[str, Any]]:
    """The bulletin of a number under a seed: text, metadata (the columns of a table) and gold."""
    rng = random.Random(f"{seed}/{number}")
    layout = rng.choices(LAYOUTS, _WEIGHTS)[0]
    provinces = sorted(c for c in _children() if c.endswith("0000"))
    place = rng.choice(provinces)
    gazetteer = _gazetteer()
    if rng.random() < 0.2 and (cities := [c for c in _children()[place] if c in _children()]):
        place = rng.choice(cities)
    name = gazetteer.by_code[place].name
    b = _Bulletin(rng=rng, plan=layout == "plan", place=place, year=rng.randint(2018, 2025))
    kind = {"plan": "plan", "news": "news", "mixed": "mixed"}.get(layout, "report")
    subject = rng.choice(templates()["outside"]["titles"] if layout == "off" else templates()["titles"][kind])
    title = f"{name}{subject}" if kind == "news" else f"{name}{b.year}年{subject}"
    agency = name + rng.choice(templates()["agencies" if place.endswith("0000") else "city_agencies"])
    month, day = (rng.randint(2, 3), rng.randint(1, 28)) if b.plan else (rng.randint(10, 12), rng.randint(1, 28))
    _heading(b, title)
    size = rng.randint(_SMALLEST, _LARGEST)
    if layout == "off":
        n = 0
        while b.length < size:
            _off_part(b, n, rng.randint(3, 6))
            n += 1
    else:
        if not b.plan:
            _results(b)
        topics = list(templates()["topics"])
        style = rng.choice(("nested", "run-in", "prose")) if layout in ("mixed", "plan") else layout
        n = 0
        while b.length < size:
            if layout == "mixed" and n % 2:
                _off_part(b, n, rng.randint(2, 5))
            else:
                _part(b, style, topics[(n + number) % len(topics)], n, rng.randint(3, 6))
            n += 1
    date = f"{b.year}-{month:02}-{day:02}"
    b.write(f"{agency}\n{b.year}年{month}月{day}日\n")
    text, move = "".join(b.pieces), None
    if rng.random() < 0.1:
        text, move = _broken(text)
    gold = _gold(b, text, move, title, agency, date)
    gold["layout"] = layout
    metadata = {
        "id": f"generated-{seed}-{number}", "place": name, "year": str(b.year), "title": title, "publisher": agency,
        "publish_date": date,
    }  # fmt: skip
    return text, metadata, gold


def _broken(text: str) -> tuple[str, list[int]]:
    """The text with its paragraphs broken into lines, an empty line between them; and the way of each offset."""
    out: list[str] = []
    move: list[int] = []
    length = 0
    for paragraph in text.split("\n")[:-1]:
        for k, char in enumerate(paragraph):
            if k and k % _WRAP == 0:
                out.append("\n")
                length += 1
            move.append(length)
            out.append(char)
            length += 1
        move.append(length)
        out.append("\n\n")
        length += 2
    return "".join(out), move


def _gold(b: _Bulletin, text: str, move: list[int] | None, title: str, agency: str, date: str) -> dict[str, Any]:
    def moved(item: dict[str, Any]) -> dict[str, Any]:
        if move is None:
            return item
        return {**item, "start": move[item["start"]], "end": move[item["end"] - 1] + 1}

    return {
        "source": "", "title": title, "publisher": agency,
        "document": {"date": date, "text_sha256": hashlib.sha256(text.encode()).hexdigest()},
        "sections": [{"start": 0, "end": len(text), "place": b.place, "title": None}],
        "measures": [moved(m) for m in b.measures], "observations": [moved(o) for o in b.observations],
        "programs": [moved(p) for p in b.programs],
    }  # fmt: skip


def bulletins(count: int, seed: int) -> Iterator[tuple[str, dict[str, str], dict[str, Any]]]:
    """`count` bulletins, one at a time: text, metadata, and gold (the published contract's, offsets into the text)."""
    for number in range(1, count + 1):
        yield bulletin(number, seed)


# ------------------------------------------------------------------------- files


def write(count: int, seed: int, out: Path, gold: Path | None = None) -> int:
    """Write bulletins to a .jsonl or .csv file (gold as JSON lines in another) or to a folder (gold beside each text).

    Returns the characters written. Memory does not grow with `count`.
    """
    characters = 0
    if out.suffix not in (".jsonl", ".csv"):
        out.mkdir(parents=True, exist_ok=True)
        for number, (text, _, truth) in enumerate(bulletins(count, seed), 1):
            name = f"b{number:06}-{truth['document']['date'][:4]}"
            characters += len(text)
            (out / f"{name}.txt").write_bytes(text.encode())
            truth["source"] = f"{name}.txt"
            (out / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False) + "\n", encoding="utf-8")
        return characters
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = gold.open("w", encoding="utf-8", newline="\n") if gold else None
    try:
        with out.open("w", encoding="utf-8", newline="" if out.suffix == ".csv" else "\n") as stream:
            table = csv.DictWriter(stream, COLUMNS) if out.suffix == ".csv" else None
            if table:
                table.writeheader()
            for number, (text, metadata, truth) in enumerate(bulletins(count, seed), 1):
                characters += len(text)
                row = {**metadata, "full_text": text}
                if table:
                    table.writerow(row)
                else:
                    stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                if beside:
                    truth["source"] = f"{out.name}#{number}" if count > 1 else out.name
                    beside.write(json.dumps(truth, ensure_ascii=False) + "\n")
    finally:
        if beside:
            beside.close()
    return characters


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100, help="how many bulletins")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True, help="a .jsonl or .csv file, or a folder for .txt files")
    parser.add_argument("--gold", type=Path, help="where the gold goes, as JSON lines (a folder has its own)")
    arguments = parser.parse_args()
    characters = write(arguments.count, arguments.seed, arguments.out, arguments.gold)
    print(f"{arguments.count} bulletins, {characters} characters", file=sys.stderr)


if __name__ == "__main__":
    main()
