"""What every BannerSink promises, on disk and in memory; then what only the real ones can."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from checker.adapters import banner_files
from checker.adapters.atomic import TEMPORARY, write_atomic
from checker.adapters.banner_files import InPlace, OutputTree
from checker.errors import BannerError
from checker.model import Skipped
from checker.ports import BannerChange
from checker.stages.banner import Keyring, render, strip
from tests.fakes_banner import FakeBannerSink
from tests.helpers_banner import BANNER, UNKEYED, splice
from tests.repeats import repeats

PAGES = {
    "a.html": b"<!DOCTYPE html><title>T</title><body><main><p>x</p><h1>T</h1>\r\n",
    "2017/deep/b.htm": "<html><body>漢\n".encode("utf-16"),
    "c": b"<p>no suffix, no body \xff\xfe\x00",
    "words.html": b"Just words.",
    "frames.html": b"<html><frameset><frame></frameset></html>",
}
ONE = render(BANNER)
OTHER_BANNER = replace(BANNER, heading="The original is no longer there")
TWO = render(OTHER_BANNER)
GOOD = ["a.html", "2017/deep/b.htm", "c"]


def archive(folder: Path) -> Path:
    for name, body in PAGES.items():
        path = folder / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder / "archive"


class Sinks:
    """A sink, and how to see what it published."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.root = archive(folder)
        if kind == "fake":
            self.sink = fake = FakeBannerSink(dict(PAGES))
            self.published = lambda name: fake.published.get(name, PAGES[name])
        elif kind == "output":
            self.sink = OutputTree(self.root, folder / "out", UNKEYED)
            self.published = lambda name: (folder / "out" / name).read_bytes()
        else:
            self.sink = InPlace(self.root, UNKEYED)
            self.published = lambda name: (self.root / name).read_bytes()


@pytest.fixture(params=["output", "in-place", "fake"])
def sinks(request, tmp_path):
    return Sinks(request.param, tmp_path)


@pytest.mark.parametrize("name", GOOD)
def test_apply_replace_remove(sinks, name):
    sink, path = sinks.sink, Path(name)
    assert sink.apply(path, BANNER, ONE) == BannerChange(name, "applied", BANNER.heading)
    assert sinks.published(name) == splice(PAGES[name], ONE)
    assert sink.apply(path, BANNER, ONE) == BannerChange(name, "unchanged")
    assert sinks.published(name) == splice(PAGES[name], ONE)
    change = sink.apply(path, OTHER_BANNER, TWO)
    assert change == BannerChange(name, "replaced", OTHER_BANNER.heading)
    assert sinks.published(name) == splice(PAGES[name], TWO)
    assert sink.remove(path) == BannerChange(name, "removed")
    assert sinks.published(name) == PAGES[name]
    assert sink.remove(path) == BannerChange(name, "unchanged")
    assert sink.apply(path, BANNER, ONE).action == "applied"


def test_a_banner_that_differs_by_the_day_of_its_check_stays(sinks):
    kept = replace(BANNER, key="the same facts")
    assert sinks.sink.apply(Path("a.html"), kept, render(kept)).action == "applied"
    published = sinks.published("a.html")
    later = replace(kept, sentences=("The original is gone (checked 25 November 2026).",))
    assert sinks.sink.apply(Path("a.html"), later, render(later)).action == "unchanged"
    assert sinks.published("a.html") == published
    other = replace(later, key="other facts")
    assert sinks.sink.apply(Path("a.html"), other, render(other)).action == "replaced"
    assert sinks.published("a.html") == splice(PAGES["a.html"], render(other))


def test_removing_what_was_never_put_on_changes_nothing(sinks):
    change = sinks.sink.remove(Path("a.html"))
    assert (change.path, change.action) == ("a.html", "unchanged")


@pytest.mark.parametrize(
    ("name", "why"),
    [("words.html", "not HTML"), ("frames.html", "frames"), ("gone.html", "No such file")],
)
def test_what_can_hold_no_banner_is_skipped_with_the_reason(sinks, name, why):
    skipped = sinks.sink.apply(Path(name), BANNER, ONE)
    assert isinstance(skipped, Skipped)
    assert skipped.name == name
    assert why in skipped.reason


