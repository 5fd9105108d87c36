"""Quantities → observations: statistic, sign, per-head units, place and period, by the words of the clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from loaders.assemble.cues import Cues
from loaders.lexicon import Lexicon, clause_bounds
from loaders.recognise.metric import RELATIVE, MetricGuess
from loaders.recognise.period import PeriodMention, as_flow, as_stock
from loaders.recognise.place import COUNTRY, PlaceMention
from loaders.recognise.quantity import Quantity

_BREAKS = ",;。:!?\n"
_PER_HEAD_LIMIT = Decimal(1_000_000)  # nobody earns more; a sum above it is a total
_SUBSIDY_LIMIT = Decimal(20_000)  # what one person gets; a sum above it goes to a body
_EACH = re.compile(
    r"(?<!平均)每(?:[^年月日周季天,;。]{1}|[\d万千百]+)[^,;。]{0,10}$|每(?:年|月|季度|周)[^,;。]{0,8}(?:不少于|不低于|至少|不超过)$"
)
_CONDITION = re.compile(r"(?:以上|以下|以内|及以上)[^,;。]{0,16}的?")
_SAME_PERIOD = re.compile(r"(?:同比|比上年|较上年)(?P<way>少|多)[^,;。\d]{1,8}$")
# how many characters may stand between a word of change and its number: 新增有效灌溉面积超240万亩
_REACHING = {"新增": 18, "净增": 18, "增加": 8, "减少": 8}
_EVERY = re.compile(r"每(?!年全|天都)")


_NUMBER_BETWEEN = re.compile(r"\d[^、和]*[提增达升降到至]")  # from its base value the sentence has gone on


@dataclass(frozen=True, slots=True)
class Clause:
    """The surroundings of a number: its clause, and the clause's part before it back to the number before."""

    start: int
    end: int
    before: str  # from the clause's start to the number's hedge
    own: str  # of `before` what stands behind the number before it
    after: str


def clause_of(text: str, quantity: Quantity, previous_end: int) -> Clause:
    """The clause around a quantity of a sentence; `previous_end` is where the number before it ends."""
    a, b = clause_bounds(text, quantity.start, quantity.end)
    return Clause(a, b, text[a : quantity.before], text[max(a, previous_end) : quantity.before], text[quantity.end : b])


def statistic_of(
    text: str, q: Quantity, clause: Clause, plan: bool, sentence_plan: bool, cues: Cues
) -> tuple[str, int]:
    """The statistic of a quantity and its sign (-1 where it is a decrease).

    增长9% is growth, 增加3322人 change, 占60% share, 完成目标任务的104% completion, 每人每月600元 standard; a figure of
    a plan that is not yet reached is a target, whatever it measures.
    """
    statistic, sign = _reported(text, q, clause, cues)
    if statistic == "standard":
        return statistic, sign
    if q.unit not in RELATIVE and _set(text, q, clause, cues):
        return "target", sign
    if sentence_plan or (plan and not _already(clause, cues)):
        return "target", sign
    return statistic, sign


def _set(text: str, q: Quantity, clause: Clause, cues: Cues) -> bool:
    """Whether the number is what was set as a task: 改厕任务3万座, 占8000万亩任务量的54%; not 完成任务3万座."""
    if cues.set_after.match(text, q.after) and "完成" not in clause.own:
        return True
    before = cues.set_before.search(clause.own)
    return before is not None and "完成" not in clause.own


def _already(clause: Clause, cues: Cues) -> bool:
    return bool(cues.existing.search(clause.own[-6:]))


