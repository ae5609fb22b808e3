"""Webhooks as their receivers see them, channels through Apprise, the feed, from a configuration."""

import base64
import hashlib
import hmac
import json
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import feedparser
import jsonschema
import pytest
import requests
from lxml import etree

from checker.adapters.channels import ChannelMailer
from checker.adapters.guard import Guard
from checker.adapters.http import FetchLimits, RequestsHttp
from checker.adapters.webhook import WebhookMailer
from checker.entry.web.app import build
from checker.entry.web.parts import Parts
from checker.entry.web.server import running
from checker.errors import MailError
from checker.model import UNSUBSCRIBE, Recipient, Status
from checker.ports import Deferred, Refused, Sent
from checker.service.deliver import deliver_alerts, flagged_feed
from checker.settings import load
from checker.stages.alert import atom
from checker.wiring.post import feed_keeper, mailer
from tests.helpers_delivery import board_over, newsroom
from tests.helpers_service import world
from tests.helpers_watch import DAY, SetClock, html, reply
from tests.store_fixture import NOW, mail, verdict
from tests.test_service import CHANGED, A, publish

# Apprise's, on Python 3.11 and 3.12 only.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/reference/report.schema.json").read_text(encoding="utf-8")
)
SHORT = timedelta(seconds=2)
SECRET = "0123456789abcdef0123456789abcdef"
HOOK = replace(mail(), recipient="webhook:cms", payload='{"events":[],"report":{}}')


