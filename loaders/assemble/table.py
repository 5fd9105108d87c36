"""Tables of figures: unit and metric from the heads of column and row, totals known as totals."""

from __future__ import annotations

from collections.abc import Sequence

from loaders.assemble.context import SectionSpan, Setting
from loaders.assemble.cues import Cues
from loaders.layout import LogicalText
from loaders.lexicon import Lexicon
from loaders.records import DocumentFacts, Observation
from loaders.segment import Block


def table_observations(
    blocks: Sequence[Block], logical: LogicalText, settings: Sequence[Setting], spans: Sequence[SectionSpan],
    facts: DocumentFacts, lexicon: Lexicon, cues: Cues,
) -> list[Observation]:  # fmt: skip
    """Observations of all tables of a document, a cell each, left to right and top down."""
    return []
