"""Make the samples that are not plain text: two docx, one xlsx and one pdf, from the `.src` files beside this script.

    python make.py [FOLDER]      FOLDER is where the samples go; without it, the folder above this one

A `.src` file holds the very words of its sample: one paragraph a line, `# ` before a heading, TAB between the cells
of a table row. Needs python-docx, openpyxl and reportlab (the last is no dependency of the project: use an
environment of its own). Every time stamp is fixed, so that two runs write the same bytes.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).resolve().parent
STAMP = datetime(2024, 1, 1)
# One of the CID fonts that PDF readers know by name: no font file, and the text layer can be read back.
FONT = "STSong-Light"
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def lines_of(name: str) -> list[str]:
    """The lines of a source, empty ones left out."""
    return [line for line in (HERE / f"{name}.src").read_text("utf-8").splitlines() if line.strip()]


def fix_stamps(path: Path) -> None:
    """Write an Office file again with one time in its archive entries and in its properties."""
    with zipfile.ZipFile(path) as archive:
        parts = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    stamp = STAMP.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            archive.writestr(zipfile.ZipInfo(name, STAMP.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)


def make_docx(name: str, target: Path) -> None:
    """Headings, paragraphs and, for runs of lines with TABs, tables."""
    document = Document()
    document.core_properties.author = document.core_properties.comments = ""
    for is_table, run in groupby(lines_of(name), key=lambda line: "\t" in line):
        if not is_table:
            for line in run:
                if line.startswith("# "):
                    document.add_heading(line[2:], level=2)
                else:
                    document.add_paragraph(line)
            continue
        rows = [line.split("\t") for line in run]
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        table.style = "Table Grid"
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    document.save(str(target))
    fix_stamps(target)


def make_xlsx(name: str, target: Path) -> None:
    """One sheet: a title over all columns, a line on the source, the head, the rows with numbers as numbers."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "附表"
    rows = [line.split("\t") for line in lines_of(name)]
    for row in rows:
        sheet.append([(float(c) if "." in c else int(c)) if NUMBER.fullmatch(c) else c for c in row])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(map(len, rows)))
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=14), Alignment(horizontal="center")
    for column in "ABCDEFG":
        sheet.column_dimensions[column].width = 18
    workbook.save(target)
    fix_stamps(target)


def wrapped(text: str, width: float, size: float) -> Iterator[str]:
    """Lines no wider than `width` points; figures are kept whole, closing marks stay with the line before."""
    line = ""
    for token in re.findall(r"[0-9.%]+|.", text):
        if pdfmetrics.stringWidth(line + token, FONT, size) > width and token not in "，。；：、）”》！":
            yield line
            line = ""
        line += token
    if line:
        yield line


def make_pdf(name: str, target: Path, running_head: str, break_before: str) -> None:
    """Two pages with a running head and page numbers; the second begins at the heading `break_before`."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(target), pagesize=A4, invariant=1)
    left, top, width = 72.0, A4[1] - 90, A4[0] - 150
    page, height = 1, top

    def furniture() -> None:
        canvas.setFont(FONT, 9)
        canvas.drawString(left, A4[1] - 50, running_head)
        canvas.drawCentredString(A4[0] / 2, 40, f"- {page} -")

    furniture()
    for text in lines_of(name):
        heading = text.startswith("# ")
        text = text.removeprefix("# ")
        size = 14.0 if heading else 11.0
        if text.startswith(break_before):
            canvas.showPage()
            page, height = page + 1, top
            furniture()
        canvas.setFont(FONT, size)
        for line in wrapped(text if heading else "　　" + text, width, size):
            canvas.drawString(left, height, line)
            height -= size * 1.7
    canvas.save()


def main() -> None:
    """Make all four."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent
    make_docx("gansu-finance-2023", folder / "gansu-finance-2023.docx")
    make_docx("sichuan-education-health-2022", folder / "sichuan-education-health-2022.docx")
    make_xlsx("jilin-farmland-2024", folder / "jilin-farmland-2024.xlsx")
    make_pdf("guangxi-east-west-2021", folder / "guangxi-east-west-2021.pdf", "粤桂协作工作总结", "四、")


if __name__ == "__main__":
    main()
