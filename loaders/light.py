"""Records that are made by the thousand in a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """A data class with slots, frozen for the type checker alone: to make one that is frozen takes three times as long.

    For what passes between the rules; what an extraction gives away (`loaders.records`) is frozen for all.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
