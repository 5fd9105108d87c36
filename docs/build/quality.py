"""Refresh the tables of the validation set in README.md and docs/quality.md.

python docs/build/quality.py --texts FOLDER

The texts are not part of the project, so only those who have them can; without --texts the tables stay as they are.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

from pages import BIN, ROOT

PAGES = (ROOT / "docs" / "quality.md", ROOT / "README.md")
PASSAGE = re.compile(r"(<!-- validation -->\n).*?(<!-- validation end -->)", re.S)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="folder of the eight reports, a table with a text column each")
    texts = parser.parse_args().texts
    if texts is None:
        print("the tables of the validation set stay as they are (--texts FOLDER makes them again)")
        return
    command = [str(BIN / "kg"), "evaluate", str(ROOT / "tests" / "validation"), "--texts", str(texts), "--format", "md"]
    table = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.decode().strip()
    for page in PAGES:
        fresh, found = PASSAGE.subn(lambda match: f"{match[1]}\n{table}\n\n{match[2]}", page.read_text("utf-8"))
        if found != 1:
            raise SystemExit(f"{page}: lacks its validation markers")
        page.write_text(fresh, "utf-8")


if __name__ == "__main__":
    main()