class Receiver:
    """Keeps what is posted, and answers with ``status``."""

    def __init__(self) -> None:
        self.status, self.headers, self.posts = 200, {}, []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.posts.append((self.path, dict(self.headers.items()), body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver():
    with closing(Receiver()) as made:
        yield made


@contextmanager
def hook(receiver, secret=SECRET, allow=None, clock=None):
    allowed = (f"127.0.0.1:{receiver.port}",) if allow is None else allow
    clock = clock or SetClock()
    limits = FetchLimits(connect_timeout=SHORT, read_timeout=SHORT, deadline=2 * SHORT)
    with RequestsHttp(limits, Guard({"webhook:cms": allowed}), clock) as http:
        url = f"http://127.0.0.1:{receiver.port}/hook?x=1"
        yield WebhookMailer(http, url, secret, "webhook:cms", clock)


def verified(secret: bytes, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver does it, from the description in docs/reference/alerts.md."""
    headers = {name.lower(): value for name, value in headers.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    ours = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{ours}")


def test_what_is_posted_can_be_verified(receiver):
    clock = SetClock()
    with hook(receiver, clock=clock) as sink:
        assert sink.send(HOOK) == Sent("HTTP 200 OK")
        clock.time += timedelta(minutes=5)
        assert isinstance(sink.send(HOOK), Sent)
    (path, headers, body), (_, again, same) = receiver.posts
    assert (path, headers["Content-Type"]) == ("/hook?x=1", "application/json")
    assert body == same == HOOK.payload.encode()
    assert verified(SECRET.encode(), headers, body)
    assert verified(SECRET.encode(), again, same)
    assert headers["webhook-id"] == again["webhook-id"] == HOOK.message_id.strip("<>")
    assert int(again["webhook-timestamp"]) - int(headers["webhook-timestamp"]) == 300
    assert headers["webhook-signature"] != again["webhook-signature"]  # old ones are worth nothing
    assert not verified(SECRET.encode(), headers, body + b" ")
    assert not verified(SECRET.encode(), {**headers, "webhook-timestamp": "1"}, body)
    assert not verified(b"another", headers, body)


def test_a_secret_may_be_base64_as_the_standard_has_it(receiver):
    key = bytes(range(24))
    with hook(receiver, "whsec_" + base64.b64encode(key).decode()) as sink:
        sink.send(HOOK)
    assert verified(key, *receiver.posts[0][1:])
    with pytest.raises(MailError, match="no base64 after whsec_"):
        with hook(receiver, "whsec_***"):
            pass


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(code, Sent) for code in (200, 201, 202, 204)]
    + [(code, Refused) for code in (400, 401, 403, 404, 410, 413, 422)]
    + [(code, Deferred) for code in (408, 425, 429, 500, 502, 503, 504)],
)
def test_answers_of_receivers(receiver, status, outcome):
    receiver.status = status
    with hook(receiver) as sink:
        answer = sink.send(HOOK)
    assert isinstance(answer, outcome)
    assert str(status) in answer.detail
    assert outcome is not Deferred or answer.away
    assert len(receiver.posts) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_with_what_we_signed(receiver, status):
    receiver.status, receiver.headers = status, {"Location": "/elsewhere"}
    with hook(receiver) as sink:
        assert isinstance(sink.send(HOOK), Refused)
    assert [path for path, *_ in receiver.posts] == ["/hook?x=1"]


def test_a_private_address_needs_to_be_allowed(receiver):
    with hook(receiver, allow=()) as sink:
        answer = sink.send(HOOK)
    assert isinstance(answer, Refused)
    assert "127.0.0.1" in answer.detail
    assert receiver.posts == []


def test_nobody_there_defers(receiver):
    with hook(receiver) as sink:
        receiver.close()
        answer = sink.send(HOOK)
        (step,) = sink.trial(HOOK)
    assert isinstance(answer, Deferred)
    assert answer.away
    assert (step.name, step.ok) == ("POST", False)
    receiver.close = lambda: None


CONFIG = """\
[[webhook]]
name = "cms"
url = "http://127.0.0.1:{port}/hook"
secret_file = "key"
allow = ["127.0.0.1:{port}"]

[[channel]]
name = "chat"
url = "json://127.0.0.1:{port}/chat"

[[recipient]]
address = "webhook:cms"

[[recipient]]
address = "channel:chat"

[[recipient]]
address = "editor@paper.test"
"""


@contextmanager
def configured(folder, receiver):
    """A service whose mailer and recipients are those of CONFIG; mail goes into files."""
    (folder / "key").write_text(SECRET)
    file = folder / "checker.toml"
    file.write_text(CONFIG.format(port=receiver.port))
    settings, clock = load(file, {}), SetClock()
    allow = {one.key: one.allow for one in settings.targets}
    with RequestsHttp(FetchLimits(deadline=2 * SHORT), Guard(allow), clock) as http:
        sink = mailer(settings, http, clock)
        with world(folder, mailer=sink, recipients=settings.recipients) as site:
            yield site, settings


def test_a_change_of_verdict_reaches_webhook_channel_and_mail(tmp_path, receiver):
    with configured(tmp_path, receiver) as (site, settings):
        publish(site, A)
        site.pass_by()
        receiver.posts.clear()
        site.http.script[A] = reply(html(*CHANGED))
        site.pass_by()
        assert site.status(A) == "outdated"
    posts = {path: (headers, body) for path, headers, body in receiver.posts}
    headers, body = posts["/hook"]
    assert verified(SECRET.encode(), headers, body)
    data = json.loads(body)
    jsonschema.validate(data["report"], SCHEMA, format_checker=jsonschema.FormatChecker())
    (event,) = data["events"]
    assert (event["event"], event["uri"]) == ("became-outdated", A)
    (document,) = data["report"]["documents"]
    assert document["status"] == "outdated"
    assert document["findings"][0]["rule"] == "source-changed"
    said = json.loads(posts["/chat"][1])
    assert said["title"].startswith("Outdated: ")
    assert A in said["message"]
    assert UNSUBSCRIBE not in said["message"]
    assert len(list(settings.mail.folder.glob("*.eml"))) == 2  # adoption, change


def test_a_webhook_that_is_away_holds_up_nobody_else(tmp_path, receiver):
    with configured(tmp_path, receiver) as (site, _):
        receiver.status = 503
        publish(site, A)
        site.pass_by()
        states = {one.mail.recipient: one.state for one in site.store.outbox()}
        assert states == {
            "webhook:cms": "pending", "channel:chat": "pending", "editor@paper.test": "sent",
        }  # fmt: skip
        receiver.status = 200
        site.clock.time += DAY
        site.service.deliver_alerts()
        assert {one.state for one in site.store.outbox()} == {"sent"}
        ids = [h["webhook-id"] for path, h, _ in receiver.posts if path == "/hook"]
        assert len(ids) == 2
        assert len(set(ids)) == 1  # the receiver knows it by its id


def test_a_target_that_is_configured_no_more_is_said_so(tmp_path, receiver):
    with configured(tmp_path, receiver) as (site, _):
        sink = site.service.context.ports.mailer
        gone = replace(HOOK, recipient="webhook:old")
        assert sink.send(gone) == Refused("nothing is configured as webhook:old any more")
        (step,) = sink.trial(gone)
        assert (step.name, step.ok) == ("find", False)
        steps = [*sink.trial(HOOK), *sink.trial(replace(HOOK, recipient="channel:chat"))]
        assert [(one.name, one.ok) for one in steps] == [("POST", True), ("notify", True)]


def test_secrets_of_targets_are_not_shown(tmp_path, receiver):
    from checker.settings.showing import as_plain

    with configured(tmp_path, receiver) as (_, settings):
        assert SECRET not in repr(settings)
        assert "/chat" not in json.dumps(as_plain(settings))
        assert SECRET not in json.dumps(as_plain(settings))


def test_channels_say_what_to_install_and_what_they_do_not_know(monkeypatch):
    with pytest.raises(MailError, match="none that Apprise knows"):
        ChannelMailer("nonsense", "channel:x")
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(MailError, match=r"pip install 'archive-checker\[channels\]'"):
        ChannelMailer("json://x", "channel:x")


# ── the feed ──────────────────────────────────────────────────────────────────────────────────

ATOM = "{http://www.w3.org/2005/Atom}"


def checked_feed(text):
    """What RFC 4287 §4.1 asks of a feed and its entries."""
    root = etree.fromstring(text.encode())
    assert root.tag == ATOM + "feed"
    for name in ("id", "title", "updated", "author"):
        assert len(root.findall(ATOM + name)) == 1, name
    entries = root.findall(ATOM + "entry")
    ids = [one.findtext(ATOM + "id") for one in entries]
    assert len(set(ids)) == len(ids)
    for one in entries:
        for name in ("id", "title", "updated"):
            assert len(one.findall(ATOM + name)) == 1, name
            assert one.findtext(ATOM + name)
        has_link = one.find(ATOM + "link[@rel='alternate']") is not None
        assert has_link or one.find(ATOM + "content") is not None  # §4.1.2
    parsed = feedparser.parse(text.encode())
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def test_the_feed_names_what_is_flagged_and_can_be_read(tmp_path):
    with world(tmp_path, public_url="https://desk.test/") as site:
        assert checked_feed(flagged_feed(site.service.context)).entries == []
        publish(site, A)
        site.pass_by()
        site.http.script[A] = reply(html(*CHANGED))
        site.pass_by()
        first = flagged_feed(site.service.context)
        (entry,) = checked_feed(first).entries
        assert entry.link == A
        assert entry.title == "x"  # as its feed calls it
        assert "differs" in entry.summary or "5.40" in entry.summary
        site.pass_by()
        assert flagged_feed(site.service.context) == first  # who asks by date gets a 304
        site.http.script[A] = reply(html())
        site.pass_by()
        assert checked_feed(flagged_feed(site.service.context)).entries == []


@pytest.mark.parametrize(
    "odd", ["<script>&]]>", "\x00\x1b\ud800\ufffe", "\u202eegap", "x" * 5000, "", "a\r\nb"]
)
def test_hostile_text_leaves_the_feed_well_formed(odd, tmp_path):
    from tests.store_fixture import fill, open_store, record_of

    with open_store(tmp_path) as store:
        (one,) = fill(store, 1)
        store.record([record_of(store.standing(one), verdict=verdict(Status.OUTDATED, NOW, odd))])
        standing = store.standing(one)
    hostile = replace(
        standing,
        article=replace(standing.article, uri=f"javascript:{odd}", section=odd, title=odd),
    )
    (entry,) = checked_feed(atom([hostile], now=NOW, place="x")).entries
    assert "links" not in entry  # what is no web address is linked nowhere
    assert "\u202e" not in entry.title
    other = atom([hostile], now=NOW, place="y")
    assert checked_feed(other).entries[0].id != entry.id  # another installation's is another


def test_the_feed_is_a_file_that_changes_only_when_it_has_to(tmp_path):
    file = tmp_path / "public" / "flagged.atom"
    keep = feed_keeper(file)
    keep("one")
    before = file.stat().st_mtime_ns
    keep("one")
    assert (file.stat().st_mtime_ns, file.read_text()) == (before, "one")
    keep("two")
    assert file.read_text() == "two"
    assert feed_keeper(None) is None


def test_a_feed_that_can_not_be_written_stops_no_mail(tmp_path, caplog):
    def full(_):
        raise OSError("No space left on device")

    with world(tmp_path) as site:
        ports = replace(site.service.context.ports, keep_feed=full)
        publish(site, A)
        site.pass_by()
        done = deliver_alerts(replace(site.service.context, ports=ports), lambda: False)
        assert done.problems == ()
    assert "alerts.feed can't be written (No space left on device)" in caplog.text


def test_the_feed_is_served_where_there_is_one(tmp_path):
    file = tmp_path / "flagged.atom"
    file.write_text("<feed/>")
    with newsroom(tmp_path), board_over(tmp_path) as board:
        for feed, status in ((file, 200), (tmp_path / "none", 404), (None, 404)):
            parts = Parts(board, lambda: None, feed=feed)
            with running(build(parts), "127.0.0.1:0") as address:
                answer = requests.get(f"{address}/flagged.atom", timeout=20)
                assert answer.status_code == status
                if status == 200:
                    assert answer.headers["Content-Type"] == "application/atom+xml"
                    again = {"If-None-Match": answer.headers["ETag"]}
                    again = requests.get(f"{address}/flagged.atom", headers=again, timeout=20)
                    assert again.status_code == 304


def test_a_recipient_is_a_target_by_its_name(tmp_path, receiver):
    with configured(tmp_path, receiver) as (_, settings):
        assert settings.recipients[0] == Recipient("webhook:cms")
