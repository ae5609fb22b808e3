"""The command line from outside: real files, a real newsroom on loopback, exit codes, no traceback."""

import csv
import errno
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import checker
from checker.entry.cli import main as cli
from checker.entry.cli.common import application, lasting
from checker.entry.newsroom import Newsroom
from checker.errors import CheckerError
from tests.corpora import corpora

pytestmark = pytest.mark.usefixtures("clean_environment")

OLD = """<!doctype html><html lang="en"><head><title>Bridge toll</title>
<link rel="canonical" href="https://example.org/bridge">
<meta property="article:published_time" content="2019-03-01T10:00:00Z"></head>
<body><article><h1>Bridge toll</h1><p>The toll on the old bridge is 12 dollars, the council said.</p>
<p>Drivers had asked for a lower toll for years and were glad to hear of it.</p></article></body></html>"""
NEW = OLD.replace("12 dollars", "14 dollars")
# In the words of a page without a time stamp whose caption names a day.
UNDATED = """This is an archived article and the information in the article may be outdated. \
Please look at the time stamp on the story to see when it was last updated.

The departments said this week that their agents will continue to make arrests at courthouses.

Agents detain a man on Oct. 14, 2015, in Los Angeles. (Credit: A. Photographer/Agency)

The letter, released Friday, was a response to another. That one was written earlier this month.
"""
NOW = datetime.now(UTC)


@pytest.fixture
def newsroom():
    room = Newsroom(lambda: datetime.now(UTC), NOW - timedelta(days=2)).start()
    yield room
    room.stop()


def open_to(newsroom) -> None:
    """A configuration whose audits may reach the newsroom, and nothing else that is private."""
    text = f'[fetch]\ndelay = "0s"\nallow_networks = ["127.0.0.1:{newsroom.port}"]\n'
    Path("checker.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def project(newsroom, tmp_path):
    """A project folder whose source is the newsroom, with copies from before an edit."""
    newsroom.write_copies(tmp_path / "copies")
    newsroom.edit("rewrite")
    (tmp_path / "config").mkdir()
    text = f"""# a comment that stays
[fetch]
delay = "0s"
[mail]
kind = "folder"
folder = "mail"

[[recipient]]
address = "desk@example.org"

[[source]]
name = "courier"
feed = "{newsroom.base}/feed.xml"
copies = "copies"
allow = ["127.0.0.1:{newsroom.port}"]
"""
    (tmp_path / "config" / "checker.toml").write_text(text, encoding="utf-8")
    return tmp_path


# -- audit --------------------------------------------------------------------------------------


def test_an_undated_archive_text_is_reported_with_what_bounds_it(run):
    Path("seed.txt").write_text(UNDATED, encoding="utf-8")
    code, out, _ = run("audit", "seed.txt")
    assert code == 0
    assert "undetermined (1)" in out
    assert re.search(r"no-timestamp .*14\s+October\s+2015", out, re.DOTALL)
    assert re.search(r"has-notice .*This is an archived article", out, re.DOTALL)
    for words in ("this week", "earlier this month"):
        assert f"“{words}”" in out
    _, out, _ = run("audit", "seed.txt", "--format", "json")
    (document,) = json.loads(out)["documents"]
    assert document["published"] is None
    assert document["not_before"]["earliest"] == "2015-10-14T00:00:00Z"
    assert "Oct. 14, 2015" in document["not_before"]["quote"]


def test_outdated_gives_exit_code_1_unless_told_otherwise(run):
    Path("a.html").write_text(OLD, encoding="utf-8")
    assert run("audit", "a.html", "--offline")[0] == 1
    assert run("audit", "a.html", "--offline", "--fail-on", "never")[0] == 0
    assert run("audit", "a.html", "--offline", "--ignore", "age-exceeded")[0] == 0
    assert run("audit", "a.html", "--offline", "--select", "no-timestamp")[0] == 0
    assert run("audit", "a.html", "--offline", "--policy", "evergreen")[0] == 0
    assert run("audit", "a.html", "--offline", "--as-of", "2019-06-01")[0] == 0
    assert run("audit", "a.html", "--offline", "--as-of", "2024-06-01T00:00:00+02:00")[0] == 1


def test_a_baseline_silences_what_is_known_until_its_evidence_changes(run):
    page = Path("a.html")
    page.write_text(OLD, encoding="utf-8")
    code, _, err = run("audit", "a.html", "--offline", "--write-baseline", "known.json")
    assert code == 0
    assert "wrote known.json: 1 known finding" in err
    first = Path("known.json").read_bytes()
    later = ("audit", "a.html", "--offline", "--as-of", "2030-01-01", "--baseline", "known.json")
    code, out, _ = run(*later)
    assert code == 0
    assert "1 known finding set aside" in out
    assert "age-exceeded" not in out
    assert run(*later, "--write-baseline", "known.json")[0] == 0
    assert Path("known.json").read_bytes() == first
    (document,) = json.loads(run(*later, "--format", "json")[1])["documents"]
    assert [one["rule"] for one in document["set_aside"]] == ["age-exceeded"]
    assert "1 known finding set aside" in run(*later, "--format", "html")[1]
    page.write_text(OLD.replace("2019-03-01", "2018-03-01"), encoding="utf-8")
    assert run(*later)[0] == 1
    for file, cause in (("absent.json", "No such file"), ("a.html", "it is no JSON")):
        code, _, err = run("audit", "a.html", "--offline", "--baseline", file)
        assert code == 2
        assert cause in err


def test_explain_says_of_each_document_why_a_rule_fires_or_not(run):
    Path("a.html").write_text(OLD, encoding="utf-8")
    exempt = '<meta name="checker" content="ignore: age-exceeded"></head>'
    Path("b.html").write_text(OLD.replace("</head>", exempt), encoding="utf-8")
    Path("policies.toml").write_text(
        'default = "news"\n[policy.news]\nlifetime = "1y"\n'
        '[policy.calm]\nlifetime = "never"\nrules = { expired = "off" }\n'
        '[[match]]\npolicy = "calm"\npath = "/c.html"\n'
    )
    Path("checker.toml").write_text("")
    Path("c.html").write_text(OLD.replace("org/bridge", "org/c.html"), encoding="utf-8")
    _, out, _ = run(
        "audit", "a.html", "b.html", "c.html", "--offline", "--base-url", "https://e.org/",
        "--explain", "age-exceeded", "--explain", "expired",
    )  # fmt: skip
    words = " ".join(out.split())
    assert "policy news (policies.toml:1: default), lifetime 1 year fires (outdated)" in words
    assert "lifetime 1 year the page exempts itself from it" in words
    assert "policy calm (policies.toml:7: [[match]] 1), age exempt does not fire" in words
    assert "age exempt the policy switches it off" in words
    assert "Sees. An end that the page itself declares has passed" in words
    _, out, err = run("audit", "a.html", "--offline", "--format", "json", "--explain", "expired")
    json.loads(out)
    assert "does not fire (severity outdated, its default)" in " ".join(err.split())


def test_warnings_count_on_request(run):
    Path("seed.txt").write_text(UNDATED, encoding="utf-8")
    assert run("audit", "seed.txt", "--fail-on", "warning")[0] == 1
    assert run("audit", "seed.txt", "--fail-on", "warning", "--ignore", "no-timestamp")[0] == 0


def test_every_format_on_stdout_and_into_files(run):
    Path("a.html").write_text(OLD, encoding="utf-8")
    files = ["r.json", "sub/r.csv", "r.html", "r.txt"]
    outputs = [word for name in files for word in ("--output", name)]
    code, out, err = run("audit", "a.html", "--offline", "--format", "csv", *outputs)
    assert code == 1
    assert next(csv.DictReader(io.StringIO(out)))["rule"] == "age-exceeded"
    assert json.loads(Path("r.json").read_text())["counts"]["outdated"] == 1
    assert Path("r.html").read_text().startswith("<!DOCTYPE html>")
    assert "outdated (1)" in Path("r.txt").read_text()
    assert err.count("wrote ") == 4
    assert run("audit", "a.html", "--offline", "--format", "html")[1].startswith("<!DOCTYPE html>")


def test_a_folder_with_odd_files_goes_on_and_strict_minds(run):
    folder = Path("archive")
    folder.mkdir()
    (folder / "a.html").write_text(OLD, encoding="utf-8")
    (folder / "empty.html").write_bytes(b"")
    (folder / "pdf.html").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)))
    (folder / "charset.html").write_text(NEW, encoding="utf-16")
    (folder / "locked.html").symlink_to("/nonexistent")
    code, out, _ = run("audit", "archive", "--offline", "--format", "json")
    data = json.loads(out)
    assert code == 1
    names = {Path(one["name"]).name for one in [*data["documents"], *data["skipped"]]}
    assert {"a.html", "empty.html", "pdf.html", "charset.html"} <= names
    strict = run("audit", "archive", "--offline", "--strict", "--fail-on", "never")[0]
    assert strict == (2 if data["skipped"] else 0)


