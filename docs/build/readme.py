"""Refresh the outputs that README.md and the pages of docs/ show: python docs/build/readme.py [PAGE …]."""

from __future__ import annotations

import sys
from pathlib import Path

from pages import ROOT, main_for

if __name__ == "__main__":
    named = [Path(name).resolve() for name in sys.argv[1:]]
    main_for(named or [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))])
