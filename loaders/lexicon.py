"""The ontology as one immutable lexicon, and its matcher.

Concept schemes in Turtle (`ontology/*.ttl` and a user's own files) become forms that an Aho-Corasick automaton finds in
one pass; conditions (words near or far, exclusion labels, gaps) are then tested on what was found, so that a scan
costs the text's length and not the vocabulary's.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path

from ahocorasick_rs import AhoCorasick, MatchKind
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from loaders.errors import InputError
from loaders.folding import fold
from loaders.gazetteer import Gazetteer, load_gazetteer
from loaders.resources import data_folder

NS = "https://zhenxing.example/ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
CLAUSE_ENDS = "。;:!?,\n"
_CLAUSE_END, _CLAUSE_END_SET = re.compile(f"[{CLAUSE_ENDS}]"), frozenset(CLAUSE_ENDS)
CLAUSE_REACH = 240  # characters of a clause that are looked at on each side: it bounds the work a number
SENTENCE_ENDS = "。!?\n"
_SHORT, _KEPT = 42, 512  # characters of a heading; how many are kept
GAP = 16  # characters at most between two parts of a gap label: about one clause's object
VOCABULARIES = (
    "instruments", "targets", "metrics", "programs", "agencies", "documents", "units", "domain", "cues",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of a scheme; `answer` is the code that extraction gives: its topmost ancestor's notation."""

    iri: str
    scheme: str
    code: str
    answer: str
    zh: str
    en: str
    broader: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]  # other properties, local name and value, sorted

    def values(self, name: str) -> tuple[str, ...]:
        """All values of one of the concept's own properties, in the file's order."""
        return tuple(v for k, v in self.facts if k == name)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a concept as the matcher knows it."""

    text: str  # what the automaton looks for: the label, or a gap label's first part
    concept: int  # index into Lexicon.concepts
    parts: tuple[str, ...] = ()  # a gap label's further parts
    near: tuple[str, ...] = ()
    far: tuple[str, ...] = ()
    forbids: bool = False  # an exclusion label


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept found in folded text."""

    start: int
    end: int
    concept: Concept
    parts: tuple[tuple[int, int], ...] = ()  # where the parts of a gap label stand; () for a plain label

    @property
    def gap(self) -> bool:
        """Whether the form has parts with other words between them."""
        return bool(self.parts)

    @property
    def length(self) -> int:
        """Characters that the label itself has."""
        return sum(b - a for a, b in self.parts) if self.parts else self.end - self.start


@lru_cache(maxsize=256)
def _clause_ends(text: str) -> tuple[int, ...]:
    """Where the marks stand at which a clause ends."""
    return tuple(m.start() for m in _CLAUSE_END.finditer(text))