def test_a_warc_file(run):
    body = OLD.encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    head = (
        "WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0f2f25e4-6c9c-4d2e-9b3f-"
        "000000000001>\r\nWARC-Target-URI: https://example.org/bridge\r\n"
        "WARC-Date: 2020-01-01T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    Path("a.warc.gz").write_bytes(gzip.compress(head.encode() + answer + b"\r\n\r\n"))
    code, out, _ = run("audit", "a.warc.gz", "--offline", "--explain-mapping")
    assert code == 1
    assert "original: https://example.org/bridge (by WARC-Target-URI)" in out


def test_a_live_page_feed_and_sitemap(run, newsroom):
    open_to(newsroom)
    for path in ("feed.xml", "sitemap.xml"):
        code, out, _ = run("audit", f"{newsroom.base}/{path}", "--format", "json")
        data = json.loads(out)
        assert code in {0, 1}
        assert len(data["documents"]) == len(newsroom.stories), data
    page = newsroom.url(newsroom.stories[0])
    _, out, _ = run("audit", page, "--format", "json")
    assert json.loads(out)["documents"][0]["mapped_by"] == "fetched"


def test_copies_are_compared_with_their_source(run, newsroom, tmp_path):
    open_to(newsroom)
    newsroom.write_copies(tmp_path / "copies")
    newsroom.edit("rewrite")
    code, out, _ = run("audit", "copies", "--format", "json")
    assert code == 1
    rules = {f["rule"] for one in json.loads(out)["documents"] for f in one["findings"]}
    assert "source-changed" in rules


def test_the_users_map_outranks_the_page(run):
    Path("a.html").write_text(OLD, encoding="utf-8")
    Path("map.csv").write_text("name,url\na.html,https://other.example/x\n", encoding="utf-8")
    _, out, _ = run("audit", "a.html", "--offline", "--map", "map.csv", "--explain-mapping")
    assert "original: https://other.example/x (by map)" in out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.html,ftp://x/\n", "is no name and http(s) URL"),
        ("a.html,https://x/,more\n", "map.csv:1"),
        ("name,address\n", "names no document but a header"),
        ('"unclosed', "Give a CSV file with two columns"),
        (b"\xff\xfe\x00", "codec can't decode"),
        (None, "No such file or directory"),
    ],
)
def test_faults_of_the_map(run, text, expected):
    Path("a.html").write_text(OLD, encoding="utf-8")
    if text is not None:
        Path("map.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    code, _, err = run("audit", "a.html", "--map", "map.csv", "--offline")
    assert code == 2
    assert expected in err


def test_names_from_standard_input(run, monkeypatch):
    Path("a.html").write_text(OLD, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("\ufeffa.html\r\n\r\n"))
    assert "1 document: 1 outdated" in run("audit", "-", "--offline")[1]


USAGE = [
    (["audit"], "Missing argument"),
    (["audit", "x", "--select", "no-such-rule"], "no-such-rule"),
    (["audit", "x", "--as-of", "yesterday"], "'yesterday' is no date"),
    (["audit", "x", "--as-of", "2024-01-01T10:00"], "has no time zone"),
    (["audit", "x", "--policy", "nwes"], "no policy 'nwes'; known: breaking-news"),
    (["audit", "x", "--output", "r.pdf"], "the format is chosen by the ending"),
    (["audit", "x", "--format", "yaml"], "yaml"),
    (["audit", "absent.html"], "absent.html: there is no such file or folder."),
    (["audit", "http://127.0.0.1:9/"], "named in fetch.allow_networks of the configuration file."),
    (["audit", "https://[::1"], "Invalid IPv6 URL. Check the address."),
    (["audit", ".", "--base-url", "paper.example"], "--base-url: 'paper.example' is no address"),
    (
        ["banner", "apply", ".", "--in-place", "--base-url", "https://"],
        "is no address; write https",
    ),
    (
        ["audit", ".", "--against", "ftp://a.example/"],
        "--against: 'ftp://a.example/' is no address",
    ),
    (["audit", ""], "a target without a name. Name a file"),
    (["audit", "x" * 5000, "--offline"], "File name too long. Check the path"),
    (["audit", "x" * 5000 + ".xml", "--offline"], "File name too long. Check the path"),
    (["audit", ".", "--resume", os.devnull, "--offline"], "is no state of an audit"),
    (["audit", ".", "--memento", "before:2024-06-30"], "--memento says which copy of --against"),
    (["nonsense"], "No such command"),
    (["dates", "absent.html"], "there is no such file"),
    (["diff", "absent.html", "b.html"], "there is no such file"),
    (["review", "1", "--until", "soon"], "'soon' is no day"),
    (["check", "1", "--all"], "name articles, or --due, or --all"),
    (["check", "--source", "x"], "--source goes with --all"),
    (["source", "add", "a", "--feed", "https://e.org/"], "there is none here"),
    (["init", "--copies", "x"], "--copies goes with --feed"),
    (["audit", "x", "--config", "none.toml"], "none.toml: No such file or directory"),
]


@pytest.mark.parametrize(("words", "expected"), USAGE, ids=[" ".join(words) for words, _ in USAGE])
def test_what_cannot_work_is_exit_code_2_with_one_message(run, words, expected):
    code, _, err = run(*words)
    assert code == 2
    assert expected in " ".join(err.split())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize("words", [["status"], ["audit", "a.html", "--offline"], ["--help"], ["audit", "a.html", "--offline", "--format", "jsonl"]], ids=" ".join)  # fmt: skip
def test_a_full_disk_behind_the_output_is_one_message(words):
    Path("a.html").write_text(OLD, encoding="utf-8")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "checker", *words],
            check=False, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        "the output: can't be written (No space left on device). Make room, or send it elsewhere."
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("words", [["rules"], ["audit", "a.html", "--offline"]], ids=" ".join)
def test_a_reader_that_has_enough_is_no_fault(words):
    Path("a.html").write_text(OLD, encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        done = subprocess.run(
            [sys.executable, "-m", "checker", *words],
            check=False, stdout=closed, stderr=subprocess.PIPE, text=True, timeout=60,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_a_stream_that_the_caller_closed_is_no_fault(closed):
    Path("a.html").write_text(OLD, encoding="utf-8")
    call = f'"$0" -m checker audit a.html - --offline {closed}'
    done = subprocess.run(
        ["sh", "-c", call, sys.executable],
        check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "")
    assert ("1 outdated" in done.stdout) == (">&-" not in closed.split())


@pytest.mark.parametrize("words", [["audit", "--offline"], ["archive", "import"], ["archive", "verify"]], ids=" ".join)  # fmt: skip
def test_a_pipe_by_the_name_of_an_archive_is_not_waited_for(words):
    os.mkfifo("pipe.warc.gz")
    done = module(*words, "pipe.warc.gz")
    assert done.returncode in {1, 2}
    assert "is no regular file" in done.stdout + done.stderr


def test_another_error_of_the_system_is_a_fault_of_ours(capsys, monkeypatch):
    for error in (OSError(errno.ENOSPC, "full", "/a/file"), OSError(errno.EBADF, "bad")):

        def broken(*_, error=error):
            raise error

        monkeypatch.setattr("checker.settings.load", broken)
        assert cli(["config", "check"]) == 2
        assert "This is a fault in checker itself" in capsys.readouterr().err


def test_an_output_that_is_a_link_or_a_device_stays_one(run):
    Path("a.html").write_text(OLD, encoding="utf-8")
    Path("kept").mkdir()
    Path("kept/report.html").write_text("old")
    Path("latest.html").symlink_to("kept/report.html")
    Path("nowhere.json").symlink_to(os.devnull)
    words = ("--output", "latest.html", "--output", "nowhere.json")
    assert run("audit", "a.html", "--offline", *words)[0] == 1
    assert Path("latest.html").is_symlink()
    assert "<!doctype html>" in Path("kept/report.html").read_text().lower()
    assert Path("nowhere.json").is_symlink()
    assert Path(os.devnull).is_char_device()


def test_an_output_that_cannot_be_written(run):
    Path("a.html").write_text(OLD, encoding="utf-8")
    Path("blocked").write_text("")
    code, _, err = run("audit", "a.html", "--offline", "--output", "blocked/r.json")
    assert code == 2
    assert "Name a file in a folder that can be written to." in err


def test_hostile_text_from_a_page_does_not_reach_the_terminal(run):
    Path("a.html").write_text(OLD.replace("Bridge toll", "\x1b]0;x\x07[red]Toll[/red]"))
    _, out, _ = run("audit", "a.html", "--offline")
    assert "\x1b" not in out
    assert "[red]Toll[/red]" in out


# -- looking ------------------------------------------------------------------------------------


def test_rules(run):
    code, out, _ = run("rules")
    assert code == 0
    assert "age-exceeded  (outdated by default)" in out
    _, one, _ = run("rules", "age-exceeded")
    assert len(one) < len(out)
    _, data, _ = run("rules", "--json")
    assert {"rule", "default", "sees", "why", "configure"} == set(json.loads(data)[0])


def test_dates(run):
    Path("a.html").write_text(OLD, encoding="utf-8")
    code, out, _ = run("dates", "a.html")
    assert code == 0
    assert "published 2019-03-01" in out
    assert "article:published_time" in out
    _, data, _ = run("dates", "a.html", "--json")
    assert json.loads(data)[0]["published"]["origin"] == "meta"
    Path("empty.html").write_bytes(b"")
    code, out, err = run("dates", "empty.html")
    assert (code, bool(out or err)) in {(0, True), (2, True)}


def test_diff_of_files(run):
    Path("old.html").write_text(OLD, encoding="utf-8")
    Path("new.html").write_text(NEW, encoding="utf-8")
    code, out, _ = run("diff", "old.html", "new.html")
    assert code == 0
    assert out.startswith("substantive")
    assert "[-12-] {+14+}" in out
    assert "number" in out
    _, data, _ = run("diff", "old.html", "new.html", "--json")
    assert json.loads(data)["change"] == "substantive"
    assert run("diff", "old.html", "old.html")[1].startswith("identical")


def test_diff_says_what_stands_there_instead_and_what_was_set_aside(run):
    body = "<p>Officials met on Tuesday to talk about the new plan for the harbour.</p>"
    old = OLD.replace("</article>", f"{body}</article><p>Views: 12</p>")
    new = old.replace("Views: 12", "Views: 13").replace(
        "<h1>Bridge toll</h1>",
        "<h1>Bridge toll</h1><p><strong>Correction:</strong> An earlier version of this article "
        "misstated the toll. It is 14 dollars, not 12 dollars.</p>",
    )
    Path("old.html").write_text(old, encoding="utf-8")
    Path("new.html").write_text(new.replace("is 12 dollars,", "is 14 dollars,"), encoding="utf-8")
    _, out, _ = run("diff", "old.html", "new.html")
    assert out.startswith("corrected")
    assert "new notice: “" in out
    gone = "<html><head><title>Page not found</title></head><body><h1>404</h1><p>Page not found. Sorry, the page you were looking for does not exist.</p></body></html>"
    Path("gone.html").write_text(gone, encoding="utf-8")
    _, out, _ = run("diff", "old.html", "gone.html")
    assert out.startswith("replaced")
    assert "another page: soft-404" in out


def test_diff_with_a_url_and_with_what_is_no_page(run, newsroom):
    open_to(newsroom)
    Path("old.html").write_text(OLD, encoding="utf-8")
    page = newsroom.url(newsroom.stories[0])
    assert run("diff", page, page)[1].startswith("identical")
    assert "HTTP 404" in run("diff", "old.html", f"{newsroom.base}/nothing")[2]
    Path("two").mkdir()
    for name in "ab":
        (Path("two") / f"{name}.html").write_text(OLD, encoding="utf-8")
    assert "more than one document" in run("diff", "two", "old.html")[2]
    Path("none").mkdir()
    assert "no document in it" in run("diff", "none", "old.html")[2]
    assert run("diff", "old.html", "http://127.0.0.1:1/")[0] == 2
    Path("pdf.html").write_bytes(b"%PDF-1.7\n" + bytes(range(256)))
    assert run("diff", "pdf.html", "old.html")[0] == 2


# -- the watched archive ------------------------------------------------------------------------


def test_from_source_to_mail(run, project):  # noqa: PLR0915 — one story, told in order
    assert run("config", "check")[0] == 0
    code, out, _ = run("source", "sync")
    assert code == 0
    assert re.match(r"courier: 8 articles, 8 new", out)
    code, out, _ = run("check", "--all")
    assert code == 0
    assert out.startswith("8 checked: ")
    _, listed, _ = run("article", "list", "--json")
    articles = json.loads(listed)
    changed = next(one for one in articles if "source-changed" in one["rules"])
    number = str(changed["id"])
    assert "school-lunches" in run("article", "list", "--status", "outdated")[1]

    assert "Nothing was changed" in run("source", "adopt", "courier", "--dry-run")[1]
    assert "not yet" in run("source", "list")[1]
    assert run("source", "adopt", "courier")[0] == 0
    assert json.loads(run("source", "list", "--json")[1])[0]["adopted_at"]

    code, out, _ = run("article", "show", number)
    assert code == 0
    assert "source-changed" in out
    assert json.loads(run("article", "show", changed["uri"], "--json")[1])["article"]["id"] == int(
        number
    )
    assert "compared" in run("article", "history", number)[1]
    assert json.loads(run("article", "history", number, "--json")[1])[0]["outcome"]
    assert "substantive" in run("diff", number)[1]

    assert run("banner", "preview", number)[1].strip()
    assert "<" in run("banner", "preview", number, "--html")[1]
    shown = json.loads(run("banner", "preview", number, "--json")[1])
    assert shown["uri"] == changed["uri"]
    assert shown["banner"]["sentences"]
    assert shown["html"].startswith("<")
    calm = next(one for one in articles if one["status"] == "current")
    shown = json.loads(run("banner", "preview", str(calm["id"]), "--json")[1])
    assert shown == {"uri": calm["uri"], "banner": None, "html": None}
    code, out, _ = run("banner", "apply", "--source", "courier")
    assert code == 0
    flagged = sorted((project / "var" / "published").rglob("*.html"))
    assert flagged
    assert "applied" in out
    code, out, _ = run("banner", "remove")
    assert code == 0
    assert "removed" in out

    code, out, _ = run("alerts", "preview")
    assert "To: desk@example.org" in out
    (mail,) = json.loads(run("alerts", "preview", "--json")[1])
    assert mail["recipient"] == "desk@example.org"
    assert "1 alert in no mail yet" in run("alerts", "list")[1]
    code, out, _ = run("alerts", "send")
    assert (code, out) == (0, "1 composed, 1 sent, 0 deferred, 0 refused\n")
    assert "no alerts are waiting" in run("alerts", "preview")[1]
    mails = json.loads(run("alerts", "list", "--json", "--state", "sent")[1])["mails"]
    assert [one["state"] for one in mails] == ["sent"]
    assert "sent to desk@example.org" in run("alerts", "resend", str(mails[0]["id"]))[1]
    assert run("alerts", "resend", "99")[0] == 2
    assert "sent to desk@example.org" in run("alerts", "test")[1]
    assert "sent to other@example.org" in run("alerts", "test", "other@example.org")[1]

    assert "8 articles watched" in run("status")[1]
    told = run("status")[1]
    decided = re.search(r"decided by: (.*)", told)
    assert decided is not None
    assert all(word in decided[1] for word in ("validators", "bytes", "text", "comparison"))
    said = json.loads(run("status", "--json")[1])
    assert said["articles"] == 8
    checked = re.search(r"([\d,]+) checks in the last 30 days: .*compared", told)
    assert checked is not None
    assert sum(said["checked"].values()) == int(checked[1])
    assert sum(said["decided"].values()) > 0
    _, out, _ = run("report", "--output", "r.html", "--format", "json")
    assert json.loads(out)["counts"]["documents"] == 8
    assert "school-lunches" in Path("r.html").read_text(encoding="utf-8")
    assert "8 documents" in run("report", "--source", "courier")[1]

    code, out, _ = run("article", "accept", number)
    assert code == 0
    assert changed["uri"] in out
    assert run("article", "accept", number)[0] == 2
    assert run("diff", number)[0] == 2
    assert run("check", number)[1].startswith("1 checked")
    assert run("check")[1].startswith("0 checked")
    old = next(one for one in articles if "age-exceeded" in one["rules"])
    tomorrow = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    code, out, _ = run("review", str(old["id"]), "--until", tomorrow, "--by", "Ada", "--note", "ok")
    assert code == 0
    assert out.rstrip().endswith("now current")
    shown = run("article", "show", str(old["id"]))[1]
    assert f"valid until {tomorrow}: ok" in shown
    assert re.search(r"policy +\S+ \(.*policies.toml:\d+: ", shown)
    assert run("review", str(old["id"]), "--reopen")[1].rstrip().endswith("now outdated")
    if "lapsed-claim" in old["rules"]:  # "expected tonight", months ago
        run("review", str(old["id"]), "--dismiss", "lapsed-claim", "--by", "Bo")
    out = run("review", str(old["id"]), "--dismiss", "age-exceeded", "--by", "Bo")[1]
    assert out.rstrip().endswith("now current")
    shown = run("article", "show", str(old["id"]))[1]
    assert "set aside: age-exceeded" in shown
    assert re.search(r"dismissed +by Bo on .*age-exceeded until its evidence changes", shown)
    assert run("review", str(old["id"]), "--reopen")[0] == 0
    out = run("review", str(old["id"]), "--snooze", tomorrow, "--note", "on holiday")[1]
    assert re.search("findings? until", out)
    assert "no finding of expired" in run("review", str(old["id"]), "--dismiss", "expired")[2]
    assert "exactly one" in run("review", str(old["id"]))[2]
    assert run("review", str(old["id"]), "--until", "2020-01-01")[0] == 2

    assert "sound" in run("db", "upgrade")[1]
    assert run("db", "backup", "copy.db")[0] == 0
    assert "0 of 0 old checks would go" in run("db", "tidy", "--dry-run")[1]
    assert "0 of 0 old checks are gone" in run("db", "tidy")[1]
    assert Path("copy.db").stat().st_size > 10_000
    assert "sound, 8 articles" in run("doctor")[1]


def test_before_the_first_check(run, project):
    run("source", "sync", "courier")
    assert "it was not judged yet" in run("banner", "preview", "1")[2]
    assert "8 skipped" in run("report")[1]
    assert "unchecked" in run("article", "list")[1]
    assert run("article", "show", "1")[0] == 0
    assert run("article", "show", "https://nowhere.example/")[0] == 2
    for words in (
        ["article", "list", "--source", "x"],
        ["report", "--source", "x"],
        ["banner", "apply", "--source", "x"],
        ["banner", "remove", "--source", "x"],
        ["check", "--all", "--source", "x"],
        ["source", "sync", "x"],
        ["source", "adopt", "x"],
    ):
        code, _, err = run(*words)
        assert code == 2, words
        assert "no source of that name is configured (there are: courier)" in err


def test_a_source_that_cannot_be_reached_is_exit_code_2(run, project, newsroom):
    newsroom.down = True
    code, out, err = run("source", "sync")
    assert code == 0  # the copies are an archive that can be watched all the same
    assert "courier: 8 articles" in out
    assert "503" in err
    path = project / "config" / "checker.toml"
    path.write_text(path.read_text().replace('copies = "copies"\n', ""))
    code, out, err = run("source", "sync")
    assert code == 2
    assert "courier: 0 articles" in out
    assert "503" in err


def test_a_removed_source_is_not_checked_any_more(run, project, newsroom):
    run("source", "sync")
    code, out, _ = run("source", "remove", "courier")
    assert code == 0
    assert "a running daemon takes it up within a minute" in out
    code, out, _ = run("check", "--all")
    assert code == 0
    assert "failed" not in out
    assert json.loads(run("article", "history", "1", "--json")[1]) == []
    assert {one["next_check_at"] for one in json.loads(run("article", "list", "--json")[1])} == {
        None
    }


def test_a_command_without_a_configuration_unschedules_nothing(run, project, tmp_path, monkeypatch):
    run("source", "sync")
    monkeypatch.setenv("CHECKER_STORE_URL", f"sqlite:///{tmp_path}/var/checker.db")
    (tmp_path / "elsewhere").mkdir()
    os.chdir(tmp_path / "elsewhere")
    assert json.loads(run("status", "--json")[1])["due"] == 8


# -- what banners leave behind --------------------------------------------------------------------


@pytest.fixture
def flagged(run, project):
    """The project with banners inside its copies; their bytes before and the flagged ones."""
    path = project / "config" / "checker.toml"
    path.write_text("[banner]\nin_place = true\n" + path.read_text(encoding="utf-8"))
    before = {one: one.read_bytes() for one in (project / "copies").rglob("*.html")}
    run("source", "sync")
    run("check", "--all")
    run("source", "adopt", "courier")
    run("banner", "apply")
    return before, [one for one, body in before.items() if one.read_bytes() != body]


def bytes_of(paths) -> dict[Path, bytes]:
    return {one: one.read_bytes() for one in paths}


def test_a_removed_source_leaves_no_banner(run, flagged):
    before, changed = flagged
    assert changed
    code, out, err = run("source", "remove", "courier")
    assert code == 0
    assert out.count("\nremoved  ") == len(changed)
    assert err == f"{len(changed)} looked at, 0 skipped\n"
    assert bytes_of(before) == before


def test_kept_banners_can_be_taken_off_later(run, flagged):
    before, changed = flagged
    code, out, _ = run("source", "remove", "courier", "--keep-banners")
    assert code == 0
    assert bytes_of(changed) != {one: before[one] for one in changed}
    command = out.splitlines()[-1].split()
    assert command[0] == "checker"
    assert run(*command[1:])[0] == 0
    assert bytes_of(before) == before


def test_a_removed_source_whose_copies_are_gone_or_were_never_there(run, project, flagged):
    run("source", "add", "list", "--list", project / "config" / "checker.toml")
    (project / "copies").rename(project / "moved")
    path = project / "config" / "checker.toml"
    assert run("source", "remove", "list")[0] == 2  # the configuration itself is at fault now
    path.write_text(path.read_text().replace('copies = "copies"\n', ""))
    code, out, err = run("source", "remove", "courier")
    assert (code, err) == (0, "")
    assert len(out.splitlines()) == 1


def test_banners_that_could_not_be_taken_off_are_named_with_the_command(run, flagged, monkeypatch):
    def fail(*_: object) -> None:
        raise CheckerError("store", "it is away", "Wait.")

    monkeypatch.setattr("checker.wiring.build", fail)
    code, out, err = run("source", "remove", "courier")
    assert code == 2
    assert "removed courier" in out
    assert "banners of courier: store: it is away. Wait. Then take them off by `checker" in err


def test_a_banner_that_was_removed_is_applied_again(run, flagged):
    _, changed = flagged
    with_banner = bytes_of(changed)
    assert run("banner", "remove")[0] == 0
    assert bytes_of(changed) != with_banner
    _, out, _ = run("banner", "apply")
    assert out.count("applied") == len(changed)
    assert bytes_of(changed) == with_banner


def test_apply_all_publishes_again_what_somebody_deleted(run, project):
    run("source", "sync")
    run("check", "--all")
    run("source", "adopt", "courier")
    run("banner", "apply")
    published = sorted((project / "var" / "published").rglob("*.html"))
    for one in published:
        one.unlink()
    assert run("banner", "apply")[1] == ""
    assert run("banner", "apply", "--all")[0] == 0
    assert sorted((project / "var" / "published").rglob("*.html")) == published


def test_what_keeps_a_source_from_being_seen_is_said_at_once_and_later(run, project, newsroom):
    run("source", "sync")
    newsroom.down = True
    code, out, err = run("check", "--all")
    assert code == 0
    assert "8 unreachable" in out
    assert re.fullmatch(r"  8 unreachable: robots.txt .*: status 503\n", err)  # one line, not eight
    assert re.search(r"unreachable +since .*, 1 check: robots.txt", run("article", "show", "1")[1])


def test_mail_that_cannot_leave(run, project):
    (project / "mail").write_text("a file where the folder should be")
    code, _, err = run("alerts", "test")
    assert code == 2
    assert "test mail: desk@example.org:" in err
    run("source", "sync")
    run("check", "--all")
    run("source", "adopt", "courier")
    code, out, err = run("alerts", "send")
    assert code == 1
    assert "1 composed, 0 sent" in out
    assert "desk@example.org" in err
    assert run("alerts", "resend", "1")[0] == 2
    assert "pending" in run("alerts", "list")[1]


def test_nobody_to_test(run):
    Path("checker.toml").write_text("")
    assert "none is configured" in run("alerts", "test")[2]


def test_banners_over_a_folder_without_a_database(run):
    archive = Path("archive")
    (archive / "sub").mkdir(parents=True)
    (archive / "sub" / "old.html").write_text(OLD, encoding="utf-8")
    fresh = OLD.replace("2019-03-01T10:00:00Z", NOW.isoformat())
    (archive / "fresh.html").write_text(fresh, encoding="utf-8")
    before = {path: path.read_bytes() for path in archive.rglob("*.html")}

    code, out, err = run("banner", "apply", "archive", "--output", "out", "--offline")
    assert code == 0
    assert out.startswith("applied  sub/old.html")
    assert err == "2 looked at, 0 skipped\n"
    published = Path("out/sub/old.html").read_bytes()
    assert published != before[archive / "sub" / "old.html"]
    assert run("banner", "apply", "archive", "--output", "out", "--offline")[1] == ""
    assert Path("out/sub/old.html").read_bytes() == published
    assert run("banner", "remove", "archive", "--output", "out")[1].startswith("removed")
    assert Path("out/sub/old.html").read_bytes() == before[archive / "sub" / "old.html"]
    assert {path: path.read_bytes() for path in archive.rglob("*.html")} == before

    assert run("banner", "apply", "archive", "--in-place", "--offline")[0] == 0
    assert (archive / "sub" / "old.html").read_bytes() != before[archive / "sub" / "old.html"]
    assert run("audit", "archive", "--offline", "--fail-on", "never")[0] == 0
    assert run("banner", "remove", "archive", "--in-place")[0] == 0
    assert {path: path.read_bytes() for path in archive.rglob("*.html")} == before


def test_banners_by_worker_processes_are_the_same(run):
    """Every copy flagged, by workers or by this process; a second time nothing is written."""
    for number in range(12):
        path = Path(f"archive/{number}.html")
        path.parent.mkdir(exist_ok=True)
        path.write_text(OLD.replace("<title>", f"<title>{number} "), encoding="utf-8")
    words = ("banner", "apply", "archive", "--offline")
    assert run(*words, "--output", "one", "--jobs", "0")[0] == 0
    code, out, err = run(*words, "--output", "two", "--jobs", "2")
    assert (code, out.count("applied"), err) == (0, 12, "12 looked at, 0 skipped\n")
    of = {path.name: path.read_bytes() for path in Path("one").iterdir()}
    assert {path.name: path.read_bytes() for path in Path("two").iterdir()} == of
    times = {path: path.stat().st_mtime_ns for path in Path("two").iterdir()}
    assert run(*words, "--output", "two", "--jobs", "2")[1] == ""
    assert {path: path.stat().st_mtime_ns for path in Path("two").iterdir()} == times
    _, out, _ = run("banner", "remove", "archive", "--output", "two", "--jobs", "2")
    assert out.count("removed") == 12
    assert all(
        path.read_bytes() == Path("archive", path.name).read_bytes()
        for path in Path("two").iterdir()
    )


def test_every_banner_to_look_at(run):
    code, text, _ = run("banner", "preview", "--all")
    assert code == 0
    assert text.startswith("en: source-retracted\n  This article was retracted\n")
    assert "\n\nen: age-exceeded\n  This is an older article\n" in text
    assert "  This article is more than 9 years old." in text
    assert "de: source-corrected" in text
    assert "zh-Hant: source-retracted" in text
    page = run("banner", "preview", "--all", "--html", "--language", "ar")[1]
    assert page.count("<section ") == page.count('dir="rtl"') == text.count("\nar: ")
    assert page.count(".archive-checker-notice p {") == 1
    shown = json.loads(run("banner", "preview", "--all", "--json", "--language", "fr")[1])
    assert {one["banner"]["language"] for one in shown} == {"fr"}
    assert run("banner", "preview", "--all", "--language", "xx")[0] == 2
    assert run("banner", "preview")[0] == 2
    assert run("banner", "preview", "1", "--all")[0] == 2
    assert run("banner", "preview", "1", "--language", "de")[0] == 2


def test_banners_of_a_lost_key_come_off_by_force(run):
    folder = Path("archive")
    folder.mkdir()
    (folder / "old.html").write_text(OLD, encoding="utf-8")
    before = (folder / "old.html").read_bytes()
    words = ("banner", "apply", "archive", "--in-place", "--offline")
    assert run(*words)[0] == 0
    name = run("banner", "key")[1].split()[0]
    assert f"key={name} ".encode() in (folder / "old.html").read_bytes()
    code, out, _ = run("banner", "key", "--rotate")
    assert [line.split()[1] for line in out.splitlines()] == ["signs", "believed"]
    assert out.split()[2] == name
    assert run("banner", "remove", "archive", "--in-place")[0] == 0
    assert (folder / "old.html").read_bytes() == before
    assert run(*words)[0] == 0
    Path("var/banner.key").unlink()
    for act in (words, ("banner", "remove", "archive", "--in-place")):
        code, _, err = run(*act)
        assert code == 1
        assert "our key did not sign" in err
    assert run("banner", "remove", "archive", "--in-place", "--force")[0] == 0
    assert (folder / "old.html").read_bytes() == before


def test_copies_that_can_bear_no_banner_are_named(run):
    Path("archive").mkdir()
    Path("archive/a.html").write_text(OLD, encoding="utf-8")
    os.link("archive/a.html", "other-name.html")
    code, _, err = run("banner", "apply", "archive", "--in-place", "--offline")
    assert code == 1
    assert "skipped  a.html" in err
    assert "hard links" in err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["apply", "archive"], "give --output FOLDER or --in-place"),
        (["remove", "archive"], "give --output FOLDER or --in-place"),
        (["apply", "archive", "--output", "o", "--in-place"], "give --output FOLDER or --in-place"),
        (["apply", "--in-place"], "go with FOLDER"),
        (["remove", "--output", "o"], "go with FOLDER"),
        (["apply", "archive", "--in-place", "--all"], "--all and --source go without FOLDER"),
        (["apply", "--offline"], "--offline and --base-url go with FOLDER"),
        (["apply", "absent", "--in-place"], "there is no such folder"),
        (["apply", "archive", "--output", "archive/in"], "overlaps the archive"),
    ],
)
def test_what_banner_cannot_do(run, words, expected):
    Path("archive").mkdir()
    code, _, err = run("banner", *words)
    assert code == 2
    assert expected in " ".join(err.split()).replace("│ ", "")


