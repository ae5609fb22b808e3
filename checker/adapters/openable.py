"""Whether what the user named can be opened at all."""

import os
import stat
from pathlib import Path

from checker.errors import TargetError


def look(path: Path, remedy: str) -> None:
    """Raises TargetError, with *remedy*, unless *path* is a file or a folder that can be read. A pipe
    would be waited for, a device for ever."""
    try:
        if path.is_dir():
            os.scandir(path).close()
        elif not stat.S_ISREG(path.stat().st_mode):
            raise TargetError(str(path), "is no regular file", "Name a file or a folder.")
        else:
            path.open("rb").close()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        absent = isinstance(error, FileNotFoundError)
        why = getattr(error, "strerror", None) or error
        cause = "there is no such file or folder" if absent else f"can't be read: {why}"
        raise TargetError(str(path), cause, remedy) from error
