"""The shelf over real folders: what it opens, and what it need not open again."""

import os
from pathlib import Path

import pytest

from checker.adapters import library, marks
from checker.adapters.library import DiskShelf
from checker.errors import TargetError
from checker.model import Document, Skipped, Source, SourceKind, digest_of
from checker.stages import banner
from tests.helpers_banner import BANNER, splice

PAGE = b"<!doctype html><title>%s</title><p>The toll is 12 dollars."


@pytest.fixture
def opened(monkeypatch):
    """The names of the files that were read since; files may be new and count as settled."""
    names: list[str] = []
    read = library.folder._read
    monkeypatch.setattr(
        library.folder, "_read", lambda path: (names.append(path.name), read(path))[1]
    )
    monkeypatch.setattr(marks, "RECENT_NS", 0)
    return names


@pytest.fixture
def pages(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.html").write_bytes(PAGE % name.encode())
    return tmp_path


def source_of(folder: Path, base_url: str | None = "https://paper.test/") -> Source:
    return Source("s", SourceKind.FOLDER, str(folder), base_url=base_url)


def test_a_second_pass_over_an_unchanged_folder_opens_no_file(opened, pages):
    shelf = DiskShelf()
    first = list(shelf.copies(source_of(pages)))
    assert opened == ["a.html", "b.html", "c.html"]
    opened.clear()
    assert list(shelf.copies(source_of(pages))) == first
    assert opened == []
    assert [one.representation.body for one in first] == [b"", b"", b""]
    digests = [digest_of((pages / f"{name}.html").read_bytes()) for name in "abc"]
    assert [one.representation.digest for one in first] == digests


def test_what_changed_is_read_again_and_nothing_else(opened, pages):
    shelf = DiskShelf()
    list(shelf.copies(source_of(pages)))
    times = (pages / "b.html").stat()
    (pages / "b.html").write_bytes(PAGE % b"B")  # of the same size, and its time is set back
    os.utime(pages / "b.html", ns=(times.st_atime_ns, times.st_mtime_ns))
    (pages / "c.html").unlink()
    (pages / "d.html").write_bytes(PAGE % b"d")
    opened.clear()
    found = {one.name: one.representation.digest for one in shelf.copies(source_of(pages))}
    assert opened == ["b.html", "d.html"]
    assert found["b.html"] == digest_of(PAGE % b"B")
    assert sorted(found) == ["a.html", "b.html", "d.html"]


def test_another_base_url_gives_other_addresses(opened, pages):
    shelf = DiskShelf()
    list(shelf.copies(source_of(pages)))
    found = next(shelf.copies(source_of(pages, "https://other.test")))
    assert found.uri == "https://other.test/a.html"


def test_what_was_written_just_now_may_be_written_again_unseen(opened, pages, monkeypatch):
    monkeypatch.setattr(marks, "RECENT_NS", 60_000_000_000)
    shelf = DiskShelf()
    list(shelf.copies(source_of(pages)))
    list(shelf.copies(source_of(pages)))
    assert opened == ["a.html", "b.html", "c.html"] * 2


def test_no_more_is_remembered_than_the_limit(opened, pages):
    shelf = DiskShelf()
    shelf._known = library._Known(limit=2)
    list(shelf.copies(source_of(pages)))
    opened.clear()
    assert len(list(shelf.copies(source_of(pages)))) == 3
    assert opened == ["c.html"]


def test_a_copy_with_our_banner_is_the_copy_without(opened, pages):
    shelf = DiskShelf()
    before = list(shelf.copies(source_of(pages)))
    path = pages / "a.html"
    path.write_bytes(splice(path.read_bytes(), banner.render(BANNER)))
    assert list(shelf.copies(source_of(pages))) == before


def test_what_can_not_be_read_in_a_folder_is_skipped_each_time(opened, pages):
    (pages / "b.html").write_bytes(b"")
    shelf = DiskShelf()
    for _ in range(2):
        found = list(shelf.copies(source_of(pages)))
        assert [type(one) for one in found] == [Document, Skipped, Document]


def test_a_file_that_vanishes_while_the_folder_is_read_is_skipped(pages, monkeypatch):
    monkeypatch.setattr(marks, "mark", lambda path: path.unlink())
    found = list(DiskShelf().copies(source_of(pages)))
    assert {type(one) for one in found} == {Skipped}


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("a.html", b"", "empty"),
        ("a.pdf", b"%PDF-1.7 \x00\x01\x02", "binary|PDF"),
        ("a\0.html", None, "can't be read: embedded null"),
        ("absent/a.html", None, "there is no such file or folder"),
        ("file/a.html", None, "can't be read: Not a directory"),
    ],
)
def test_a_named_file_that_can_not_be_read_is_an_error(tmp_path, name, body, reason):
    (tmp_path / "file").write_text("")
    if body is not None:
        (tmp_path / name).write_bytes(body)
    with pytest.raises(TargetError, match=reason):
        list(DiskShelf().open(tmp_path / name, None))


@pytest.mark.parametrize("name", ["a.html", "a.warc", "folder"])
def test_what_may_not_be_opened_is_an_error(tmp_path, name, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.html").write_bytes(PAGE)
    (tmp_path / name).touch() if name != "folder" else None
    monkeypatch.setattr(library.Path, "open", refuse)
    monkeypatch.setattr(library.os, "scandir", refuse)
    with pytest.raises(TargetError, match="can't be read: Permission denied"):
        list(DiskShelf().open(tmp_path / name, None))
