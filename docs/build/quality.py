"""Refresh the table of the validation set in docs/quality.md: python docs/build/quality.py --texts FOLDER.

The texts are not part of the project, so only those who have them can; without --texts the table stays as it is.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

from pages import BIN, ROOT

PAGE = ROOT / "docs" / "quality.md"
PASSAGE = re.compile(r"(<!-- validation -->\n).*?(<!-- validation end -->)", re.S)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="folder of the eight reports, a table with a text column each")
    texts = parser.parse_args().texts
    if texts is None:
        print("docs/quality.md: the validation table stays as it is (--texts FOLDER makes it again)")
        return
    command = [str(BIN / "kg"), "evaluate", str(ROOT / "tests" / "validation"), "--texts", str(texts), "--format", "md"]
    table = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode().strip()
    page = PAGE.read_text("utf-8")
    fresh, found = PASSAGE.subn(lambda match: f"{match[1]}\n{table}\n\n{match[2]}", page)
    if found != 1:
        raise SystemExit(f"{PAGE}: lacks its validation markers")
    PAGE.write_text(fresh, "utf-8")


if __name__ == "__main__":
    main()
