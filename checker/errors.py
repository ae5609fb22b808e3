"""Exceptions that tell the user what to do next.

Expected failures (a page that is gone, a feed that is broken) are values, see ``model``. These
exceptions are for what stops a command: each names the thing, the cause and the remedy.
"""


class CheckerError(Exception):
    """Base of all. ``str()`` is ``"THING: CAUSE. REMEDY"``, fit for a terminal."""

    def __init__(self, thing: str, cause: str, remedy: str) -> None:
        self.thing = thing
        self.cause = cause.rstrip(".")
        self.remedy = remedy
        end = "" if self.cause.endswith("?") else "."
        super().__init__(f"{thing}: {self.cause}{end} {remedy}")


class ConfigError(CheckerError):
    """The configuration can't be used; ``problems`` lists every fault found, not the first."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        count = len(problems)
        super().__init__(
            "configuration",
            f"{count} problem{'s' if count != 1 else ''}:\n  " + "\n  ".join(problems),
            "Correct the file and run `checker config check` again.",
        )


class TargetError(CheckerError):
    """Something the user named can't be read."""


class ArchiveError(CheckerError):
    """A capture can't be read back or written."""


class StoreError(CheckerError):
    """The database can't be opened, is held by another daemon, damaged or of another version."""


class StoreAwayError(StoreError):
    """The database can't be reached, or another took over: a daemon waits until that has passed."""


class MailError(CheckerError):
    """Mail can't be sent with these settings (not: the server is down)."""


class BannerError(CheckerError):
    """A banner can't be put on or taken off a copy without risk to its bytes."""
