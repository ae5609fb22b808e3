"""Which files of a folder are audited: globs that no shell expanded, patterns, packed WARC files."""

import json
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
