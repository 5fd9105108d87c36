"""A build into the embedded store."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from kg.store import GraphStore, read_facts
from loaders.build import BuildOptions, Summary, build
from loaders.iris import DEFAULT_BASE, Names

_ARENA_MAX, _ARENAS = -8, 2  # M_ARENA_MAX of glibc's mallopt(3)


def bound_arenas() -> None:
    """Let glibc's malloc keep two arenas and not eight a core; elsewhere nothing happens.

    The store's threads take and give back large blocks in turns: in an arena each, what is free in one is of no use to
    the others, and a build of thousands of bulletins grew by a third. To be called before the first thread starts.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)


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
    bound_arenas()
    kept = read_facts(folder).base if (folder / "store.json").exists() else None
    names = Names(base or kept or DEFAULT_BASE)
    with ExitStack() as stack:

        def open_sink() -> GraphStore:
            return stack.enter_context(GraphStore.writing(folder, base))

        return build(paths, open_sink, names, options, originals=folder / "originals", stdin=stdin, progress=progress)
