"""Many bulletins: what changed since the last build is read, extracted and handed to a sink, and nothing else.

The manifest says which inputs there are, which bulletin each is, and from which input each graph was made. A build
brings the graphs to what the inputs say: an order of writing (graph first, then manifest) and a last step that
compares both make it end there also where the build before was killed.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pyoxigraph import Quad

from loaders import iris, work
from loaders.crew import Crew, count_jobs
from loaders.errors import InputError
from loaders.iris import Names
from loaders.manifest import Change, Claim, Graph, Manifest, Rivals, Unit, write_whole
from loaders.quads import Versions
from loaders.readers import Input, ReadFailure, ReadOptions, inputs, read, read_stdin
from loaders.records import Document, Extraction
from loaders.runs import run_quads
from loaders.vocabulary import vocabulary_digest, vocabulary_quads
from loaders.work import STDIN, Built, Counts, Extractor, Outcome, Same, Setting, Task

TABLES = {"csv", "tsv", "jsonl", "xlsx"}  # one file of these may hold any number of bulletins
_ROWS_TOGETHER = 20_000  # characters of rows that go to a worker at once: their graphs may be 300 times as long
_COMMIT_BYTES = 16_000_000  # N-Quads that are stored together
_COMMIT_GRAPHS = 256
_COMMIT_SECONDS = 2.0  # an interrupted build loses no more work than this


class Sink(Protocol):
    """Where graphs go: the embedded store is one."""

    names: Names
    folder: Path

    @property
    def originals(self) -> Path | None:
        """Folder in which originals are kept by hash, if any."""

    def manifest(self) -> Manifest:
        """The manifest of what was built before."""

    def vocabulary_version(self) -> str:
        """Hash of the vocabulary that the sink holds."""

    def write_vocabulary(self, version: str, quads: Iterable[Quad]) -> None:
        """Keep the vocabulary."""

    def has_graph(self, key: str, part: str) -> bool:
        """Whether a bulletin's graph is there."""

    def write_graphs(self, graphs: Sequence[tuple[str, bytes]]) -> list[str]:
        """Replace graphs, each whole or not at all; the names of the parts written."""

    def remove_graphs(self, keys: Iterable[str]) -> None:
        """Remove graphs."""

    def write_run(self, quads: Iterable[Quad]) -> None:
        """Note a run."""

    def write_manifest(self, manifest: Manifest, change: Change) -> None:
        """Append to the manifest."""

    def finish(self, manifest: Manifest) -> None:
        """Force everything to disk and clear away what an interrupted build left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOptions:
    """What a user may choose of a build."""

    vocabulary: tuple[Path, ...] = ()
    text_column: str | None = None
    max_text_bytes: int | None = None  # None: as ReadOptions has it
    jobs: int = 0  # 0: one for each core
    prune: bool = False


@dataclass(slots=True, kw_only=True)
class Summary:
    """What a build did."""

    read: int = 0  # bulletins read and extracted
    unchanged: int = 0  # inputs that say what they said at the last build
    counts: Counts = field(default_factory=Counts)
    failed: list[tuple[str, str]] = field(default_factory=list)  # source and sentence
    passed_over: list[tuple[str, str]] = field(default_factory=list)  # source and reason
    remade: int = 0  # bulletins whose graphs were made again from another of their inputs, or were lost
    removed: int = 0  # bulletins whose graphs went
    gone: int = 0  # bulletins whose input is no longer there, kept without --prune
    same_text: int = 0  # inputs that are a bulletin which another input is already
    warnings: list[str] = field(default_factory=list)
    bulletins: int = 0  # in the store after the build

    @property
    def changed(self) -> bool:
        """Whether anything was done."""
        return bool(self.read or self.removed or self.remade)


Progress = Callable[[int, int], None]  # inputs done, inputs in all


def make_extractor(vocabulary: tuple[Path, ...]) -> tuple[Extractor, Versions]:
    """The extractor over the shipped vocabulary and a user's own, and what its graphs are made with."""
    from loaders.extract import extract
    from loaders.lexicon import load_lexicon

    lexicon = load_lexicon(vocabulary)

    def extractor(document: Document) -> Extraction:
        return extract(document, lexicon)

    kinds = {concept.zh: concept.iri for concept in lexicon.in_scheme("document-kinds")}
    return extractor, Versions(vocabulary=lexicon.version, rules=work.rules_version(), document_kinds=kinds)


