"""Which measure a number is the result, the extent or the rule of."""

from __future__ import annotations

from loaders.assemble.cues import Cues
from loaders.assemble.measure import Draft


def linked_measure(
    sentence: str, draft: Draft | None, measure_id: str | None, last: tuple[Draft, str] | None, cues: Cues
) -> tuple[str | None, float]:
    """The id of the measure that a number of this unit belongs to, and how sure that is.

    The measure in whose span it stands; else the one just before in the paragraph, where the number's sentence has no
    subject of its own (已帮助3.1万人次就业) and so tells that measure's result; else None.
    """
    if draft is not None and measure_id is not None:
        return measure_id, draft.score
    if last is not None and cues.elided.match(sentence):
        return last[1], 0.6 * last[0].score
    return None, 0.0
