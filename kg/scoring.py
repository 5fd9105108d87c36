"""Compare predicted extractions with gold annotations, by the published contract's rules of matching.

White space does not count: spans are compared in the text with it removed. What is marked `optional` is free: found or
not, it does not count. The rules are those of the contract's own scorer, to the fourth decimal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loaders.errors import InputError

Item = Mapping[str, Any]
Range = tuple[int, int]
KINDS = ("sections", "measures", "instruments", "targets", "observations", "links", "programs")
ATTRIBUTES = ("statistic", "qualifier", "metric", "place", "period")
SAME_SECTION, SAME_MEASURE = 0.8, 0.5  # least overlap (intersection over union) of two that are the same


class BareText:
    """A text without white space, with the place there of each of its characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.bare = "".join(text.split())
        self._at = [0] * (len(text) + 1)
        n = 0
        for i, char in enumerate(text):
            self._at[i] = n
            n += not char.isspace()
        self._at[len(text)] = n

    def span(self, item: Item) -> Range:
        """The item's place, from start and end or from its quote (and context); InputError where it is not there."""
        if "quote" not in item:
            a, b = item["start"], item["end"]
            if not 0 <= a <= b <= len(self.text):
                raise InputError(f"{a}..{b} lies outside a text of {len(self.text)} characters")
            return self._at[a], self._at[b]
        quote = "".join(item["quote"].split())
        base, around = 0, self.bare
        if "context" in item:
            around = "".join(item["context"].split())
            if self.bare.count(around) != 1:
                raise InputError(f"the context {around[:40]!r} stands {self.bare.count(around)} times in the text")
            base = self.bare.index(around)
        elif self.bare.count(quote) > 1:
            raise InputError(
                f"the quote {quote[:40]!r} stands {self.bare.count(quote)} times in the text: give a context"
            )
        if quote not in around:
            raise InputError(f"the quote {quote[:40]!r} is not in the text")
        start = base + around.index(quote)
        return start, start + len(quote)


def overlap(x: Range, y: Range) -> float:
    """Intersection over union of two ranges."""
    both = min(x[1], y[1]) - max(x[0], y[0])
    return 0.0 if both <= 0 else both / (max(x[1], y[1]) - min(x[0], y[0]))


def months(period: object) -> object:
    """A period as its first and last month, so that 2024-Q1/2024-Q2 equals 2024-01/2024-06; anything else as it is."""
    if not isinstance(period, str):
        return period
    try:
        first, _, last = period.partition("/")
        return _ends(first)[0], _ends(last or first)[1]
    except (ValueError, IndexError):
        return period


def _ends(moment: str) -> tuple[str, str]:
    year, _, part = moment.partition("-")
    if part.startswith("Q"):
        return f"{year}-{3 * int(part[1:]) - 2:02}", f"{year}-{3 * int(part[1:]):02}"
    return (moment, moment) if part else (f"{year}-01", f"{year}-12")


def pair(gold: Sequence[Any], predicted: Sequence[Any], likeness: Callable[[Any, Any], float]) -> dict[int, int]:
    """One-to-one pairs, gold index → predicted index, the most alike first."""
    scored = sorted(
        ((s, i, j) for i, g in enumerate(gold) for j, p in enumerate(predicted) if (s := likeness(g, p)) > 0),
        key=lambda t: (-t[0], t[1], t[2]),
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in scored:
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


@dataclass(frozen=True, slots=True)
class Judgement:
    """One predicted statement with its confidence, and whether gold makes it too."""

    kind: str  # observations, labels, links
    confidence: float
    right: bool


@dataclass(slots=True)
class Counts:
    """Hits and misses of one or several bulletins; they add up."""

    hit: Counter[str] = field(default_factory=Counter)
    spurious: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    judged: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)
    judgements: list[Judgement] = field(default_factory=list)

    def add(self, kind: str, hit: int, spurious: int, missed: int) -> None:
        """Count statements of a kind."""
        self.hit[kind] += hit
        self.spurious[kind] += spurious
        self.missed[kind] += missed

    def attribute(self, name: str, right: bool) -> None:
        """Count an attribute of a matched statement."""
        self.judged[name] += 1
        self.right[name] += right

    def f1(self, kind: str) -> float:
        """F1 of a kind; 0 where nothing is gold or predicted."""
        both = 2 * self.hit[kind] + self.spurious[kind] + self.missed[kind]
        return 2 * self.hit[kind] / both if both else 0.0


