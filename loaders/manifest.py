"""What a store was built from: inputs, the bulletins that they claim to be, and the graphs that were written.

A log of JSON lines beside the store. A line is one change, whole or torn off at the end by a crash and then left out,
so the manifest never says more than what was written before it. `compact` rewrites it by an atomic rename.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One file or archive member as it was last read whole."""

    fingerprint: str  # hash of its bytes
    version: str  # of vocabulary, rules and reading options


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One input (a file, a row, a member) and the bulletin that it is."""

    unit: str  # key of the file or member that holds it
    path: str  # of the file or archive, as it can be opened again
    source: str  # as the user named it
    key: str  # of the bulletin's identity
    identity: str
    text_sha256: str
    date: str  # "" where none is known
    fingerprint: str  # of everything that went into the graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """One bulletin's graph as it stands in the store."""

    owner: str  # key of the claim that it was made from
    fingerprint: str  # that of the claim
    part: str  # file name of its N-Quads


@dataclass(slots=True)
class Change:
    """What one line of the log says: records by key, None for what has gone."""

    units: dict[str, Unit | None] = field(default_factory=dict)
    claims: dict[str, Claim | None] = field(default_factory=dict)
    graphs: dict[str, Graph | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.units or self.claims or self.graphs)


class Manifest:
    """The manifest in memory, and its log on disk. Only the holder of the store's lock may write."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.units: dict[str, Unit] = {}
        self.claims: dict[str, Claim] = {}
        self.graphs: dict[str, Graph] = {}
        self.claimants: dict[str, set[str]] = {}  # bulletin key → keys of its claims
        self._lines = 0
        self._whole = 0  # bytes of the log that are whole lines
        self._read()

    def _read(self) -> None:
        if not self._path.exists():
            return
        for line in self._whole_lines():
            record: dict[str, dict[str, Any]] = json.loads(line)
            self._take(
                Change(
                    units={k: v and Unit(**v) for k, v in record.get("units", {}).items()},
                    claims={k: v and Claim(**v) for k, v in record.get("claims", {}).items()},
                    graphs={k: v and Graph(**v) for k, v in record.get("graphs", {}).items()},
                )
            )
            self._lines += 1

    def _whole_lines(self) -> Iterator[bytes]:
        with self._path.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    return  # torn by a crash: what it says was never promised
                yield line
                self._whole += len(line)

    def _take(self, change: Change) -> None:
        for key, unit in change.units.items():
            _put(self.units, key, unit)
        for key, graph in change.graphs.items():
            _put(self.graphs, key, graph)
        for key, claim in change.claims.items():
            former = self.claims.get(key)
            if former is not None:
                self.claimants[former.key].discard(key)
                if not self.claimants[former.key]:
                    del self.claimants[former.key]
            _put(self.claims, key, claim)
            if claim is not None:
                self.claimants.setdefault(claim.key, set()).add(key)

    def write(self, change: Change) -> None:
        """Append one change and force it to disk; OSError where that fails, and then nothing was changed."""
        if not change:
            return
        line = (json.dumps(_plain(change), ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")
        with self._path.open("r+b" if self._path.exists() else "w+b") as stream:
            stream.truncate(self._whole)  # a torn line of an earlier crash goes
            stream.seek(self._whole)
            try:
                stream.write(line)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                with contextlib.suppress(OSError):
                    stream.truncate(self._whole)
                raise
        self._whole += len(line)
        self._lines += 1
        self._take(change)

    def compact(self) -> None:
        """Rewrite the log as few lines where it has grown; the old one stands until the new one is whole."""
        live = len(self.units) + len(self.claims) + len(self.graphs)
        if self._lines < 64 or self._lines < live // 64:
            return
        fresh = self._path.with_suffix(".new")
        change = Change(units=dict(self.units), claims=dict(self.claims), graphs=dict(self.graphs))
        with fresh.open("wb") as stream:
            stream.write((json.dumps(_plain(change), ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._path)
        sync_folder(self._path.parent)
        self._lines, self._whole = 1, self._path.stat().st_size

    def winner(self, key: str) -> str | None:
        """The claim that a bulletin's graph is made from; None where nobody claims it."""
        return best_claim({claim: self.claims[claim] for claim in self.claimants.get(key, ())})


class Rivals:
    """The manifest as it will be after a change: who claims which bulletin."""

    def __init__(self, manifest: Manifest, claims: dict[str, Claim], gone: set[str] | None = None) -> None:
        self._manifest, self._claims, self._gone = manifest, claims, gone or set()
        self._fresh: dict[str, set[str]] = {}
        for key, claim in claims.items():
            self._fresh.setdefault(claim.key, set()).add(key)

    def stored_claims_of(self, bulletin: str) -> dict[str, Claim]:
        """Those of the manifest that the change leaves as they are."""
        kept = self._manifest.claimants.get(bulletin, set()) - self._claims.keys() - self._gone
        return {key: self._manifest.claims[key] for key in kept}

    def claims_of(self, bulletin: str) -> dict[str, Claim]:
        """The claims to a bulletin by their keys."""
        found = self.stored_claims_of(bulletin)
        found.update((key, self._claims[key]) for key in self._fresh.get(bulletin, ()))
        return found

    def winner(self, bulletin: str) -> str | None:
        """The claim that the graph is made from: the latest date, then the first by name."""
        return best_claim(self.claims_of(bulletin))


def best_claim(claims: dict[str, Claim]) -> str | None:
    """Of claims to one bulletin the one with the latest date; of equal dates the first by name; None of none."""
    if not claims:
        return None
    latest = max(claim.date for claim in claims.values())
    return min(key for key, claim in claims.items() if claim.date == latest)


def _put(records: dict[str, T], key: str, record: T | None) -> None:
    if record is None:
        records.pop(key, None)
    else:
        records[key] = record


def _plain(change: Change) -> dict[str, dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    groups["units"] = {key: unit and asdict(unit) for key, unit in change.units.items()}
    groups["claims"] = {key: claim and asdict(claim) for key, claim in change.claims.items()}
    groups["graphs"] = {key: graph and asdict(graph) for key, graph in change.graphs.items()}
    return {name: group for name, group in groups.items() if group}


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk, so that a rename in it outlives a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
