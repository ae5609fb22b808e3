"""The key file: made once, private, whole, replaced without making old banners strangers."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from checker.adapters.atomic import TEMPORARY
from checker.adapters.banner_key import NAME, make_keys, read_keys, rotate_keys
from checker.errors import BannerError
from checker.stages.banner import key_name, strip
from tests.helpers_banner import splice


@pytest.fixture
def path(tmp_path):
    return tmp_path / "var" / NAME


def test_it_is_made_once_and_private(path):
    assert read_keys(path).keys == ()
    assert not path.exists()
    made = make_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [len(key) for key in made.keys] == [32]
    assert make_keys(path) == read_keys(path) == made
    assert [entry.name for entry in path.parent.iterdir()] == [NAME]
    assert make_keys(path.with_name("other.key")) != made


def test_a_rotated_key_signs_and_the_former_is_believed(path):
    former = make_keys(path)
    flagged = splice(b"<p>x", "<b>B</b>", former)
    now = rotate_keys(path)
    assert now == read_keys(path)
    assert now.keys[1:] == former.keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert strip(flagged, now) == b"<p>x"
    assert key_name(now.keys[0]).encode() in splice(b"<p>x", "<b>B</b>", now)


def test_rotating_makes_the_first_key_too(path):
    assert len(rotate_keys(path).keys) == 1


def test_comments_and_blank_lines_are_skipped(path):
    make_keys(path)
    path.write_text(f"# mine\n\n{'ab' * 32}  \n", encoding="ascii")
    assert read_keys(path).keys == (b"\xab" * 32,)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "holds no key"),
        ("# nothing\n", "holds no key"),
        ("ab" * 32 + "\nxyz\n", "key 2 is not 64 hex digits"),
        ("\xff", "key 1 is not 64 hex digits"),
    ],
)
def test_a_damaged_file_is_told_and_not_replaced(path, text, cause):
    make_keys(path)
    path.write_text(text, encoding="latin-1")
    for act in (read_keys, make_keys, rotate_keys):
        with pytest.raises(BannerError, match=cause):
            act(path)
    assert path.read_text(encoding="latin-1") == text


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_key_that_others_can_read_proves_nothing(path, mode):
    make_keys(path)
    path.chmod(mode)
    with pytest.raises(BannerError, match="others may read it") as caught:
        read_keys(path)
    assert f"chmod 600 {path}" in str(caught.value)


def test_something_else_at_its_place_is_told(path, tmp_path):
    path.mkdir(parents=True)
    with pytest.raises(BannerError, match="no regular file"):
        make_keys(path)
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(BannerError, match="no regular file"):
        read_keys(tmp_path / "fifo")
    (tmp_path / "file").write_text("x", encoding="ascii")
    for act in (read_keys, make_keys, rotate_keys):
        with pytest.raises(BannerError, match="Not a directory"):
            act(tmp_path / "file" / NAME)


def test_a_folder_that_cannot_be_written_is_told(path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    make_keys(path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(BannerError, match="No space left"):
        make_keys(path.with_name("new.key"))
    with pytest.raises(BannerError, match="No space left"):
        rotate_keys(path)
    assert [entry.name for entry in path.parent.iterdir()] == [NAME]


def test_of_many_that_make_it_at_once_all_have_the_same(path):
    code = (
        "import sys; from pathlib import Path; from checker.adapters.banner_key import make_keys;"
        "sys.stdin.readline(); print(make_keys(Path(sys.argv[1])).keys[0].hex())"
    )
    project = Path(__file__).parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=project,
            text=True,
        )
        for _ in range(4)
    ]
    for one in started:
        one.stdin.write("go\n")
        one.stdin.flush()
    told = {one.communicate()[0] for one in started}
    assert len(told) == 1
    assert len(told.pop()) == 65
    assert not list(path.parent.glob(f"*{TEMPORARY}"))
