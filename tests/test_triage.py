"""An editor's words through the service: banners follow, nobody is mailed, nothing is erased."""

import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from checker.codec import to_plain
from checker.errors import TargetError
from checker.model import Dismissal, Reopening, Review, Rule, Snooze
from checker.service.triage import Saying, dismissal, snooze
from checker.store import migrate
from checker.store.engine import Database, connect, inode_of
from tests.helpers_service import World, world
from tests.helpers_watch import STORY, html, reply
from tests.store_fixture import open_store
from tests.test_service import CHANGED, A, publish

AGAIN = (STORY[0].replace("4.50", "6.10"), *STORY[1:])


def flagged(place: World) -> bool:
    copy = place.folder / "flagged" / "a.html"
    return copy.is_file() and b"archive-checker" in copy.read_bytes()


def outdated(place: World) -> None:
    """One adopted article whose source was edited, with its banner and its mail."""
    publish(place, A)
    place.pass_by()
    place.http.script[A] = reply(html(*CHANGED))
    place.pass_by()
    assert place.status(A) == "outdated"
    assert flagged(place)


def saying(place: World) -> Saying:
    return Saying("Ines", place.clock.now(), "known")


def standing(place: World):
    return place.store.standing(place.service.article(A).id)


def test_a_dismissed_finding_takes_the_banner_off_until_its_evidence_changes(
    tmp_path: Path,
) -> None:
    with world(tmp_path) as place:
        outdated(place)
        mails, asked = len(place.post.mails), len(place.http.requests)
        place.service.tell(A, dismissal(standing(place), Rule.SOURCE_CHANGED, saying(place)))
        assert len(place.http.requests) == asked  # judged anew from what is known
        assert place.status(A) == "current"
        place.service.publish_banners()
        assert not flagged(place)
        place.pass_by()
        assert len(place.post.mails) == mails  # the editor knows
        place.http.script[A] = reply(html(*AGAIN))
        place.pass_by()
        assert place.status(A) == "outdated"
        assert flagged(place)
        assert len(place.post.mails) == mails + 1


def test_a_snoozed_article_comes_back_by_itself(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        outdated(place)
        until = place.clock.now().date()
        after = place.service.tell(A, snooze(standing(place), until, saying(place)))
        assert after.verdict is not None
        assert after.verdict.status.value == "current"
        assert next(one.rule for one in after.verdict.set_aside) is Rule.SOURCE_CHANGED
        place.pass_by(1.1)
        assert place.status(A) == "outdated"


def test_reopening_restores_and_the_trail_has_everything(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        outdated(place)
        place.service.tell(A, dismissal(standing(place), Rule.SOURCE_CHANGED, saying(place)))
        place.service.tell(A, Reopening("Ada", place.clock.now(), "it matters after all"))
        assert place.status(A) == "outdated"
        assert [type(word) for word in standing(place).words] == [Dismissal, Reopening]
        plain = to_plain(standing(place))["words"]
        assert [one["_type"] for one in plain] == ["Dismissal", "Reopening"]
        assert json.loads(json.dumps(plain))[0]["by"] == "Ines"


def test_what_was_not_found_cannot_be_dismissed_or_snoozed(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.pass_by()
        with pytest.raises(TargetError, match=r"no finding of expired .*has: none"):
            dismissal(standing(place), Rule.EXPIRED, saying(place))
        with pytest.raises(TargetError, match="nothing was found that could wait"):
            snooze(standing(place), date(2030, 1, 1), saying(place))


def test_a_word_on_an_article_that_was_never_judged_is_kept(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        publish(place, A)
        place.service.discover()
        after = place.service.tell(A, Review("Ines", place.clock.now(), date(2030, 1, 1)))
        assert (after.verdict, len(after.words)) == (None, 1)


def test_reviews_given_before_the_migration_are_words_after_it(tmp_path: Path) -> None:
    path = tmp_path / "checker.db"
    engine = connect(path)
    with engine.connect():  # makes the file
        database = Database(path, engine, inode_of(path))
    with database.write() as connection:
        migrate.upgrade(connection, "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(
            "INSERT INTO sources (name, position, present, active, config)"
            " VALUES ('s', 0, 1, 1, '{}')"
        )
        raw.execute(
            "INSERT INTO articles (id, source, uri, host, title, checks, changes)"
            " VALUES (1, 's', 'https://e.test/', 'e.test', '', 0, 0)"
        )
        raw.execute(
            "INSERT INTO reviews VALUES (1, 1, 'Zoë', 1772438400000000, '2026-04-01', '„ok“')"
        )
    with open_store(tmp_path) as store:
        (word,) = store.standing(1).words
    assert isinstance(word, Review)
    assert (word.by, word.note, word.until) == ("Zoë", "„ok“", date(2026, 4, 1))
    assert word.at.isoformat() == "2026-03-02T08:00:00+00:00"
    assert not isinstance(word, Snooze)
