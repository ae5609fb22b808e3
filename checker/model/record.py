"""What is watched, what is known of it between checks, and what one check records."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from checker.model.alerts import Alert, Told
from checker.model.dates import DateEvidence
from checker.model.history import Form, Level
from checker.model.judgement import EditorsWord, Verdict
from checker.model.text import Comparison, Reading
from checker.model.web import Memento, Skipped


class SourceKind(StrEnum):
    LIST = "list"
    FEED = "feed"
    SITEMAP = "sitemap"
    FOLDER = "folder"
    WARC = "warc"
    WORDPRESS = "wordpress"
    CDX = "cdx"
    TIMEMAP = "timemap"


class Adoption(StrEnum):
    """Whether first verdicts become banners and alerts at once or after confirmation."""

    AUTOMATIC = "automatic"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Source:
    """Where articles are found, and where their archived copies lie if somebody has them.

    ``location`` is a URL (feed, sitemap) or a path (list, folder, WARC). ``copies`` is a folder
    or WARC file that holds the copies of this source's articles; a folder or WARC source is its
    own. ``allow`` are ``host:port`` pairs or CIDR blocks that this source alone may reach though
    the address guard would refuse them.
    """

    name: str
    kind: SourceKind
    location: str
    copies: str | None = None
    base_url: str | None = None  # maps a folder's paths to URLs where pages name none
    adoption: Adoption = Adoption.CONFIRM
    allow: tuple[str, ...] = ()
    policy: str | None = None
    section: str | None = None
    recipients: tuple[str, ...] = ()  # mail addresses; empty: the default recipients
    enabled: bool = True
    keep_checks: timedelta | None = None  # None: as the installation does
    thin_to: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """A date that a feed or sitemap gives: a reason to check, not a proof (trap 5)."""

    date: DateEvidence
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Ping:
    """Somebody who may (a configured sender of hints) said that an article was edited."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """An article that discovery met in a source; ``copy`` where the source holds one."""

    uri: str
    title: str = ""
    section: str | None = None
    hints: tuple[DateEvidence, ...] = ()
    copy: Memento | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An original resource (URI-R) that is watched; ``id`` is the store's."""

    id: int
    uri: str
    source: str
    title: str = ""
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Streak:
    """The same trouble at check after check, uninterrupted by a useful answer."""

    since: datetime
    last: datetime
    checks: int
    status: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Absences:
    """Troubles kept apart: an outage must not reset a confirmed 404, nor count as one (trap 2)."""

    gone: Streak | None = None
    replaced: Streak | None = None
    blocked: Streak | None = None
    unreachable: Streak | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take to be believed, and how often to look. All positive."""

    check_every: timedelta = timedelta(days=1)
    check_min: timedelta = timedelta(minutes=15)
    check_max: timedelta = timedelta(days=90)
    gone_checks: int = 3
    gone_after: timedelta = timedelta(days=14)
    replaced_checks: int = 2
    replaced_after: timedelta = timedelta(days=1)
    blocked_after: timedelta = timedelta(days=3)
    unreachable_after: timedelta = timedelta(days=3)
    budget: float | None = None  # requests an hour; None: one per article and check_every
    full_fetch_every: int = 20  # an unconditional GET every so many checks (faults D2)
    confirmations: int = 3  # checks that must agree before a flapping article is told of again
    flapping_within: timedelta = timedelta(days=7)
    remind_after: timedelta | None = timedelta(days=30)  # doubling; None: never


@dataclass(frozen=True, slots=True)
class Track:
    """What the checks of an article say of its edit rate: edits seen and hours watched, both
    discounted with the article's age (``stages.plan.rate``)."""

    edits: float = 0.0
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Trust:
    """What the hints of a host or a sender were worth so far: edits told of, false alarms, edits
    not told of."""

    right: int = 0
    wrong: int = 0
    unannounced: int = 0


