"""A correction and the sentence that it corrects, wherever people read of them."""

import html as markup
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from checker.entry.cli.state import _report
from checker.entry.render import to_csv, to_html, to_json, to_jsonl, to_markdown
from checker.model import BannerRules, Report
from checker.stages import banner
from tests.helpers_service import FEED, World, feed, world
from tests.helpers_watch import STORY, URI, html, reply
from tests.loopback import Reply

QUOTE = "Correction: an earlier version of this article misstated the toll for cars. It is 5.40."
WAS = "raise the toll on the harbour bridge to 4.50 for cars"
CORRECTED = (STORY[0].replace("4.50", "5.40"), *STORY[1:], QUOTE)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("corrected")) as there:
        there.http.script[FEED] = Reply(body=feed(URI))
        for paragraphs in (STORY, CORRECTED):
            there.http.script[URI] = reply(html(*paragraphs))
            there.pass_by()
        yield there


def flat(text: str) -> str:
    """What a reader reads: no tags, entities, escapes or line breaks."""
    return " ".join(markup.unescape(re.sub(r"<[^>]+>|\\(?=\.)", "", text)).split())


@pytest.mark.parametrize("form", [to_csv, to_html, to_json, to_jsonl, to_markdown])
def test_reports_show_the_correction_and_its_sentence(
    place: World, form: Callable[[Report], str]
) -> None:
    shown = flat(form(_report(place.service, None)))
    assert QUOTE in shown
    assert WAS in shown


@pytest.mark.parametrize("part", ["text", "html"])
def test_the_mail_shows_both(place: World, part: str) -> None:
    shown = flat(getattr(place.post.mails[-1], part))
    assert QUOTE in shown
    assert f"This copy still says “The town council voted on Tuesday evening to {WAS}" in shown


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("The correction reads: “Corr", "This copy still says: “The town")),
        ("de", ("Die Berichtigung lautet: „Corr", "In dieser Kopie steht noch: „The town")),
    ],
)
def test_the_banner_shows_both(place: World, language: str, words: tuple[str, str]) -> None:
    standing = place.store.standing(1)
    assert standing.verdict is not None
    assert standing.copy_reading is not None
    reading = standing.copy_reading if language == "en" else None
    rules = BannerRules(language=language)
    notice = banner.compose(
        standing.verdict,
        reading or replace(standing.copy_reading, language=None),
        uri=URI,
        now=place.clock.now(),
        rules=rules,
    )
    assert notice is not None
    shown = flat(banner.render(notice))
    assert QUOTE in shown
    assert WAS in shown
    assert all(one in shown for one in words)
