"""``checker alerts`` on a real store: who is told, what would leave, what was set aside."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from checker.store import SqlStore
from tests.smtp_server import Keep, smtp_server
from tests.store_fixture import alert, fill, memento, record_of

CONFIG = """\
data_dir = "data"

[[source]]
name = "news"
list = "urls.txt"

[[webhook]]
name = "cms"
url = "https://cms.example/hook"
secret = "0123456789abcdef0123456789abcdef"

[[recipient]]
address = "ed@news.example"
sources = ["news"]
cadence = "weekly on Friday at 07:30"
zone = "Europe/Berlin"

[mail]
{mail}
sender = "checker@news.example"

[alerts]
public_url = "https://desk.example/"
feed = "public/flagged.atom"
"""
FOLDER = 'kind = "folder"\nfolder = "box"'


@pytest.fixture
def run(run, clean_environment):
    """Commands in a project of its own."""
    Path("urls.txt").write_text("https://news.example/0\n")
    configure()
    return run


def configure(mail: str = FOLDER) -> None:
    Path("checker.toml").write_text(CONFIG.format(mail=mail))


def tell(*recipients: str, serial: int = 0) -> None:
    """One alert to each, as a check would have raised it."""
    with closing(SqlStore.open(f"sqlite:///{Path.cwd()}/data/checker.db")) as store:
        (article,) = fill(store, 1)
        now = datetime.now(UTC) + timedelta(seconds=serial)
        told = tuple(alert(f"{serial}/{to}", to, now) for to in recipients)
        store.record([record_of(store.standing(article), now, alerts=told, copy=memento())])


def test_somebody_subscribes_is_listed_and_leaves(run):
    code, out, _ = run(
        "alerts", "subscribe", "Jane@news.example", "--section", "politics", "--section", "city",
        "--rule", "source-corrected", "--owns", "Jane Doe", "--path", "/a/**", "--source", "news",
        "--minimum", "warning", "--cadence", "daily at 06:15", "--zone", "America/New_York",
        "--quiet", "22:00-06:00", "--language", "fr",
    )  # fmt: skip
    assert (code, out) == (0, "Jane@news.example is told from now on\n")
    _, out, _ = run("alerts", "recipients")
    assert "daily at 06:15 America/New_York" in out
    assert "owner Jane Doe" in out
    assert "weekly on Friday at 07:30 Europe/Berlin" in out
    listed = json.loads(run("alerts", "recipients", "--json")[1])
    jane = next(one for one in listed["recipients"] if one["address"].startswith("Jane"))
    assert jane["cadence"]["at"] == "06:15:00"
    assert jane["cadence"]["quiet"] == ["22:00:00", "06:00:00"]
    assert (jane["language"], jane["minimum"]) == ("fr", "warning")
    assert run("alerts", "unsubscribe", "jane@news.example")[0] == 0
    assert run("alerts", "unsubscribe", "ED@news.example")[0] == 0
    listed = json.loads(run("alerts", "recipients", "--json")[1])
    assert listed["recipients"] == []
    assert [one.casefold() for one in listed["unsubscribed"]] == [
        "ed@news.example",
        "jane@news.example",
    ]
    assert "unsubscribed" in run("alerts", "recipients")[1]
    assert run("alerts", "subscribe", "ed@news.example")[0] == 0
    assert "immediately" in run("alerts", "recipients")[1]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nobody"], "nobody"),
        (["a@b.example", "--source", "other"], "no source 'other'"),
        (["a@b.example", "--cadence", "sometimes"], "no cadence"),
        (["a@b.example", "--zone", "Mars/Base"], "no time zone"),
        (["a@b.example", "--quiet", "late"], "no hours of quiet"),
        (["a@b.example", "--rule", "boredom"], "boredom"),
        (["a@b.example", "--minimum", "much"], "minimum: input should be"),
        (["a@b.example", "--language", "??"], "language: it has characters"),
        (["webhook:crm"], "Known: webhook:cms"),
    ],
)
def test_what_nobody_can_be_told_is_refused(run, words, why):
    code, _, err = run("alerts", "subscribe", *words)
    assert code == 2
    assert why in err
    assert "[[recipient]]" not in err  # what is said of a file makes no sense here
    assert json.loads(run("alerts", "recipients", "--json")[1])["unsubscribed"] == []


def test_a_stranger_can_not_be_silenced(run):
    code, _, err = run("alerts", "unsubscribe", "stranger@news.example")
    assert code == 2
    assert "`checker alerts recipients` shows who is" in err


def test_a_preview_writes_what_would_leave(run):
    tell("ed@news.example", "webhook:cms")
    code, out, _ = run("alerts", "preview", "--folder", "preview")
    assert code == 0
    assert "ed@news.example: Outdated" in out
    names = sorted(path.name for path in Path("preview").iterdir())
    assert names == ["01.eml", "01.html", "01.txt", "02.json"]
    text = Path("preview/01.txt").read_text()
    assert "(an address of this recipient's own)" in text
    message = message_from_bytes(Path("preview/01.eml").read_bytes(), policy=policy.default)
    assert message["To"] == "ed@news.example"
    assert set(json.loads(Path("preview/02.json").read_text())) == {"events", "report"}
    assert not Path("box").exists()
    assert "2 alerts in no mail yet" in run("alerts", "list")[1]


def test_mail_waits_for_its_hour_unless_now_is_said(run):
    tell("ed@news.example")
    assert run("alerts", "send")[1].startswith("0 composed, 0 sent")
    _, out, _ = run("alerts", "recipients")
    assert "(1)" in out
    assert run("alerts", "send", "--now")[1].startswith("1 composed, 1 sent")
    assert len(list(Path("box").glob("*.eml"))) == 1
    assert Path("public/flagged.atom").read_text().startswith("<?xml")


def test_what_was_set_aside_is_listed_and_sent_again(run):
    keep = Keep(rcpt="550 5.1.1 no such user")
    with smtp_server(keep) as port:
        mail = f'kind = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"'
        configure(mail)
        tell("ed@news.example")
        code, out, err = run("alerts", "send", "--now")
        assert code == 1
        assert "1 refused" in out
        assert "550 5.1.1 no such user" in err
        assert "550 5.1.1 no such user" in run("alerts", "list", "--failed")[1]
        (failed,) = json.loads(run("alerts", "list", "--failed", "--json")[1])["mails"]
        assert failed["state"] == "failed"
        code, _, err = run("alerts", "resend", failed["id"])
        assert code == 2
        assert "no such user" in err
        keep.answers.clear()
        assert "0 composed, 1 sent" in run("alerts", "resend", "--failed")[1]
        assert "sent to ed@news.example" in run("alerts", "resend", failed["id"])[1]
        ids = {message["Message-ID"] for message in keep.messages}
    assert (len(keep.messages), len(ids)) == (2, 1)
    for words in ([], ["1", "--failed"]):
        code, _, err = run("alerts", "resend", *words)
        assert code == 2
        assert "Give an ID, or --failed" in err


def test_a_test_tells_each_step_and_where_it_ends(run):
    keep = Keep()
    with smtp_server(keep) as port:
        mail = f'kind = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = '
        configure(mail + '"none"')
        code, out, _ = run("alerts", "test", "a@b.example")
        assert code == 0
        steps = [line.split()[:2] for line in out.splitlines()[:-1]]
        assert steps == [["ok", one] for one in ("DNS", "connect", "TLS", "accept")]
        assert out.endswith("sent to a@b.example\n")
        configure(mail + '"starttls"')
        code, out, err = run("alerts", "test", "a@b.example")
        assert code == 2
        assert "FAIL  TLS" in out
        assert "the server offers no STARTTLS; nothing is sent in plain" in err
        assert "Correct [mail] and try again" in err
    configure()
    assert "ok    write" in run("alerts", "test", "a@b.example")[1]


def test_withdrawn_mail_is_listed_as_such(run):
    with smtp_server(Keep(rcpt="450 later")) as port:
        configure(f'kind = "smtp"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"')
        tell("ed@news.example")
        assert run("alerts", "send", "--now")[0] == 1
    assert run("alerts", "unsubscribe", "ed@news.example")[0] == 0
    (one,) = json.loads(run("alerts", "list", "--state", "withdrawn", "--json")[1])["mails"]
    assert one["mail"]["recipient"] == "ed@news.example"
    code, _, err = run("alerts", "resend", one["id"])
    assert code == 2
    assert "wants no more mail" in err
