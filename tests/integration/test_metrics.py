"""``/metrics`` and ``/readyz``, the shipped dashboard, logs as JSON, and signs of life for systemd."""

import json
import logging
import re
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from checker.entry import logs
from checker.entry.supervisor import notify
from checker.entry.web import metrics
from checker.entry.web.opening import opened
from checker.model import Change
from checker.settings import LogSettings, load
from tests.store_fixture import LEASE, NOW, comparison, fill, open_store, record_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(tmp_path):
    """A served configuration whose store has three checked articles and one that waits."""
    (tmp_path / "checker.toml").write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/checker.db"\n[timing]\nbudget = 120\n'
    )
    with open_store(tmp_path) as store:
        ids = fill(store, 4)
        for one in store.claim(ids[:3], NOW, LEASE):
            change = comparison(Change.MINOR) if one.article.id == ids[0] else None
            store.record([record_of(one, NOW, comparison=change)])
        settings = load(tmp_path / "checker.toml", {})
        with opened(settings, "127.0.0.1:0") as address:
            yield store, address


def samples(address):
    answer = requests.get(f"{address}/metrics", timeout=20)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name.removeprefix("archive_checker_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_figures_are_those_of_the_store(site):
    _, address = site
    told = samples(address)
    assert told["articles", "current"] == 3
    assert told["articles", "unchecked"] == 1
    assert told["checks_total", "compared"] == 3
    assert told["compared_total", "minor"] == 1
    assert told["budget_requests_per_hour",] == 120
    assert told["lag_seconds",] > 0
    assert told["due_articles",] == 4
    assert told["checking_articles",] == 0
    assert told["queue_hosts", "waiting"] == told["queue_hosts", "working"] == 0
    assert told["leader",] == 0
    assert told["mails", "failed"] == 0


def test_it_is_ready_only_while_a_daemon_leads(site):
    store, address = site
    from datetime import UTC, datetime, timedelta

    def ready():
        answer = requests.get(f"{address}/readyz", timeout=20)
        return answer.status_code, answer.text.strip()

    assert ready() == (503, "no daemon leads: nothing is checked")
    store.take_daemon_lock("here 1", datetime.now(UTC), timedelta(minutes=1))
    assert ready() == (200, "ready")
    assert samples(address)["leader",] == 1


def test_without_a_store_it_says_so(tmp_path):
    (tmp_path / "checker.toml").write_text('[store]\nurl = "sqlite:////nowhere/missing.db"\n')
    with opened(load(tmp_path / "checker.toml", {}), "127.0.0.1:0") as address:
        for path in ("/metrics", "/readyz"):
            answer = requests.get(f"{address}{path}", timeout=20)
            assert (answer.status_code, answer.text) == (503, "the store does not answer\n")


@pytest.mark.parametrize(
    ("client", "near"),
    [
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("::1", True),
        ("8.8.8.8", False),
        ("2a00:1450::1", False),
        ("nonsense", False),
    ],
)
def test_figures_are_for_this_machine_and_private_networks(client, near):
    class Asking:
        def __init__(self):
            self.client = type("Client", (), {"host": client})

    assert metrics.is_near(Asking()) is near


def test_a_public_client_behind_a_proxy_is_told_nothing(site):
    _, address = site
    answer = requests.get(f"{address}/metrics", headers={"X-Forwarded-For": "8.8.8.8"}, timeout=20)
    assert answer.status_code == 404


def test_the_dashboard_asks_for_metrics_that_exist(site):
    _, address = site
    board = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text(encoding="utf-8"))
    text = requests.get(f"{address}/metrics", timeout=20).text
    there = set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
    there |= {name.removesuffix("_total") for name in there}
    asked = re.findall(r"archive_checker_\w+", json.dumps(board))
    shown = {name.removesuffix("_total") for name in asked}
    assert shown == {name for name in there if not name.endswith("_total")}  # none is forgotten


def test_the_panels_of_the_dashboard_are_told_apart_and_do_not_overlap():
    board = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text(encoding="utf-8"))
    panels = board["panels"]
    assert (
        len({one["id"] for one in panels}) == len({one["title"] for one in panels}) == len(panels)
    )
    covered = [
        (x, y)
        for place in (one["gridPos"] for one in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(covered) == len(set(covered))
    assert max(x for x, _ in covered) < 24


# ── logs ──────────────────────────────────────────────────────────────────────────────────────


def line(message, *arguments, **extra):
    record = logging.LogRecord("checker.check", logging.INFO, "", 1, message, arguments, None)
    record.__dict__.update(extra)
    return logs.as_json().format(record)


def test_a_line_of_json_has_its_fields_apart():
    told = json.loads(line("checked %s", "https://a.example/", outcome="compared", seconds=0.2))
    assert told.pop("at").endswith("+00:00")
    assert told == {
        "event": "checked https://a.example/",
        "level": "info",
        "logger": "checker.check",
        "outcome": "compared",
        "seconds": 0.2,
    }


def test_hostile_text_can_not_forge_a_line():
    hostile = 'x\n{"level": "error"}\u2028\x1b[31m' + "y" * 10_000
    written = line("%s", hostile)
    assert "\n" not in written
    assert "\x1b" not in written
    assert len(json.loads(written)["event"]) == logs.MAX_LINE


def test_each_check_is_a_line_at_debug(tmp_path):
    page = tmp_path / "pages"
    page.mkdir()
    (tmp_path / "urls.txt").write_text("http://127.0.0.1:9/gone\n")
    (tmp_path / "checker.toml").write_text(
        '[log]\nformat = "json"\nlevel = "debug"\n[daemon]\ndiscover = "1s"\ncheck = "1s"\n'
        '[[source]]\nname = "one"\nlist = "urls.txt"\nallow = ["127.0.0.1:9"]\n'
    )
    command = [sys.executable, "-m", "checker", "run", "--config", str(tmp_path / "checker.toml")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for written in process.stderr:
            told = json.loads(written)
            if told["logger"] == "checker.check":
                break
        process.terminate()
        process.communicate(timeout=60)
    assert told["uri"] == "http://127.0.0.1:9/gone"
    assert told["outcome"] == "unreachable"
    assert told["level"] == "debug"


def test_the_level_is_the_users(monkeypatch, capsys):
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        logs.to_stderr(LogSettings())
        logging.getLogger("checker.x").debug("silent")
        logging.getLogger("checker.x").info("told")
        assert capsys.readouterr().err.endswith("INFO    told\n")
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])


# ── systemd ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_systemd_gets_a_sign_of_life(tmp_path, monkeypatch, kind):
    place = str(tmp_path / "notify") if kind == "path" else f"@checker-{tmp_path.name}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(place.replace("@", "\0", 1))
        monkeypatch.setenv("NOTIFY_SOCKET", place)
        notify("WATCHDOG=1")
        listening.settimeout(5)
        assert listening.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("place", ["", "relative", "/nowhere/at/all"])
def test_nobody_who_listens_is_no_trouble(monkeypatch, place):
    monkeypatch.setenv("NOTIFY_SOCKET", place)
    notify("READY=1")
