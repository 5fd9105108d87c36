"""A build into the embedded store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from kg.store import GraphStore, read_facts
from loaders.build import BuildOptions, Summary, build
from loaders.iris import DEFAULT_BASE, Names


def build_store(
    paths: Sequence[Path],
    folder: Path,
    options: BuildOptions,
    *,
    base: str | None = None,
    stdin: bytes | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Summary:
    """Build what has changed below the paths into the store in `folder`, which is made where there is none.

    Errors: StoreError for a folder that cannot be used, InputError for a vocabulary that cannot; inputs that
    cannot be read are in the summary.
    """
    kept = read_facts(folder).base if (folder / "store.json").exists() else None
    names = Names(base or kept or DEFAULT_BASE)
    with ExitStack() as stack:

        def open_sink() -> GraphStore:
            return stack.enter_context(GraphStore.writing(folder, base))

        return build(paths, open_sink, names, options, originals=folder / "originals", stdin=stdin, progress=progress)
