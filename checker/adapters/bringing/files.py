"""Pages that lie as files in a folder of another program's."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from checker.adapters import folder
from checker.errors import ArchiveError
from checker.model import Locator, Representation, Skipped

STARTS_AS_HTML = re.compile(rb"(?is)\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|!--|html|head|body)\b")


def files(root: Path) -> Iterator[tuple[str, ...] | Skipped]:
    """The path of each file below *root*, in parts, sorted; links are told and not followed."""
    unreadable: list[Skipped] = []

    def note(error: OSError) -> None:
        unreadable.append(Skipped(shown(error.filename), f"can't be read: {error.strerror}"))

    for here, folders, names in os.walk(root, onerror=note):
        yield from unreadable
        unreadable.clear()
        parts = Path(here).relative_to(root).parts
        folders.sort()
        for name in folders:
            if Path(here, name).is_symlink():
                yield Skipped(shown("/".join((*parts, name))), "is a link; links are not followed")
        yield from ((*parts, name) for name in sorted(names))
    yield from unreadable


def page(root: Path, name: str) -> Representation | Skipped | None:
    """The file as a page; None if it is none."""
    try:
        found = folder.load(root, Locator(name))
    except ArchiveError as error:
        return Skipped(shown(name), error.cause)
    if Path(name).suffix.lower() in folder.MEDIA_TYPES or STARTS_AS_HTML.match(found.body[:1024]):
        return found
    return None


def shown(name: object) -> str:
    return str(name).encode("utf-8", "replace").decode()
