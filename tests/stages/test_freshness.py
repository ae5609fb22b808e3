"""Which policy applies."""

from datetime import timedelta

import pytest

from checker.data import table
from checker.errors import TargetError
from checker.model import Policy, PolicyMatch, PolicySet
from checker.stages.freshness import choose_policy, named_policy

POLICIES = PolicySet(
    (
        Policy("news", timedelta(days=730), matched_by="policies.toml [policy.news]"),
        Policy("breaking", timedelta(days=7)),
        Policy("guides", None),
    ),
    (
        PolicyMatch("breaking", path="/live/**", line="line 1"),
        PolicyMatch("guides", section="Guides", line="line 2"),
        PolicyMatch("guides", genre="HowTo", line="line 3"),
        PolicyMatch("breaking", tag="Ticker", line="line 4"),
        PolicyMatch("guides", source="docs", path="/v?/*", line="line 5"),
        PolicyMatch("breaking", section="guides", line="never reached"),
    ),
    "news",
)


@pytest.mark.parametrize(
    ("facts", "name", "line"),
    [
        ({"uri": "https://a.test/live/x/y?z"}, "breaking", "line 1"),
        ({"uri": "https://a.test/%6Cive/x"}, "breaking", "line 1"),
        ({"uri": "https://a.test/LIVE/x"}, "news", "default"),
        ({"uri": "https://a.test/live/x", "section": "guides"}, "breaking", "line 1"),
        ({"uri": None, "section": " gUIDES "}, "guides", "line 2"),
        ({"uri": None, "genre": "howto"}, "guides", "line 3"),
        ({"uri": None, "tags": ("a", "TICKER")}, "breaking", "line 4"),
        ({"uri": "https://a.test/v2/x", "source": "docs"}, "guides", "line 5"),
        ({"uri": "https://a.test/v2/x", "source": "other"}, "news", "default"),
        ({"uri": "https://a.test/v2", "source": "docs"}, "news", "default"),
        ({"uri": "http://[", "source": "docs"}, "news", "default"),
        ({"uri": None, "source": "docs"}, "news", "default"),
        ({"uri": "https://a.test/" + "x" * 5000 + "/live/"}, "news", "default"),
    ],
)
def test_the_first_line_whose_conditions_all_hold_wins(facts, name, line):
    policy = choose_policy(POLICIES, **facts)
    assert (policy.name, policy.matched_by) == (name, line)


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("/live/**", "/live/", True),
        ("/live/**", "/live/a/b", True),
        ("/live/**", "/live", False),
        ("/live/***", "/live/a/b", True),
        ("/live/*", "/live/a", True),
        ("/live/*", "/live/a/b", False),
        ("/*/live", "/en/live", True),
        ("/*/live", "/en/x/live", False),
        ("/**/live", "/en/x/live", True),
        ("/v?/x", "/v2/x", True),
        ("/v?/x", "/v//x", False),
        ("/a.html", "/aXhtml", False),
        ("/[ab]", "/a", False),
        ("/[ab]", "/[ab]", True),
        ("*.html", "/a.html", False),
        ("**.html", "/a.html", True),
        ("/**", "/a%0Ab", True),
    ],
)
def test_globs(glob, path, matches):
    policies = PolicySet(POLICIES.policies, (PolicyMatch("guides", path=glob, line="it"),), "news")
    found = choose_policy(policies, uri=f"https://a.test{path}")
    assert found.matched_by == ("it" if matches else "default")


def test_an_address_without_a_path_has_the_root_path():
    policies = PolicySet(POLICIES.policies, (PolicyMatch("guides", path="/", line="home"),), "news")
    assert choose_policy(policies, uri="https://a.test").matched_by == "home"


def test_a_line_without_conditions_matches_everything():
    policies = PolicySet(POLICIES.policies, (PolicyMatch("guides", line="all"),), "news")
    assert choose_policy(policies, uri=None).matched_by == "all"


def test_a_policy_by_name_keeps_where_it_stands():
    assert named_policy(POLICIES, "news").matched_by == "policies.toml [policy.news]"


@pytest.mark.parametrize(
    ("policies", "known"), [(POLICIES, "news, breaking, guides"), (PolicySet((), (), ""), "none")]
)
def test_an_unknown_name_says_which_there_are(policies, known):
    with pytest.raises(TargetError) as error:
        named_policy(policies, "nwes")
    assert str(error.value) == (
        f"policy 'nwes': no policy of that name is configured (there are: {known}). "
        "Correct the name or add it to policies.toml."
    )


KINDS = table("kinds.toml")
EVERGREEN = PolicySet(
    (Policy("news", timedelta(days=730)), Policy("evergreen", None)),
    (PolicyMatch("evergreen", kind="evergreen", line="the line of kinds"),),
    "news",
)


def chosen(**facts) -> str:
    return choose_policy(EVERGREEN, **{"uri": None, **facts}).name


@pytest.mark.parametrize("kind", KINDS["group"]["evergreen"])
def test_every_word_of_an_evergreen_kind_exempts_wherever_it_stands(kind):
    for word in KINDS["kind"][kind]["words"]:
        assert chosen(section=word.upper()) == "evergreen", word
        assert chosen(section=f"Life > {word}") == "evergreen", word
        assert chosen(tags=("a", word)) == "evergreen", word
        if " " not in word and "/" not in word:
            assert chosen(uri=f"https://a.test/{word}/2015/story") == "evergreen", word
    for genre in KINDS["kind"][kind]["genre"]:
        assert chosen(genre=genre) == "evergreen", genre


@pytest.mark.parametrize("kind", KINDS["group"]["passing"])
def test_what_passes_is_not_evergreen(kind):
    for word in KINDS["kind"][kind]["words"]:
        assert chosen(section=word) == "news", word


@pytest.mark.parametrize(
    "facts",
    [
        {"section": "recipes for success"},
        {"tags": ("no obituary",)},
        {"uri": "https://a.test/news/recipes-for-success"},
        {"uri": "https://a.test/news/story?section=recipes"},
        {"genre": "NewsArticle"},
    ],
)
def test_a_word_inside_other_words_names_no_kind(facts):
    assert chosen(**facts) == "news"