def test_a_named_target_that_can_not_be_read_is_exit_code_2_and_the_others_are_reported(run):
    Path("good.html").write_text(OLD, encoding="utf-8")
    Path("empty.html").touch()
    Path("paper.pdf").write_bytes(b"%PDF-1.7 \x00\x01\x02")
    words = ("audit", "missing.html", "good.html", "empty.html", "paper.pdf", "--offline")
    code, out, err = run(*words, "--format", "json")
    assert code == 2
    report = json.loads(out)
    assert [one["name"] for one in report["documents"]] == ["good.html"]
    skipped = {one["name"]: one["reason"] for one in report["skipped"]}
    assert list(skipped) == ["missing.html", "empty.html", "paper.pdf"]
    assert skipped["missing.html"] == "there is no such file or folder"
    for name, reason in skipped.items():
        assert f"{name}: {reason}. " in err
    assert len(err.splitlines()) == 3
    code, out, err = run("audit", "empty.html")
    assert (code, out) == (2, "")
    assert err.startswith("empty.html: ")


def test_the_day_of_judging_is_not_the_day_of_seeing(run, newsroom, tmp_path):
    open_to(newsroom)
    newsroom.write_copies(tmp_path / "copies")
    newsroom.edit("rewrite")
    for day in ("2035-01-01", "2020-01-01"):
        _, out, _ = run("audit", "copies", "--as-of", day, "--format", "json")
        assert json.loads(out)["as_of"].startswith(day)
        assert f"{NOW:%Y-%m}" in json.dumps(json.loads(out)["documents"])
        found = [f for one in json.loads(out)["documents"] for f in one["findings"]]
        seen = [f for f in found if f["rule"] in {"source-changed", "source-unreachable"}]
        assert seen
        for one in seen:
            assert day not in json.dumps(one)


