"""Whether this machine has a font for the notebook's plots: exits with 0 or 1."""

from __future__ import annotations

import sys

from matplotlib.font_manager import findSystemFonts, get_font


def chinese_font() -> str | None:
    """A font file that has Chinese characters; the system is asked, not matplotlib's list, which may be an old one."""
    for path in sorted(findSystemFonts()):
        try:
            if {ord("乡"), ord("兴")} <= set(get_font(path).get_charmap()):
                return path
        except (OSError, RuntimeError):  # no font that can be read
            continue
    return None


if __name__ == "__main__":
    sys.exit(0 if chinese_font() else 1)
