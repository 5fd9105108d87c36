"""Places of today and of then: look-up by code and name, and the same as SKOS.

Codes are the six digits of GB/T 2260, as strings; ``100000`` is the whole country. The tables and how they are made:
docs/places.md. Nothing here knows of a text: the recogniser of places takes `Gazetteer.forms` and `Gazetteer.resolve`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

import pyoxigraph
from pyoxigraph import Literal, NamedNode

from loaders.errors import InputError
from loaders.resources import data_folder

T = TypeVar("T")
KG = "https://zhenxing.example/ns#"
PLACE = KG + "place-"
SKOS = "http://www.w3.org/2004/02/skos/core#"

COUNTRY = "100000"
LEVELS = ("country", "province", "prefecture", "county")
FORMS_SINCE = 2000  # a former name is looked for in texts if it ended in this year or later; older ones only by request


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of today."""

    code: str
    name: str  # in full: 凉山彝族自治州
    short: str  # 凉山; the full name where nobody cuts it (高县)
    parent: str  # "" for the country
    level: str  # one of LEVELS
    aliases: tuple[str, ...]  # 凉山州; of a province also 滇, 云
    risky: str  # which forms are ordinary words or arise between words: "", "short", or "full" (both)


@dataclass(frozen=True, slots=True)
class Province:
    """What provinces have beside their names."""

    code: str
    iso: str  # ISO 3166-2
    wikidata: str  # Q…
    english: tuple[str, ...]  # the first is the label
    abbreviations: tuple[str, ...]
    pinyin: str


