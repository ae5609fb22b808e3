"""Starts a command and turns whatever stops it into one message and an exit code."""

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from checker import garbage
from checker.entry.cli.common import UNUSABLE
from checker.errors import CheckerError

FOUND = 1  # also of a pipe that was closed: nobody can know what was not read
INTERRUPTED = 130
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code (0 nothing found, 1 found, 2 unusable, 130 stopped)."""
    _open_what_is_closed()
    code = _run(argv)
    try:
        sys.stdout.flush()  # what is still held back may find the disk full, or nobody there
    except OSError as error:
        return _unwritten(error)
    return code


def _open_what_is_closed() -> None:
    """A caller may have closed a stream (``>&-``). Its number would be that of the next file that
    is opened, the database's perhaps, and what is printed would go in there."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 — for good


def _run(argv: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a letter gets its number
            stream.reconfigure(errors="backslashreplace")
    garbage.collect_seldom()
    try:
        from checker.entry.cli.app import build

        words = list(argv) if argv is not None else sys.argv[1:]
        build(words[0] if words else "")(args=words, prog_name="checker")
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    except CheckerError as error:
        return _explain(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            return _ours()
        return _unwritten(error)
    except Exception:  # noqa: BLE001 — a fault of ours must not look like "found" (exit code 1)
        return _ours()
    return 0


def _ours() -> int:
    traceback.print_exc()
    sys.stderr.write("This is a fault in checker itself; please report it with these lines.\n")
    return UNUSABLE


def _unwritten(error: OSError) -> int:
    """Where output goes can't take it. Nothing more is written there, not by Python's end either."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno == errno.EPIPE:  # who reads has read enough
        return FOUND
    return _explain(
        f"the output: can't be written ({error.strerror}). Make room, or send it elsewhere."
    )


def _explain(message: str) -> int:
    from checker.entry.render.clean import clean

    sys.stderr.write(f"{clean(message)}\n")
    return UNUSABLE
