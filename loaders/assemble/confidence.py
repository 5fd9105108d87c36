"""Raw scores of the rules → probabilities, as fitted on the examples and the development set.

Confidence says how likely it is that somebody who reads with care states the same. The rules give a raw score between
0 and 1 that only ranks; the table maps it by straight lines between points (isotonic regression, so it never falls).
"""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf

from loaders.records import Extraction
from loaders.resources import data_folder

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A table of (raw score, probability) a kind of statement."""

    observations: Points
    labels: Points
    links: Points

    def observation(self, raw: float) -> float:
        """The probability of an observation's raw score."""
        return _between(self.observations, raw)

    def label(self, raw: float) -> float:
        """The probability of a label's raw score."""
        return _between(self.labels, raw)

    def link(self, raw: float) -> float:
        """The probability of a link's raw score."""
        return _between(self.links, raw)


def calibrated(extraction: Extraction, fitted: Calibration) -> Extraction:
    """The extraction with its raw scores turned into probabilities, and its observations numbered in their order."""
    measures = tuple(
        replace(
            m,
            instruments=tuple(replace(x, confidence=fitted.label(x.confidence)) for x in m.instruments),
            targets=tuple(replace(x, confidence=fitted.label(x.confidence)) for x in m.targets),
        )
        for m in extraction.measures
    )
    observations = tuple(
        replace(
            o,
            id=f"o{i}",
            confidence=fitted.observation(o.confidence),
            link_confidence=fitted.link(o.link_confidence) if o.link_confidence is not None else None,
        )
        for i, o in enumerate(extraction.observations, 1)
    )
    return replace(extraction, measures=measures, observations=observations)


def _between(points: Points, raw: float) -> float:
    if not points:
        return round(raw, 4)
    i = bisect_right(points, (raw, inf))  # points whose raw score is this one or smaller
    if i == 0:
        return points[0][1]
    if i == len(points):
        return points[-1][1]
    (x0, y0), (x1, y1) = points[i - 1], points[i]
    return round(y0 + (y1 - y0) * (raw - x0) / (x1 - x0), 4)


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The fitted table that is shipped (`ontology/calibration.json`); the raw scores where there is none."""
    path = data_folder("ontology") / "calibration.json"
    if not path.exists():
        return Calibration((), (), ())
    table = json.loads(path.read_text("utf-8"))
    return Calibration(*(tuple((float(x), float(y)) for x, y in table[k]) for k in ("observations", "labels", "links")))
