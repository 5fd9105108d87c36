"""Clauses in which an authority acts, against `tests/cases/action.yaml`."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import finds, nonfinds

from loaders.assemble.action import actions, is_action
from loaders.assemble.cues import cues_of
from loaders.assemble.domain import clauses
from loaders.folding import fold
from loaders.lexicon import Lexicon


@pytest.mark.parametrize("case", finds("action"))
def test_acts(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert is_action(fold(case["text"]), cues_of(lexicon), lexicon, "610000")


@pytest.mark.parametrize("case", nonfinds("action"))
def test_does_not_act(case: dict[str, Any], lexicon: Lexicon) -> None:
    assert not is_action(fold(case["text"]), cues_of(lexicon), lexicon, "610000")


def test_only_the_clauses_that_act(lexicon: Lexicon) -> None:
    text = "今年新建大棚30座,带动农户增收,产值突破2亿元;发放补贴300万元。"
    found = [text[a:b] for a, b in actions(text, cues_of(lexicon), lexicon, "610000")]
    assert found[0] == "今年新建大棚30座"
    assert "产值突破2亿元" not in found
    assert found[-1] == "发放补贴300万元"


def test_clauses_end_at_stops() -> None:
    assert clauses("甲,乙;丙:丁。") == ((0, 1), (2, 3), (4, 5), (6, 7))


def test_what_is_only_spoken_of_is_not_done(lexicon: Lexicon) -> None:
    assert actions("改善农村人居环境,是打好乡村振兴第一仗。", cues_of(lexicon), lexicon, "610000") == []


def test_effects_alone_are_no_act(lexicon: Lexicon) -> None:
    assert actions("龙头企业全部复工,吸纳贫困劳动力2.6万人。", cues_of(lexicon), lexicon, "610000") == []
    assert len(actions("新建帮扶车间9家,吸纳贫困劳动力2.6万人。", cues_of(lexicon), lexicon, "610000")) == 2
