"""Folders of saved pages: mapped to their origin, kept inside, explained where unreadable."""

import os
from pathlib import Path

import pytest

from checker.adapters import folder
from checker.adapters.inside import inside
from checker.errors import ArchiveError, TargetError
from checker.model import Document, Locator, Skipped, digest_of

PAGE = b"<title>A bridge</title><p>It is closed."
CANONICAL = b'<link rel=canonical href="https://news.example/bridge">' + PAGE


def read(root: Path, base_url: str | None = None) -> dict[str, Document | Skipped]:
    return {item.name: item for item in folder.FolderCopies(root, base_url).documents()}


def test_files_become_documents_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    files = ("z.htm", "b/a.xhtml", "b/A.HTML", "c.md", "d.txt", "skip.png", "b/skip.css", "html")
    for name in files:
        (tmp_path / name).write_bytes(PAGE)
    found = read(tmp_path)
    assert list(found) == ["c.md", "d.txt", "z.htm", "b/A.HTML", "b/a.xhtml"]
    types = {name: item.representation.media_type
             for name, item in found.items() if isinstance(item, Document)}  # fmt: skip
    assert types == {
        "c.md": "text/markdown",
        "d.txt": "text/plain",
        "z.htm": "text/html",
        "b/A.HTML": "text/html",
        "b/a.xhtml": "application/xhtml+xml",
    }


def test_a_document_says_what_is_known_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(CANONICAL)
    os.utime(tmp_path / "a.html", (10**9, 10**9))
    document = read(tmp_path)["a.html"]
    assert isinstance(document, Document)
    assert (document.uri, document.mapped_by) == ("https://news.example/bridge", "rel=canonical")
    assert document.captured_at is None  # a file's time is no evidence of its capture
    assert document.locator == Locator("a.html")
    assert document.representation.digest == digest_of(CANONICAL)
    assert folder.load(tmp_path, document.locator) == document.representation


@pytest.mark.parametrize(
    ("base_url", "name", "uri"),
    [
        ("https://news.example", "a/b c.html", "https://news.example/a/b%20c.html"),
        ("https://news.example/x/", "a.html", "https://news.example/x/a.html"),
        ("https://news.example/x", "index.html", "https://news.example/x/"),
        ("https://news.example/x", "a/index.html", "https://news.example/x/a/"),
        ("https://news.example/x", "a/myindex.html", "https://news.example/x/a/myindex.html"),
        ("https://news.example", "ü?#.html", "https://news.example/%C3%BC%3F%23.html"),
        (None, "a.html", None),
    ],
)
def test_paths_map_to_addresses(
    tmp_path: Path, base_url: str | None, name: str, uri: str | None
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(PAGE)
    document = read(tmp_path, base_url)[name]
    assert isinstance(document, Document)
    assert document.uri == uri
    assert document.mapped_by == ("base URL" if uri else "")


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.html").write_bytes(PAGE)
    root = tmp_path / "root"
    root.mkdir()
    (root / "file.html").symlink_to(outside / "secret.html")
    (root / "folder").symlink_to(outside)
    (root / "loop.html").symlink_to(root / "loop.html")
    (root / "dangling.html").symlink_to(root / "nothing.html")
    found = read(root)
    assert set(found) == {"file.html", "folder", "loop.html", "dangling.html"}
    for item in found.values():
        assert isinstance(item, Skipped)
        assert "links are not followed" in item.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.4 \x00\x01", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "image|binary"),
        (b"<p>" + b"x" * 20_000_000, "larger than 20 MB"),
    ],
)
def test_the_unreadable_is_explained(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "a.html").write_bytes(content)
    (tmp_path / "b.html").write_bytes(PAGE)
    found = read(tmp_path)
    skipped = found["a.html"]
    assert isinstance(skipped, Skipped)
    assert any(part in skipped.reason for part in reason.split("|")), skipped
    assert isinstance(found["b.html"], Document)


def test_a_pipe_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.html")
    assert read(tmp_path) == {"a.html": Skipped("a.html", "is no regular file")}


