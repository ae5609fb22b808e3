"""Which files of a folder are audited: globs that no shell expanded, patterns, packed WARC files."""

import json
import shutil
from pathlib import Path

import pytest

from checker.ports.selection import parted

pytestmark = pytest.mark.usefixtures("clean_environment")

PAGE = "<!doctype html><title>Toll</title><p>The toll on the bridge is 12 dollars."
NAMES = ("a/one.html", "a/b/two.html", "a/b/three.md", "a/b/four.php", "c/five.html", "six.html")


def tree() -> None:
    for name in NAMES:
        path = Path("archive", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE)


def paths(out: str) -> set[str]:
    return {one["path"] for one in json.loads(out)["documents"]}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("archive/**/*.html",), {"a/one.html", "a/b/two.html", "c/five.html", "six.html"}),
        (("archive/*.html",), {"six.html"}),
        (("archive/?/*.html",), {"a/one.html", "c/five.html"}),
        (("archive/a/b/*",), {"a/b/two.html", "a/b/three.md"}),
        (("archive/[ac]/**/*.php",), {"a/b/four.php"}),
        (("archive", "--include", "*.php"), {"a/b/four.php"}),
        (("archive", "--include", "/a/", "--exclude", "*.md"), {"a/one.html", "a/b/two.html"}),
        (("archive", "--exclude", "/a/"), {"c/five.html", "six.html"}),
        (("archive/**/*.html", "--exclude", "two.*", "--exclude", "/c/"),
         {"a/one.html", "six.html"}),
    ],
)  # fmt: skip
def test_patterns_choose_files(run, words, found):
    tree()
    code, out, err = run("audit", *words, "--offline", "--format", "json", "--jobs", "0")
    assert (code, err) == (0, "")
    assert paths(out) == {f"archive/{name}" for name in found}


def test_a_file_of_such_a_name_is_that_file(run):
    Path("what[1].html").write_text(PAGE)
    _, out, _ = run("audit", "what[1].html", "--offline", "--format", "json")
    assert paths(out) == {"what[1].html"}


def test_a_pattern_that_can_not_be_and_a_folder_that_is_not_are_errors(run):
    tree()
    code, _, err = run("audit", "archive", "--exclude", "!", "--offline")
    assert code == 2
    assert "--exclude" in err
    code, _, err = run("audit", "none/*.html", "--offline")
    assert code == 2
    assert "there is no such file or folder" in err


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("archive/*.html", ("archive", "/*.html")),
        ("*.html", (".", "/*.html")),
        ("/**/x", ("/", "/**/x")),
        ("archive/a.html", None),
    ],
)
def test_a_glob_is_a_folder_and_a_pattern(target, found):
    assert parted(target) == found


@pytest.mark.parametrize("name", ["x.arc.zst", "x.WARC.lz4"])
def test_packed_warc_files_say_what_to_do(run, name):
    Path(name).write_bytes(b"\x28\xb5\x2f\xfd")
    code, _, err = run("audit", name, "--offline")
    assert code == 2
    assert "zstd -d" in err


def test_archives_that_match_are_targets_of_their_own(run):
    from tests.corpora import corpora

    iipc = corpora("warc") / "iipc"
    _, out, _ = run("audit", f"{iipc}/hello*.warc.gz", "--offline", "--format", "json")
    _, named, _ = run("audit", f"{iipc}/hello-world.warc.gz", "--offline", "--format", "json",
                      "--as-of", json.loads(out)["as_of"])  # fmt: skip
    assert json.loads(out)["documents"] == json.loads(named)["documents"] != []


def crawls():
    """A page, and WARC files beside and below it; one is damaged."""
    from tests.corpora import corpora

    warcs = corpora("warc")
    Path("crawls/old").mkdir(parents=True)
    Path("crawls/page.html").write_text(PAGE)
    shutil.copy(warcs / "iipc/hello-world.warc.gz", "crawls/a.warc.gz")
    shutil.copy(warcs / "iipc/hello-world.warc.gz", "crawls/old/a.warc.gz")
    shutil.copy(warcs / "iipc/hello-world.warc.gz", "crawls/old/b.WARC.GZ")
    Path("crawls/old/bad.warc.gz").write_bytes(b"\x1f\x8bnothing of the sort")
    Path("crawls/old/link.warc.gz").symlink_to("a.warc.gz")


