"""A page that says what its host says of nonsense is no article."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checker.model import (
    Block,
    BlockKind,
    Change,
    Dates,
    Direction,
    ReplacedKind,
    Text,
    Version,
)
from checker.stages.soft404 import (
    NOTHING,
    Stranger,
    is_suspicious,
    soft_404,
    stranger_uri,
)
from tests.helpers_judge import IDENTICAL, SUBSTANTIVE, comparison, odd
from tests.helpers_watch import STORY

URI = "https://paper.test/news/bridge.html"
NONE = "https://paper.test/no-such-page-1"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SORRY = ("Hmm, that one has sailed.", "Our harbour is large; try the search or look at these:")


def version(*lines: str, title: str = "The Courier", uri: str = URI, final: str | None = None):
    blocks = tuple(Block(BlockKind.PARAGRAPH, line) for line in lines)
    text = Text(title, blocks, "en", "", lines)
    return Version(text, Dates(), (), "", uri, final or uri)


ARTICLE = version(*STORY, title="Bridge toll")
HERE, THERE = version(*SORRY), Stranger(version(*SORRY, uri=NONE))


def test_the_same_words_as_for_nonsense_are_a_soft_404():
    found = soft_404(HERE, THERE, ARTICLE)
    assert found is not None
    assert (found.kind, found.direction) == (ReplacedKind.SOFT_404, Direction.BAD)
    assert found.quote == "The Courier"


def test_the_address_itself_may_be_repeated():
    here = version(*SORRY, "You looked for bridge.html in vain here.")
    there = Stranger(version(*SORRY, "You looked for no-such-page-1 in vain here.", uri=NONE))
    assert soft_404(here, there, ARTICLE) is not None


@pytest.mark.parametrize(
    ("new", "stranger", "old"),
    [
        (HERE, NOTHING, ARTICLE),  # the host says 404 where nothing is
        (ARTICLE, THERE, ARTICLE),
        (version(*STORY[:1], *SORRY), THERE, ARTICLE),  # the article, and what every page has
        (HERE, THERE, HERE),  # the copy said so, too
        (version(), Stranger(version(uri=NONE)), ARTICLE),  # an empty shell proves nothing
    ],
)
def test_what_proves_nothing(new, stranger, old):
    assert soft_404(new, stranger, old) is None


def test_where_nonsense_is_led_to_the_same_page_the_article_is_gone():
    target = "https://paper.test/latest/today.html"
    here = replace(version("Other news of today.", "And more."), final_uri=target)
    there = version("Still other news by now.", "And less.", uri=NONE, final=target)
    found = soft_404(here, Stranger(there), ARTICLE)
    assert found is not None
    assert target in found.quote


@pytest.mark.parametrize(
    ("compared", "asks"),
    [
        (IDENTICAL, False),
        (SUBSTANTIVE, False),
        (replace(SUBSTANTIVE, similarity=0.49), True),
        (comparison(Change.MINOR, similarity=0.1), False),
        (comparison(Change.REPLACED, replacement=odd(ReplacedKind.OTHER_CONTENT)), True),
        (comparison(Change.REPLACED, replacement=odd(ReplacedKind.LOGIN)), False),
        (comparison(Change.REPLACED, replacement=odd(ReplacedKind.SOFT_404)), False),
    ],
)
def test_only_what_looks_odd_is_worth_a_request(compared, asks):
    assert is_suspicious(ARTICLE, compared) is asks


def test_a_short_first_capture_is_worth_a_request():
    assert is_suspicious(HERE, None)
    assert not is_suspicious(version("word " * 150), None)


def test_the_address_of_nonsense_is_the_hosts_for_a_day():
    one = stranger_uri(URI, NOW)
    assert one is not None
    assert one.startswith("https://paper.test/no-such-page-")
    assert stranger_uri("https://paper.test/other?x#y", NOW + timedelta(hours=15)) == one
    assert stranger_uri(URI, NOW + timedelta(days=1)) != one
    assert stranger_uri(URI.replace("paper", "other"), NOW) != one
    for hostile in ("ftp://paper.test/", "https:///x", "https://[", ""):
        assert stranger_uri(hostile, NOW) is None
