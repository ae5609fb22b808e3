"""The way out of mail: one click by a mail program (RFC 8058), a button for people."""

import re
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import time
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
import requests

from checker.adapters.mail import FolderMailer
from checker.entry.web.leaving import MAX_BODY, MAX_TOKEN
from checker.entry.web.opening import opened
from checker.errors import TargetError
from checker.model import Cadence, Pace, Recipient, Rule, Subscription
from checker.ports import Sent
from checker.service.deliver import next_mails, resend
from checker.service.subscribing import subscribe, unsubscribe
from checker.settings import load
from checker.store.consent import TOKEN_LIFE
from checker.store.reading import StoreReader
from tests.helpers_service import EDITOR, world
from tests.helpers_watch import html, reply
from tests.store_fixture import DAY, NOW, alert, fill, mail, memento, open_store, record_of
from tests.test_service import CHANGED, A, publish

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
TOKEN = "t" * 43


@contextmanager
def served(folder, toml=""):
    """The address of the web server of a configuration in *folder*, whose store lies there too."""
    config = folder / "checker.toml"
    url = f"sqlite:///{folder}/checker.db"
    config.write_text(f'data_dir = "{folder}"\n{toml}\n[store]\nurl = "{url}"\n', encoding="utf-8")
    with opened(load(config, {}), "127.0.0.1:0") as address:
        yield address


@pytest.fixture
def place(tmp_path):
    """A store with a mail whose token is TOKEN, and the address where it is served."""
    with open_store(tmp_path) as store:
        store.put_mail(mail(), [], TOKEN)
        with served(tmp_path) as address:
            yield store, f"{address}/unsubscribe/{TOKEN}"


def silent(store):
    return [one.address for one in store.subscriptions() if one.recipient is None]


def test_looking_asks_and_ends_nothing(place):
    store, link = place
    for method in ("GET", "HEAD"):
        for _ in range(2):
            answer = requests.request(method, link, timeout=20)
            assert answer.status_code == 200
    page = requests.get(link, timeout=20).text
    assert "ed@news.example" in page
    assert '<form method="post">' in page
    assert silent(store) == []


@pytest.mark.parametrize(
    "given",
    [
        {"data": ONE_CLICK},  # application/x-www-form-urlencoded
        {"files": {"List-Unsubscribe": (None, "One-Click")}},  # multipart/form-data
    ],
    ids=["form", "multipart"],
)
def test_one_click_ends_it_and_again_is_no_error(place, given):
    store, link = place
    for _ in range(2):
        answer = requests.post(link, **given, allow_redirects=False, timeout=20)
        assert answer.status_code == 200  # RFC 8058 §3.1: no redirect
        assert "ed@news.example" in answer.text
        assert "<form" not in answer.text
        assert "Set-Cookie" not in answer.headers
    assert silent(store) == ["ed@news.example"]


@pytest.mark.parametrize("body", [b"", b"List-Unsubscribe=", b"x" * (MAX_BODY + 1)])
def test_a_post_that_does_not_say_so_only_asks(place, body):
    store, link = place
    answer = requests.post(link, data=body, timeout=20)
    assert answer.status_code == 400
    assert '<form method="post">' in answer.text
    assert silent(store) == []


@pytest.mark.parametrize("token", ["u" * 43, "%00", "..%2f", "é", "t" * (MAX_TOKEN + 1), "T" * 43])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_none_is_told_nothing(place, token, method):
    store, link = place
    other = link.removesuffix(TOKEN) + token
    answer = requests.request(method, other, data=ONE_CLICK, timeout=20)
    assert answer.status_code == 404
    assert "ed@news" not in answer.text
    assert silent(store) == []


def test_other_methods_are_refused(place):
    _, link = place
    answer = requests.put(link, data=ONE_CLICK, timeout=20)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_the_page_is_kept_by_nobody_framed_by_nobody_and_runs_nothing(place):
    _, link = place
    answer = requests.get(link, timeout=20)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    rules = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in rules
    assert "frame-ancestors 'none'" in rules
    (nonce,) = re.findall(r"nonce-([\w-]+)", rules)
    assert f'<style nonce="{nonce}">' in answer.text
    assert nonce not in requests.get(link, timeout=20).text
    assert not re.search(r"<script|<img|https?://|\bon\w+=", answer.text)


