"""Where captures and copies lie: our own archive, and what the user's sources hold.

A locator with a relative path is a record of our own archive; one with an absolute path is a copy
that the user brought, and is read only below a folder or file that a source names.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

from checker.adapters import folder, indexes, marks, warc
from checker.adapters.openable import look
from checker.errors import ArchiveError, TargetError
from checker.model import (
    Document,
    Locator,
    Memento,
    Representation,
    Response,
    Skipped,
    Source,
    Taken,
    digest_of,
)
from checker.ports import Archive, Unread
from checker.ports.selection import ARCHIVES, EVERYTHING, Selection
from checker.stages import banner

MAX_LINE = 16_384  # characters; what is longer is no address
MAX_KNOWN = 200_000  # files of folders whose documents are remembered: some 200 MB
_REMEDY = "Check the path, or give a URL."
_PACKED = (".warc.lz4", ".arc.zst", ".arc.lz4")


class Library:
    """Port ``Archive`` over our own captures and the copies below *roots*."""

    def __init__(self, own: Archive, roots: tuple[Path, ...]) -> None:
        self._own = own
        self._roots = tuple(root.absolute() for root in roots)

    def append(self, response: Response, *, previous: Memento | None = None) -> Memento:
        return self._own.append(response, previous=previous)

    @property
    def refuses(self) -> bool:
        return self._own.refuses

    def recover(self) -> None:
        self._own.recover()

    def load(self, memento: Memento) -> Representation:
        if memento.locator.is_own:
            return self._own.load(memento)
        path = Path(memento.locator.path)
        root = self._root(path)
        inner = replace(memento.locator, path=path.relative_to(root).as_posix())
        read = warc.load if inner.offset is not None else folder.load
        found = _bare(read(root, inner))
        if found.digest != memento.digest:
            raise ArchiveError(
                str(path),
                "the copy is not what it was when it was last looked at",
                "`checker source sync` takes the new one as the copy.",
            )
        return Representation(memento.media_type, memento.charset, found.body, found.digest)

    def take(self, capture: Taken) -> Memento:
        return self._own.take(capture)

    def capture(self, memento: Memento) -> Taken:
        if memento.locator.is_own:
            return self._own.capture(memento)
        path = Path(memento.locator.path)
        content = self.load(memento)  # verified
        if memento.locator.offset is None:
            said = content.media_type + (f"; charset={content.charset}" if content.charset else "")
            when, kind = memento.memento_datetime, (("Content-Type", said),)
            return Taken(memento.uri_r, when, None, "", kind, content.body)
        root = self._root(path)
        inner = Locator(path.relative_to(root).as_posix(), memento.locator.offset)
        return warc.taken(warc.record_at(root, inner), replace(memento, locator=inner))

    def _root(self, path: Path) -> Path:
        for root in self._roots:
            if path.is_relative_to(root):
                return root
        raise ArchiveError(
            str(path),
            "no configured source holds this copy any more",
            "Name its folder as `copies` of a source, or remove the source.",
        )


class DiskShelf:
    """Opens folders, WARC files and single documents (``service.context.Shelf``)."""

    def __init__(self) -> None:
        self._known = _Known()

    def copies(self, source: Source) -> Iterator[Document | Skipped]:
        """The copies of *source*, without bodies where it is a folder: a pass over an unchanged
        folder opens no file. Raises TargetError."""
        root = Path(source.copies or source.location).absolute()
        if root.is_dir():
            recall = partial(self._known.recall, source.base_url)
            found = folder.FolderCopies(root, source.base_url, recall).documents()
        else:
            found = (_without_banner(one) for one in self.open(root, source.base_url))
        for document in found:
            if isinstance(document, Skipped) or document.locator is None:
                yield document
            else:
                yield replace(document, locator=_absolute(root, document.locator))

    def open(self, path: Path, base_url: str | None) -> Iterator[Document | Skipped]:
        """What lies at *path*. A file of one document that can't be read raises TargetError, as
        the user named it; in a folder or WARC file it is ``Skipped``."""
        look(path, _REMEDY)
        if path.is_dir():
            yield from folder.FolderCopies(path, base_url).documents()
        elif path.name.lower().endswith(ARCHIVES):
            yield from warc.WarcCopies(path).documents()
        elif path.name.lower().endswith(_PACKED):
            remedy = "Unpack it (`zstd -d`, `lz4 -d`), or pack it with gzip."
            raise TargetError(
                str(path), "WARC files in LZ4 and ARC files in Zstandard are not read", remedy
            )
        else:
            document = folder.document(path, base_url)
            if isinstance(document, Skipped):
                remedy = "Name a file of HTML, text or Markdown that can be read."
                raise TargetError(str(path), document.reason, remedy)
            yield document

    def unread(
        self, path: Path, base_url: str | None, chosen: Selection = EVERYTHING
    ) -> Iterator[Document | Skipped | Unread]:
        """As ``open``, but a folder's files are left to be read where they are examined."""
        look(path, _REMEDY)
        if path.is_dir():
            copies = folder.FolderCopies(path, base_url, chosen=chosen)
            yield from copies.unread()
            yield from warc.WarcCopies(path, _archives(copies, chosen)).documents()
        else:
            yield from self.open(path, base_url)

    def held(self, path: Path, base_url: str | None) -> Iterator[tuple[Document, Unread]]:
        """The documents in *path* without their bodies, each with how to read it again."""
        found = self.open(path, base_url)
        if path.is_dir():
            files = folder.FolderCopies(path).archives()
            found = chain(found, warc.WarcCopies(path, files).documents())
        for document in found:
            if isinstance(document, Document):
                content = replace(document.representation, body=b"")
                bare = replace(document, representation=content)
                yield bare, Unread(document.name, partial(_again, path, bare))

    def size(self, path: Path, chosen: Selection = EVERYTHING) -> int:
        if os.path.isdir(path):  # noqa: PTH112 — of a name that can't be it says no
            copies = folder.FolderCopies(path, chosen=chosen)
            return copies.count() + len(_archives(copies, chosen))
        return path.stat().st_size if os.path.isfile(path) else 0  # noqa: PTH113

    def exists(self, path: Path) -> bool:
        return os.path.lexists(path)

    def archives(self, folder: str, pattern: str) -> list[str]:
        if not pattern.lower().endswith(ARCHIVES):
            return []
        return sorted(str(path) for path in Path(folder).glob(pattern.lstrip("/")))

    def index(self, path: Path) -> bytes | None:
        return indexes.content(path)

    def record(self, index: Path, file: str, offset: int, uri: str) -> Unread:
        return indexes.record(index, file, offset, uri)

    def lines(self, path: Path) -> Iterator[str]:
        try:
            with path.open(encoding="utf-8-sig", errors="replace") as file:
                while line := file.readline(MAX_LINE):
                    yield line
        except OSError as error:
            raise TargetError(
                str(path), f"the list can't be read ({error.strerror})", "Check the path."
            ) from error

    def mark(self, path: Path) -> str | None:
        found = marks.lasting(path)
        return None if found is None else "-".join(map(str, found))