@dataclass(frozen=True, slots=True)
class Fleet:
    """What an article's next check depends on besides itself: the sum of all articles' shares and
    the requests an hour that they are shares of. 0 shares: nothing has been planned yet."""

    shares: float
    checks_an_hour: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an article before a check: the narrow value that a check reads.

    ``copy`` is the capture that readers see, ``newest`` the newest one that differed from it (or
    None), ``comparison`` was made between those two. ``adopted`` says that transitions count.
    """

    article: Article
    copy: Memento | None = None
    copy_reading: Reading | None = None
    newest: Memento | None = None
    newest_reading: Reading | None = None
    comparison: Comparison | None = None
    absences: Absences = Absences()
    verdict: Verdict | None = None
    moved_to: str | None = None
    words: tuple[EditorsWord, ...] = ()  # everything editors said, oldest first: the audit trail
    hints: tuple[Hint, ...] = ()
    pings: tuple[Ping, ...] = ()  # the last of each sender
    adopted: bool = False
    told: Told | None = None
    checks: int = 0
    changes: int = 0
    last_checked_at: datetime | None = None
    last_compared_at: datetime | None = None
    changed_at: datetime | None = None
    next_check_at: datetime | None = None
    not_before: datetime | None = None  # what the host asked for: no hint makes it due sooner
    track: Track = Track()
    share: float = 0.0  # of the requests, relative to other articles'; 0: not planned yet
    forms: tuple[Form, ...] = ()  # the texts shown in turn, the present one last
    unlisted_at: datetime | None = None  # since when its source lists it no more
    same_as: int | None = None  # the article that moved to this address; this one is not watched

    @property
    def title(self) -> str:
        """What people know it by: as its source lists it, else as its pages say; "" for neither."""
        readings = (self.newest_reading, self.copy_reading)
        said = (one.title for one in readings if one is not None)
        return self.article.title or next((title for title in said if title), "")


class Outcome(StrEnum):
    """What one check came to, for the log and the history."""

    ADOPTED = "adopted"  # the first capture became the copy
    NOT_MODIFIED = "not-modified"  # 304
    SAME_BYTES = "same-bytes"
    SAME_TEXT = "same-text"
    COMPARED = "compared"
    GONE = "gone"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"  # a body that is no readable text: PDF as HTML, empty, binary
    NO_NETWORK = "no-network"  # ours is away: nothing was learned
    FAILED = "failed"  # a fault of ours; recorded, the batch goes on (trap 6)


@dataclass(frozen=True, slots=True)
class CheckRecord:
    """All that one check changes, to be written in one transaction.

    ``standing`` is the article's new standing; ``alerts`` become outbox rows with it. ``before`` is
    the standing as the store gave it: what is the same in both need not be written.
    """

    standing: Standing
    outcome: Outcome
    detail: str
    started_at: datetime
    finished_at: datetime
    status: int | None = None  # HTTP status of the final answer
    capture: Memento | None = None  # appended to the archive by this check
    alerts: tuple[Alert, ...] = ()
    told: bool = (
        False  # the article was seen, and its feed or sitemap had hinted since the last look
    )
    tellers: tuple[str, ...] = ()  # it was seen, and these senders had hinted since the last look
    edited: bool = False  # it was seen, and an edit found
    unanswered: bool = False  # no word came from the host
    level: Level | None = None  # what decided it; None where nothing was to be decided
    before: Standing | None = None

    def lessons(self, host: str) -> tuple[tuple[str, bool, bool], ...]:
        """What it says of hints: of whose (*host*, or a sender), whether they told, whether rightly.

        An edit that any of them told of was announced; a false hint is the fault of who gave it.
        """
        announced = self.told or (self.edited and bool(self.tellers))
        senders = ((trusted_as(name), True, self.edited) for name in self.tellers)
        return ((host, announced, self.edited), *senders)


def trusted_as(sender: str) -> str:
    """Under what name the worth of a sender's hints is kept beside hosts': no host has blanks."""
    return f"hints by {sender}"


@dataclass(frozen=True, slots=True)
class AuditItem:
    """One audited document: what was read and how it was judged.

    ``path`` is the file that holds it, as from where the user stands ("" for a fetched page), and
    ``lines`` says for each finding on which line of it the quote stands (0: not known).
    """

    name: str
    uri: str | None
    mapped_by: str
    reading: Reading
    verdict: Verdict
    captured_at: datetime | None = None
    comparison: Comparison | None = None
    path: str = ""
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The result of an audit; every renderer and the exit code read this one value.

    ``complete`` is False where the user stopped it: what it holds is true, but not all.
    """

    items: tuple[AuditItem, ...]
    skipped: tuple[Skipped, ...]
    as_of: datetime
    tool: str  # "archive-checker 0.1.0"
    complete: bool = True