@pytest.mark.parametrize(
    ("language", "said"),
    [("de", "Abbestellen?"), ("fr", "Se désabonner ?"), ("es", "¿Darse de baja?"), ("ar", "إلغاء")],
)
def test_the_page_speaks_the_language_of_the_mail(tmp_path, language, said):
    toml = f'[[recipient]]\naddress = "Ed@news.example"\nlanguage = "{language}"\n'
    with open_store(tmp_path) as store:
        store.put_mail(mail(), [], TOKEN)
        with served(tmp_path, toml) as address:
            answer = requests.get(f"{address}/unsubscribe/{TOKEN}", timeout=20)
            assert said in answer.text
            assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in answer.text
            done = requests.post(f"{address}/unsubscribe/{TOKEN}", data=ONE_CLICK, timeout=20)
            assert f'lang="{language}"' in done.text
        assert silent(store) == ["ed@news.example"]


def test_a_hostile_address_is_text_on_the_page(tmp_path):
    odd = '"<script>alert(1)</script>\u202e"@news.example'
    with open_store(tmp_path) as store:
        store.put_mail(replace(mail(), recipient=odd), [], TOKEN)
        with served(tmp_path) as address:
            page = requests.get(f"{address}/unsubscribe/{TOKEN}", timeout=20).text
    assert "<script>" not in page
    assert "\u202e" not in page


def test_without_a_store_nothing_is_promised(tmp_path):
    with served(tmp_path) as address:
        for method in ("GET", "POST"):
            link = f"{address}/unsubscribe/{TOKEN}"
            answer = requests.request(method, link, data=ONE_CLICK, timeout=20)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
            assert "Nothing has changed" in answer.text
            assert str(tmp_path) not in answer.text
    assert not (tmp_path / "checker.db").exists()


def test_the_link_in_a_mail_that_was_sent_works_and_ends_the_mail(tmp_path):
    """All the way: a verdict changes, the mail leaves, its own header is clicked, no more mail."""
    box = FolderMailer(tmp_path / "box", "checker@paper.test")
    public = {"public_url": "https://desk.test/checker"}
    with world(tmp_path, mailer=box, **public) as site:
        publish(site, A)
        site.pass_by()
        site.http.script[A] = reply(html(*CHANGED))
        site.pass_by()
        files = sorted((tmp_path / "box").glob("*.eml"))
        assert files, "nothing was sent"
        text = files[-1].read_bytes()
        message = message_from_bytes(text, policy=policy.default)
        (link,) = re.findall(r"<(https://[^>]+)>", message["List-Unsubscribe"])
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in message.get_body(("plain",)).get_content()
        path = urlsplit(link).path.removeprefix("/checker")
        with served(tmp_path) as address:
            assert requests.post(address + path, data=ONE_CLICK, timeout=20).status_code == 200
        assert site.service.context.recipients() == ()
        before = len(list((tmp_path / "box").glob("*.eml")))
        site.http.script[A] = reply(b"", status=410)
        site.pass_by(30)
        assert site.status(A) == "outdated"
        assert len(list((tmp_path / "box").glob("*.eml"))) == before


# ── what the store keeps ──────────────────────────────────────────────────────────────────────


def test_of_a_token_only_its_digest_is_kept_once_the_mail_has_left(tmp_path):
    link = f"https://desk.test/unsubscribe/{TOKEN}"
    with open_store(tmp_path) as store:
        store.put_mail(replace(mail(), unsubscribe=(link,)), [], TOKEN)
        due = store.claim_mail(NOW, DAY)
        assert due.mail.unsubscribe == (link,)  # as long as it waits
        store.mail_done(due.id, Sent(), NOW)
        assert store.outbox()[0].mail.unsubscribe == ()
        with closing(sqlite3.connect(tmp_path / "checker.db")) as raw:
            dump = "\n".join(raw.iterdump())
    assert TOKEN not in dump


def test_a_token_works_for_four_hundred_days(tmp_path):
    with open_store(tmp_path) as store:
        store.put_mail(mail(), [], TOKEN)
        reader = StoreReader(f"sqlite:///{tmp_path}/checker.db")
        with closing(reader):
            assert reader.token_address(TOKEN, NOW + TOKEN_LIFE - DAY) == "ed@news.example"
            assert reader.token_address(TOKEN, NOW + TOKEN_LIFE + DAY) is None
        assert store.unsubscribe(TOKEN, NOW + TOKEN_LIFE + DAY) is None
        assert store.subscriptions() == ()