def test_the_reason_of_what_was_never_compared_is_given(run, project, newsroom):
    path = project / "config" / "checker.toml"
    listed = f"{newsroom.base}/school-lunches\n"
    (project / "urls.txt").write_text(listed)
    text = path.read_text().replace(f'feed = "{newsroom.base}/feed.xml"', 'list = "urls.txt"')
    path.write_text(text.replace('copies = "copies"\n', ""))
    run("source", "sync")
    _, out, _ = run("report", "--format", "json")
    assert json.loads(out)["skipped"][0]["reason"] == "it was not checked yet"
    assert "unchecked" in run("article", "show", "1")[1]
    newsroom.down = True
    run("check", "--all")
    _, out, _ = run("report", "--format", "json")
    (one,) = json.loads(out)["skipped"]
    assert re.match(r"undetermined, never compared: .*503", one["reason"])
    _, out, _ = run("article", "show", "1")
    assert re.search(r"verdict +undetermined", out)
    assert re.search(r"last check unreachable: .*503", " ".join(out.split()))
    last = json.loads(run("article", "show", "1", "--json")[1])["last_check"]
    assert last["outcome"] == "unreachable"
    assert "503" in last["detail"]


# -- on a terminal ------------------------------------------------------------------------------


def test_progress_is_shown_on_a_terminal_and_goes_to_stderr(run, project, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    Path("a.html").write_text(OLD, encoding="utf-8")
    code, out, _ = run("audit", "a.html", "--offline")
    assert code == 1
    assert "\x1b[" in out
    assert "reading" not in out
    run("source", "sync")
    code, out, err = run("check", "--all")
    assert code == 0
    assert "checking" in err
    assert "checking" not in out
    assert "\x1b[" in run("article", "list")[1]


def test_the_demo_runs_in_a_folder_that_is_not_there_yet(run, monkeypatch):
    """The demo itself is tested elsewhere; here: where it goes, and what reaches it."""
    calls = []
    monkeypatch.setattr("checker.entry.demo.run", lambda *a, **k: calls.append((a[0], k)))
    assert run("demo")[0] == 0
    Path("checker-demo").mkdir()
    assert run("demo", "--keep", "--pace", "1.5")[0] == 0
    assert calls == [
        (Path("checker-demo"), {"keep": False, "pace": 0.0}),
        (Path("checker-demo-2"), {"keep": True, "pace": 1.5}),
    ]


# -- configuration ------------------------------------------------------------------------------


def test_init_writes_what_works(run):
    code, out, _ = run("init")
    assert code == 0
    assert "checker run -c config/checker.toml" in out
    assert run("config", "check")[1].startswith("config/checker.toml: valid. 1 source, 1 recipient")
    code, _, err = run("init")
    assert code == 2
    assert "is not overwritten" in err


def test_init_for_a_real_archive(run):
    Path("copies").mkdir()
    feed, address = "https://www.example.org/feed.xml", "desk@example.org"
    code, _, _ = run("init", "site", "--feed", feed, "--copies", "copies", "--recipient", address)
    assert code == 0
    data = tomllib.loads(Path("site/config/checker.toml").read_text(encoding="utf-8"))
    (source,) = data["source"]
    assert source["feed"] == feed
    assert source["copies"] == str(Path("copies").absolute())
    assert data["recipient"][0]["address"] == address
    assert run("init", "other", "--feed", feed)[0] == 0
    assert "copies" not in tomllib.loads(Path("other/config/checker.toml").read_text())["source"][0]
    code, _, err = run("init", "bad", "--feed", "ftp://x/")
    assert code == 2
    assert "is no http(s) URL" in err
    assert not list(Path("bad/config").iterdir())


def test_sources_are_added_to_and_removed_from_the_file(run, project):
    path = project / "config" / "checker.toml"
    before = path.read_text(encoding="utf-8")
    (project / "sub").mkdir()
    (project / "sub" / "urls.txt").write_text("https://example.org/a\n")
    os.chdir(project / "sub")
    code, _, _ = run(
        "source",
        "add",
        "more",
        "--list",
        "urls.txt",
        "-c",
        path,
        "--section",
        "S",
        "--recipient",
        "a@b.org",
        "--adoption",
        "automatic",
    )
    assert code == 0
    os.chdir(project)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(before)
    added = tomllib.loads(text)["source"][1]
    assert added == {
        "name": "more",
        "list": "sub/urls.txt",
        "adoption": "automatic",
        "section": "S",
        "recipients": ["a@b.org"],
    }
    assert "sub/urls.txt" in run("source", "list")[1]
    code, _, err = run("source", "add", "more", "--feed", "https://e.org/")
    assert code == 2
    assert "config/checker.toml" in err
    assert "'more' stands twice" in err
    assert ".new" not in err
    assert path.read_text(encoding="utf-8") == text
    assert run("source", "remove", "more")[0] == 0
    assert path.read_text(encoding="utf-8").rstrip() == before.rstrip()
    assert run("source", "remove", "more")[0] == 2
    assert sorted(one.name for one in path.parent.iterdir()) == ["checker.toml"]


def test_config_check_reports_everything_at_once(run):
    Path("checker.toml").write_text('x = 1\n[fetch]\ndelay = "soon"\n')
    code, _, err = run("config", "check")
    assert code == 2
    assert "2 problems" in err
    code, out, _ = run("config", "check", "--json")
    assert code == 2
    assert len(json.loads(out)["problems"]) == 2
    code, out, _ = run("doctor")
    assert code == 1
    assert "FAIL  configuration" in out
    Path("checker.toml").write_text("")
    assert json.loads(run("config", "check", "--json")[1]) == {
        "valid": True,
        "problems": [],
        "warnings": [],
    }


def test_a_damaged_database_is_reported(run, monkeypatch):
    Path("checker.toml").write_text("")
    monkeypatch.setattr("checker.store.SqlStore.check", lambda _: ["integrity: page 3 is odd"])
    code, out, _ = run("db", "upgrade")
    assert (code, out) == (1, "integrity: page 3 is odd\n")
    code, out, _ = run("doctor")
    assert code == 1
    assert "FAIL  database: database: integrity: page 3 is odd." in out
    assert [one["test"] for one in json.loads(run("doctor", "--json")[1]) if not one["ok"]] == [
        "database"
    ]


def test_a_folder_that_cannot_be_written_is_reported(run):
    Path("blocked").write_text("")
    Path("checker.toml").write_text('[archive]\nfolder = "blocked"\n')
    code, out, _ = run("doctor")
    assert code == 1
    assert "FAIL  archive folder: " in out


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('data_dir = "blocked/var"', "data_dir"),
        ('[archive]\nfolder = "blocked"', "archive.folder"),
        ('[mail]\nkind = "folder"\nfolder = "blocked"', "mail.folder"),
        ('[banner]\noutput = "blocked/x"', "banner.output"),
    ],
)
def test_a_configured_folder_that_cannot_be_made_is_no_traceback(run, text, key):
    Path("blocked").touch()
    Path("checker.toml").write_text(text)
    code, out, err = run("config", "check")
    assert code == 2
    assert err.startswith("configuration: 1 problem:")
    assert f"{key}: " in err
    assert "can't be written to" in err
    code, out, _ = run("doctor", "--json")
    assert code == 1
    failed = [one for one in json.loads(out) if not one["ok"]]
    assert failed
    assert all("blocked" in one["detail"] for one in failed)
    if key in {"data_dir", "archive.folder"}:
        code, _, err = run("status")
        assert code == 2
        assert f"Set {key} to a folder" in err