def test_removing_from_a_missing_copy_is_skipped(sinks):
    assert sinks.sink.remove(Path("gone.html")) == Skipped("gone.html", "No such file or directory")


# --- files ---


@pytest.fixture
def root(tmp_path):
    return archive(tmp_path)


@pytest.fixture(params=["output", "in-place"])
def sink(request, root, tmp_path):
    return (
        OutputTree(root, tmp_path / "out", UNKEYED)
        if request.param == "output"
        else InPlace(root, UNKEYED)
    )


def reasons(sink, copy):
    """Both acts are refused, for the same reason."""
    answers = (sink.apply(copy, BANNER, ONE), sink.remove(copy))
    assert all(isinstance(answer, Skipped) for answer in answers), answers
    assert answers[0].reason == answers[1].reason
    return answers[0].reason


def test_absolute_paths_are_taken_too(sink, root):
    assert sink.apply(root / "a.html", BANNER, ONE).path == "a.html"


def test_a_root_named_through_a_link_is_fine(root, tmp_path):
    alias = tmp_path / "alias"
    alias.symlink_to(root)
    assert InPlace(alias, UNKEYED).apply(alias / "a.html", BANNER, ONE).action == "applied"
    assert InPlace(alias, UNKEYED).remove(Path("a.html")).action == "removed"


def test_paths_out_of_the_archive_are_refused(sink, root, tmp_path):
    (tmp_path / "secret.html").write_bytes(b"<p>secret")
    (tmp_path / "archive2").mkdir()
    (tmp_path / "archive2" / "x.html").write_bytes(b"<p>x")
    for copy in (
        Path("../secret.html"),
        tmp_path / "secret.html",
        Path("2017/../../secret.html"),
        tmp_path / "archive2" / "x.html",
        root,
        Path(),
    ):
        assert reasons(sink, copy) == "it lies outside the archive"
    assert (tmp_path / "secret.html").read_bytes() == b"<p>secret"


def test_links_are_not_followed(sink, root, tmp_path):
    (tmp_path / "secret.html").write_bytes(b"<p>secret")
    (root / "link.html").symlink_to(tmp_path / "secret.html")
    (root / "inner.html").symlink_to(root / "a.html")
    (root / "folder").symlink_to(root / "2017")
    assert reasons(sink, Path("link.html")) == "'link.html' is a symbolic link"
    assert reasons(sink, Path("inner.html")) == "'inner.html' is a symbolic link"
    assert reasons(sink, Path("folder/deep/b.htm")) == "'folder' is a symbolic link"
    assert (tmp_path / "secret.html").read_bytes() == b"<p>secret"


def test_odd_files_are_refused(sink, root):
    (root / "dir.html").mkdir()
    os.mkfifo(root / "fifo.html")
    assert reasons(sink, Path("dir.html"))
    assert reasons(sink, Path("fifo.html")) == "it is no regular file"


@pytest.mark.parametrize("name", ["notes.txt", "data.JSON", "x.md", "x.mhtml"])
def test_files_of_other_kinds_bear_no_banner(sink, root, name):
    (root / name).write_bytes(b"<p>x")
    skipped = sink.apply(Path(name), BANNER, ONE)
    assert "is no HTML page" in skipped.reason
    assert (root / name).read_bytes() == b"<p>x"


# --- output tree ---


def test_originals_are_never_written_to(root, tmp_path):
    before = {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in root.rglob("*")}
    tree = OutputTree(root, tmp_path / "out", UNKEYED)
    for name in PAGES:
        tree.apply(Path(name), BANNER, ONE)
        tree.remove(Path(name))
    assert {
        path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in root.rglob("*")
    } == before
    for name, body in PAGES.items():
        assert (root / name).read_bytes() == body


def test_nothing_is_published_by_removing(root, tmp_path):
    change = OutputTree(root, tmp_path / "out", UNKEYED).remove(Path("a.html"))
    assert change == BannerChange("a.html", "unchanged", "not published")
    assert not (tmp_path / "out").exists()


