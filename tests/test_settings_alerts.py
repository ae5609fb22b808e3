"""``[[recipient]]``, ``[[webhook]]``, ``[[channel]]``, ``[alerts]``: each fault with its remedy."""

from datetime import time, timedelta

import pytest

from checker.errors import ConfigError
from checker.model import Cadence, Pace, Recipient, Rule, Severity
from checker.settings import load
from checker.settings.values import TargetKind

SECRET = "0123456789abcdef"


def read(folder, text):
    file = folder / "checker.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, {})


def faults(folder, text):
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return str(caught.value)


def test_a_recipient_says_who_of_what_and_when(tmp_path):
    (tmp_path / "urls.txt").write_text("https://daily.example/\n")
    found = read(
        tmp_path,
        """
[[source]]
name = "daily"
list = "urls.txt"

[[recipient]]
address = "jane@news.example"
name = "Jane"
sources = ["daily"]
sections = ["politics"]
paths = ["/a/**"]
rules = ["source-corrected"]
owns = ["Jane Doe"]
minimum = "warning"
cadence = "Weekly on friday at 07:30"
zone = "Europe/Berlin"
quiet = "22:00 - 07:00"
language = "de"
""",
    )
    assert found.recipients == (
        Recipient(
            "jane@news.example", "Jane", ("daily",), Severity.WARNING, ("politics",), ("/a/**",),
            (Rule.SOURCE_CORRECTED,), ("Jane Doe",),
            Cadence(Pace.WEEKLY, time(7, 30), 4, "Europe/Berlin", (time(22), time(7))), "de",
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ('cadence = "sometimes"', "'sometimes' is no cadence"),
        ('cadence = "daily at 24:00"', "is no cadence"),
        ('cadence = "daily on Monday"', "only a weekly mail has a day"),
        ('cadence = "hourly at 08:00"', "only a daily or weekly mail has a time"),
        ('quiet = "night"', "are no hours of quiet"),
        ('quiet = "07:00-07:00"', "are no hours of quiet"),
        ('zone = "Atlantis"', "is no time zone"),
        ('zone = "../etc/passwd"', "is no time zone"),
        ('sources = ["weekly"]', "no source 'weekly'"),
        ('address = "webhook:cms"', "no [[webhook]] called 'cms'. Known: none."),
        ('address = "nobody"', "nobody"),
        ('minimum = "much"', "minimum"),
        ('rules = ["boredom"]', "boredom"),
        ('sms = "+49"', "sms"),
    ],
)
def test_faults_of_recipients_are_named(tmp_path, words, why):
    address = "" if words.startswith("address") else 'address = "a@b.example"\n'
    said = faults(tmp_path, f"[[recipient]]\n{address}{words}\n")
    assert why in said
    assert "checker.toml:" in said


def test_somebody_stands_once(tmp_path):
    twice = '[[recipient]]\naddress = "a@b.example"\n[[recipient]]\naddress = "A@b.example"\n'
    assert "A@b.example stands twice. Join the two." in faults(tmp_path, twice)
    assert "Write [[recipient]]" in faults(tmp_path, 'recipient = "a@b.example"\n')


def test_targets_bring_their_secrets_from_files(tmp_path):
    (tmp_path / "key").write_text(f"{SECRET}\n")
    (tmp_path / "chat").write_text("slack://a/b/c\n")
    found = read(
        tmp_path,
        """
[[webhook]]
name = "cms"
url = "https://cms.example/hook"
secret_file = "key"
allow = ["10.0.0.1:8080"]
[[channel]]
name = "chat"
url_file = "chat"
[[recipient]]
address = "webhook:cms"
[[recipient]]
address = "channel:chat"
""",
    )
    hook, chat = found.targets
    assert (hook.kind, hook.key, hook.secret) == (TargetKind.WEBHOOK, "webhook:cms", SECRET)
    assert (chat.kind, chat.key, chat.url) == (TargetKind.CHANNEL, "channel:chat", "slack://a/b/c")
    assert "slack" not in repr(found)
    assert SECRET not in repr(found)


HOOK = '[[webhook]]\nname = "cms"\nurl = "https://cms.example/hook"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HOOK, "give exactly one of secret and secret_file"),
        (HOOK + f'secret = "{SECRET}"\nsecret_file = "key"\n', "give exactly one of"),
        (HOOK + 'secret = "short"\n', "Make one with `openssl rand -hex 32`"),
        (HOOK + 'secret_file = "none"\n', "Name a file that holds it"),
        (HOOK + 'secret_file = "empty"\n', "is empty. Write it into that file."),
        (HOOK + 'secret_file = "binary"\n', "it is not UTF-8 text"),
        (2 * (HOOK + f'secret = "{SECRET}"\n'), "webhook:cms stands twice"),
        (HOOK.replace("https:", "ftp:") + f'secret = "{SECRET}"\n', "url"),
        ('webhook = "https://cms.example"\n', "Write [[webhook]]"),
        ('[[channel]]\nname = "chat"\n', "give exactly one of url and url_file"),
        ('[[channel]]\nurl = "slack://a"\n', "name"),
        ('[alerts]\npause = "soon"\n', "pause"),
        ('[alerts]\npublic_url = "desk"\n', "public_url"),
        ('[alerts]\ncontact = "nobody"\n', "contact"),
    ],
)
def test_faults_of_targets_are_named(tmp_path, text, why):
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "key").write_text(SECRET)
    assert why in faults(tmp_path, text)


def test_alerts_are_read(tmp_path):
    found = read(
        tmp_path,
        '[alerts]\npause = "0s"\npublic_url = "https://desk.example/"\n'
        'contact = "desk@news.example"\ndashboard_url = "https://d.example"\nfeed = "public/flagged.atom"\n',
    ).alerts
    assert found.pause == timedelta(0)
    assert found.public_url == "https://desk.example/"
    assert found.contact == "desk@news.example"
    assert found.dashboard_url == "https://d.example"
    assert found.feed == tmp_path / "public/flagged.atom"
