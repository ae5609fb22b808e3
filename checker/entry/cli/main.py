"""Starts a command and turns whatever stops it into one message and an exit code."""

import sys
import traceback
from collections.abc import Sequence

from checker import garbage
from checker.entry.cli.common import UNUSABLE
from checker.errors import CheckerError

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code (0 nothing found, 1 found, 2 unusable, 130 stopped)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a letter gets its number
            stream.reconfigure(errors="backslashreplace")
    garbage.collect_seldom()
    try:
        from checker.entry.cli.app import build

        build()(args=list(argv) if argv is not None else None, prog_name="checker")
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else int(stopped.code is not None)
    except CheckerError as error:
        return _explain(str(error))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return INTERRUPTED
    except Exception:  # noqa: BLE001 — a fault of ours must not look like "found" (exit code 1)
        traceback.print_exc()
        sys.stderr.write("This is a fault in checker itself; please report it with these lines.\n")
        return UNUSABLE
    return 0


def _explain(message: str) -> int:
    from checker.entry.render.clean import clean

    sys.stderr.write(f"{clean(message)}\n")
    return UNUSABLE