@lru_cache(maxsize=512)  # the rules ask for a number's clause again and again
def clause_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause around ``text[start:end]``: to the nearest of `CLAUSE_ENDS` on each side, `CLAUSE_REACH` at most."""
    first, last = max(0, start - CLAUSE_REACH), min(len(text), end + CLAUSE_REACH)
    ends = _clause_ends(text)
    before, behind = bisect_left(ends, start), bisect_left(ends, end)
    a = max(first, ends[before - 1] + 1) if before else first
    return a, min(last, ends[behind]) if behind < len(ends) else last


class _Matcher:
    """The automaton of some forms, with what it needs to test a match laid out for speed."""

    def __init__(self, concepts: Sequence[Concept], forms: Sequence[Form]) -> None:
        texts = sorted({f.text for f in forms})
        at = {t: i for i, t in enumerate(texts)}
        by_text: list[list[tuple[Form, Concept]]] = [[] for _ in texts]
        for form in forms:
            by_text[at[form.text]].append((form, concepts[form.concept]))
        # of each text: plain labels without any condition, labels with one, concepts that it forbids; of a label with
        # a condition first a word without which it cannot stand: a gap label's second part, "" for any other
        self._plain = tuple(tuple((c.scheme, c) for f, c in found if _is_plain(f)) for found in by_text)
        self._rest = tuple(
            tuple((f.parts[0] if f.parts else "", f, c) for f, c in found if not _is_plain(f) and not f.forbids)
            for found in by_text
        )
        self._forbids = tuple(tuple(c.iri for f, c in found if f.forbids) for found in by_text)
        self._window = GAP + max((len(f.parts[0]) for f in forms if f.parts), default=0)
        self._automaton = AhoCorasick(texts, matchkind=MatchKind.Standard) if texts else None

    def scan(self, text: str) -> dict[str, list[Hit]]:
        """Every label that stands in folded `text`, by scheme, in order of their ends."""
        found: defaultdict[str, list[Hit]] = defaultdict(list)
        forbidden: dict[str, list[tuple[int, int]]] = {}
        if self._automaton is None:
            return found
        plain, conditional, forbids = self._plain, self._rest, self._forbids
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for scheme, concept in plain[index]:
                found[scheme].append(Hit(start, end, concept))
            if rest := conditional[index]:
                behind = text[end : end + self._window]
                for needed, form, concept in rest:
                    if needed in behind and (hit := _conditional(text, start, end, form, concept)) is not None:
                        found[concept.scheme].append(hit)
            for iri in forbids[index]:
                forbidden.setdefault(iri, []).append((start, end))
        if forbidden:
            for scheme, hits in found.items():
                found[scheme] = [
                    h for h in hits if h.concept.iri not in forbidden or not _forbidden(h, forbidden[h.concept.iri])
                ]
        return {scheme: hits for scheme, hits in found.items() if hits}


def _conditional(text: str, start: int, end: int, form: Form, concept: Concept) -> Hit | None:
    """The hit of a label with conditions, None where one of them does not hold."""
    parts: tuple[tuple[int, int], ...] = ()
    stop = end
    if form.parts:
        parts = _gap_parts(text, start, end, form.parts)
        if not parts:
            return None
        stop = parts[-1][1]
    if form.near and not any(map(text.__contains__, form.near)):
        return None
    if form.far:
        a, b = clause_bounds(text, start, stop)
        if any(map(text[a:b].__contains__, form.far)):
            return None
    return Hit(start, stop, concept, parts)


def _is_plain(form: Form) -> bool:
    return not (form.parts or form.near or form.far or form.forbids)


class Lexicon:
    """Concepts, their forms and cue words; built once in a process, then only read."""

    def __init__(self, concepts: tuple[Concept, ...], forms: tuple[Form, ...], version: str) -> None:
        self.concepts = concepts
        self.version = version
        self._forms = forms
        self._by_iri = {c.iri: c for c in concepts}
        self._by_code = {(c.scheme, c.code): c for c in concepts}
        self._matchers: dict[tuple[str, ...], _Matcher] = {}  # of some schemes alone, made when first asked for
        # headings, which each unit below them asks for again
        self._scanned: dict[tuple[str, tuple[str, ...]], dict[str, list[Hit]]] = {}

    def concept(self, iri: str) -> Concept:
        """The concept of an IRI; KeyError where there is none."""
        return self._by_iri[iri]

    def find_code(self, scheme: str, code: str) -> Concept | None:
        """The concept of a scheme's code, or None."""
        return self._by_code.get((scheme, code))

    def in_scheme(self, scheme: str) -> tuple[Concept, ...]:
        """All concepts of a scheme."""
        return tuple(c for c in self.concepts if c.scheme == scheme)

    # ---------------------------------------------------------------- matching

    def find(self, text: str) -> dict[str, list[Hit]]:
        """All concepts in folded `text`, by scheme, left to right; inside a scheme the longest of two that overlap.

        `text` is a sentence or an item: words near are looked for in all of it, words far in the match's clause.
        """
        return {scheme: longest(hits) for scheme, hits in self.scan(text).items()}

    def find_in(self, scheme: str, text: str) -> list[Hit]:
        """As `find`, of one scheme alone, whose labels alone are looked for."""
        return longest(self._matcher_of((scheme,)).scan(text).get(scheme, []))

    def scan(self, text: str, *schemes: str) -> dict[str, list[Hit]]:
        """As `find`, but with every label that stands there, shorter ones inside longer ones too.

        With `schemes`, the labels of these alone are looked for.
        """
        matcher = self._matcher_of(schemes)
        if len(text) > _SHORT:
            return matcher.scan(text)
        key = (text, schemes)
        if key not in self._scanned:
            if len(self._scanned) >= _KEPT:
                self._scanned.clear()
            self._scanned[key] = matcher.scan(text)
        return {scheme: list(hits) for scheme, hits in self._scanned[key].items()}

    def _matcher_of(self, schemes: tuple[str, ...]) -> _Matcher:
        """The matcher of some schemes' labels, made when it is first asked for; of all labels, where none is named."""
        if schemes not in self._matchers:
            forms = [f for f in self._forms if not schemes or self.concepts[f.concept].scheme in schemes]
            self._matchers[schemes] = _Matcher(self.concepts, forms)
        return self._matchers[schemes]

    # ---------------------------------------------------------------- cues

    def labels(self, scheme: str, code: str, prop: str = "hiddenLabel") -> tuple[str, ...]:
        """The forms of one cue, longest first, so that an alternation of them prefers the longest."""
        concept = self._by_code.get((scheme, code))
        if concept is None:
            raise InputError(f"the vocabulary lacks the concept {code!r} of the scheme {scheme!r}")
        return tuple(sorted(concept.values(prop), key=lambda s: (-len(s), s)))

    def alternation(self, *codes: str, scheme: str = "cues", prop: str = "hiddenLabel") -> str:
        """A regular expression that matches any form of the cues named, save where an exclusion label of theirs stands.

        An exclusion label forbids the form from each place in it where the form stands: with 标准 excluded in 高标准,
        the form does not match behind 高.
        """
        forms = {f for code in codes for f in self.labels(scheme, code, prop)}
        kept: set[str] = set()
        if prop == "hiddenLabel":
            kept = {x for code in codes for x in self.labels(scheme, code, "exclusionLabel")}
        guarded: dict[str, str] = {}
        for form in forms:
            guards = ""
            for longer in sorted(kept):
                at = longer.find(form)
                if at >= 0 and longer != form:
                    here = re.escape(longer[: at + len(form)])
                    after = re.escape(longer[at + len(form) :])
                    guards += f"(?!{after})" if not at else f"(?<!{here})" if not after else f"(?!(?<={here}){after})"
            guarded[form] = guards
        return f"(?:{_prefix_tree(guarded)})"

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The places, which are a table and not Turtle."""
        return load_gazetteer()

    @cached_property
    def unit_forms(self) -> Mapping[str, tuple[str, Decimal]]:
        """Form of a unit → its code and the factor to the base unit."""
        out: dict[str, tuple[str, Decimal]] = {}
        for concept in self.in_scheme("units"):
            for value in concept.values("unitForm"):
                form, _, factor = value.partition("=")
                out[fold(form)] = (concept.code, Decimal(factor or 1))
        return out

    @cached_property
    def counted_nouns(self) -> Mapping[str, str]:
        """Noun that is counted without a classifier → unit code."""
        return {n: c.code for c in self.in_scheme("units") for n in c.values("countedNoun")}


def _prefix_tree(forms: Mapping[str, str]) -> str:
    """A regular expression of forms that reads each common beginning once, longer forms first.

    `forms` gives for each form what must hold where it ends. Guards stand at the ends and each branch begins with a
    letter of its own, so that the engine skips ahead by a set of first letters: hundreds of forms cost little more
    than one, where a plain alternation tries them all at each place.
    """
    branches: dict[str, dict[str, str]] = {}
    for form, guard in forms.items():
        if form:
            branches.setdefault(form[0], {})[form[1:]] = guard
    longer = [re.escape(first) + _prefix_tree(rest) for first, rest in sorted(branches.items())]
    if "" not in forms:
        return longer[0] if len(longer) == 1 else f"(?:{'|'.join(longer)})"
    if not longer:
        return forms[""]
    return f"(?:{'|'.join([*longer, forms['']])})"


def _gap_parts(text: str, start: int, end: int, parts: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Where a gap label's parts stand, in order inside the clause; () where one is missing."""
    out = [(start, end)]
    for part in parts:
        position = out[-1][1]
        at = text.find(part, position, position + GAP + len(part))
        if at < 0 or not _CLAUSE_END_SET.isdisjoint(text[position:at]):
            return ()
        out.append((at, at + len(part)))
    return tuple(out)


