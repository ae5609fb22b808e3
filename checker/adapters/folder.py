"""A folder of saved pages as archived copies (port ``Copies``).

A copy's capture time stays unknown here, unless a saved page (MHTML) states it: a file's modification time is that of a checkout, an
unpacked backup or an editor as often as of the capture, and it would be taken for evidence.
"""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

from checker.adapters import marks, mhtml
from checker.adapters.ignoring import ignoring, matching
from checker.adapters.inside import inside
from checker.errors import ArchiveError, TargetError
from checker.model import Document, Locator, Representation, Skipped, digest_of
from checker.ports import Unread
from checker.ports.selection import ARCHIVES, EVERYTHING, Selection
from checker.stages import discover
from checker.stages import page as page_stage

MAX_BYTES = 20_000_000  # of a page; parsing takes many times its size in memory
MEDIA_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".xht": "application/xhtml+xml",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    **dict.fromkeys(mhtml.SUFFIXES, mhtml.MEDIA_TYPE),
}
_SAVED = "Content-Location"


class FolderCopies:
    """The pages below *root*, mapped to their origin; links are not followed.

    A page's address is the one that it names itself (``discover.original_uri``), else *base_url*
    with the file's path, ``index.html`` standing for its folder. What its ``.checkerignore`` names
    is left out, and what *chosen* does not name. Raises TargetError.
    *recall* gets each file's path and how to read it; it may know the document already.
    """

    def __init__(
        self,
        root: Path,
        base_url: str | None = None,
        recall: "Recall | None" = None,
        chosen: Selection = EVERYTHING,
    ) -> None:
        if not root.is_dir():
            raise TargetError(str(root), "there is no such folder", "Check the path.")
        self.root = root
        self._base_url = base_url
        self._recall = recall or _always_read
        self._ignoring = ignoring(root, chosen.exclude)
        self._only = matching(chosen.include)
        self._endings = MEDIA_TYPES.keys() | chosen.endings

    def documents(self) -> Iterator[Document | Skipped]:
        """Every file with the suffix of a page, sorted by path."""
        for path in self._walk():
            if isinstance(path, Skipped):
                yield path
            else:
                yield self._recall(path, partial(self._read, path))

    def unread(self) -> Iterator[Unread | Skipped]:
        """The same files, each to be read and mapped where it is examined."""
        for path in self._walk():
            if isinstance(path, Skipped):
                yield path
            else:
                name = path.relative_to(self.root).as_posix()
                place = (self.root, name, self._base_url)
                yield Unread(_shown(name), partial(_unmapped, *place), partial(_mark, *place))

    def count(self) -> int:
        """How many documents there are, readable or not."""
        return sum(1 for _ in self._walk())

    def archives(self) -> tuple[Path, ...]:
        """The WARC files and the like among the files that are meant; links are not followed."""
        found = (path for path in self._walk(_is_archive) if isinstance(path, Path))
        return tuple(path for path in found if not path.is_symlink() and path.is_file())

    def _read(self, path: Path) -> Document | Skipped:
        return _document(self.root, path.relative_to(self.root).as_posix(), self._base_url)

    def _walk(self, is_meant: Callable[[str], bool] | None = None) -> Iterator[Path | Skipped]:
        is_meant = is_meant or self._is_page
        unreadable: list[Skipped] = []

        def note(error: OSError) -> None:
            unreadable.append(Skipped(_shown(error.filename), f"can't be read: {error.strerror}"))

        for folder, folders, files in os.walk(self.root, onerror=note):
            yield from unreadable
            unreadable.clear()
            here = Path(folder)
            folders[:] = sorted(name for name in folders if not self._ignored(here / name, "/"))
            for name in folders:
                if (here / name).is_symlink():
                    place = (here / name).relative_to(self.root).as_posix()
                    yield Skipped(_shown(place), "is a link to a folder; links are not followed")
            meant = (here / name for name in sorted(files) if is_meant(name))
            yield from (path for path in meant if self._chosen(path))
        yield from unreadable

    def _is_page(self, name: str) -> bool:
        return _suffix(name) in self._endings and not _is_archive(name)

    def _ignored(self, path: Path, end: str = "") -> bool:
        return self._ignoring(_shown(path.relative_to(self.root).as_posix()) + end)

    def _chosen(self, path: Path) -> bool:
        name = _shown(path.relative_to(self.root).as_posix())
        return (self._only is None or self._only(name)) and not self._ignoring(name)