def test_no_secret_is_ever_printed(run, monkeypatch):
    """A canary in every place that may hold a secret, grepped for over all output (faults E21)."""
    Path("checker.toml").write_text(
        '[mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nusername = "u"\n'
        'password = "canary-1"\n[fetch]\nproxy = "http://u:canary-2@127.0.0.1:9"\n'
        '[[recipient]]\naddress = "a@example.org"\n'
    )
    Path("checker.toml").chmod(0o644)
    everything = ""
    for words in (
        ["config", "show"],
        ["config", "show", "--json"],
        ["config", "check"],
        ["doctor"],
        ["doctor", "--json"],
        ["alerts", "test"],
        ["status"],
        ["audit", "https://example.org/"],
    ):
        _, out, err = run(*words)
        everything += out + err
    monkeypatch.setenv("CHECKER_MAIL_PASSWORD", "canary-3")
    monkeypatch.setenv("CHECKER_STORE_URL", "nonsense://u:canary-4@h/d")
    for words in (["config", "show"], ["doctor"], ["status"]):
        _, out, err = run(*words)
        everything += out + err
    assert "canary" not in everything
    assert "holds the mail password and others can read it" in everything
    assert "mail.password = (hidden)" in everything


# -- the program itself -------------------------------------------------------------------------


def test_version_and_help(run):
    assert run("--version")[1] == f"archive-checker {checker.__version__}\n"
    code, out, err = run()
    assert code in {0, 2}
    assert "audit" in out + err
    assert "Example: checker audit" in run("audit", "--help")[1]


