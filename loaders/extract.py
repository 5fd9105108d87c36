"""One bulletin's whole way: Document → Extraction. A pure function, which local builds and clusters both map."""

from __future__ import annotations

from loaders.assemble.confidence import Calibration, calibrated, calibration
from loaders.assemble.paragraph import Found, assemble_heading, assemble_paragraph
from loaders.assemble.program import programs_of
from loaders.assemble.scope import scope_of, section_records
from loaders.assemble.table import table_observations
from loaders.lexicon import Lexicon
from loaders.recognise.program import ProgramMention
from loaders.records import Citation, Document, Extraction, Measure, Observation

RULES_VERSION = "1"  # raised when a change of the rules changes what is said of a text


def extract(document: Document, lexicon: Lexicon, fitted: Calibration | None = None) -> Extraction:
    """All that is said of one bulletin, by the definitions of the published contract.

    `fitted` maps raw scores to probabilities: the shipped table where it is left out.
    """
    scope = scope_of(document, lexicon)
    measures: list[Measure] = []
    observations: list[Observation] = []
    names: list[tuple[ProgramMention, str | None]] = []
    citations: list[Citation] = []
    characters = 0
    for block, setting in zip(scope.blocks, scope.settings, strict=True):
        found = Found()
        if block.role in ("heading", "title"):
            found = assemble_heading(scope, block, setting)
        elif block.role != "row":
            found = assemble_paragraph(scope, block, setting, len(measures))
        measures += found.measures
        observations += found.observations
        names += found.names
        citations += found.citations
        characters += found.characters
    tables = table_observations(
        scope.blocks, scope.logical, scope.settings, scope.sections, scope.facts, lexicon, scope.cues
    )
    characters += sum(o.span.end - o.span.start for o in tables)
    ordered = sorted([*observations, *tables], key=lambda o: o.span)
    extraction = Extraction(
        document=document, facts=scope.facts, sections=section_records(scope), measures=tuple(measures),
        observations=tuple(ordered),
        programs=programs_of(names, scope.logical), citations=tuple(citations),
        characters=sum(b.end - b.start for b in scope.blocks), characters_in_domain=characters,
    )  # fmt: skip
    return calibrated(extraction, fitted if fitted is not None else calibration())