def _forbidden(hit: Hit, spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a part of the hit stands inside a longer expression that forbids it."""
    if not spans:
        return False
    parts = hit.parts or ((hit.start, hit.end),)
    return any(a <= x and y <= b and b - a > y - x for a, b in spans for x, y in parts)


def longest(hits: list[Hit]) -> list[Hit]:
    """Leftmost-longest: a hit inside a longer one of another concept gives way; of two that cross both stay."""
    if len(hits) < 2:
        return list(hits)
    ordered = sorted(hits, key=lambda h: (h.start, -h.end, h.concept.iri))
    out: list[Hit] = []
    for hit in ordered:
        length = hit.end - hit.start
        for kept in out[-4:]:
            if (
                kept.start <= hit.start
                and hit.end <= kept.end
                and (kept.end - kept.start > length or (kept.start == hit.start and kept.concept == hit.concept))
            ):
                break
        else:
            out.append(hit)
    return out


# -------------------------------------------------------------------- loading


def vocabulary_paths() -> tuple[Path, ...]:
    """The shipped Turtle files of concept schemes, in a fixed order; a scheme that is not there is left out."""
    folder = data_folder("ontology")
    return tuple(p for name in VOCABULARIES if (p := folder / f"{name}.ttl").exists())


def read_turtle(path: Path) -> list[Quad]:
    """The quads of a Turtle file; `InputError` names the file and the line."""
    try:
        return list(parse(path=str(path), format=RdfFormat.TURTLE))
    except (SyntaxError, OSError) as error:
        raise InputError(f"{path}: is no Turtle that can be read: {error}") from error


def load_lexicon(extra: tuple[Path, ...] = ()) -> Lexicon:
    """The lexicon of the shipped schemes and of a user's own files (`extra`, which may add to a shipped concept)."""
    digest = hashlib.sha256()
    quads: list[Quad] = []
    tables = (data_folder("ontology") / n for n in ("places.tsv", "places-history.tsv", "furniture.tsv"))
    for path in (*vocabulary_paths(), *extra):
        quads += read_turtle(path)
        digest.update(path.read_bytes())
    for path in tables:
        if path.exists():
            digest.update(path.read_bytes())
    return build_lexicon(quads, digest.hexdigest())


def build_lexicon(quads: Iterable[Quad], version: str) -> Lexicon:
    """Concepts and forms from quads (skos, skosxl and our own label properties)."""
    about: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for quad in quads:
        subject = _key(quad.subject)
        value = quad.object
        language = (value.language or "") if isinstance(value, Literal) else "@"
        about.setdefault(subject, {}).setdefault(quad.predicate.value, []).append((_key(value), language))

    def local(iri: str) -> str:
        return re.split(r"[#/]", iri)[-1]

    def one(node: str, prop: str, language: str | None = None) -> str:
        values = about.get(node, {}).get(prop, [])
        return next((v for v, tag in sorted(values) if language is None or tag == language), "")

    nodes = sorted(n for n, p in about.items() if SKOS + "inScheme" in p and not n.startswith("_:"))

    def root(node: str) -> str:
        seen = {node}
        while (up := one(node, SKOS + "broader")) and up in about and up not in seen:
            seen.add(up)
            node = up
        return node

    label_props = (SKOS + "altLabel", SKOS + "hiddenLabel", SKOS + "prefLabel")
    concepts: list[Concept] = []
    forms: list[Form] = []
    for node in nodes:
        scheme = local(one(node, SKOS + "inScheme"))
        code = one(node, SKOS + "notation") or local(node)
        facts = sorted(
            {
                (local(p), v)
                for p, values in about[node].items()
                if p not in (SKOS + "prefLabel", SKOS + "definition", SKOS + "notation", SKOS + "inScheme")
                for v, _ in values
                if not v.startswith("_:")
            }
        )
        concept = Concept(
            iri=node, scheme=scheme, code=code, answer=one(root(node), SKOS + "notation") or code,
            zh=one(node, SKOS + "prefLabel", "zh"), en=one(node, SKOS + "prefLabel", "en"),
            broader=tuple(sorted(v for v, _ in about[node].get(SKOS + "broader", []))), facts=tuple(facts),
        )  # fmt: skip
        index = len(concepts)
        concepts.append(concept)
        if scheme in ("cues", "units", "program-kinds"):
            continue  # these are asked for by name, by the rules
        forms += _forms_of(about, node, index, label_props)
    unique = sorted(set(forms), key=lambda f: (f.text, f.concept, f.parts, f.near, f.far, f.forbids))
    return Lexicon(tuple(concepts), tuple(unique), version)


def _forms_of(
    about: Mapping[str, dict[str, list[tuple[str, str]]]], node: str, index: int, label_props: tuple[str, ...]
) -> Iterator[Form]:
    def chinese(owner: str, prop: str) -> list[str]:
        return [fold(v) for v, tag in about.get(owner, {}).get(prop, []) if tag in ("zh", "zh-hans", "zh-cn", "")]

    for prop in label_props:
        for label in chinese(node, prop):
            if len(label) > 1:
                yield Form(label, index)
    for label in chinese(node, NS + "exclusionLabel"):
        yield Form(label, index, forbids=True)
    for label in chinese(node, NS + "gapLabel"):
        first, *rest = [p for p in label.split("…") if p]
        yield Form(first, index, parts=tuple(rest))
    for prop in (SKOSXL + "hiddenLabel", SKOSXL + "altLabel"):
        for label_node, _ in about.get(node, {}).get(prop, []):
            near, far = (tuple(sorted(chinese(label_node, NS + p))) for p in ("nearWord", "farWord"))
            for label in chinese(label_node, SKOSXL + "literalForm"):
                first, *rest = [p for p in label.split("…") if p]
                yield Form(first, index, parts=tuple(rest), near=near, far=far)


def _key(term: NamedNode | BlankNode | Literal | object) -> str:
    return f"_:{term.value}" if isinstance(term, BlankNode) else str(getattr(term, "value", term))
