"""Every variant of a banner, for people to look at."""

import pytest

from checker.model import BannerRules, CustomBanner, Rule
from checker.stages.banner import render, samples
from checker.stages.banner.facts import SPEAKING
from tests.helpers_banner import NOW


@pytest.mark.parametrize("language", ["en", "de", "ar", "zh-Hant"])
def test_each_rule_that_speaks_is_shown(language):
    shown = list(samples(language, NOW, BannerRules()))
    assert {rule.value for rule in SPEAKING} <= {one.name for one in shown}
    assert {one.banner.language for one in shown} == {language}
    assert len({render(one.banner) for one in shown}) == len(shown)
    assert all(1 <= len(one.banner.sentences) <= 3 for one in shown)
    assert max(len(one.banner.sentences) for one in shown) == 3


def test_what_can_be_seen_of_a_source_speaks():
    assert {Rule.SOURCE_RETRACTED, Rule.SOURCE_GONE, Rule.AGE_EXCEEDED} <= set(SPEAKING)
    assert Rule.HAS_NOTICE not in SPEAKING


def test_the_users_own_words_are_in_each_and_an_opt_out_leaves_none():
    own = BannerRules(custom=(CustomBanner(text="Ask the desk."),))
    assert all(one.banner.sentences[0] == "Ask the desk." for one in samples("en", NOW, own))
    assert list(samples("en", NOW, BannerRules(custom=(CustomBanner(show=False),)))) == []