def test_subscriptions_come_back_as_they_were_and_the_last_word_holds(tmp_path):
    one = Recipient(
        "Jane@News.example",
        "Jane",
        ("daily",),
        sections=("politics",),
        paths=("/a/**",),
        rules=(Rule.SOURCE_CORRECTED,),
        owns=("Jane Doe",),
        cadence=Cadence(Pace.WEEKLY, time(7, 30), 4, "Europe/Berlin", (time(22), time(7))),
        language="de",
    )
    with open_store(tmp_path) as store:
        store.put_subscription(Subscription(one.address, one, NOW))
        store.put_subscription(Subscription("b@news.example", None, NOW))
    with open_store(tmp_path) as store:
        kept = store.subscriptions()
        assert {found.address: found.recipient for found in kept} == {
            one.address: one,
            "b@news.example": None,
        }
        store.put_subscription(Subscription("jane@news.EXAMPLE", None, NOW + DAY))
        assert sorted(found.address for found in store.subscriptions()) == [
            "b@news.example",
            "jane@news.EXAMPLE",
        ]
        store.drop_subscription("JANE@news.example")
        assert silent(store) == ["b@news.example"]


# ── the service ───────────────────────────────────────────────────────────────────────────────


def test_subscribing_outranks_the_configuration_and_unsubscribing_silences(tmp_path):
    with world(tmp_path) as site:
        context = site.service.context
        assert context.recipients() == (EDITOR,)
        weekly = replace(EDITOR, cadence=Cadence(Pace.WEEKLY))
        subscribe(context, weekly)
        assert context.recipients() == (weekly,)
        unsubscribe(context, EDITOR.address.upper())
        assert context.recipients() == ()
        subscribe(context, EDITOR)
        assert context.recipients() == (EDITOR,)


def test_nobody_is_no_recipient_who_could_be_silenced(tmp_path):
    with world(tmp_path) as site:
        with pytest.raises(TargetError, match=r"nobody of that address.*recipients"):
            unsubscribe(site.service.context, "stranger@news.example")
        assert site.store.subscriptions() == ()


def test_what_waited_for_somebody_who_left_is_not_sent(tmp_path):
    """What was raised before somebody left is theirs no more."""
    with world(tmp_path) as site:
        raise_alert(site.store)
        assert [due.recipient.address for due in next_mails(site.service.context)] == [
            "editor@paper.test"
        ]
        unsubscribe(site.service.context, "editor@paper.test")
        assert next_mails(site.service.context) == ()
        done = site.service.deliver_alerts(at_once=True)
        assert (done.composed, done.sent) == (0, 0)
        assert site.post.mails == []


def test_a_mail_on_its_way_to_somebody_who_left_is_withdrawn(tmp_path):
    with world(tmp_path) as site:
        site.post.closed = True
        raise_alert(site.store)
        site.service.deliver_alerts(at_once=True)
        (waiting,) = site.store.outbox("pending")
        unsubscribe(site.service.context, "EDITOR@paper.test")
        site.post.closed = False
        site.clock.time += DAY
        done = site.service.deliver_alerts(at_once=True)
        assert (done.sent, site.post.mails) == (0, [])
        (one,) = site.store.outbox()
        assert (one.id, one.state) == (waiting.id, "withdrawn")
        assert "wants no more mail" in one.detail
        assert resend(site.service.context, None).sent == 0  # of what failed; this did not


def test_who_leaves_while_their_mail_is_composed_gets_none(tmp_path):
    with world(tmp_path) as site:
        raise_alert(site.store)
        site.store.put_mail(mail(recipient="other@paper.test"), [])
        site.store.put_subscription(Subscription("editor@paper.test", None, NOW))
        raise_alert(site.store, "key-2")  # by a check that had begun before
        site.store.put_mail(mail("<2@x>", "editor@paper.test"), ["key-2"])
        assert [one.mail.recipient for one in site.store.outbox()] == ["other@paper.test"]
        assert site.store.pending_alerts() == ()


def raise_alert(store, key="key-1"):
    (one,) = fill(store, 1)
    told = alert(key, "editor@paper.test")
    at = NOW + len(store.history(one)) * DAY
    store.record([record_of(store.standing(one), at, alerts=(told,), copy=memento())])
