"""The date of a document: a metadata column, a date in its text, last a year in its title or file name."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePath

from loaders.folding import fold
from loaders.records import Document

_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?:年|[-/.])(?P<month>\d{1,2})(?:月|[-/.])(?:(?P<day>\d{1,2})日?(?!\d))?"
)
_CHINESE_DATE = re.compile(
    r"(?P<year>[一二][〇零○一二三四五六七八九]{3})年(?P<month>[一二三四五六七八九十]{1,2})月"
    r"(?P<day>[一二三四五六七八九十]{1,3})日"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
# 2026年政府工作报告, 2024年工作要点; not 2023年要抓牢…, which speaks of a year and may be older
_TITLE_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d{2})年?(?=[^要将,]{0,16}(?:报告|要点|方案|意见|通知|计划|公报|总结|简报|情况|措施|统计))"
)
# a dateline of a web page or of an agency's report
_LABELLED = re.compile(
    r"(?:发布时间|发布日期|印发日期|成文日期|发文日期|日期|时间|更新时间)[:\s]*"
    r"(?P<date>(?:19|20)\d{2}[-年/.]\d{1,2}[-月/.]\d{1,2})"
)
_WIRE = re.compile(r"[^。]{0,12}(?:新华社|本报|人民网|央视网|中新社)[^。]{0,16}?(\d{1,2})月(\d{1,2})日")
_MASTHEAD, _CLOSING = 12, 8  # lines at the head and at the end in which a date may stand alone
_LINE = 40  # characters of such a line


def document_date(document: Document, text: str, title: str | None) -> str | None:
    """YYYY-MM-DD, YYYY-MM or YYYY; `text` is the logical text."""
    meta = document.metadata
    if meta.date and (m := re.match(r"((?:19|20)\d{2})(?:\D(\d{1,2}))?(?:\D(\d{1,2}))?", meta.date.strip())):
        return "-".join([m[1], *(f"{int(x):02}" for x in m.groups()[1:] if x)])
    if found := _standing_alone(text):
        return found
    if (labelled := _LABELLED.search(fold(document.text))) and (m := _DATE.match(labelled["date"] + "日")):
        return _written(m)
    if wire := _WIRE.match(text[:200]):
        year = _year_of_name(document) or common_year(text)
        return f"{year}-{int(wire[1]):02}-{int(wire[2]):02}" if year else None
    if meta.year and (m := _YEAR.search(meta.year)):
        return m[1]
    if title and (m := _TITLE_YEAR.search(fold(title))):
        return m[1]
    name = _year_of_name(document)
    return str(name) if name else None


def _standing_alone(text: str) -> str | None:
    """A date in a short line of the masthead or of the closing: a full one before one of a month."""
    lines = text.split("\n")
    month: str | None = None
    for line in [*lines[:_MASTHEAD], *lines[-_CLOSING:]]:
        if len(line) > _LINE or line.endswith("。"):
            continue
        if m := _CHINESE_DATE.search(line):
            return _written_in_chinese(m)
        if m := _DATE.search(line):
            if m["day"]:
                return _written(m)
            month = month or (_written(m) if m.end() == len(line) or len(line) <= 16 else None)
    return month


def _written(m: re.Match[str]) -> str:
    return "-".join([m["year"], f"{int(m['month']):02}", *([f"{int(m['day']):02}"] if m["day"] else [])])


def _written_in_chinese(m: re.Match[str]) -> str:
    digits = "〇一二三四五六七八九"
    year = "".join(str(digits.index("〇" if c in "零○" else c)) for c in m["year"])
    return f"{year}-{_small(m['month']):02}-{_small(m['day']):02}"


def _small(text: str) -> int:
    """一 to 三十一."""
    tens, ten, ones = text.partition("十")
    digits = "一二三四五六七八九"
    if not ten:
        return digits.index(text) + 1
    return (10 * (digits.index(tens) + 1) if tens else 10) + (digits.index(ones) + 1 if ones else 0)


def _year_of_name(document: Document) -> int | None:
    name = PurePath(document.source.split("!/")[-1].split("#")[0]).stem
    years = _YEAR.findall(name)
    return int(years[-1]) if years else None


def common_year(text: str) -> int | None:
    """The year that a text speaks of most, those it only compares with left out; None where it names none."""
    counts = Counter(int(m[1]) for m in re.finditer(r"(?<![较比与自\d])((?:19|20)\d{2})年", text))
    if not counts:
        return None
    most = max(counts.values())
    return max(year for year, n in counts.items() if n >= max(2, most * 0.6) or n == most)
