"""Programs: things with a name of their own, quoted, in 《》, or ending in 行动, 工程, 计划, 条例 and the like.

Words: `ontology/programs.ttl`. Finds “百日行动”, 《乡村振兴责任制实施办法》, 农村水利惠民工程; not “精准化” (an
emphasis), 专项行动 alone (no distinguishing part), 重点工程 (no name).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from loaders.lexicon import Lexicon

SCHEME = "program-kinds"
_QUOTED = re.compile(r"“([^“”\n]{2,30})”")
_TITLED = re.compile(r"《([^《》\n]{2,60}(?:《[^《》\n]*》[^《》\n]*)?)》")
# 3月工作计划 is the plan of a month and no name; 第五届 counts the times of an award
_DATED = re.compile(r"(?:\d{4}年度?)?(?:\d{1,2}月份?)?(?:第[一二三四五六七八九十\d]+[届批期轮])?")
_COUNTED = re.compile(r"\d[万余多]?[个项批处座条期]$")  # 完成3个精品示范村规划: so many of a kind
_PLANS_TO = re.compile(r"(?:发放|修建|新建|投资|吸纳|完成|投入|筹集|到)")  # 项目计划发放报酬: 计划 is the verb
_FORMULA = re.compile(r"[一二三四五六七八九十\d]+[个项](?:专项|重点)?(?:行动|工程|计划)$")  # “六个专项行动”
_NAME_CHARS = r"[一-鿿A-Za-z0-9·+]"


@dataclass(frozen=True, slots=True)
class ProgramMention:
    """A name found: ``text[start:end]`` is the name without its quotation marks."""

    start: int
    end: int
    kind: str
    rule: str
    confidence: float


class ProgramGrammar:
    """The patterns of one lexicon; made once, then only read."""

    def __init__(self, lexicon: Lexicon) -> None:
        kinds = [c for c in lexicon.in_scheme(SCHEME) if c.code != "none"]

        def table(prop: str) -> list[tuple[str, str]]:
            pairs = [(form, c.code) for c in kinds for form in c.values(prop)]
            return sorted(pairs, key=lambda p: (-len(p[0]), p))

        self.suffixes = dict(reversed(table("nameSuffix")))
        self.longest_suffixes = sorted(self.suffixes.items(), key=lambda p: -len(p[0]))
        self.following = table("followingNoun")
        self.preceding = table("precedingNoun")
        self.endings = table("nameEnding")
        self.known = dict(table("knownName"))
        self.introducing = tuple(form for form, code in self.preceding if code == "campaign")
        self.kinds_of_text = frozenset(s for c in lexicon.in_scheme("document-kinds") for s in c.values("titleSuffix"))
        none = lexicon.find_code(SCHEME, "none")
        self.no_names = frozenset(none.values("knownName")) if none else frozenset()
        self.no_endings = tuple(none.values("nameEnding")) if none else ()
        self.generic = (
            frozenset(lexicon.labels(SCHEME, "generic")) if lexicon.find_code(SCHEME, "generic") else frozenset()
        )
        kept = lexicon.alternation("name-start", scheme=SCHEME, prop="exclusionLabel")
        cut = lexicon.alternation("name-start", scheme=SCHEME)
        self.start = re.compile(rf"{kept}|(?P<cut>{cut})")
        self.adverb = re.compile(
            "(?:"
            + lexicon.alternation("name-start", scheme=SCHEME, prop="adverb")
            + r"|\d+[万亿]?[余多]?[个项名批处座条期])+"
        )
        suffix = "|".join(re.escape(s) for s in sorted(self.suffixes, key=lambda s: (-len(s), s)))
        self.not_ending = re.compile(lexicon.alternation("not-ending", scheme=SCHEME))
        self.unmade = re.compile(lexicon.alternation("unmade", scheme=SCHEME) + "$")
        self.unquoted = re.compile(rf"(?P<suffix>{suffix})(?![一-鿿]*(?:”|》))")
        known = sorted(self.known, key=lambda s: (-len(s), s))
        self.known_pattern = re.compile("|".join(re.escape(s) for s in known)) if known else re.compile(r"(?!)")


@lru_cache(maxsize=4)
def program_grammar_of(lexicon: Lexicon) -> ProgramGrammar:
    """The grammar of a lexicon, made when it is first asked for."""
    return ProgramGrammar(lexicon)


def recognise_programs(text: str, start: int, end: int, lexicon: Lexicon) -> list[ProgramMention]:
    """Names in ``text[start:end]``, left to right."""
    grammar = program_grammar_of(lexicon)
    found: list[ProgramMention] = []
    for m in _TITLED.finditer(text, start, end):
        if m[1] in grammar.kinds_of_text:
            continue  # 《通报》 is the kind and not the name
        found.append(ProgramMention(m.start(1), m.end(1), "regulation", "program.title", 0.95))
        for q in _QUOTED.finditer(text, m.start(1), m.end(1)):
            if kind := grammar.known.get(q[1]):
                found.append(ProgramMention(q.start(1), q.end(1), kind, "program.known", 0.85))
    titles = [(m.start, m.end) for m in found]
    for m in _QUOTED.finditer(text, start, end):
        if any(a <= m.start() < b for a, b in titles):
            continue
        kind_rule = _quoted_kind(text, m, end, grammar)
        if kind_rule:
            found.append(ProgramMention(m.start(1), m.end(1), kind_rule[0], kind_rule[1], kind_rule[2]))
    taken = [(m.start(), m.end()) for m in _QUOTED.finditer(text, start, end)] + [(a - 1, b + 1) for a, b in titles]
    for m in grammar.unquoted.finditer(text, start, end):
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        name_start = _name_start(text, max(start, m.start() - 40), m.start(), grammar)
        if name_start is None:
            continue
        named_case = m["suffix"].endswith("案例") and text[m.end() : m.end() + 1] == "“"  # 第三届全球减贫案例“最佳案例”
        if (
            grammar.not_ending.match(text, m.end())
            or named_case
            or (
                grammar.suffixes[m["suffix"]] == "regulation"
                and grammar.unmade.search(text[max(0, name_start - 6) : name_start])
            )
        ):
            continue
        if m["suffix"] == "计划" and _PLANS_TO.match(text, m.end()):
            continue
        if _COUNTED.search(text[max(0, name_start - 2) : name_start]):
            continue
        if text[name_start - 1 : name_start] == "”":
            continue  # the quoted words before it are the name: “百千万全”和美乡村工程
        name = text[name_start : m.end()]
        body = name[: -len(m["suffix"])]
        if (
            name in grammar.generic
            or body in grammar.generic
            or len(body) < 3
            or body.endswith(("等", "的"))
            or any(a < m.end() and name_start < b for a, b in taken)
        ):
            continue
        found.append(ProgramMention(name_start, m.end(), grammar.suffixes[m["suffix"]], "program.suffix", 0.7))
    for m in grammar.known_pattern.finditer(text, start, end):
        if not any(a <= m.start() and m.end() <= b for a, b in [*taken, *((f.start, f.end) for f in found)]):
            found.append(ProgramMention(m.start(), m.end(), grammar.known[m[0]], "program.known", 0.8))
    return sorted(found, key=lambda f: (f.start, f.end))


def _quoted_kind(text: str, m: re.Match[str], limit: int, grammar: ProgramGrammar) -> tuple[str, str, float] | None:
    """Kind, rule and confidence of a quoted name; None where the marks are for emphasis."""
    name = m[1]
    if (
        name in grammar.no_names
        or _FORMULA.match(name)
        or re.search(r"[。;!?]", name)
        or text[m.end() : m.end() + 1] in ("式", "型", "化")
    ):
        return None  # “订单、定向、定岗”式培训
    if kind := grammar.known.get(name):
        return kind, "program.known", 0.9
    after = text[m.end() : min(limit, m.end() + 40)]
    before = text[max(0, m.start() - 12) : m.start()]
    after = re.sub(r"^(?:“[^“”]{1,12}”|[、和及与])+", "", after)  # a list of quoted names shares what follows
    emphasis = name.endswith(grammar.no_endings) and not any(s in name for s in grammar.suffixes)
    for noun, kind in grammar.following:
        at = after.find(noun)
        if at < 0:
            continue
        # 等全国知名劳务品牌 closes a list; 实施“百日提升”全省脱贫人口稳岗就业提升行动 has the rest of its name unquoted
        reach = 16 if after.startswith("等") or (kind == "campaign" and before.endswith(grammar.introducing)) else 4
        if 0 <= at <= reach and not re.search(r"[,。;、的]", after[:at]) and not (emphasis and at > 0):
            return kind, "program.quoted-before", 0.85 if at == 0 else 0.7
    for suffix, kind in grammar.longest_suffixes:
        if name.endswith(suffix) and len(name) > len(suffix) and not emphasis:
            return kind, "program.quoted-suffix", 0.85
    for noun, kind in grammar.preceding:
        at = before.rfind(noun)
        if kind == "award" and at >= 0 and not re.search(r"[,。;]", before[at:]):
            return kind, "program.award", 0.8
        if kind == "brand" and before.endswith(noun):
            return kind, "program.quoted-after", 0.65
    if emphasis:
        return None
    for ending, kind in grammar.endings:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return kind, "program.quoted-ending", 0.6
    return None


def _name_start(text: str, lower: int, suffix_start: int, grammar: ProgramGrammar) -> int | None:
    """Where an unquoted name begins: after the last break or introducing verb before its suffix."""
    window = text[lower:suffix_start]
    cut = 0
    for m in re.finditer(rf"(?!{_NAME_CHARS}|、|《).", window, re.DOTALL):
        cut = m.end()
    for m in grammar.start.finditer(window, cut):
        if m["cut"] and m.end() < len(window):
            cut = m.end()
    if "、" in window[cut:]:
        cut = window.rindex("、") + 1
    if adverbs := grammar.adverb.match(window, cut):
        cut = adverbs.end()
    if dated := _DATED.match(window, cut):
        cut = dated.end()
    return lower + cut if cut < len(window) else None