def _archives(copies: folder.FolderCopies, chosen: Selection) -> tuple[Path, ...]:
    return copies.archives() if chosen.archives else ()


class _Known:
    """Documents of files that are still as they were when they were read; bodies are let go.

    A page costs some 20 ms to parse, and the daemon looks into every folder each few minutes.
    """

    def __init__(self, limit: int = MAX_KNOWN) -> None:
        self._limit = limit
        self._documents: dict[tuple[str | None, Path], tuple[marks.Mark, Document]] = {}

    def recall(self, base_url: str | None, path: Path, read: folder.Reader) -> Document | Skipped:
        before = marks.mark(path)  # before reading: a change meanwhile shows at the next pass
        key = (base_url, path)
        mark, known = self._documents.get(key, (None, None))
        if known is not None and mark == before:
            return known
        self._documents.pop(key, None)
        document = _without_banner(read())
        if isinstance(document, Skipped):
            return document
        content = document.representation
        document = replace(document, representation=replace(content, body=b""))
        if (
            before is not None
            and len(self._documents) < self._limit
            and not marks.is_recent(before)
        ):
            self._documents[key] = before, document
        return document


def _without_banner(document: Document | Skipped) -> Document | Skipped:
    if isinstance(document, Skipped):
        return document
    return replace(document, representation=_bare(document.representation))


def _again(path: Path, document: Document) -> Document | Skipped:
    """*document* of *path* with its body."""
    root = path if path.is_dir() else path.parent
    assert document.locator is not None
    read = warc.load if document.locator.offset is not None else folder.load
    try:
        content = read(root, document.locator)
    except ArchiveError as error:
        return Skipped(document.name, error.cause)
    return replace(document, representation=content)


def _bare(representation: Representation) -> Representation:
    """Without our own banner: putting it on (``--in-place``) must not look like a new copy."""
    body = banner.strip(representation.body)
    if body is representation.body:
        return representation
    return replace(representation, body=body, digest=digest_of(body))


def _absolute(root: Path, locator: Locator) -> Locator:
    """A locator of *root* (a folder, or a WARC file named from its folder) made absolute."""
    base = root if root.is_dir() else root.parent
    return replace(locator, path=(base / locator.path).as_posix())