def plan(paths: Sequence[Path], options: ReadOptions, summary: Summary) -> list[Input]:
    """The inputs below the paths, each once; what cannot be read and what is passed over goes to the summary."""
    units: dict[str, Input] = {}
    for path in paths:
        try:
            for unit in inputs(path, options):
                if unit.kind == "passed-over":
                    summary.passed_over.append((unit.source, unit.reason))
                else:
                    units.setdefault(work.unit_key(unit), unit)
        except InputError as fault:
            summary.failed.append((path.as_posix(), str(fault)))
    return list(units.values())


def build(
    paths: Sequence[Path],
    open_sink: Callable[[], Sink],
    names: Names,
    options: BuildOptions,
    *,
    originals: Path | None = None,
    stdin: bytes | None = None,
    progress: Progress = lambda done, total: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Summary:
    """Build what has changed below the paths; `-` among them is `stdin`.

    `open_sink` is called after worker processes were made, so that none of them holds the sink's lock or files.
    Errors: KgError where the sink or the vocabulary cannot be used; a bad input is in the summary's `failed`.
    """
    started = now()
    summary = Summary()
    limit = options.max_text_bytes or ReadOptions().max_text_bytes
    reading = ReadOptions(text_column=options.text_column, max_text_bytes=limit)
    extractor, versions = make_extractor(options.vocabulary)
    setting = Setting(
        names=names,
        versions=versions,
        options=reading,
        originals=originals,
    )
    units = plan([path for path in paths if path != STDIN], reading, summary)
    with Crew(extractor, setting, count_jobs(options.jobs, units)) as crew:
        sink = open_sink()
        builder = _Builder(sink, setting, summary)
        digest, former = vocabulary_digest(options.vocabulary), sink.vocabulary_version()
        if former != digest:
            sink.write_vocabulary(digest, vocabulary_quads(names.vocabulary_graph, options.vocabulary))
            if former and (others := builder.others(units)):
                summary.warnings.append(
                    f"the vocabulary has changed since the last build, and {others} of the inputs before are not named "
                    "now: what they gave was found with the former one; build them again"
                )
        tasks = builder.tasks(units)
        if stdin is not None:
            tasks = _chain(tasks, builder.stdin_tasks(stdin))
        total = len(units) + (stdin is not None)
        progress(0, total)
        for outcome in crew.perform(tasks):
            builder.take(outcome)
            progress(builder.done, total)
        builder.commit()
        builder.sweep(paths, prune=options.prune)
        builder.settle(crew)
        builder.finish(started, now())
    summary.failed.sort()
    summary.warnings.sort()
    return summary


def _chain(*parts: Iterable[Task]) -> Iterator[Task]:
    for part in parts:
        yield from part


class _Builder:
    """Takes outcomes to the sink and the manifest."""

    def __init__(self, sink: Sink, setting: Setting, summary: Summary) -> None:
        self._sink, self._setting, self._summary = sink, setting, summary
        self._manifest = sink.manifest()
        self._pending: list[tuple[Built, Input]] = []
        self._pending_bytes = 0
        self._committed = time.monotonic()
        self._pending_units: dict[str, Unit] = {}
        self._units: dict[str, Input] = {}
        self._documents: dict[str, int] = {}  # bulletins of a unit at the last build
        self._open: dict[str, int] = {}  # tasks of a unit that are under way; a table has many
        self._faulty: set[str] = set()  # units with a failure, or with rows that have gone: read again next time
        self._seen: set[str] = set()  # claims that are there
        self._kept_units: set[str] = set()  # units that are unchanged, or could not be read: their claims stay
        self._built: list[str] = []
        self.done = 0
        self._forget_lost_graphs()

    def _forget_lost_graphs(self) -> None:
        """A graph that the manifest knows and the sink has lost (power, a disk) is to be made again."""
        lost = {k: None for k, g in self._manifest.graphs.items() if not self._sink.has_graph(k, g.part)}
        if lost:
            self._sink.write_manifest(self._manifest, Change(graphs=dict(lost)))

    def others(self, units: Iterable[Input]) -> int:
        """How many files of earlier builds are not among these."""
        return len({claim.unit for claim in self._manifest.claims.values()} - {work.unit_key(unit) for unit in units})

    # -- tasks

    def tasks(self, units: Iterable[Input], *, force: bool = False) -> Iterator[Task]:
        """The tasks of the units; a table is read here and its rows are handed out in bunches."""
        by_unit: dict[str, dict[str, str]] = {}
        if not force:
            for claim, record in self._manifest.claims.items():
                by_unit.setdefault(record.unit, {})[claim] = record.fingerprint
        self._documents = {unit: len(claims) for unit, claims in by_unit.items()}
        for unit in units:
            key = work.unit_key(unit)
            self._units[key] = unit
            self._open[key] = self._open.get(key, 0) + 1
            known = self._manifest.units.get(key)
            fresh = force or known is None or known.version != self._setting.version
            task = Task(
                unit=unit,
                key=key,
                known=None if fresh or known is None else known.fingerprint,
                claims=by_unit.get(key, {}),
            )
            if unit.format in TABLES and unit.kind == "read":
                yield from self._table_tasks(task)
            else:
                yield task

    def _table_tasks(self, task: Task) -> Iterator[Task]:
        fingerprint = work.unit_fingerprint(task.unit)
        if not fingerprint or task.known == fingerprint:
            yield task
            return
        yield from self._bunches(task, fingerprint, read(task.unit, self._setting.options))

    def _bunches(self, task: Task, fingerprint: str, read_so_far: Iterable[Document | ReadFailure]) -> Iterator[Task]:
        """Rows in bunches of some size; failures are noted here. The unit is open until its last bunch is back."""
        bunch: list[Document] = []
        size = 0

        def handed() -> Task:
            return Task(
                unit=task.unit,
                key=task.key,
                claims={c: f for c in (work.claim_key(task.unit, d) for d in bunch) if (f := task.claims.get(c))},
                documents=tuple(bunch),
                fingerprint=fingerprint,
            )

        for document in read_so_far:
            if isinstance(document, ReadFailure):
                self._fail(task.key, document)
                continue
            bunch.append(document)
            size += len(document.text)
            if size >= _ROWS_TOGETHER:
                self._open[task.key] += 1
                yield handed()
                bunch, size = [], 0
        yield handed()

    def stdin_tasks(self, raw: bytes) -> Iterator[Task]:
        """Tasks of what came by standard input, whose bytes are kept under their hash."""
        fingerprint = hashlib.sha256(raw).hexdigest()
        if self._setting.originals is not None:
            target = work.original_path(self._setting.originals, fingerprint)
            if not target.exists():
                write_whole(target, raw)
        unit = Input(path=STDIN)
        self._units["-"] = unit
        self._open["-"] = 1
        claims = {claim: c.fingerprint for claim, c in self._manifest.claims.items() if c.unit == "-"}
        task = Task(unit=unit, key="-", claims=claims)
        yield from self._bunches(task, fingerprint, read_stdin(raw, self._setting.options))

    # -- outcomes

    def take(self, outcome: Outcome) -> None:
        """Note what became of a task, and store what has gathered."""
        key = outcome.unit
        if outcome.unchanged:
            self._kept_units.add(key)
            self._summary.unchanged += self._documents.get(key, 1)
        for result in outcome.results:
            if isinstance(result, ReadFailure):
                self._fail(key, result)
            elif isinstance(result, Same):
                self._seen.add(result.claim)
                self._summary.unchanged += 1
            else:
                self._seen.add(result.claim)
                self._pending.append((result, self._units[key]))
                self._pending_bytes += len(result.nquads)
                self._commit_much()
        self._open[key] -= 1
        if not self._open[key]:
            self.done += 1
            if outcome.fingerprint and key not in self._faulty and key != "-":
                self._pending_units[key] = Unit(fingerprint=outcome.fingerprint, version=self._setting.version)
        self._commit_much()

    def _commit_much(self) -> None:
        """Store what has gathered where that is much, or long ago: what waits is held in memory."""
        late = time.monotonic() - self._committed >= _COMMIT_SECONDS
        if late or self._pending_bytes >= _COMMIT_BYTES or len(self._pending) >= _COMMIT_GRAPHS:
            self.commit()

    def _fail(self, unit: str, failure: ReadFailure) -> None:
        self._summary.failed.append((failure.source, failure.sentence))
        self._faulty.add(unit)
        self._kept_units.add(unit)

    def commit(self) -> None:
        """Store what has gathered: graphs first, then the manifest."""
        manifest, change = self._manifest, Change()
        claims = dict[str, Claim]()
        for built, unit in self._pending:
            claims[built.claim] = self._claim(built, unit)
            self._count(built)
        rivals = Rivals(manifest, claims)
        graphs: dict[str, Built] = {}
        for built, _ in self._pending:
            key = claims[built.claim].key
            self._compare(claims[built.claim], built.claim, rivals)
            if rivals.winner(key) == built.claim:
                graphs[key] = built
        left = {manifest.claims[c].key for c in claims if c in manifest.claims} - {c.key for c in claims.values()}
        removed = [key for key in left if not rivals.claims_of(key)]
        parts = self._sink.write_graphs([(key, built.nquads) for key, built in sorted(graphs.items())])
        self._sink.remove_graphs(removed)
        for (key, built), part in zip(sorted(graphs.items()), parts, strict=True):
            change.graphs[key] = Graph(owner=built.claim, fingerprint=built.fingerprint, part=part)
            self._built.append(key)
        for key in removed:
            change.graphs[key] = None
        change.claims.update(claims)
        change.units.update(self._pending_units)
        self._sink.write_manifest(manifest, change)
        self._summary.removed += len(removed)
        self._pending, self._pending_bytes, self._pending_units = [], 0, {}
        self._committed = time.monotonic()

    def _claim(self, built: Built, unit: Input) -> Claim:
        return Claim(
            unit=work.unit_key(unit),
            path=unit.path.as_posix() if unit.path == STDIN else unit.path.resolve().as_posix(),
            source=built.source,
            key=iris.key_of(built.identity),
            identity=built.identity,
            text_sha256=built.text_sha256,
            date=built.date,
            fingerprint=built.fingerprint,
        )

    def _count(self, built: Built) -> None:
        self._summary.read += 1
        self._summary.counts += built.counts

    def _compare(self, claim: Claim, key: str, rivals: Rivals) -> None:
        """Say where two inputs are one bulletin: quietly counted with equal texts, a warning with different ones."""
        winner = rivals.winner(claim.key)
        others = rivals.stored_claims_of(claim.key)
        if winner is not None and winner != key:
            others = {winner: rivals.claims_of(claim.key)[winner]}
        for other_key, other in others.items():
            if other.text_sha256 == claim.text_sha256:
                self._summary.same_text += 1
                continue
            kept = claim.source if winner == key else other.source
            first, second = sorted((claim.source, other.source))
            warning = f"{first} and {second} have one identity ({claim.identity}) and different texts: {kept} is kept"
            if other_key != key and warning not in self._summary.warnings:
                self._summary.warnings.append(warning)

    # -- the end

    def sweep(self, paths: Sequence[Path], *, prune: bool) -> None:
        """Find inputs that have gone from the paths (or altogether); with `prune` their graphs go too."""
        roots = [path.resolve().as_posix() for path in paths if path != STDIN]
        manifest = self._manifest
        gone = [
            key
            for key, claim in manifest.claims.items()
            if key not in self._seen
            and claim.unit not in self._kept_units
            and claim.path != STDIN.as_posix()
            and (any(claim.path == r or claim.path.startswith(f"{r}/") for r in roots) or not Path(claim.path).exists())
        ]
        if not prune:
            self._summary.gone = len(gone)
            # a table that has lost rows is read again next time, or an unchanged file would hide that they are gone
            units = {manifest.claims[key].unit for key in gone} & manifest.units.keys()
            self._faulty |= units
            self._sink.write_manifest(manifest, Change(units=dict.fromkeys(units)))
            return
        change = Change(claims=dict.fromkeys(gone))
        change.units = {manifest.claims[key].unit: None for key in gone}
        rivals = Rivals(manifest, {}, set(gone))
        keys = {manifest.claims[key].key for key in gone}
        self._remove([key for key in keys if not rivals.claims_of(key)], change.claims, change.units)

    def settle(self, crew: Crew) -> None:
        """Make again the graphs that were made from another input than they should be, or are missing."""
        manifest = self._manifest
        wrong: dict[str, set[str]] = {}
        bulletins: list[str] = []
        for key in manifest.claimants:
            winner = manifest.winner(key)
            if winner is None or self._stands(key):
                continue
            claim = manifest.claims[winner]
            if claim.path != STDIN.as_posix():
                wrong.setdefault(claim.path, set()).add(claim.unit)
                bulletins.append(key)
        units = []
        for path, keys in sorted(wrong.items()):
            try:
                found = [u for u in inputs(self._named(path, keys), self._setting.options) if u.kind == "read"]
            except InputError:
                continue  # the input is no longer there: the graph stays as it is
            units += [unit for unit in found if work.unit_key(unit) in keys]
        before = self._summary.read, self._summary.counts
        for outcome in crew.perform(self.tasks(units, force=True)):
            self.take(outcome)
        self.commit()
        self._summary.read, self._summary.counts = before
        self._summary.remade = sum(self._stands(key) for key in bulletins)
        orphans = [key for key in manifest.graphs if key not in manifest.claimants]
        if orphans:
            self._remove(orphans, {})

    def _stands(self, key: str) -> bool:
        """Whether a bulletin's graph is made from the input that it should be made from, as that is now."""
        winner, graph = self._manifest.winner(key), self._manifest.graphs.get(key)
        return (
            winner is not None
            and graph is not None
            and (graph.owner, graph.fingerprint) == (winner, self._manifest.claims[winner].fingerprint)
        )

    def _named(self, path: str, keys: set[str]) -> Path:
        """The path as the user named it, where it is among this build's inputs: the graph quotes it."""
        for key in keys:
            if key in self._units:
                return self._units[key].path
        return Path(path)

    def _remove(
        self, keys: Sequence[str], claims: dict[str, Claim | None], units: dict[str, Unit | None] | None = None
    ) -> None:
        self._sink.remove_graphs(keys)
        change = Change(units=units or {}, claims=claims, graphs=dict.fromkeys(keys))
        self._sink.write_manifest(self._manifest, change)
        self._summary.removed += len(keys)

    def finish(self, started: datetime, ended: datetime) -> None:
        """Note the run, where it did anything, and leave the sink in order."""
        self._summary.bulletins = len(self._manifest.graphs)
        if self._summary.changed:
            self._sink.write_run(run_quads(self._setting.names, started, ended, sorted(set(self._built))))
        self._sink.finish(self._manifest)
