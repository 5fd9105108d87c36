"""Which agencies issue bulletins together.

Of two agencies with n_a and n_b bulletins, n_ab of them issued by both, the Jaccard index (Jaccard: Bull. Soc. Vaud.
Sci. Nat. 37, 547, 1901) says how far they act as one:   J = n_ab / (n_a + n_b − n_ab), above 0, at most 1.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from kg.analyse.ties import ISSUER, Ties


@dataclass(frozen=True, slots=True, kw_only=True)
class CoIssuing:
    """Two agencies (IRIs) that issued at least one bulletin together."""

    agency: str
    other: str
    bulletins: int  # together
    agency_bulletins: int
    other_bulletins: int
    jaccard: float


def co_issuing(ties: Ties) -> tuple[CoIssuing, ...]:
    """All such pairs, those with most bulletins first, then by the index and the IRIs; a pair is told once."""
    issued = ties.ends(ISSUER)
    alone: Counter[str] = Counter(agency for found in issued.values() for agency in found)
    together = Counter(pair for found in issued.values() for pair in combinations(found, 2))
    pairs = [
        CoIssuing(
            agency=agency,
            other=other,
            bulletins=count,
            agency_bulletins=alone[agency],
            other_bulletins=alone[other],
            jaccard=round(count / (alone[agency] + alone[other] - count), 6),
        )
        for (agency, other), count in together.items()
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.bulletins, -pair.jaccard, pair.agency, pair.other)))