@dataclass(frozen=True, slots=True)
class Former:
    """A code and a name that held at the end of each year from `since` (1980: or before) and ended in `until`."""

    code: str
    name: str
    short: str  # "" where it would be risky
    since: int
    until: int
    relation: str  # to `today`: "same", "parts" (it was divided into them), "in" (it is gone, its land lies there)
    today: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyCounty:
    """A row of key-counties.tsv, which a user fills."""

    code: str
    list: str  # 832, 160
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Group:
    """A named collection of places, as of a date (places-groups.ttl)."""

    iri: str
    labels: tuple[tuple[str, str], ...]  # (language, label), the preferred one first
    members: tuple[str, ...]  # codes, sorted
    valid_from: str  # a year
    valid_until: str  # "" while it holds


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All places, with the indices that look-up needs. Unknown codes are a KeyError, as in any mapping."""

    by_code: Mapping[str, Place]
    provinces: Mapping[str, Province]
    former: tuple[Former, ...]
    borders: frozenset[tuple[str, str]]  # both directions
    key_counties: tuple[KeyCounty, ...]
    groups: tuple[Group, ...]
    _labels: Mapping[str, tuple[str, ...]] = field(repr=False)  # every label of today → codes
    _former: Mapping[str, tuple[Former, ...]] = field(repr=False)  # former names and their short forms
    _codes: Mapping[str, tuple[Former, ...]] = field(repr=False)  # former codes
    _forms: Mapping[str, tuple[str, ...]] = field(repr=False)
    _risky: frozenset[str] = field(repr=False)
    _abbreviations: Mapping[str, str] = field(repr=False)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes above `code`, the nearest first, the country last; none for the country."""
        above: list[str] = []
        while parent := self.by_code[code].parent:
            above.append(parent)
            code = parent
        return tuple(above)

    def inside(self, inner: str, outer: str) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        return inner == outer or outer in self.ancestors(inner)

    def province_of(self, code: str) -> str | None:
        """The province that `code` is or lies in; None for the country."""
        chain = (code, *self.ancestors(code))
        return chain[-2] if len(chain) > 1 else None

    def lowest_common(self, codes: Iterable[str]) -> str:
        """The smallest place that has all of `codes` in it (itself, for one code); ValueError for none."""
        chains = [(code, *self.ancestors(code)) for code in codes]
        if not chains:
            raise ValueError("no codes: nothing lies above them")
        return next(code for code in chains[0] if all(code in chain for chain in chains))

    def find_label(self, label: str) -> tuple[Place, ...]:
        """Every place of today that `label` is or was a name of: full, short, other, English or former; exact."""
        codes = [*self._labels.get(label, ()), *(code for one in self._former.get(label, ()) for code in one.today)]
        return tuple(self.by_code[code] for code in dict.fromkeys(codes))

    def forms(self) -> Mapping[str, tuple[str, ...]]:
        """Names to look for in a text, each with the codes that it may mean; no form has one character alone.

        Former names that ended before FORMS_SINCE are left out. A former unit that was divided is here the smallest
        place of today that covers it. For the forms in `risky_forms` a text must give more than the form.
        """
        return self._forms

    def risky_forms(self) -> frozenset[str]:
        """Forms that are ordinary words (资源, 城区) or that words make between them (民和 in 农民和).

        They name a place only with support beside them: a larger place before them, or other places in the same list.
        That the text is about the same province is not enough (创新平台 in a text of 云南, which has 新平).
        """
        return self._risky

    def abbreviations(self) -> Mapping[str, str]:
        """Names of provinces of one character (滇 → 530000), to be read in pairs and lists: most are ordinary words."""
        return self._abbreviations

    def pairs(self) -> Mapping[str, tuple[str, str]]:
        """Pairs of east-west cooperation by their name: 闽宁 → (350000, 640000), in the name's order."""
        found: dict[str, tuple[str, str]] = {}
        for group in self.groups:
            for _, label in group.labels:
                codes = [self._abbreviations.get(character, "") for character in label]
                if len(codes) == 2 and tuple(sorted(codes)) == group.members:
                    found[label] = (codes[0], codes[1])
        return found

    def today(self, code: str, year: int | None = None) -> tuple[str, ...]:
        """Codes of today of a code of `year`; without a year itself if it is of today, else what it became; else ()."""
        spells = self._codes.get(code, ())
        if year is not None:
            for one in spells:
                if one.since <= year < one.until:
                    return one.today
        if code in self.by_code:
            return (code,)
        return max(spells, key=lambda one: one.until).today if spells else ()

    def resolve(self, label: str, context_codes: Iterable[str] = (), year: int | None = None) -> str | None:
        """The one code of today that `label` means, or None where it is unknown or ambiguous.

        `context_codes` are places spoken of, the nearest first: each is tried, then what lies around them (鼓楼区
        beside 玄武区 is Nanjing's). Inside a context, and over all, a name of today goes before a former one, and the
        larger place before the smaller (南昌: the city, not the county); two of the same level leave it open.

        The name of a province means the province (海南 in a text of 青海), unless a context below the level of
        provinces has a place of that name. With `year`, names that held in that year count like today's (巢湖市 in 2008
        was a prefecture). A former unit that was divided gives the smallest place of today that covers it.
        """
        spells = self._former.get(label, ())
        then = [one for one in spells if year is not None and one.name == label and one.since <= year < one.until]
        today = self._labels.get(label, ())
        tiers = [
            {*today, *(self.lowest_common(one.today) for one in then)},
            {self.lowest_common(one.today) for one in spells},
        ]
        contexts = self._outwards(context_codes)
        if any(code in self.provinces for code in today):
            contexts = tuple(code for code in contexts if code not in self.provinces)
        for around in (*contexts, COUNTRY):
            inside = ([code for code in tier if self.inside(code, around)] for tier in tiers)
            if code := self._largest(next(filter(None, inside), [])):
                return code
        return None

    def _outwards(self, codes: Iterable[str]) -> tuple[str, ...]:
        """The contexts and then what lies around them, smaller before larger, without the country."""
        given = tuple(codes)
        around = sorted({a for code in given for a in self.ancestors(code)}, key=lambda a: (-self._rank(a), a))
        return tuple(code for code in dict.fromkeys((*given, *around)) if code != COUNTRY)

    def _rank(self, code: str) -> int:
        return LEVELS.index(self.by_code[code].level)

    def _largest(self, codes: list[str]) -> str | None:
        """The only code of the highest level among `codes`."""
        top = [code for code in codes if self._rank(code) == min(map(self._rank, codes))]
        return top[0] if len(top) == 1 else None


# --------------------------------------------------------------------------- reading