def test_an_interrupt_is_exit_code_130(run, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("checker.settings.load", interrupted)
    assert run("config", "check")[0] == 130


def test_a_fault_of_ours_is_not_taken_for_a_finding(capsys, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("checker.settings.load", broken)
    assert cli(["config", "check"]) == 2
    assert "This is a fault in checker itself" in capsys.readouterr().err


def test_an_error_message_is_cleaned(run, monkeypatch):
    def refused(*_):
        raise CheckerError("a\x1b[31mb", "c", "D.")

    monkeypatch.setattr("checker.settings.load", refused)
    assert run("config", "check")[2] == "ab: c. D.\n"


def module(*words: str, **options) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "checker", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        **options,
    )


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from checker.entry.cli import main; main(['--help']);"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in "
        "{'pydantic', 'sqlalchemy', 'requests', 'rich', 'jinja2', 'apscheduler', 'selectolax'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout


def test_no_colour_in_a_pipe_and_none_with_no_color(run, monkeypatch):
    Path("a.html").write_text(OLD, encoding="utf-8")
    assert "\x1b" not in run("audit", "a.html", "--offline")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[1;31m" in run("audit", "a.html", "--offline")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", run("audit", "a.html", "--offline")[1])


def test_a_terminal_without_the_letters_gets_numbers():
    Path("a.html").write_text(OLD.replace("Bridge", "Brücke “x”"), encoding="utf-8")
    done = module("audit", "a.html", "--offline", env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert "Br\\xfccke" in done.stdout


def test_the_daemon_stops_cleanly_on_sigterm(project):
    daemon = subprocess.Popen(
        [sys.executable, "-m", "checker", "run", "-c", "config/checker.toml"],
        stderr=subprocess.PIPE,
        text=True,
    )
    limit = threading.Timer(60, daemon.kill)  # so that a word changed in the log can't hang us
    limit.start()
    with daemon:
        for line in daemon.stderr:
            if "discover courier: 8 found" in line:
                break
        daemon.send_signal(signal.SIGTERM)
        _, err = daemon.communicate(timeout=20)
    limit.cancel()
    assert daemon.returncode == 0
    assert "Traceback" not in err


@pytest.mark.slow
def test_real_pages_are_audited_without_a_crash(run, tmp_path):
    """50 pages of the shared corpora, end to end."""
    folder = tmp_path / "pages"
    folder.mkdir()
    with gzip.open(corpora("pages") / "aeb.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in zip(range(50), lines, strict=False):
            (folder / f"{number}.html").write_text(json.loads(line)["html"], encoding="utf-8")
    code, out, _ = run("audit", "pages", "--offline", "--format", "json")
    counts = json.loads(out)["counts"]
    assert code in {0, 1}
    assert counts["documents"] == 50
    print(counts)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (3_599, "59 minutes"),
        (7_200, "2 hours"),
        (86_399, "23 hours"),
        (21_230_919, "245 days"),
    ],
)
def test_a_delay_is_told_in_the_largest_unit_that_fits(seconds, words):
    assert lasting(seconds) == words


def test_rederive_reports_and_tells_nobody(run, project):
    run("source", "sync")
    run("check", "--all")
    assert run("archive", "rederive") == (
        0,
        "0 articles derived again, 0 differ now; nobody is told\n",
        "",
    )
    code, out, _ = run("archive", "rederive", "--all", "--dry-run", "--source", "courier")
    assert code == 0
    assert out == "8 articles derived again, 0 would differ\n"
    assert len(json.loads(run("archive", "rederive", "--all", "--json")[1])) == 8
    assert run("archive", "rederive", "--source", "nobody")[0] == 2
    with application(None) as app:
        one = next(iter(app.store.standings()))
        reading = replace(one.copy_reading, title="Old \x1b[31mtitle", version="reader-0")
        app.store.put_rederived([replace(one, copy_reading=reading)])
    code, out, _ = run("archive", "rederive", "--dry-run")
    assert "copy: title: Old title → " in out
    assert out.endswith("1 article derived again, 1 would differ\n")
    Path(one.copy.locator.path).unlink()
    code, out, err = run("archive", "rederive")
    assert code == 0
    assert out.endswith("1 article derived again, 0 differ now; nobody is told\n")
    assert err.startswith(f"not derived: {one.article.uri}: ")


def test_dates_that_contradict_each_other_are_shown_with_both(run):
    declared = '<meta property="article:published_time" content="2024-05-03T10:00:00+02:00">'
    Path("odd.html").write_text(
        f"<head>{declared}</head><h1>Flood</h1><p>Published: 9 May 2024</p>", encoding="utf-8"
    )
    code, out, _ = run("dates", "odd.html")
    assert code == 0
    line = next(line for line in out.splitlines() if "conflict" in line)
    assert "shown and declared differ: published" in line
    assert "(article:published_time) is believed, 2024-05-09 (labelled) is not" in line
    _, data, _ = run("dates", "odd.html", "--json")
    (conflict,) = json.loads(data)[0]["conflicts"]
    assert conflict["why"] == "shown and declared differ: published"
