"""Operations on vocabularies: a check of the shipped one or a user's, and suggestions of what is missing.

Records in, records out; `kg.cli.vocabulary` prints them.
"""

from kg.vocabulary.check import check_vocabulary, demand_sound
from kg.vocabulary.model import SEVERITIES, Finding
from kg.vocabulary.suggest import Suggestion, suggest_expressions

__all__ = ["SEVERITIES", "Finding", "Suggestion", "check_vocabulary", "demand_sound", "suggest_expressions"]
