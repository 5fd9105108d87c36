"""Worker processes, or this process alone where there is little to do."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from loaders import work
from loaders.errors import KgError
from loaders.readers import Input
from loaders.work import Extractor, Outcome, Setting, Task

_SMALL = 400_000  # bytes of input below which starting processes costs more than it saves


def count_jobs(wanted: int, units: Sequence[Input]) -> int:
    """How many processes: as many as wanted (or cores), one where the input is small."""
    jobs = wanted or os.cpu_count() or 1
    size = 0
    for unit in units:
        try:
            size += unit.path.stat().st_size if unit.member is None else unit.member.unpacked
        except OSError:
            continue
        if size > _SMALL:
            return jobs
    return 1


class Crew:
    """Worker processes, or this process alone where there is little to do."""

    def __init__(self, extractor: Extractor, setting: Setting, jobs: int) -> None:
        self._extractor, self._setting, self._jobs = extractor, setting, jobs
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Crew:
        # Only a fork hands the loaded lexicon on; elsewhere one process is the sure way.
        if self._jobs > 1 and sys.platform == "linux":
            extractor = self._extractor
            self._pool = ProcessPoolExecutor(
                self._jobs,
                mp_context=multiprocessing.get_context("fork"),
                initializer=work.prepare,
                initargs=(lambda: extractor, self._setting, os.getpid()),
            )
            self._pool.submit(work.ready).result()  # all are started with the first task
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def perform(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """What became of each task, in any order; only a few tasks are under way at once."""
        if self._pool is None:
            for task in tasks:
                yield work.perform(task, self._extractor, self._setting)
            return
        try:
            yield from self._in_processes(self._pool, tasks)
        except BrokenProcessPool:
            raise KgError(
                "a worker process was killed, perhaps for want of memory; what was built before is kept: "
                "build again, with fewer --jobs"
            ) from None

    def _in_processes(self, pool: ProcessPoolExecutor, tasks: Iterable[Task]) -> Iterator[Outcome]:
        under_way: set[Future[Outcome]] = set()
        for task in tasks:
            under_way.add(pool.submit(work.perform_prepared, task))
            if len(under_way) >= 3 * self._jobs:
                finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
        while under_way:
            finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
