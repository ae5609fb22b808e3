"""What happens in the demo's newsroom, and when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

OPENED = datetime(2026, 3, 2, 8, tzinfo=UTC)
STEP = timedelta(hours=6)
LENGTH = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Beat:
    """At *day* something happens: an edit of the newsroom, or its server goes down or comes back."""

    day: float
    what: Literal["edit", "down", "up"]
    edit: str = ""


BEATS = (
    Beat(1, "edit", "correct"),
    Beat(2, "edit", "rewrite"),
    Beat(3, "edit", "bump"),
    Beat(4, "edit", "remove"),
    Beat(5, "edit", "soften"),
    Beat(8, "down"),
    Beat(9.5, "up"),
    Beat(10, "edit", "typo"),
    Beat(12, "edit", "restore"),
)

DID = {
    "harbour-bridge-toll": "corrected a number and said so",
    "school-lunches": "changed figures silently",
    "museum-reopens": "bumped the date only",
    "river-festival": "took it down",
    "mayor-interview": "soft 404 for a week",
    "library-hours": "fixed a typo",
    "bicycle-guide": "no edit, new counters at each visit",
    "storm-warning": "no edit since 2017",
}

CONFIG = """\
# The configuration that this demo runs on. Everything below this folder was made by it.
data_dir = "."

[[source]]
name = "courier"
feed = "{base}/feed.xml"
copies = "copies"
allow = ["127.0.0.1:{port}"]
adoption = "automatic"

[[recipient]]
address = "editor@tidewater.example"
name = "Archive desk"

[timing]
check_every = "12h"
check_max = "1d"

[fetch]
delay = "0s"                    # between two requests; the newsroom is our own

[store]
url = "sqlite:///{folder}/checker.db"

[mail]
kind = "smtp"
host = "127.0.0.1"
port = {smtp_port}
security = "none"
sender = "checker@tidewater.example"

[banner]
output = "flagged"
"""


class SteppedClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, step: timedelta) -> None:
        self._now += step