def load_gazetteer(folder: Path | None = None) -> Gazetteer:
    """Read the tables of `folder` (the project's own ontology by default); InputError names the file and the line."""
    folder = folder or data_folder("ontology")
    places = [
        Place(code, name, short, parent, level, _parts(aliases), risky)
        for code, name, short, parent, level, aliases, risky in _rows(folder / "places.tsv", 7)
    ]
    provinces = [
        Province(code, iso, wikidata, _parts(english), _parts(abbreviations), pinyin)
        for code, iso, wikidata, english, abbreviations, pinyin in _rows(folder / "provinces.tsv", 6)
    ]
    former = tuple(
        Former(code, name, short, int(since), int(until), relation, _parts(today))
        for code, name, short, since, until, relation, today in _rows(folder / "places-history.tsv", 7)
    )
    by_code = {place.code: place for place in places}
    by_province = {province.code: province for province in provinces}
    for code in (code for one in former for code in one.today):
        if code not in by_code:
            raise InputError(f"{folder / 'places-history.tsv'}: {code} is no code of places.tsv")
    borders = _rows(folder / "places-borders.tsv", 2)
    labels = _labels_of_today(places, by_province)
    names = _gather((label, one) for one in former for label in (one.name, one.short) if label)
    gazetteer = Gazetteer(
        by_code=MappingProxyType(by_code),
        provinces=MappingProxyType(by_province),
        former=former,
        borders=frozenset(way for a, b in borders for way in ((a, b), (b, a))),
        key_counties=tuple(KeyCounty(*row) for row in _rows(folder / "key-counties.tsv", 4)),
        groups=read_groups(folder / "places-groups.ttl"),
        _labels=labels,
        _former=names,
        _codes=_gather((one.code, one) for one in former),
        _forms={},
        _risky=frozenset(_risky(places, former)),
        _abbreviations={short: one.code for one in provinces for short in one.abbreviations if len(short) == 1},
    )
    recent = (
        (label, gazetteer.lowest_common(one.today))
        for one in former
        if one.until >= FORMS_SINCE
        for label in (one.name, one.short)
    )
    forms = _gather([*((label, code) for label, codes in labels.items() for code in codes), *recent])
    english = {label for one in provinces for label in one.english}
    kept = {form: codes for form, codes in forms.items() if len(form) > 1 and form not in english}
    return replace(gazetteer, _forms=MappingProxyType(kept))


def _rows(path: Path, columns: int) -> list[list[str]]:
    """Rows of a table of ours below its head line; lines that begin with # are comments."""
    rows: list[list[str]] = []
    head = False
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        row = line.split("\t")
        if len(row) != columns:
            raise InputError(f"{path}, line {number}: {len(row)} columns, {columns} are needed")
        if head:
            rows.append(row)
        head = True
    return rows


def _parts(text: str) -> tuple[str, ...]:
    return tuple(text.split("|")) if text else ()


def _gather(pairs: Iterable[tuple[str, T]]) -> Mapping[str, tuple[T, ...]]:
    """Values by key, each once, in the order met."""
    found: dict[str, dict[T, None]] = {}
    for key, value in pairs:
        found.setdefault(key, {})[value] = None
    return MappingProxyType({key: tuple(values) for key, values in found.items()})


def _labels_of_today(places: Iterable[Place], provinces: Mapping[str, Province]) -> Mapping[str, tuple[str, ...]]:
    def labels(place: Place) -> tuple[str, ...]:
        english = provinces[place.code].english if place.code in provinces else ()
        return (place.name, place.short, *place.aliases, *english)

    return _gather((label, place.code) for place in places for label in labels(place))


def _risky(places: Iterable[Place], former: Iterable[Former]) -> Iterator[str]:
    """The flagged forms of today, and former names of two characters: 沙县 is mostly a kind of snack bar by now.

    A former name that a place bears today (萧县, whose code changed) is judged as that place's.
    """
    places = tuple(places)
    names = {place.name for place in places}
    for place in places:
        if place.risky:
            yield place.short
        if place.risky == "full":
            yield place.name
    yield from (one.name for one in former if len(one.name) == 2 and one.name not in names)


def read_groups(path: Path) -> tuple[Group, ...]:
    """Read the dated collections, sorted by name."""
    found: dict[str, dict[str, list[tuple[str, str]]]] = {}
    try:
        for quad in pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                language = quad.object.language or "" if isinstance(quad.object, Literal) else ""
                statements = found.setdefault(quad.subject.value, {})
                statements.setdefault(quad.predicate.value, []).append((language, quad.object.value))
    except SyntaxError as error:
        raise InputError(f"{path}: {error}") from error
    return tuple(
        Group(
            iri=iri,
            labels=(*said.get(SKOS + "prefLabel", ()), *said.get(SKOS + "altLabel", ())),
            members=tuple(sorted(member.removeprefix(PLACE) for _, member in said.get(SKOS + "member", ()))),
            valid_from=next((year for _, year in said.get(KG + "validFrom", ())), ""),
            valid_until=next((year for _, year in said.get(KG + "validUntil", ())), ""),
        )
        for iri, said in sorted(found.items())
    )