def _reported(text: str, q: Quantity, clause: Clause, cues: Cues) -> tuple[str, int]:
    if q.unit in ("day", "hour", "month", "year"):
        if (changed := _change(clause, cues)) is not None:
            return "change", changed  # 办理时间压缩3天
        limit = q.qualifier in ("lt", "gt") or "每" in clause.before or clause.after.startswith(("内", "以内"))
        return ("standard" if limit else "level"), 1
    if _prescribed(text, q, clause, cues):
        return "standard", 1
    growth = _last(cues.growth, clause.own)
    if q.unit == "percentage-point":
        falls = (growth and cues.decrease.search(growth[0])) or _last(cues.decrease, clause.own[-3:])
        return "change", -1 if falls else 1
    if q.unit in RELATIVE:
        if _completed(q, clause, cues):
            return "completion", 1
        if q.unit == "multiple":
            return "growth", 1
        if cues.rate_noun.search(clause.own):
            return "growth", -1 if cues.decrease.search(cues.rate_noun.search(clause.own)[0]) else 1  # type: ignore[index]
        share = _last(cues.share, clause.own)
        if (
            growth
            and not _to(clause.own, growth.end(), cues)
            and not (share and share.start() >= growth.end())
            and not clause.after.startswith("的")
        ):
            return "growth", -1 if cues.decrease.search(growth[0]) and not re.search("增", growth[0]) else 1
        return "share", 1
    changed = _change(clause, cues)
    if changed is not None:
        return "change", changed
    return "level", 1


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _to(text: str, position: int, cues: Cues) -> bool:
    """Whether what follows says the level reached (提高到, 增至) rather than the change."""
    return bool(cues.change_to.match(text, position)) or bool(re.search(r"(?:到|至)$", text))


def _completed(q: Quantity, clause: Clause, cues: Cues) -> bool:
    return bool(cues.completion.search(clause.before)) or (clause.before.endswith("(") and "任务" in clause.before)


def _change(clause: Clause, cues: Cues) -> int | None:
    """The sign of an absolute rise, fall or gap that the words before the number tell; None where they tell none."""
    own = clause.own
    if m := _SAME_PERIOD.search(own):
        return 1 if m["way"] == "多" else -1
    found = _last(cues.change, own)
    if found is None:
        return None
    gap = len(own) - found.end()
    word = found[0]
    if _to(own, found.end(), cues):
        return None
    if len(word) == 1:
        if gap > 2 or not re.search("较|比|同比", own[: found.start()]):
            return None
    elif word in _REACHING:
        if gap > _REACHING[word]:
            return None
    elif gap > 3:
        return None
    falling = cues.decrease.search(word) is not None
    return -1 if falling else 1


def _prescribed(text: str, q: Quantity, clause: Clause, cues: Cues) -> bool:
    """Whether a rule entitles to the amount or prescribes it: a standard named, or so much for each."""
    sum_of_many = q.unit == "CNY" and q.value >= _PER_HEAD_LIMIT and not cues.ceiling.search(clause.before)
    if cues.standard.search(clause.before) and not sum_of_many:  # 住院报销8017万元 is what was paid
        return True
    earlier = text[max(0, clause.start - 40) : clause.start]
    if q.unit in ("CNY", "CNY/person", "CNY/household") and q.value < _PER_HEAD_LIMIT and cues.standard.search(earlier):
        return True
    if _EACH.search(clause.own) and (
        q.unit not in ("count", "person", "household") or cues.prescribes.search(clause.own)
    ):
        return True  # 每村扶持70万元, 每100户不少于2个; not 每个县发展起1个产业, which is told
    if cues.given_after.match(clause.after) and (q.unit in RELATIVE or q.value < 100 * _PER_HEAD_LIMIT):
        return True  # 按3000元/人给予…, 5万至20万元奖补
    if _CONDITION.match(clause.after) and cues.given_as.match(clause.before) and cues.rule_giver.search(text, q.end):
        return True  # 对吸纳贫困户20户以上的主体给予…
    return q.unit == "count" and bool(_EVERY.search(earlier)) and q.qualifier in ("gt", "lt")


def per_head_unit(
    q: Quantity, clause: Clause, guess: MetricGuess, usual: str, statistic: str, sentence: str, cues: Cues
) -> str:  # fmt: skip
    """CNY/person or CNY/household where the clause counts per head or the metric is an income a head; else the unit.

    The rate of a subsidy that is paid to persons (交通补助500元) is an amount per head, said or not.
    """
    if q.unit != "CNY" or q.value >= _PER_HEAD_LIMIT:
        return q.unit
    person, household = _last(cues.per_capita, clause.before), _last(cues.per_household, clause.before)
    if person and (not household or household.end() < person.end()):
        return "CNY/person"
    if household:
        return "CNY/household"
    if statistic == "standard" and q.value < _SUBSIDY_LIMIT and cues.personal_subsidy.search(sentence):
        return "CNY/person"
    return "CNY/person" if usual == "CNY/person" and guess.code != "subsidy-standard" else q.unit


