"""Delivery through the service: one's trouble is nobody else's, and what left can leave again."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from checker.errors import StoreError, TargetError
from checker.model import UNSUBSCRIBE, Cadence, Pace, Recipient, Subscription
from checker.ports import Deferred, Refused, Sent
from checker.service import deliver
from checker.service.deliver import deliver_alerts, next_mails, preview, resend
from checker.service.subscribing import subscribe
from tests.helpers_service import EDITOR, World, world
from tests.helpers_watch import DAY
from tests.store_fixture import alert, fill, memento, record_of

OTHER = Recipient("other@paper.test")
BOTH = (EDITOR, OTHER)


class Scripted:
    """Does for each recipient what it is told to: an answer, or an exception to raise."""

    def __init__(self, **answers) -> None:
        self.answers, self.sent, self.tried = answers, [], []

    def send(self, mail):
        self.tried.append(mail.recipient)
        answer = self.answers.get(mail.recipient.partition("@")[0].partition(":")[0], Sent())
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Sent):
            self.sent.append(mail)
        return answer

    def trial(self, mail):
        raise NotImplementedError

    def rest(self):
        pass


def tell(place: World, *recipients: str, serial: int = 0) -> None:
    """One alert to each, as a check would have raised it."""
    (article,) = fill(place.store, 1)
    now = place.clock.now()
    told = tuple(alert(f"{serial}/{to}", to, now) for to in recipients)
    at = now + timedelta(seconds=serial)
    place.store.record([record_of(place.store.standing(article), at, alerts=told, copy=memento())])


def spoil(place: World, statement: str) -> None:
    with closing(sqlite3.connect(place.folder / "checker.db", isolation_level=None)) as raw:
        raw.execute(statement)


def states(place: World) -> dict[str, str]:
    return {one.mail.recipient: one.state for one in place.store.outbox()}


# ── poison ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [RuntimeError("odd"), UnicodeError("odd"), KeyError("x")])
def test_a_mail_that_makes_us_stumble_blocks_nobody_and_is_tried_again(tmp_path, fault, caplog):
    post = Scripted(editor=fault)
    with world(tmp_path, recipients=BOTH, mailer=post) as place:
        tell(place, EDITOR.address, OTHER.address)
        done = place.service.deliver_alerts()
        assert (done.sent, done.deferred) == (1, 1)
        assert [one.recipient for one in post.sent] == [OTHER.address]
        assert "a fault of ours" in done.problems[0]
        assert "Traceback" in caplog.text  # for whoever has to mend it
        post.answers.clear()
        place.clock.time += timedelta(minutes=5)
        assert place.service.deliver_alerts().sent == 1


def test_a_mail_that_can_no_longer_be_read_is_set_aside_and_named(tmp_path):
    post = Scripted(editor=Deferred("later"))
    with world(tmp_path, recipients=BOTH, mailer=post) as place:
        tell(place, EDITOR.address)
        place.service.deliver_alerts()
        spoil(place, 'UPDATE mails SET body = \'{"no": "mail"}\'')
        tell(place, OTHER.address, serial=1)
        place.clock.time += DAY
        done = place.service.deliver_alerts()
        assert done.sent == 1
        assert states(place) == {EDITOR.address: "failed", OTHER.address: "sent"}
        (broken,) = place.store.outbox("failed")
        assert broken.mail.subject == "(can't be read)"
        assert broken.detail


def test_an_alert_that_can_no_longer_be_read_holds_up_no_other(tmp_path):
    with world(tmp_path, recipients=BOTH) as place:
        tell(place, EDITOR.address)
        spoil(place, "UPDATE alerts SET body = '{'")
        tell(place, EDITOR.address, OTHER.address, serial=1)
        done = place.service.deliver_alerts()
        assert (done.composed, done.sent) == (2, 2)
        assert {one.recipient for one in place.post.mails} == {EDITOR.address, OTHER.address}
        assert place.service.deliver_alerts().sent == 0  # and nothing goes round in circles


def test_a_mail_that_can_not_be_composed_holds_up_no_other(tmp_path, monkeypatch, caplog):
    compose = deliver.alert.compose

    def picky(recipient, *words, **options):
        if recipient.address == EDITOR.address:
            raise ZeroDivisionError("odd alert")
        return compose(recipient, *words, **options)

    with world(tmp_path, recipients=BOTH) as place:
        tell(place, EDITOR.address, OTHER.address)
        monkeypatch.setattr(deliver.alert, "compose", picky)
        done = place.service.deliver_alerts()
        assert (done.composed, done.sent) == (1, 1)
        assert done.problems == (f"{EDITOR.address}: ZeroDivisionError: odd alert",)
        assert len(place.store.pending_alerts(EDITOR.address)) == 1  # it is not lost
        monkeypatch.undo()
        assert place.service.deliver_alerts().sent == 1


def test_a_store_that_fails_is_no_trouble_of_one_mail(tmp_path, monkeypatch):
    def broken(*_, **__):
        raise StoreError("checker.db", "the file is damaged", "Restore.")

    with world(tmp_path, recipients=BOTH) as place:
        tell(place, EDITOR.address)
        monkeypatch.setattr(deliver.alert, "compose", broken)
        with pytest.raises(StoreError, match="damaged"):
            place.service.deliver_alerts()


def test_an_address_that_is_none_is_set_aside_visibly(tmp_path):
    post = Scripted(editor=Refused("550 no such user"))
    with world(tmp_path, recipients=BOTH, mailer=post) as place:
        tell(place, EDITOR.address, OTHER.address)
        done = place.service.deliver_alerts()
        assert (done.sent, done.refused) == (1, 1)
        (failed,) = place.store.outbox("failed")
        assert (failed.mail.recipient, failed.detail) == (EDITOR.address, "550 no such user")
        place.clock.time += 30 * DAY
        assert place.service.deliver_alerts().refused == 0  # never by itself


def test_while_a_server_is_away_other_ways_are_not(tmp_path):
    hook = Recipient("webhook:cms")
    post = Scripted(editor=Deferred("refused", away=True), other=Deferred("refused", away=True))
    with world(tmp_path, recipients=(EDITOR, OTHER, hook), mailer=post) as place:
        tell(place, EDITOR.address, OTHER.address, hook.address)
        done = place.service.deliver_alerts()
        assert (done.sent, done.deferred) == (1, 1)
        assert len([one for one in post.tried if "@" in one]) == 1  # the second was not tried
        assert [one.recipient for one in post.sent] == [hook.address]
        post.answers.clear()
        place.clock.time += timedelta(minutes=5)
        assert place.service.deliver_alerts().sent == 2


def test_a_stop_is_heeded_between_mails(tmp_path):
    with world(tmp_path, recipients=BOTH) as place:
        tell(place, EDITOR.address, OTHER.address)
        answers = iter((False, True))
        done = deliver_alerts(place.service.context, lambda: next(answers))
        assert (done.composed, done.sent) == (2, 1)
        assert place.service.deliver_alerts().sent == 1


def test_what_fails_for_five_days_is_given_up_and_kept(tmp_path):
    post = Scripted(editor=Deferred("451 later"))
    with world(tmp_path, mailer=post) as place:
        tell(place, EDITOR.address)
        for _ in range(140):
            place.service.deliver_alerts()
            place.clock.time += timedelta(hours=1)
        (failed,) = place.store.outbox()
        assert (failed.state, failed.detail) == ("failed", "given up after 5 days: 451 later")
        assert 20 < len(post.tried) < 40
        post.answers.clear()
        assert resend(place.service.context, None).sent == 1


# ── again ─────────────────────────────────────────────────────────────────────────────────────

PUBLIC = {"public_url": "https://desk.test/"}


def test_a_mail_that_was_sent_is_sent_again_under_its_id_with_a_link_that_works(tmp_path):
    with world(tmp_path, **PUBLIC) as place:
        tell(place, EDITOR.address)
        place.service.deliver_alerts()
        (kept,) = place.store.outbox()
        assert kept.mail.unsubscribe == ()
        assert resend(place.service.context, kept.id).sent == 1
        first, second = place.post.mails
        assert first.message_id == second.message_id
        assert (first.text, first.html) == (second.text, second.html)
        (old,), (new,) = first.unsubscribe, second.unsubscribe
        assert old != new
        for link in (old, new):
            token = link.rpartition("/")[2]
            assert place.store.unsubscribe(token, place.clock.now()) == EDITOR.address


def test_a_mail_that_failed_keeps_its_link(tmp_path):
    post = Scripted(editor=Refused("550 no"))
    with world(tmp_path, mailer=post, **PUBLIC) as place:
        tell(place, EDITOR.address)
        place.service.deliver_alerts()
        (failed,) = place.store.outbox("failed")
        post.answers.clear()
        assert resend(place.service.context, failed.id).sent == 1
        assert post.sent[0] == failed.mail
        assert UNSUBSCRIBE in post.sent[0].text


def test_all_that_failed_is_sent_again(tmp_path):
    post = Scripted(editor=Refused("550 no"), other=Refused("550 no"))
    with world(tmp_path, recipients=BOTH, mailer=post) as place:
        tell(place, EDITOR.address, OTHER.address)
        assert place.service.deliver_alerts().refused == 2
        del post.answers["editor"]
        done = resend(place.service.context, None)
        assert (done.sent, done.refused) == (1, 1)
        assert states(place) == {EDITOR.address: "sent", OTHER.address: "failed"}


def test_what_can_not_be_sent_again_is_explained(tmp_path):
    with world(tmp_path) as place:
        context = place.service.context
        with pytest.raises(TargetError, match="no mail of that number"):
            resend(context, 7)
        tell(place, EDITOR.address)
        place.post.closed = True
        place.service.deliver_alerts()
        place.clock.time += DAY
        (one,) = place.store.outbox()
        assert place.store.claim_mail(place.clock.now(), timedelta(hours=1)).id == one.id
        with pytest.raises(TargetError, match="another process is sending it just now"):
            resend(context, one.id)
        place.clock.time += DAY
        assert resend(context, one.id).deferred == 1
        place.store.put_subscription(Subscription(EDITOR.address, None, place.clock.now()))
        with pytest.raises(TargetError, match=r"wants no more mail.*subscribe editor@paper.test"):
            resend(context, one.id)
        subscribe(context, EDITOR)
        place.post.closed = False
        place.clock.time += DAY
        assert resend(context, one.id).sent == 1


# ── hours ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("zone", "start", "at"),
    [
        ("Europe/Berlin", "2026-03-28T00:00:00+00:00", "02:30"),  # forward on the 29th
        ("Europe/Berlin", "2026-10-24T00:00:00+00:00", "02:30"),  # back on the 25th
        ("Australia/Lord_Howe", "2026-04-04T00:00:00+00:00", "01:45"),  # half an hour back
    ],
)
def test_a_daily_mail_comes_once_a_day_over_a_change_of_clocks(tmp_path, zone, start, at):
    """The daemon's own jobs on a turned clock: it looks each quarter of an hour."""
    cadence = Cadence(Pace.DAILY, time.fromisoformat(at), zone=zone)
    with world(tmp_path, recipients=(replace(EDITOR, cadence=cadence),)) as place:
        place.clock.time = datetime.fromisoformat(start)
        came = []
        for quarter in range(3 * 96):
            if quarter % 24 == 0:
                tell(place, EDITOR.address, serial=quarter)
            if place.service.deliver_alerts().sent:
                came.append(place.clock.now().astimezone(ZoneInfo(zone)))
            place.clock.time += timedelta(minutes=15)
        dates = [one.date() for one in came]
        assert len(dates) >= 3
        assert {(later - day).days for day, later in pairwise(dates)} == {1}  # none left out
        assert {f"{one:%H:%M}" for one in came} <= {at, "03:30"}  # where there is no 02:30


def test_who_is_configured_no_more_is_told_what_was_raised_for_them(tmp_path):
    with world(tmp_path, recipients=(EDITOR,)) as place:
        tell(place, "former@paper.test")
        (due,) = next_mails(place.service.context)
        assert due.recipient == Recipient("former@paper.test")
        place.service.deliver_alerts()
        assert [one.recipient for one in place.post.mails] == ["former@paper.test"]


def test_a_preview_changes_nothing_and_shows_what_would_leave(tmp_path):
    later = replace(EDITOR, cadence=Cadence(Pace.WEEKLY, weekday=6))
    with world(tmp_path, recipients=(later,), **PUBLIC) as place:
        tell(place, EDITOR.address)
        assert place.service.deliver_alerts().composed == 0
        first, second = (tuple(preview(place.service.context)) for _ in range(2))
        assert first == second
        assert len(first) == 1
        assert place.store.outbox() == ()
        place.service.deliver_alerts(at_once=True)
        assert place.post.mails[0].subject == first[0].subject
        assert place.post.mails[0].text == first[0].text
