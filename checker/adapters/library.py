"""Where captures and copies lie: our own archive, and what the user's sources hold.

A locator with a relative path is a record of our own archive; one with an absolute path is a copy
that the user brought, and is read only below a folder or file that a source names.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from checker.adapters import folder, warc
from checker.errors import ArchiveError, TargetError
from checker.model import (
    Document,
    Locator,
    Memento,
    Representation,
    Response,
    Skipped,
    Source,
    digest_of,
)
from checker.ports import Archive
from checker.stages import banner

MAX_LIST = 50_000_000  # bytes of a URL list: some 500,000 addresses


class Library:
    """Port ``Archive`` over our own captures and the copies below *roots*."""

    def __init__(self, own: Archive, roots: tuple[Path, ...]) -> None:
        self._own = own
        self._roots = tuple(root.absolute() for root in roots)

    def append(self, response: Response, *, previous: Memento | None = None) -> Memento:
        return self._own.append(response, previous=previous)

    def load(self, memento: Memento) -> Representation:
        path = Path(memento.locator.path)
        if not path.is_absolute():
            return self._own.load(memento)
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

    def copies(self, source: Source) -> Iterator[Document | Skipped]:
        root = Path(source.copies or source.location).absolute()
        for document in self.open(root, source.base_url):
            if isinstance(document, Skipped) or document.locator is None:
                yield document
            else:
                bare = _bare(document.representation)
                place = _absolute(root, document.locator)
                yield replace(document, representation=bare, locator=place)

    def open(self, path: Path, base_url: str | None) -> Iterator[Document | Skipped]:
        if not path.exists():
            raise TargetError(
                str(path), "there is no such file or folder", "Check the path, or give a URL."
            )
        if path.is_dir():
            yield from folder.FolderCopies(path, base_url).documents()
        elif path.name.lower().endswith((".warc", ".warc.gz", ".arc", ".arc.gz", ".wacz")):
            yield from warc.WarcCopies(path).documents()
        else:
            yield folder.document(path, base_url)

    def read_list(self, path: Path) -> str:
        try:
            with path.open("rb") as file:
                content = file.read(MAX_LIST + 1)
        except OSError as error:
            raise TargetError(
                str(path), f"the list can't be read ({error.strerror})", "Check the path."
            ) from error
        if len(content) > MAX_LIST:
            raise TargetError(str(path), "the list is larger than 50 MB", "Split it.")
        return content.decode("utf-8-sig", errors="replace")


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