def period_of(
    text: str, q: Quantity, clause: Clause, in_sentence: Sequence[PeriodMention], before: Sequence[PeriodMention],
    subject: str | None, flow: bool,
) -> str | None:  # fmt: skip
    """The period that holds for a number.

    What the sentence says (the last expression before the number, else one behind it in the sentence), else the nearest
    before it in its paragraph, else the section's subject.
    """
    left = [
        p for p in in_sentence if p.end <= q.start and not (p.base and _NUMBER_BETWEEN.search(text[p.end : q.start]))
    ]
    right = [p for p in in_sentence if p.start >= q.end]
    if left:
        mention = left[-1]
        if "年均" in clause.before and len(mention.period) == 4:
            spans = [p for p in (*before, *left) if "/" in p.period]
            if spans:
                mention = spans[-1]
            elif subject and "/" in subject:
                return subject
    elif right and not before and (right[0].start < clause.end or clause.end - clause.start == len(text.rstrip("。!"))):
        mention = right[0]
    elif before:
        mention = before[-1]
    else:
        return subject
    return _worked(mention, subject, flow)


def _worked(mention: PeriodMention, subject: str | None, flow: bool) -> str:
    if mention.as_of:
        return as_flow(mention.period) if flow else as_stock(mention.period)
    if mention.since:
        end = (subject or mention.period).split("/")[-1]
        start = mention.period.split("/")[0]
        if end[:4] < start[:4]:
            end = start[:4]
        return start if start == end else f"{start}/{end[:4]}" if len(start) > 4 or start != end[:4] else start
    return mention.period


def place_of(
    q: Quantity, text: str, in_sentence: Sequence[PlaceMention], section: str | None, lexicon: Lexicon, cues: Cues
) -> str | None:
    """Where a number holds: the last place before it that opens a clause and lies in the section's, else the section's.

    A place opens a clause alone or behind 在, 其中; several joined by 、 stand for the smallest place around them; one
    right before the number (曲靖市9.4亿元) is its own.
    """
    gazetteer = lexicon.gazetteer
    chosen: str | None = None
    opened = outsider = -1  # where the last mention ends that opened its clause; the last that did so from outside
    run: list[str] = []
    for p in in_sentence:
        if p.end > q.start:
            break
        before = text[: p.start]
        adjacent = p.start == opened or (opened >= 0 and text[opened : p.start] in ("、", "和", "与", "及"))
        opens = not before or before[-1] in _BREAKS or _OPENERS.search(before) is not None or p.end == q.before
        if p.deictic and before and before[-1] in "至此中是":
            opens = True
        if not opens and not adjacent and not (outsider >= 0 and text[outsider : p.start] in ("与", "和")):
            continue
        if (
            not p.deictic
            and not p.code.endswith("0000")
            and p.end - p.start <= 2
            and p.end != q.before
            and not _acts(text, p.end, cues)
        ):
            opened = p.end
            continue  # 百色芒果: part of a name
        if p.code == COUNTRY:
            if section in (COUNTRY, None) or re.match(r"\d", text[p.end : p.end + 1]):
                chosen, run = COUNTRY, []
            opened = p.end
            continue
        if section is not None and not gazetteer.inside(p.code, section):
            outsider = p.end
            continue
        listed = adjacent and p.start > opened >= 0
        nested = adjacent and not listed and bool(run) and gazetteer.inside(p.code, run[-1])
        run = [*run, p.code] if listed and run else [*run[:-1], p.code] if nested else [p.code]
        chosen = gazetteer.lowest_common(run)
        opened = p.end
    return chosen or section


_OPENERS = re.compile(r"(?:^|[,;:。])(?:在|于|其中,?|据|截至目前,|目前|今年|去年|支持|推动)$")
_SUFFIX = re.compile(r"[、,县市区州旗]|等")  # what may follow a place that is the subject


def _acts(text: str, position: int, cues: Cues) -> bool:
    """Whether what follows a place makes it the subject: a verb, an adverb, a preposition, another place."""
    patterns = (_SUFFIX, cues.action, cues.adverb, cues.preposition, cues.result, cues.tally)
    return any(pattern.match(text, position) for pattern in patterns)
