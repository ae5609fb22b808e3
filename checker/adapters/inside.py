"""Paths that must not lead out of a folder (faults E23, E24)."""

from pathlib import Path


def inside(root: Path, relative: str) -> Path | None:
    """The file that *relative* names below *root*, with no symbolic link on the way, or None.

    The relative path comes from a database or a WARC header: it is hostile. Resolving it must
    give the plain join, so that ``..``, an absolute path, a drive and a link are all refused.
    A *root* that is a file holds itself alone, as ``.`` or by its name.
    """
    if not relative or "\x00" in relative:
        return None
    base = root.resolve()
    if base.is_file():
        return base if relative in {".", root.name} else None
    try:
        path = (base / relative).resolve()
    except (OSError, RuntimeError):  # a name that is too long, a loop of links
        return None
    plain = base.joinpath(*relative.split("/"))
    return path if path == plain and path.is_relative_to(base) and path != base else None
