"""Periods: dates, spans, quarters, five-year plans and relative years → YYYY, YYYY-MM, YYYY-Qn or START/END.

Grammar: GB/T 15835-2011 for dates; the plan periods are those of the national five-year plans (“十四五” is 2021/2025).
Finds 截至2024年6月底, 今年前9个月, “十四五”时期, 近五年, 自2022年5月以来; not 较上年 or 比2020年, which only compare.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from loaders.recognise.openings import matches_at

_HAN = {c: i for i, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_PLAN_FIRST_YEAR = {"十一": 2006, "十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031}
_YEAR = r"(?P<year>(?:19|20)\d{2})年(?:度)?|(?P<relative>今年|本年度?|当年(?!生)|去年|上年|上一年|前年|明年|全年)"
_TAIL = (
    r"(?P<half>上半年|下半年)|(?P<quarters>前[一二两三]个?季度|[一1]至[三3]季度)|(?P<quarter>第?[一二三四]季度)|前(?P<months>\d{1,2}|[一二三四五六七八九十]+)个月|"
    r"(?P<from>\d{1,2})月?(?:份)?[-—~至到](?P<to>\d{1,2})月(?:份)?|(?P<month>\d{1,2})月(?![个龄])(?:份)?(?:(?P<day>\d{1,2})日)?(?:(?:月)?[底末中初])?|(?P<endyear>年?[底末]|岁末)|(?P<opens>初|伊始)"
)
# what an expression can begin with; of figures only a year, and a number of one or two of them before 月 or a dash
_OPENING = re.compile(
    r"[\d截至“十近过这最前三四五今未下一目当如眼日本去上明全二第年岁]"
    r"(?:(?<!\d)|(?<=[12])(?=[09]\d\d[年\-—~至到])|(?=\d?[月份\-—~至到]))"
)
_EXPRESSION = re.compile(
    rf"(?P<asof>截至|截止(?:到)?|至)?(?:(?P<ya>(?:19|20)\d{{2}})年(?P<ma>\d{{1,2}})月(?:\d{{1,2}}日)?[-—~至到](?:(?P<yb>(?:19|20)\d{{2}})年)?(?P<mb>\d{{1,2}})月(?:\d{{1,2}}日|[底末])?|(?P<y1>(?:19|20)\d{{2}})(?:年)?[-—~至到](?P<y2>(?:19|20)\d{{2}})年|"
    rf"(?P<plan>“?(?P<nth>十[一二三四五六])五”?)(?P<planend>规划)?(?:时期|期间)?(?P<planlast>末|收官之年)?|"
    rf"(?P<lastyear>过去一年|一年来|这一年|过去的一年)|(?P<recent>近|过去|这|最近|前)(?P<count>[一二三四五六七八九十两]|\d{{1,2}})年(?:来|间|里)?|(?P<ago>[三四五十])年来|"
    rf"(?P<future>今后|未来|下一个)(?P<ahead>[三五十])年|(?P<now>目前|当前|如今|眼下|日前|近年来)|"
    rf"(?=[\d今本当去上前明全下一二三四第年岁])(?:{_YEAR})?(?:{_TAIL})?(?P<since>以来|至今|起)?)"
)
_COMPARED = re.compile(r"(?:较|比|与|同比|超|超过|高于|低于|对比|跟)(?:去年|上年)?$")
_SINCE = re.compile(r"[一-鿿]{0,16}以来")  # 自2022年5月启动以来
_IN_FORCE = re.compile(r"[一-鿿]{0,4}(?:施行|实施|执行|生效)")  # 自5月1日起施行 says when a rule begins
# what a bare month or quarter may stand behind
_RECORD = re.compile(r"[^,。;]{0,4}(?:新高|新低|最[高低好快大小多少])")
_TITLE = re.compile(r"《[^《》\n]*》")
_TIMES_OF = re.compile(r"(?:同期)?的\d+(?:\.\d+)?倍")
_ADVERBIAL = re.compile(r"[,。;:、!?\n(“”)在于自从到至是为和年省市县区国共,州来今]$")
_BACK = re.compile(r"([一二三四五六七八九十]|\d{1,2})年前的")  # 五年前的今天（11月23日）
_BY = re.compile(r"(?:到|至|力争|预计到)$")


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """An expression of time in folded text, worked out as far as its context allows."""

    start: int
    end: int
    period: str  # YYYY, YYYY-MM, YYYY-Qn or START/END
    as_of: bool  # 截至…: a stock takes the last point, a flow the span since January
    since: bool  # 自…以来: ends where the section's period does
    future: bool  # 到2027年, 今后五年
    plain_year: bool  # a bare year, which other expressions may narrow
    adverbial: bool = True  # not the object of a verb (迎接2022年考核): it tells when
    base: bool = False  # 从上年的61%: it holds for the number right behind it alone

    def moved(self, by: int) -> PeriodMention:
        """The mention with its offsets `by` further on."""
        return replace(self, start=self.start + by, end=self.end + by)


def five_years(year: int, late: bool) -> str:
    """The five years that 五年来 means in a text of `year`: to its end where the text is of its last months or of the
    last year of a plan that it reviews (`late`), else to the year before.
    """
    last = year if late else year - 1
    return f"{last - 4}/{last}"


def plan_period(nth: str) -> str:
    """The five years of the n-th national plan: 十四 → 2021/2025."""
    first = _PLAN_FIRST_YEAR[nth]
    return f"{first}/{first + 4}"


def recognise_periods(
    text: str, start: int, end: int, year: int | None, late: bool = False, months_of: int | None = None
) -> list[PeriodMention]:  # fmt: skip
    """Expressions of time in ``text[start:end]``; `year` is the document's, to which 今年 and 去年 relate.

    A bare month or quarter is one of the year that stands before it, else of `months_of`, else of `year`.

    An expression that needs a year where none is known is left out.
    """
    found: list[PeriodMention] = []
    current = year
    titles = [m.span() for m in _TITLE.finditer(text, start, end)] if text.find("《", start, end) >= 0 else []
    back = _BACK.search(text, start, end) if text.find("年前的", start, end) >= 0 else None
    for m in matches_at(_OPENING, _EXPRESSION, text, start, end):
        if (
            not m["year"]
            and not m["relative"]
            and (m["opens"] or m[0] in ("底", "末", "以来", "起", "至今", "至", "截至"))
        ):
            continue
        body_start = m.start() + len(m["asof"] or "")
        before = text[max(start, m.start() - 5) : m.start()]
        if m["asof"] == "至" and not re.search(r"[底末]", m[0]):
            before += "至"
        if _COMPARED.search(before) or (
            text.startswith(("同期", "同口径"), m.end()) and _COMPARED.search(before + "较")
        ):
            continue
        if m["since"] and _RECORD.match(text, m.end()):
            continue  # 创2006年以来新高
        if any(a < m.start() < b for a, b in titles):
            continue  # the year of a document's title is the title's own
        if _TIMES_OF.match(text, m.end()):
            continue  # 是2020年的2.6倍
        if m["month"] and not m["year"] and not m["relative"] and not _is_month(text, m):
            continue
        if not (m["year"] or m["relative"] or m["y1"] or m["ya"] or m["plan"] or m["asof"]) and not _ADVERBIAL.search(
            text[max(start, m.start() - 1) : m.start()] or ","
        ):
            continue  # 把握一季度这个“窗口期”: an object, not a time
        behind = back is not None and year is not None and back.end() <= m.start() <= back.end() + 8
        base = year - _count(back[1]) if behind and back and year else current
        if months_of and base == year and not (m["relative"] or m["now"]) and (m["month"] or m["from"] or m["quarter"]):
            base = months_of
        if m["relative"] == "全年" and m[0] == "全年":  # of the subject's year; 全年任务 is no time
            if not months_of or not _ADVERBIAL.search(text[max(start, m.start() - 1) : m.start()] or ","):
                continue
            if text.startswith(("目标", "任务", "计划", "的"), m.end()):
                continue
            found.append(PeriodMention(m.start(), m.end(), f"{months_of}", False, False, False, True))
            continue
        worked = _work_out(m, base, late)
        if worked is None:
            continue
        period, used_year = worked
        if m["year"] or m["relative"]:
            current = used_year
        by = bool(_BY.search(before)) or (m["asof"] == "至" and bool(m["planlast"]))
        plain = bool(m["year"] or m["relative"] or m["lastyear"]) and re.fullmatch(r"\d{4}", period) is not None
        found.append(
            PeriodMention(
                body_start if m["asof"] == "至" else m.start(), m.end(), period,
                as_of=m["asof"] in ("截至", "截止", "截止到")
                or (m["asof"] == "至" and bool(re.search("[底末]", m[0]))),
                since=_since(text, m, before),
                base=text.startswith("的", m.end()) or before.endswith(("从", "由")),
                adverbial=bool(m["asof"] or _ADVERBIAL.search(text[max(start, m.start() - 1) : m.start()] or ",")),
                future=bool(m["future"]) or (by and not m["asof"]), plain_year=plain,
            )
        )  # fmt: skip
    return found


def _since(text: str, m: re.Match[str], before: str) -> bool:
    """Whether an expression says only when a span began: 5月起, 自2022年5月启动以来."""
    if m["since"] == "起":
        return bool(m["month"]) and not _IN_FORCE.match(text, m.end())
    return m["since"] in ("以来", "至今") or (before.endswith("自") and bool(_SINCE.match(text, m.end())))


def _is_month(text: str, m: re.Match[str]) -> bool:
    """A bare 9月 is a month; 9月 after a digit, a dot or a dash is part of something else."""
    return not re.search(r"[\d.\-—]$", text[max(0, m.start("month") - 1) : m.start("month")])


def _count(text: str) -> int:
    return int(text) if text.isdigit() else _HAN.get(text[-1], 0) + (10 if len(text) > 1 and text[0] == "十" else 0)


def _work_out(m: re.Match[str], year: int | None, late: bool) -> tuple[str, int | None] | None:
    """The period of a match and the year that it names."""
    if m["ya"]:
        first, last = int(m["ma"]), int(m["mb"])
        if not (1 <= first <= 12 and 1 <= last <= 12):
            return None
        opens, ends = f"{m['ya']}-{first:02}", f"{m['yb'] or m['ya']}-{last:02}"
        return (opens if opens == ends else f"{opens}/{ends}"), int(m["yb"] or m["ya"])
    if m["y1"]:
        return f"{m['y1']}/{m['y2']}", int(m["y2"])
    if m["plan"]:
        period = plan_period(m["nth"])
        if m["planlast"]:
            return period[-4:], year
        return period, year
    if m["now"]:
        return (f"{year}", year) if year and m["now"] != "近年来" and m["now"] != "日前" else None
    if year is None and not m["year"]:
        return None
    if m["recent"] or m["ago"]:
        n = _count(m["count"] or m["ago"])
        if m["recent"] in ("前",) or n < 2 or year is None:
            return None
        last = int(five_years(year, late)[-4:])
        return f"{last - n + 1}/{last}", year
    if m["future"]:
        assert year is not None
        first = year if not late else year + 1
        return f"{first}/{first + _count(m['ahead']) - 1}", year
    if m["lastyear"]:
        assert year is not None
        return f"{year if late else year - 1}", year
    base = year
    if m["year"]:
        base = int(m["year"])
    elif m["relative"]:
        assert year is not None
        step = {"去年": -1, "上年": -1, "上一年": -1, "前年": -2, "明年": 1}
        base = year + step.get(m["relative"], 0)
        if m["relative"] == "全年":
            return None
    return _tail(m, base), base


def _tail(m: re.Match[str], year: int | None) -> str:
    if m["half"]:
        return f"{year}-01/{year}-06" if m["half"] == "上半年" else f"{year}-07/{year}-12"
    if m["quarters"]:
        last = 3 if re.search("[三3]", m["quarters"]) else 2 if re.search("[二两]", m["quarters"]) else 1
        return f"{year}-Q1/{year}-Q{last}" if last > 1 else f"{year}-Q1"
    if m["quarter"]:
        n = _HAN[m["quarter"].removeprefix("第")[0]]
        return f"{year}-Q1/{year}-Q{n}" if m["asof"] and n > 1 else f"{year}-Q{n}"
    if m["months"]:
        n = _count(m["months"])
        return f"{year}-01/{year}-{n:02}" if 1 < n <= 12 else f"{year}-01" if n == 1 else f"{year}"
    if m["from"]:
        return f"{year}-{int(m['from']):02}/{year}-{int(m['to']):02}"
    if m["month"] and 1 <= int(m["month"]) <= 12:
        return f"{year}-{int(m['month']):02}"
    return f"{year}"


def as_flow(period: str) -> str:
    """An as-of period as the span since January: 2024-06 → 2024-01/2024-06; 2024-Q1/2024-Q3 and 2024 stay."""
    if re.fullmatch(r"\d{4}-\d{2}", period) and not period.endswith("-01"):
        return f"{period[:4]}-01/{period}"
    if re.fullmatch(r"\d{4}-Q[2-4]", period):
        return f"{period[:4]}-Q1/{period}"
    return period


def as_stock(period: str) -> str:
    """An as-of period as its last point: 2024-Q1/2024-Q3 → 2024-09; 2024-06 and 2024 stay."""
    last = period.split("/")[-1]
    if m := re.fullmatch(r"(\d{4})-Q([1-4])", last):
        return f"{m[1]}-{3 * int(m[2]):02}"
    return last
