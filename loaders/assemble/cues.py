"""The cue words of a lexicon as compiled patterns, for the rules of assembly."""

from __future__ import annotations

import re
from functools import lru_cache

from loaders.lexicon import Lexicon


class Cues:
    """Patterns of one lexicon; made once, then only read."""

    def __init__(self, lexicon: Lexicon) -> None:
        def any_of(*codes: str, scheme: str = "cues") -> str:
            return lexicon.alternation(*codes, scheme=scheme)

        self.inside = re.compile(any_of("inside", scheme="domain"))
        self.mixed = re.compile(any_of("mixed", scheme="domain"))
        self.weak = re.compile(any_of("weak", scheme="domain"))
        self.outside = re.compile(any_of("outside", scheme="domain"))
        self.growth = re.compile(any_of("growth"))
        self.change = re.compile(f"(?<!提质)(?:{any_of('change')})")  # 果园提质增效25.9万亩 is work done
        self.change_to = re.compile(any_of("change-to"))
        self.decrease = re.compile(any_of("decrease"))
        self.share = re.compile(any_of("share"))
        self.completion = re.compile(any_of("completion"))
        # 平均每亩580公斤 is what was reached
        self.standard = re.compile(f"(?:(?<!平均)(?=每)|(?!每))(?<!总)(?:{any_of('standard-strong')})")
        self.plan_heading = re.compile(any_of("plan-heading"))
        self.report_heading = re.compile(any_of("report-heading"))
        self.done_sentence = re.compile(any_of("done-sentence"))
        self.plan_document = re.compile(any_of("plan-document"))
        self.flow = re.compile(any_of("period-flow"))
        self.adverb = re.compile(any_of("adverb"))
        self.action = re.compile(any_of("action-verb"))
        self.attitudes = frozenset(lexicon.labels("cues", "attitude-verb"))
        self.result = re.compile(any_of("result-verb"))
        # 商务、邮政等部门 and 5.1万名干部: several of a kind act together
        self.agent = re.compile(
            f"{any_of('agent')}|(?:[一-鿿]{{2,6}}、){{1,6}}[一-鿿]{{2,6}}?等?(?:\\d+个|多个|有关|相关)?{any_of('agent-noun')}"
            f"|\\d[\\d.]*[万余多]*[名个支][一-鿿]{{0,6}}?{any_of('agent-noun')}"
            # 东部8个省市帮助…, 11个市组织…
            "|(?:全国|全省|东部|中部|西部|中西部)?\\d+个?(?:省区市|省市区|省市|省份|省|市|州|县区|县\\(市、区\\)|县市区|县|乡镇)"
        )
        self.preposition = re.compile(any_of("preposition"))
        self.nominal = re.compile(
            f"{any_of('nominal-result')}(?:已|均|将|也|又|稳步|持续|不断|明显|显著)?{any_of('result-verb')}(?:[^\\d,]{{0,5}}\\d|$)"
        )
        self.existing = re.compile(any_of("existing") + "$")
        self.elided = re.compile(any_of("elided"))
        self.per_capita = re.compile(any_of("per-capita"))
        self.per_household = re.compile(any_of("per-household"))
        self.place_verb = re.compile(any_of("place-verb") + "$")
        self.background = re.compile(any_of("background"))
        spent, tallied = any_of("spending-verb"), any_of("tally")
        # 各级累计发放…, 省财政厅拨付…元: a verb of giving or building behind a tally, or with its sum, whoever does it
        self.accumulated = re.compile(
            f"{tallied}{any_of('adverb')}?{any_of('action-verb')}|{spent}[^,\\d]{{0,14}}\\d[\\d.]*[万亿]?元"
            # 分别按500元、300元的标准给予补助; 平台由财政部、供销总社共同组建
            f"|按[^,]*标准[^,]*{any_of('rule-giver')}|由(?!\\d)[^,\\d]{{2,40}}{any_of('together')}{any_of('action-verb')}"
        )
        self.purpose = re.compile(any_of("purpose"))
        self.prescribes = re.compile(any_of("prescribes"))
        self.as_noun = re.compile(f"{any_of('verb-as-noun')}[一-鿿]{{0,3}}{any_of('subject-predicate')}")
        self.report_title = re.compile(any_of("report-title"))
        self.given_as = re.compile(any_of("given-as"))
        self.noun_tail = re.compile(any_of("noun-tail"))
        self.geography = re.compile(any_of("no-quantity-before") + "[^,;。]{0,4}$")
        self.pair = re.compile(any_of("pair", scheme="domain"))
        self.glossary = re.compile(any_of("glossary"))
        self.tally = re.compile(any_of("tally"))
        self.rule_giver = re.compile(any_of("rule-giver"))
        self.given_after = re.compile(any_of("given-after"))
        self.grounds = re.compile(f"(?:把|将)[^,]*(?:作为|摆在)[^,]*{any_of('grounds')}$")
        # 完成年度任务的98%; 顺利通过国家评估: what was reached, and what others found
        self.completed = re.compile(
            "完成[^,]{0,6}(?:任务|目标|计划)(?:的|任务)?(?:\\d|,|$)"
            f"|通过(?!{any_of('action-verb')})[^,]*{any_of('examined')}$|超额完成[^,]*(?:任务|目标|计划)$"
            # 被评为先进县, 得到长足发展, 参与行动的村达到1.7万个
            f"|被[^,]{{0,8}}?{any_of('titled')}|{any_of('undergone')}|的[一-鿿]{{1,8}}{any_of('reached')}"
        )
        # 在各级的大力扶持下, 在转移就业的劳动力中
        self.circumstance = re.compile(f"在[^,]*{any_of('circumstance-end')}$")
        self.copula = re.compile(any_of("copula"))
        self.effect = re.compile(f"{any_of('adverb')}*{any_of('effect-verb')}")
        self.stock = re.compile(any_of("stock"))
        self.rate_noun = re.compile(any_of("rate-noun"))
        self.exhort = re.compile(any_of("exhort"))
        self.plan_paragraph = re.compile(any_of("plan-paragraph"))
        self.plan_opening = re.compile(any_of("plan-opening"))
        self.ahead = re.compile(f"(?<!累计)(?<!先后)(?<!已)(?<!共)(?:{any_of('ahead')})")  # 累计争取资金 is done
        self.viewpoint = re.compile(f"从[^,]*{any_of('viewpoint')}$")
        self.firm_ground = re.compile(f"为[^,]*提供了?(?:更为?|更加)?{any_of('firm-ground')}")
        self.title_neutral = re.compile(f"(?:[\\d\\-—~、一二三四]|{any_of('title-neutral')})+")
        forms = sorted({f for a in lexicon.in_scheme("agencies") for f in a.values("organForm")}, key=len, reverse=True)
        # 区农业农村局: an organ by its level, where the text does not repeat the place
        self.organ = re.compile(f"[省市区县州盟旗镇乡](?:{'|'.join(map(re.escape, forms))})")
        self.personal_subsidy = re.compile(any_of("personal-subsidy"))
        self.announces = re.compile(f"{any_of('announces')}:$")
        self.particulars = re.compile(any_of("particulars"))
        # 农村污水处理厂全部建成, 供水工程已建成投用
        self.fronted = re.compile(f"[一-鿿“”、·\\d]{{2,}}?{any_of('adverb')}*{any_of('fronted')}(?:$|[。!])")
        self.problem = re.compile(any_of("problem"))
        self.ceiling = re.compile(any_of("ceiling"))
        self.plan_soft = re.compile(any_of("plan-soft"))
        self.definition = re.compile(any_of("definition"))
        self.by_now = re.compile(f"[,;]{any_of('by-now')}")
        self.set_before = re.compile(f"{any_of('set-before')}$")
        self.set_after = re.compile(any_of("set-after"))
        self.spread = re.compile(f"{any_of('spread')}(?:(?!模式[,”])[^。;]){{6,}}?{any_of('practice')}")
        self.reason = re.compile(f"{any_of('adverb')}?{any_of('reason')}|以[^,]*为{any_of('regard')}$")
        # what is named only: subjects of a list, what one looks to, what went before, an honour, what is assessed
        self.mentioned = re.compile(
            f"{any_of('listed-verb')}[^,;。]*{any_of('listed-noun')}|以[^,;。]{{2,30}}?为{any_of('regard')}"
            f"|在[^,;。]*{any_of('on-the-ground')}|{any_of('honour-verb')}[^,;。]*"
            f"|[将把][^,;。]*纳入[^,;。]*{any_of('assessed')}"
        )
        self.spanning = frozenset(lexicon.labels("cues", "spanning"))
        self.firm_short = frozenset(lexicon.labels("cues", "firm-short"))
        self.weak_instruments = frozenset(lexicon.labels("cues", "weak-instrument"))
        self.document_acts = re.compile(f"[^,]{{0,24}}?{any_of('document-noun')}[》”]?{any_of('document-agent')}")
        self.lead = re.compile(any_of("lead"))
        self.joint = re.compile(any_of("joint"))
        self.support = re.compile(any_of("support"))


@lru_cache(maxsize=4)
def cues_of(lexicon: Lexicon) -> Cues:
    """The patterns of a lexicon, made when they are first asked for."""
    return Cues(lexicon)