def test_refused_files_and_folders_are_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read everything, so that the refusals are made."""
    (tmp_path / "a.html").write_bytes(PAGE)
    (tmp_path / "locked").mkdir()
    scandir, opened = os.scandir, os.open

    def refuse_folder(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    def refuse_file(path: object, flags: int, *rest: int) -> int:
        if str(path).endswith("a.html"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, flags, *rest)

    monkeypatch.setattr(os, "scandir", refuse_folder)
    monkeypatch.setattr(os, "open", refuse_file)
    found = list(folder.FolderCopies(tmp_path).documents())
    assert found[0] == Skipped("a.html", "can't be read: Permission denied")
    assert isinstance(found[1], Skipped)
    assert found[1].name.endswith("locked")
    assert found[1].reason == "can't be read: Permission denied"


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.html")).write_bytes(PAGE)
    (item,) = folder.FolderCopies(tmp_path).documents()
    assert isinstance(item, Skipped)
    assert item.name == "?.html"
    assert "UTF-8" in item.reason


def test_a_named_file_is_read_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.bak").write_bytes(CANONICAL)
    (tmp_path / "link.html").symlink_to(tmp_path / "a.bak")
    for name in ("a.bak", "link.html"):
        document = folder.document(tmp_path / name)
        assert isinstance(document, Document)
        assert document.representation.media_type == "text/html"
        assert document.locator == Locator(name)
    gone = folder.document(tmp_path / "gone.html")
    assert gone == Skipped("gone.html", "can't be read: No such file or directory")


def test_a_root_that_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="no such folder"):
        folder.FolderCopies(tmp_path / "gone")


@pytest.mark.parametrize(
    "path", ["../a.html", "/etc/passwd", "x/../../a.html", "x/../a.html", "", ".", "a\0", "link.html"]
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "a.html").write_bytes(PAGE)
    root = tmp_path / "root"
    (root / "x").mkdir(parents=True)
    (root / "a.html").write_bytes(PAGE)
    (root / "link.html").symlink_to(tmp_path / "a.html")
    with pytest.raises(ArchiveError, match="leads out of"):
        folder.load(root, Locator(path))
    assert folder.load(root, Locator("a.html")).body == PAGE


def test_a_copy_that_went_away(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="No such file") as error:
        folder.load(tmp_path, Locator("a.html"))
    assert "source sync" in error.value.remedy


def test_a_loop_of_links_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert inside(tmp_path, "a") is None
    assert inside(tmp_path, "a/x.html") is None


def test_what_an_ignore_file_names_is_left_out(tmp_path: Path) -> None:
    for name in ("a.html", "drafts/b.html", "x/c.tmp.html", "print/2025/d.html", "print/keep.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("<p>A page of its own.</p>", encoding="utf-8")
    rules = "# not these\n\ndrafts/\n*.tmp.html\n/print/*\n!/print/keep.html\n"
    (tmp_path / ".checkerignore").write_text(rules, encoding="utf-8")
    copies = folder.FolderCopies(tmp_path)
    assert [one.name for one in copies.documents()] == ["a.html", "print/keep.html"]
    assert copies.count() == 2


def test_an_ignore_file_that_can_t_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / ".checkerignore").write_text("!\n", encoding="utf-8")
    with pytest.raises(TargetError, match=r"\.checkerignore"):
        folder.FolderCopies(tmp_path)


def test_where_a_folder_lies_may_be_a_link_that_is_set_anew(tmp_path):
    """As deployments do: ``current`` leads to another release while the daemon runs."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.html").write_text(f"<p>Release {name}")
    current, bodies = tmp_path / "current", []
    for name in ("one", "two"):
        current.unlink(missing_ok=True)
        current.symlink_to(name)
        (found,) = folder.FolderCopies(current, "https://paper.test/").documents()
        bodies.append(found.representation.body)
    assert bodies == [b"<p>Release one", b"<p>Release two"]


def test_what_separates_names_on_windows_leads_nowhere_there(tmp_path, monkeypatch):
    assert inside(tmp_path, "a\\b") == tmp_path / "a\\b"
    monkeypatch.setattr(os, "sep", "\\")
    assert inside(tmp_path, "..\\b") is None