Reader = Callable[[], Document | Skipped]
Recall = Callable[[Path, Reader], Document | Skipped]


def _always_read(_path: Path, read: Reader) -> Document | Skipped:
    return read()


def document(path: Path, base_url: str | None = None) -> Document | Skipped:
    """One file that the user named; of any suffix, read as HTML unless it says otherwise.

    Here a link is followed, because the user named it. Its locator is relative to its folder.
    """
    return _document(path.parent, path.name, base_url, named=True)


def load(root: Path, locator: Locator) -> Representation:
    """The file's bytes. *locator*'s path never leads out of *root*. Raises ArchiveError."""
    path = inside(root, locator.path)
    if path is None:
        raise ArchiveError(
            locator.path, f"leads out of {root}", "Links and `..` are not followed: copy the file."
        )
    found = _content(path)
    if isinstance(found, str):
        raise ArchiveError(locator.path, found, "Restore the file, or run `checker source sync`.")
    return found.content


def _document(
    root: Path, name: str, base_url: str | None, *, named: bool = False
) -> Document | Skipped:
    found = _unmapped(root, name, base_url, named=named)
    if isinstance(found, Skipped):
        return found
    content = found.representation
    if found.mapped_by:
        return found
    page = page_stage.parse(content.body, media_type=content.media_type, uri=found.uri)
    if isinstance(page, page_stage.Unreadable):
        return Skipped(name, page.reason)
    uri, mapped_by = discover.original_uri(page, found.uri)
    return replace(found, uri=uri, mapped_by=mapped_by)


def _unmapped(
    root: Path, name: str, base_url: str | None, *, named: bool = False
) -> Document | Skipped:
    """The file, its address what its place says; what the page says of itself is not asked."""
    if _shown(name) != name:
        return Skipped(
            _shown(name), "its name is no valid UTF-8, so no report could name it; rename it"
        )
    path = root / name if named else inside(root, name)
    if path is None:
        return Skipped(name, "is a link; links are not followed")
    found = _content(path)
    if isinstance(found, str):
        return Skipped(name, found)
    document = Document(name, found.content, _address(base_url, name), locator=Locator(name))
    document = replace(document, captured_at=found.at)
    return replace(document, uri=found.uri, mapped_by=_SAVED) if found.uri else document


def _mark(root: Path, name: str, base_url: str | None) -> str | None:
    """Of a saved message nothing: its address and time stand in it."""
    kind = _suffix(name)
    found = marks.lasting(root / name) if kind not in mhtml.SUFFIXES else None
    return None if found is None else repr((found, kind, _address(base_url, name)))


def _content(path: Path) -> mhtml.Saved | str:
    """The page in a file, or why there is none."""
    if _suffix(path.name) in mhtml.SUFFIXES:
        body = _read(path, mhtml.MAX_BYTES)
        return body if isinstance(body, str) else mhtml.saved_page(body)
    body = _read(path)
    if isinstance(body, str):
        return body
    media_type = MEDIA_TYPES.get(_suffix(path.name), "text/html")
    return mhtml.Saved(Representation(media_type, None, body, digest_of(body)), None, None)


def _read(path: Path, limit: int = MAX_BYTES) -> bytes | str:
    """The file's bytes, or why not. Devices and pipes would block and are no copies."""
    try:
        # Non-blocking, so that opening a pipe does not wait for its other end.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return "is no regular file"
            body = file.read(limit + 1)
    except OSError as error:
        return f"can't be read: {error.strerror or error}"
    return body if len(body) <= limit else f"is larger than {limit // 1_000_000} MB"


def _address(base_url: str | None, name: str) -> str | None:
    """Mirroring tools save ``https://site/a/`` as ``a/index.html``."""
    if base_url is None:
        return None
    folder, slash, file = name.rpartition("/")
    path = folder + slash if file == "index.html" else name
    return f"{base_url.rstrip('/')}/{quote(path)}"


def _is_archive(name: str) -> bool:
    return name.lower().endswith(ARCHIVES)


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _shown(name: object) -> str:
    return str(name).encode("utf-8", "replace").decode()