def total(parts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    out = Counts()
    for part in parts:
        out.hit += part.hit
        out.spurious += part.spurious
        out.missed += part.missed
        out.right += part.right
        out.judged += part.judged
        out.differences += part.differences
        out.judgements += part.judgements
    return out


def compare(text: BareText, gold: Item, predicted: Item) -> Counts:
    """Counts of one bulletin; `gold` and `predicted` are objects of the contract."""
    counts = Counts()
    _compare_sections(text, gold, predicted, counts)
    measures, paired = _compare_measures(text, gold, predicted, counts)
    _compare_observations(text, gold, predicted, counts, paired)
    del measures
    _compare_programs(gold, predicted, counts)
    return counts


def _note(counts: Counts, source: str, what: str, text: BareText, span: Range, more: str = "") -> None:
    counts.differences.append(f"{source}: {what}: {text.bare[span[0] : span[1]][:60]!r}{more and ' ' + more}")


def _compare_sections(text: BareText, gold: Item, predicted: Item, counts: Counts) -> None:
    """From each start to the next; right where place and extent agree."""

    def extents(items: Sequence[Item]) -> list[tuple[Range, str | None]]:
        starts = sorted(((text.span(x)[0], x.get("place")) for x in items), key=lambda t: (t[0], str(t[1])))
        ends = [s for s, _ in starts[1:]] + [len(text.bare)]
        return [((s, e), place) for (s, place), e in zip(starts, ends, strict=True)]

    gs, ps = extents(gold["sections"]), extents(predicted["sections"])
    paired = pair(gs, ps, lambda g, p: o if g[1] == p[1] and (o := overlap(g[0], p[0])) >= SAME_SECTION else 0)
    counts.add("sections", len(paired), len(ps) - len(paired), len(gs) - len(paired))
    for i, (span, place) in enumerate(gs):
        if i not in paired:
            _note(counts, gold["source"], "section missed", text, span, str(place))


def _compare_measures(
    text: BareText, gold: Item, predicted: Item, counts: Counts
) -> tuple[list[Range], dict[int, int]]:
    """Measures, then their labels: those of an unmatched measure are all wrong."""
    gs = [(text.span(x), x) for x in gold["measures"]]
    ps = [(text.span(x), x) for x in predicted["measures"]]
    paired = pair(gs, ps, lambda g, p: o if (o := overlap(g[0], p[0])) >= SAME_MEASURE else 0)
    free = {i for i, (_, g) in enumerate(gs) if g.get("optional")}
    counted = {i: j for i, j in paired.items() if i not in free}
    skipped = len(paired) - len(counted)
    counts.add("measures", len(counted), len(ps) - len(counted) - skipped, len(gs) - len(free) - len(counted))
    nothing: Item = {"instruments": [], "targets": []}
    for i, (span, g) in enumerate(gs):
        if i in free:
            continue
        p = ps[paired[i]][1] if i in paired else nothing
        if i not in paired:
            _note(counts, gold["source"], "measure missed", text, span)
        for kind in ("instruments", "targets"):
            a, b = set(g[kind]), set(p[kind])
            counts.add(kind, len(a & b), len(b - a), len(a - b))
            for code in sorted(b):
                counts.judgements.append(Judgement("labels", p.get("label_confidence", {}).get(code, 1.0), code in a))
            if a != b and i in paired:
                more = f"missed {sorted(a - b)} spurious {sorted(b - a)}"
                _note(counts, gold["source"], f"{kind} differ", text, span, more)
        if i in paired:
            counts.attribute("measure.place", g["place"] == p["place"])
    for j, (span, p) in enumerate(ps):
        if j not in paired.values():
            _note(counts, gold["source"], "measure spurious", text, span)
            for kind in ("instruments", "targets"):
                counts.add(kind, 0, len(set(p[kind])), 0)
                for code in sorted(set(p[kind])):
                    counts.judgements.append(Judgement("labels", p.get("label_confidence", {}).get(code, 1.0), False))
    return [s for s, _ in gs], paired


def _compare_observations(
    text: BareText, gold: Item, predicted: Item, counts: Counts, measures: Mapping[int, int]
) -> None:
    """Same place in the text, same value, same unit; then attributes; then links of every statistic but `standard`."""
    gs = [(text.span(x), x) for x in gold["observations"]]
    ps = [(text.span(x), x) for x in predicted["observations"]]

    def same(g: tuple[Range, Item], p: tuple[Range, Item]) -> float:
        near = overlap(g[0], p[0])
        close = abs(g[1]["value"] - p[1]["value"]) <= 1e-6 * max(1.0, abs(g[1]["value"]))
        return near if near > 0 and close and g[1]["unit"] == p[1]["unit"] else 0

    paired = pair(gs, ps, same)
    free = {i for i, (_, g) in enumerate(gs) if g.get("optional")}
    counted = {i: j for i, j in paired.items() if i not in free}
    matched = set(counted.values())
    skipped = {
        j for j, p in enumerate(ps) if j not in matched and any(overlap(gs[i][0], p[0]) > 0 for i in free)
    }  # fmt: skip
    counts.add("observations", len(counted), len(ps) - len(counted) - len(skipped), len(gs) - len(free) - len(counted))
    for i, (span, g) in enumerate(gs):
        if i in free:
            continue
        if i not in paired:
            _note(counts, gold["source"], "observation missed", text, span, f"{g['value']} {g['unit']}")
            continue
        p = ps[paired[i]][1]
        for name in ATTRIBUTES:
            right = months(g[name]) == months(p.get(name)) if name == "period" else g[name] == p.get(name)
            counts.attribute(name, right)
            if not right:
                _note(counts, gold["source"], f"{name} is {p.get(name)!r}, not {g[name]!r}", text, span)
    by_j = {j: i for i, j in counted.items()}
    for j, (span, p) in enumerate(ps):
        if j in skipped:
            continue
        if j not in matched:
            _note(counts, gold["source"], "observation spurious", text, span, f"{p['value']} {p['unit']}")
        right = j in matched and gs[by_j[j]][1]["metric"] == p.get("metric")
        counts.judgements.append(Judgement("observations", p.get("confidence", 1.0), right))
    _compare_links(gold, predicted, gs, ps, paired, measures, skipped, free, counts)


def _compare_links(
    gold: Item, predicted: Item, gs: list[tuple[Range, Item]], ps: list[tuple[Range, Item]], paired: dict[int, int],
    measures: Mapping[int, int], skipped: set[int], free: set[int], counts: Counts,
) -> None:  # fmt: skip
    by_id = {g.get("id"): i for i, g in enumerate(gold["measures"])}
    predicted_id = {p["id"]: j for j, p in enumerate(predicted["measures"])}
    free_measures = {i for i, g in enumerate(gold["measures"]) if g.get("optional")}
    loose = {i for i, (_, g) in enumerate(gs) if by_id.get(g.get("measure")) in free_measures} | free
    expected = {
        (by_id[g["measure"]], i) for i, (_, g) in enumerate(gs)
        if g.get("measure") is not None and g["statistic"] != "standard" and i not in loose
    }  # fmt: skip
    back_measure = {j: i for i, j in measures.items()}
    back = {j: i for i, j in paired.items()}
    made: set[tuple[object, object]] = set()
    for j, (_, p) in enumerate(ps):
        if p.get("measure") is None or p["statistic"] == "standard" or j in skipped:
            continue
        i, m = back.get(j), back_measure.get(predicted_id.get(p["measure"], -1))
        if i in loose or m in free_measures:
            continue
        link = (m if m is not None else f"p{p['measure']}", i if i is not None else f"p{j}")
        made.add(link)
        confidence = p.get("link_confidence")
        counts.judgements.append(Judgement("links", 1.0 if confidence is None else confidence, link in expected))
    counts.add("links", len(expected & made), len(made - expected), len(expected - made))


def _compare_programs(gold: Item, predicted: Item, counts: Counts) -> None:
    """By name, white space removed, once a document."""

    def names(items: Sequence[Item]) -> dict[str, str]:
        return {"".join(x["name"].split()): x["kind"] for x in items if not x.get("optional")}

    gs, ps = names(gold["programs"]), names(predicted["programs"])
    free = {"".join(x["name"].split()) for x in gold["programs"] if x.get("optional")}
    both, spurious, missed = gs.keys() & ps.keys(), ps.keys() - gs.keys() - free, gs.keys() - ps.keys()
    counts.add("programs", len(both), len(spurious), len(missed))
    for name in both:
        counts.attribute("program.kind", gs[name] == ps[name])
    counts.differences += [f"{gold['source']}: program missed: {n}" for n in sorted(missed)]
    counts.differences += [f"{gold['source']}: program spurious: {n}" for n in sorted(spurious)]
