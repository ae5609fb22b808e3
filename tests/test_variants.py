"""An address that shows two texts in turn, over real HTTP through the whole service."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.adapters.robots import PoliteHttp
from checker.model import Timing
from checker.service import Plan
from checker.stages import compare
from tests.helpers_service import World, feed, feed_source, world
from tests.helpers_watch import DAY, STORY, SetClock, html, reply
from tests.loopback import Loopback, Reply

DEARER = ("The council voted to raise the toll to 9.80, more than twice as much.", *STORY[1:])
THIRD = ("The council took the vote back and keeps the toll at 3.20 for now.", *STORY[1:])
FIX = ("A correction: an earlier version of this article misstated the toll. It is 9.80.",)
GERMAN = (
    (
        "Der Stadtrat hat am Dienstagabend beschlossen, die Maut auf der Hafenbrücke zu erhöhen, und "
        "zwar zum ersten Mal seit elf Jahren; das Geld ist für das stählerne Deck bestimmt, das laut "
        "den Ingenieuren nicht mehr zu retten ist."
    ),
    (
        "Vierzehn der dreiundzwanzig Mitglieder stimmten dafür. Rentner und Schulbusse bleiben "
        "ausgenommen, und Lastwagen zahlen, was sie immer schon gezahlt haben, also zwölf."
    ),
    "Über die Fähre, die im Sommer wieder fahren soll, wollte an diesem Abend niemand sprechen.",
)


def noisy(number: int, *paragraphs: str) -> Reply:
    """A page that no visit sees twice alike."""
    title = "Die Maut auf der Hafenbrücke" if paragraphs == GERMAN else "Council raises the toll"
    body = html(*paragraphs, title=title)
    return reply(body.replace(b"</article>", b"</article><p>%d readers now</p>" % (number * 37)))


class Place:
    """A service that watches one article of a site on loopback."""

    def __init__(self, there: World, site: Loopback) -> None:
        self.there, self.site = there, site
        self.uri = site.url("/news/bridge.html")

    def sees(self, *paragraphs: str, days: float = 1) -> str:
        """The verdict after the site has shown this text."""
        answers = noisy(len(self.site.requests), *paragraphs)
        self.site.script["/news/bridge.html"] = answers
        self.there.pass_by(days)
        return self.there.status(self.uri)

    @property
    def subjects(self) -> list[str]:
        return [mail.subject for mail in self.there.post.mails]

    @property
    def rules(self) -> set[str]:
        verdict = self.there.store.standing(1).verdict
        assert verdict is not None
        return {one.rule.value for one in verdict.findings}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Loopback({"/robots.txt": Reply(404)}) as site:
        listing = site.url("/feed.xml")
        site.script["/feed.xml"] = Reply(body=feed(site.url("/news/bridge.html")))

        def network(clock: SetClock) -> PoliteHttp:
            guard = Guard({"paper": (f"127.0.0.1:{site.port}",)})
            inner = RequestsHttp(FetchLimits(), guard, clock)
            return PoliteHttp(inner, clock=clock, delay=timedelta(0), user_agent="checker-test/1")

        source = feed_source(tmp_path, location=listing)
        timing = Timing(check_max=DAY, confirmations=1)
        with world(tmp_path, source, timing=timing, network=network) as there:
            yield Place(there, site)


def test_two_texts_in_turn_are_told_once(place: Place) -> None:
    assert place.sees(*STORY) == "current"
    assert place.sees(*DEARER) == "outdated"
    assert place.sees(*STORY) == "current"  # may be an edit taken back
    told = len(place.subjects)
    for _ in range(3):
        assert place.sees(*DEARER) == "current"
        assert place.rules == {"source-varies"}
        assert place.sees(*STORY) == "current"
        assert place.rules == {"source-varies"}
    assert len(place.subjects) == told
    assert place.there.store.standing(1).changes == 1  # planning counts one edit


def test_a_third_text_is_news(place: Place) -> None:
    for paragraphs in (STORY, DEARER, STORY, DEARER):
        place.sees(*paragraphs)
    told = len(place.subjects)
    assert place.sees(*THIRD) == "outdated"
    assert place.rules >= {"source-changed"}
    assert len(place.subjects) == told + 1


def test_a_text_that_stays_is_an_edit_after_all(place: Place) -> None:
    for paragraphs in (STORY, DEARER, STORY, DEARER):
        place.sees(*paragraphs)
    told = len(place.subjects)
    for _ in range(14):
        assert place.sees(*DEARER) == "current"
    assert place.sees(*DEARER) == "outdated"
    assert len(place.subjects) == told + 1


def test_a_correction_that_some_caches_lack_is_told_once(place: Place) -> None:
    place.sees(*STORY)
    assert place.sees(*DEARER, *FIX) == "outdated"
    assert place.sees(*STORY) == "current"
    told = len(place.subjects)
    for _ in range(3):
        assert place.sees(*DEARER, *FIX) == "outdated"  # what it says stays true
        assert "source-corrected" in place.rules
        assert place.sees(*STORY) == "current"
    assert len(place.subjects) <= told + 1


def test_two_languages_at_one_address_never_count_as_replaced(place: Place) -> None:
    for paragraphs in (STORY, GERMAN, STORY, GERMAN):
        assert place.sees(*paragraphs) == "current"
    assert place.sees(*GERMAN, days=2) == "current"  # would confirm that it is replaced
    assert place.sees(*STORY) == "current"
    assert place.rules == {"source-varies"}
    assert place.subjects[1:] == []
    assert place.there.store.standing(1).absences.replaced is None


def test_a_new_version_reads_what_was_shown_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    for paragraphs in (STORY, DEARER, STORY, DEARER, STORY):
        place.sees(*paragraphs)
    before, told = place.there.store.standing(1).forms, len(place.subjects)
    folded = compare.cascade.folded_lines
    monkeypatch.setattr(compare.cascade, "folded_lines", lambda lines: [*folded(lines), "new"])
    place.there.service.rederive(Plan(everything=True))
    after = place.there.store.standing(1).forms
    assert [one.print for one in before] != [one.print for one in after]
    assert [one.returns for one in before] == [one.returns for one in after]
    assert place.sees(*DEARER) == "current"
    assert len(place.subjects) == told


def test_accepting_another_copy_starts_anew(place: Place) -> None:
    for paragraphs in (STORY, DEARER, STORY, DEARER):
        place.sees(*paragraphs)
    place.there.service.accept(place.uri)
    assert place.there.store.standing(1).forms == ()