def test_flagged_copies_have_the_originals_mode(root, tmp_path):
    (root / "a.html").chmod(0o640)
    OutputTree(root, tmp_path / "out", UNKEYED).apply(Path("a.html"), BANNER, ONE)
    assert (tmp_path / "out" / "a.html").stat().st_mode & 0o7777 == 0o640


@pytest.mark.parametrize("output", [".", "..", "2017", "new/inside"])
def test_overlapping_trees_are_refused(root, output):
    with pytest.raises(BannerError, match="overlaps"):
        OutputTree(root, root / output, UNKEYED)


def test_links_in_the_output_tree_are_not_followed(root, tmp_path):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    (elsewhere / "deep").mkdir(parents=True)
    out.mkdir()
    (out / "2017").symlink_to(elsewhere)
    (out / "a.html").symlink_to(root / "a.html")
    tree = OutputTree(root, out, UNKEYED)
    assert "is a symbolic link" in tree.apply(Path("2017/deep/b.htm"), BANNER, ONE).reason
    assert "symbolic links" in tree.apply(Path("a.html"), BANNER, ONE).reason
    assert (root / "a.html").read_bytes() == PAGES["a.html"]
    assert not list((elsewhere / "deep").iterdir())


def test_a_copy_that_bears_our_banner_already_gets_one_only(root, tmp_path):
    (root / "a.html").write_bytes(splice(PAGES["a.html"], TWO))
    OutputTree(root, tmp_path / "out", UNKEYED).apply(Path("a.html"), BANNER, ONE)
    assert (tmp_path / "out" / "a.html").read_bytes() == splice(PAGES["a.html"], ONE)


# --- in place ---


def test_an_unchanged_banner_is_written_anew_where_it_must_be(root, tmp_path):
    """The original was edited, its mode changed, or the key is a former one."""
    tree = OutputTree(root, tmp_path / "out", UNKEYED)
    assert tree.apply(Path("a.html"), BANNER, ONE).action == "applied"
    (root / "a.html").write_bytes(PAGES["a.html"] + b"<p>edited")
    assert tree.apply(Path("a.html"), BANNER, ONE).action == "replaced"
    assert (tmp_path / "out" / "a.html").read_bytes() == splice(PAGES["a.html"] + b"<p>edited", ONE)
    (root / "a.html").chmod(0o600)
    tree.apply(Path("a.html"), BANNER, ONE)
    assert (tmp_path / "out" / "a.html").read_bytes().endswith(b"edited")
    newer = Keyring((b"n" * 32, *UNKEYED.keys))
    assert OutputTree(root, tmp_path / "out", newer).apply(Path("a.html"), BANNER, ONE).action == (
        "replaced"
    )
    assert InPlace(root, UNKEYED).apply(Path("c"), BANNER, ONE).action == "applied"
    assert InPlace(root, newer).apply(Path("c"), BANNER, ONE).action == "replaced"
    assert InPlace(root, newer).apply(Path("c"), BANNER, ONE).action == "unchanged"


