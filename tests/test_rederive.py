"""`archive rederive`: a new version's results replace an older one's from the archive, quietly."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checker.model import Standing, Status
from checker.service import Plan
from tests.helpers_service import World, feed_source, world
from tests.helpers_watch import DAY, html, reply
from tests.test_service import CHANGED, A, B, publish


def aged(standing: Standing) -> Standing:
    """As an older version left it: it saw no difference and called the article current."""
    assert standing.verdict is not None
    assert standing.copy_reading is not None
    assert standing.comparison is not None
    verdict = replace(standing.verdict, status=Status.CURRENT, findings=(), version="judge-0")
    return replace(
        standing,
        verdict=verdict,
        copy_reading=replace(standing.copy_reading, version="reader-0", title="Old title"),
        comparison=replace(standing.comparison, version="compare-0", edits=()),
    )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path) as place:
        publish(place, A, B)
        place.pass_by()
        place.http.script[A] = reply(html(*CHANGED))
        place.pass_by()
        assert place.status(A) == "outdated"
        yield place


def age(place: World, uri: str) -> Standing:
    standing = place.store.standing(place.service.article(uri).id)
    place.store.put_rederived([aged(standing)])
    return standing


def test_what_an_older_version_derived_is_derived_again_and_nobody_is_told(place: World) -> None:
    before = age(place, A)
    mails, requests = len(place.post.mails), len(place.http.requests)
    (found,) = place.service.rederive(Plan())
    differs = {what: (old, new) for what, old, new in found.differs}
    assert differs["verdict"] == ("current", "outdated")
    assert differs["findings"][1].startswith("source-changed (outdated)")
    assert differs["copy: title"] == ("Old title", "Council raises the bridge toll")
    after = place.store.standing(before.article.id)
    assert after == replace(before, verdict=after.verdict, comparison=after.comparison)
    assert after.comparison is not None
    assert after.comparison.edits
    assert len(place.http.requests) == requests, "no source is asked"
    place.pass_by(0)
    assert len(place.post.mails) == mails, "a technical change alerts nobody"
    assert place.service.rederive(Plan()) == (), "everything is of this version now"


def test_a_dry_run_reports_the_same_and_changes_nothing(place: World) -> None:
    age(place, A)
    stored = place.store.standing(place.service.article(A).id)
    (found,) = place.service.rederive(Plan(dry_run=True))
    assert ("verdict", "current", "outdated") in found.differs
    assert place.store.standing(stored.article.id) == stored
    assert place.service.rederive(Plan())[0].differs == found.differs


def test_everything_also_looks_at_what_this_version_derived(place: World) -> None:
    found = place.service.rederive(Plan(everything=True, dry_run=True))
    assert [(one.uri, one.differs) for one in found] == [(A, ()), (B, ())]
    assert place.service.rederive(Plan(source="paper", everything=True)) == found
    assert place.service.rederive(Plan(source="other", everything=True)) == ()


def test_what_can_not_be_read_again_says_why_and_the_others_go_on(place: World) -> None:
    age(place, A)
    age(place, B)
    (place.folder / "copies" / "a.html").unlink()
    first, second = place.service.rederive(Plan())
    assert first.uri == A
    assert "a.html" in first.problem
    assert (second.uri, second.problem) == (B, "")


def test_articles_under_check_are_left_to_their_check(place: World) -> None:
    number = age(place, A).article.id
    now = place.clock.now()
    place.store.claim([number], now, DAY)
    assert place.service.rederive(Plan()) == ()
    place.store.release([number])
    seen: list[tuple[int, int]] = []
    assert len(place.service.rederive(Plan(), lambda done, of: seen.append((done, of)))) == 1
    assert seen == [(2, 2)]


def test_a_copy_accepted_meanwhile_outranks_what_was_derived_from_the_former(place: World) -> None:
    before = age(place, A)
    old = place.store.standing(before.article.id)
    place.service.accept(A)
    accepted = place.store.standing(before.article.id)
    place.store.put_rederived([old])
    assert place.store.standing(before.article.id) == accepted


def test_a_source_that_left_the_configuration_is_left_alone(tmp_path: Path) -> None:
    with world(tmp_path, feed_source(tmp_path)) as place:
        publish(place, A)
        place.pass_by()
        age(place, A)
        gone = replace(place.service.context.operation, sources=())
        service = replace(place.service, context=replace(place.service.context, operation=gone))
        assert service.rederive(Plan()) == ()
