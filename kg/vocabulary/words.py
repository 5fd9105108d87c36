"""The words of the language with their frequencies, from jieba's dictionary file, read without importing jieba."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from loaders.errors import KgError

_LONGEST = 5  # characters of a word that is looked at: longer entries are names and sayings


class WordList:
    """Words, their counts and their tags (n noun, v verb, u particle, nr person, ns place, …)."""

    def __init__(self, counts: dict[str, int], tags: dict[str, str]) -> None:
        self.counts, self.tags = counts, tags
        self._log_total = math.log(sum(counts.values()) or 1)

    def crossed(self, labels: Collection[str], least: int) -> dict[str, tuple[str, ...]]:
        """Label → words of at least this count that contain it across their parts, commonest first."""
        lengths = sorted({len(label) for label in labels})
        found: dict[str, list[str]] = defaultdict(list)
        for word, count in self.counts.items():
            if count < least or not 3 <= len(word) <= _LONGEST:
                continue
            for length in lengths:
                for at in range(len(word) - length + 1) if length < len(word) else ():
                    label = word[at : at + length]
                    if label in labels and not self._made_of(word, at, at + length):
                        found[label].append(word)
        return {
            label: tuple(sorted(dict.fromkeys(words), key=lambda w: (-self.counts[w], w)))
            for label, words in found.items()
        }

    def _made_of(self, word: str, start: int, end: int) -> bool:
        """Whether ``word[start:end]`` is a part of the word, or several, in a division as short as the likeliest.

        水产 is a part of 水产品 beside 水|产品, 民法 none of 人民|法院, for 人|民法|院 has a part more. What is no word
        itself (州市 in 广州|市) must be made of whole parts.
        """
        likeliest = self.division(word)
        if {start, end} <= {0, *likeliest}:
            return True
        if word[start:end] not in self.counts:
            return False
        parts = len(self.division(word[:start], word)) + 1 + len(self.division(word[end:], word))
        return parts <= len(likeliest)

    def division(self, text: str, whole: str = "") -> tuple[int, ...]:
        """Where the words end in the likeliest division of a text, which is no word itself (or not `whole`, if given).

        Single characters are always words.
        """
        best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
        for end in range(1, len(text) + 1):
            choices: list[tuple[float, tuple[int, ...]]] = []
            for start in range(end):
                part = text[start:end]
                count = self.counts.get(part, 0)
                if part == (whole or text) or (not count and end - start > 1):
                    continue
                score, ends = best[start]
                choices.append((score + math.log(count or 1) - self._log_total, (*ends, end)))
            best.append(max(choices, key=lambda c: (c[0], c[1])))
        return best[-1][1]


def parse_words(lines: Iterable[str]) -> WordList:
    """A word list from lines of ``WORD COUNT TAG``."""
    counts: dict[str, int] = {}
    tags: dict[str, str] = {}
    for line in lines:
        word, count, tag = line.split(" ")
        counts[word], tags[word] = int(count), tag
    return WordList(counts, tags)


@lru_cache(maxsize=1)
def load_words() -> WordList:
    """The word list that jieba ships."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise KgError("the package jieba is not installed, whose word list is needed here")
    path = Path(spec.origin).parent / "dict.txt"
    return parse_words(path.read_text("utf-8").splitlines())