def test_mode_and_times_stay(root):
    path = root / "a.html"
    path.chmod(0o604)
    os.utime(path, ns=(1_500_000_000_123_456_789, 1_400_000_000_987_654_321))
    if hasattr(os, "setxattr"):
        with suppress(OSError):  # not every file system has them
            os.setxattr(path, "user.note", b"kept")
    sink = InPlace(root, UNKEYED)
    for act in (lambda: sink.apply(path, BANNER, ONE), lambda: sink.remove(path)):
        before = path.stat()
        extra = {name: os.getxattr(path, name) for name in os.listxattr(path)}
        assert act().action in ("applied", "removed")
        after = path.stat()
        assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
        assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
        assert {name: os.getxattr(path, name) for name in os.listxattr(path)} == extra
    assert path.read_bytes() == PAGES["a.html"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_owner_stays(root):
    path = root / "a.html"
    os.chown(path, 12_345, 23_456)
    assert InPlace(root, UNKEYED).apply(path, BANNER, ONE).action == "applied"
    assert (path.stat().st_uid, path.stat().st_gid) == (12_345, 23_456)


def test_an_owner_that_would_be_lost_is_respected(root, monkeypatch):
    def refused(*args):
        raise PermissionError(1, "no")

    monkeypatch.setattr(banner_files.os, "chown", refused)
    real = os.fstat

    class Other:
        def __init__(self, state):
            self._state = state

        def __getattr__(self, name):
            return 4_242 if name == "st_uid" else getattr(self._state, name)

    monkeypatch.setattr(banner_files.os, "fstat", lambda handle: Other(real(handle)))
    skipped = InPlace(root, UNKEYED).apply(Path("a.html"), BANNER, ONE)
    assert skipped.reason == "it belongs to another user, who would lose it"
    assert (root / "a.html").read_bytes() == PAGES["a.html"]
    assert not list(root.glob(f".*{TEMPORARY}"))


def test_hard_links_are_refused(root):
    os.link(root / "a.html", root / "twin.html")
    assert "hard links" in reasons(InPlace(root, UNKEYED), Path("a.html"))


def test_a_page_edited_around_its_banner_is_left_alone(root):
    path = root / "a.html"
    edited = splice(PAGES["a.html"], ONE).replace(b"<p>x", b"<p>y")
    path.write_bytes(edited)
    assert "edited after its banner" in reasons(InPlace(root, UNKEYED), path)
    assert path.read_bytes() == edited


MINE, THEIRS = Keyring((b"m" * 32,)), Keyring((b"t" * 32,))
# As version 0.1 put it on: no key, no place, the digests only.
FIRST_FORM = (
    "<!--archive-checker banner 1 length={} fragment={} original={}-->{}"
    "<!--/archive-checker banner-->"
)


def first_form(page: bytes, fragment: str) -> bytes:
    told = (sha256(fragment.encode()).hexdigest(), sha256(page).hexdigest())
    return FIRST_FORM.format(len(fragment), *told, fragment).encode() + page


@pytest.mark.parametrize("kind", ["another key", "of 0.1"])
def test_a_banner_that_our_key_did_not_sign_comes_off_by_force_only(root, kind):
    path, page = root / "a.html", PAGES["a.html"]
    path.write_bytes(splice(page, ONE, THEIRS) if kind == "another key" else first_form(page, ONE))
    flagged = path.read_bytes()
    reason = reasons(InPlace(root, MINE), path)
    assert "our key did not sign" in reason
    assert "--force" in reason
    assert path.read_bytes() == flagged
    change = InPlace(root, MINE, force=True).remove(path)
    assert change == BannerChange("a.html", "removed")
    assert path.read_bytes() == page


def test_force_replaces_a_foreign_banner_too(root):
    path, page = root / "a.html", PAGES["a.html"]
    path.write_bytes(splice(page, ONE, THEIRS))
    assert InPlace(root, MINE, force=True).apply(path, BANNER, TWO).action == "replaced"
    assert path.read_bytes() == splice(page, TWO, MINE)


def test_force_cuts_an_edited_banner_out_and_says_so(root):
    path = root / "a.html"
    path.write_bytes(splice(PAGES["a.html"], ONE, MINE).replace(b"<p>x", b"<p>y"))
    change = InPlace(root, MINE, force=True).remove(path)
    assert (change.action, "edited since" in change.detail) == ("removed", True)
    assert path.read_bytes() == PAGES["a.html"].replace(b"<p>x", b"<p>y")


def test_a_former_key_of_ours_still_takes_banners_off(root):
    path = root / "a.html"
    InPlace(root, MINE).apply(path, BANNER, ONE)
    rotated = Keyring((b"n" * 32, *MINE.keys))
    assert InPlace(root, rotated).apply(path, BANNER, ONE).action == "replaced"
    assert path.read_bytes() == splice(PAGES["a.html"], ONE, Keyring((b"n" * 32,)))
    assert InPlace(root, rotated).remove(path).action == "removed"
    assert path.read_bytes() == PAGES["a.html"]


def test_in_an_output_tree_a_foreign_banner_is_text_of_the_page(root, tmp_path):
    """Originals are not ours to write, so what stands in them is theirs: ours goes on top."""
    (root / "a.html").write_bytes(splice(PAGES["a.html"], TWO, THEIRS))
    tree = OutputTree(root, tmp_path / "out", MINE)
    assert tree.apply(Path("a.html"), BANNER, ONE).action == "applied"
    body = (tmp_path / "out" / "a.html").read_bytes()
    assert (ONE.encode() in body, TWO.encode() in body) == (True, True)
    assert tree.remove(Path("a.html")).action == "removed"


def test_a_file_changed_meanwhile_is_left_alone(root, monkeypatch):
    path = root / "a.html"

    def meanwhile(*args, **kwargs):
        path.write_bytes(b"<p>somebody else's")
        return write_atomic(*args, **kwargs)

    monkeypatch.setattr(banner_files, "write_atomic", meanwhile)
    skipped = InPlace(root, UNKEYED).apply(path, BANNER, ONE)
    assert skipped.reason == "it was changed by somebody else meanwhile"
    assert path.read_bytes() == b"<p>somebody else's"
    assert not list(root.glob(f".*{TEMPORARY}"))


def test_a_file_deleted_meanwhile_does_not_come_back(root, monkeypatch):
    path = root / "a.html"

    def meanwhile(target, data, *, dress, still):
        def gone():
            path.unlink()
            return still()

        return write_atomic(target, data, dress=dress, still=gone)

    monkeypatch.setattr(banner_files, "write_atomic", meanwhile)
    assert "changed by somebody" in InPlace(root, UNKEYED).apply(path, BANNER, ONE).reason
    assert not path.exists()


def test_a_failing_disk_leaves_the_file_as_it_was(root, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    skipped = InPlace(root, UNKEYED).apply(Path("a.html"), BANNER, ONE)
    assert skipped.reason == "No space left on device"
    assert (root / "a.html").read_bytes() == PAGES["a.html"]
    assert not list(root.glob(f".*{TEMPORARY}"))


def test_what_a_killed_run_left_is_swept_once_it_is_old(root, monkeypatch):
    left = root / f".abc{TEMPORARY}"
    left.write_bytes(b"half")
    InPlace(root, UNKEYED).apply(Path("a.html"), BANNER, ONE)
    assert left.exists()  # may be another process's
    now = time.time()
    monkeypatch.setattr(banner_files.time, "time", lambda: now + 4_000)
    InPlace(root, UNKEYED).apply(Path("c"), BANNER, ONE)
    assert not left.exists()


KILLS = repeats(8, 30)
CHILD = """
import sys
from pathlib import Path
from checker.adapters.banner_files import InPlace
from checker.stages.banner import render
from tests.helpers_banner import UNKEYED
from tests.helpers_banner import BANNER
root, fragment = Path(sys.argv[1]), render(BANNER)
sink, names = InPlace(root, UNKEYED), sorted(p for p in root.rglob("*") if p.is_file())
print("ready", flush=True)
while True:
    for path in names:
        sink.apply(path, BANNER, fragment)
    for path in names:
        sink.remove(path)
"""


@pytest.mark.slow
def test_killed_at_any_moment_every_file_is_whole(tmp_path):
    """Each file is the original or the original with its banner, never a mix."""
    root = tmp_path / "tree"
    originals = {}
    for number in range(12):
        path = root / str(number % 3) / f"{number}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        originals[path] = b"<html><body><main><h1>%d</h1>" % number + b"<p>words</p>\n" * 4_000
        path.write_bytes(originals[path])
    chance = random.Random(7)
    project = Path(__file__).parents[2]
    flagged = 0
    for _ in range(KILLS):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(root)], stdout=subprocess.PIPE, cwd=project
        ) as child:
            assert child.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.0, 0.12))
            child.send_signal(signal.SIGKILL)
        for path, original in originals.items():
            body = path.read_bytes()
            assert body in (original, splice(original, ONE)), path
            assert strip(body) == original
            flagged += body != original
    assert 0 < flagged < KILLS * len(originals)
    strays = [path for path in root.rglob("*") if path.is_file() and path not in originals]
    assert all(path.name.startswith(".") and path.name.endswith(TEMPORARY) for path in strays)