def audited(run, *words):
    code, out, err = run("audit", *words, "--offline", "--format", "json", "--fail-on", "never")
    return code, json.loads(out), err


def test_the_archives_in_a_folder_are_looked_at_too(run):
    crawls()
    code, told, err = audited(run, "crawls")
    assert (code, err) == (0, "")
    places = [(one["path"], one["name"].partition(":")[0]) for one in told["documents"]]
    assert places == [
        ("crawls/page.html", "page.html"),
        ("crawls/a.warc.gz", "a.warc.gz"),
        ("crawls/old/a.warc.gz", "old/a.warc.gz"),
        ("crawls/old/b.WARC.GZ", "old/b.WARC.GZ"),
    ]
    (bad,) = told["skipped"]
    assert bad["name"].startswith("old/bad.warc.gz")
    assert audited(run, "crawls", "--strict")[0] == 2
    assert audited(run, "crawls", "--jobs", "2")[1]["documents"] == told["documents"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--exclude", "/old/"], ["page.html", "a.warc.gz"]),
        (["--include", "*.html"], ["page.html"]),
        (["--include", "a.warc.gz"], ["a.warc.gz", "old/a.warc.gz"]),
        (["--include", "*.gz", "--exclude", "b*"], ["a.warc.gz", "old/a.warc.gz"]),
    ],
)
def test_patterns_choose_archives_as_they_choose_pages(run, words, names):
    crawls()
    _, told, _ = audited(run, "crawls", *words)
    assert [one["name"].partition(":")[0] for one in told["documents"]] == names
    assert told["skipped"] == []


def test_copies_are_found_in_a_folder_of_archives(run):
    crawls()
    _, one, _ = audited(run, "crawls/a.warc.gz", "--against", "crawls/old/a.warc.gz")
    _, all_of_them, _ = audited(run, "crawls/a.warc.gz", "--against", "crawls")
    for told in (one, all_of_them):
        (document,) = told["documents"]
        assert document["comparison"]["change"] == "identical"


def test_a_banner_is_put_on_pages_not_on_records(run):
    crawls()
    code, out, err = run("banner", "apply", "crawls", "--output", "flagged", "--offline")
    assert (code, err) == (0, "1 looked at, 0 skipped\n"), out


def test_how_far_a_folder_of_archives_is_done_is_known(tmp_path):
    from checker.adapters.library import DiskShelf
    from checker.ports.selection import Selection
    from checker.service.audit.options import AuditOptions
    from checker.service.audit.targets import Targets
    from tests.fakes_http import FakeHttp
    from tests.helpers_watch import SetClock

    crawls()
    assert DiskShelf().size(Path("crawls")) == 5
    assert DiskShelf().size(Path("crawls"), Selection(archives=False)) == 1
    options = AuditOptions(offline=True, progress=lambda *_: None)
    http = FakeHttp({}, SetClock())
    shares = [job.share for job in Targets(http, DiskShelf(), options).jobs(["crawls"])]
    assert shares == sorted(shares)
    assert shares[0] == 1 / 5
    assert shares[-1] <= 1


@pytest.mark.parametrize("made", ["empty", "feeds"])
def test_a_target_that_holds_nothing_is_said_to(run, made):
    Path(made).mkdir()
    if made == "feeds":
        Path(made, "a.xml").write_text("<rss/>")
    code, out, err = run("audit", made, "--offline")
    assert code == 0
    assert "0 documents" in out
    assert err == f"nothing to look at: {made} held no page, archive, feed or index\n"
    assert run("audit", made, "--offline", "--quiet") == (0, "", "")
