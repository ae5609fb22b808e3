"""``checker demo``: three weeks of a newsroom in some seconds, with everything that the checker does.

Nothing is staged but the newsroom's edits: the site answers real HTTP, the checks are the daemon's,
the mail crosses a real SMTP server. Only the clock is ours, so that confirmation over two weeks can
be seen.
"""

from checker.entry.demo.play import run

__all__ = ["run"]
