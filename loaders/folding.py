"""Half- and full-width forms folded one to one, so that every offset stays what it was.

NFKC as a whole is no good here, since it changes lengths (㎡ gives m2) and meaning (① gives 1, ² gives 2). So a code
point is folded only where its NFKC form is a single code point and it is not an enclosed or raised number.
"""

from __future__ import annotations

import unicodedata

# Dashes and tildes that stand for a range or a break, ornamental brackets, straight quotation marks of other widths.
_FIXED = {
    "–": "—", "―": "—", "－": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-", "﹣": "-",
    "～": "~", "∼": "~", "〜": "~", "─": "—", "━": "—",
    "「": "“", "」": "”", "『": "“", "』": "”", "﹁": "“", "﹂": "”", "〝": "“", "〞": "”", "＂": '"',
    "•": "·", "‧": "·", "・": "·", "．": ".",
    "【": "【", "】": "】", "〈": "《", "〉": "》", "\u00a0": " ", "\u3000": " ", "％": "%", "﹪": "%", "０": "0",
}  # fmt: skip


class _Folding(dict[int, int]):
    """A translation table that works a code point out when it is first seen."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        folded = _FIXED.get(char)
        if folded is None:
            folded = char
            if code > 0x7F and unicodedata.category(char) not in ("No", "Nl", "Cs") and not 0x2460 <= code <= 0x24FF:
                form = unicodedata.normalize("NFKC", char)
                if len(form) == 1 and not char.isspace():
                    folded = _FIXED.get(form, form)  # ⁻ gives U+2212, which has a form of ours
        self[code] = ord(folded)
        return self[code]


_TABLE = _Folding()


def fold(text: str) -> str:
    """`text` with width variants, compatibility ideographs and radicals folded; same length.

    ``fold("２０２２年，Ａ㎡①")`` is ``"2022年,A㎡①"``.
    """
    return text.translate(_TABLE)
