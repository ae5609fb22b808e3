"""What is told, to whom, when and how."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from checker.model.dates import DateEvidence
from checker.model.judgement import Rule, Severity, Status, Verdict
from checker.model.text import Edit


class AlertEvent(StrEnum):
    """Transitions that somebody is told of, and what is told besides them."""

    BECAME_OUTDATED = "became-outdated"
    GOT_WORSE = "got-worse"
    SOURCE_GONE = "source-gone"
    SOURCE_BACK = "source-back"
    BECAME_CURRENT = "became-current"
    WARNED = "warned"
    REMINDER = "reminder"
    ADOPTION = "adoption"


class Pace(StrEnum):
    """How often a recipient wants mail."""

    IMMEDIATELY = "immediately"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True)
class Cadence:
    """When mail goes out, on the wall clock of ``zone`` (an IANA name).

    ``at`` is for daily and weekly, ``weekday`` (0 is Monday) for weekly. Within ``quiet``, from
    its first time to its second, over midnight if that is earlier, nothing goes out.
    """

    pace: Pace = Pace.IMMEDIATELY
    at: time = time(8)
    weekday: int = 0
    zone: str = "UTC"
    quiet: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told of what, when, in which language.

    ``address`` is a mail address, or ``webhook:NAME`` or ``channel:NAME`` for what is configured
    under that name. Empty ``sources``, ``sections``, ``paths`` and ``rules`` mean all. ``owns``
    are names that articles give as their owner: those articles' alerts come in any case, and alone
    if nothing else is asked for.
    """

    address: str
    name: str = ""
    sources: tuple[str, ...] = ()
    minimum: Severity = Severity.OUTDATED
    sections: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    owns: tuple[str, ...] = ()
    cadence: Cadence = Cadence()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A recipient as the store keeps it: added by command, or a word that somebody wants no mail.

    ``recipient`` None is the latter: whatever the configuration says of ``address``, it is silent.
    """

    address: str
    recipient: Recipient | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What people know of an article: that from which transitions are measured.

    ``reasons`` are its rules of severity outdated, ``warnings`` those of severity warning.
    ``told_at`` is when somebody was last told (None: never, as at adoption). ``turned_back_at`` is
    when a reason last vanished: what comes up again soon after that flaps, and ``waiting`` waits
    until it was seen ``seen`` times in a row.
    """

    status: Status
    reasons: tuple[Rule, ...]
    warnings: tuple[Rule, ...] = ()
    told_at: datetime | None = None
    turned_back_at: datetime | None = None
    waiting: AlertEvent | None = None
    seen: int = 0
    reminders: int = 0
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell one recipient; ``key`` deduplicates (article, event, findings).

    ``edits`` are the most telling differences, shortened; ``newest`` the copy's own date; ``copy``
    its address or path.
    """

    key: str
    recipient: str
    event: AlertEvent
    uri: str
    title: str
    verdict: Verdict | None
    created_at: datetime
    source: str = ""
    summary: str = ""  # for ADOPTION: the report's text
    article_id: int = 0
    section: str = ""
    edits: tuple[Edit, ...] = ()
    newest: DateEvidence | None = None
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along with a mail."""

    name: str
    media_type: str
    content: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A composed mail, ready to leave; ``message_id`` stays the same over every attempt.

    ``unsubscribe`` are the addresses of List-Unsubscribe, a web address first if there is one; its
    text takes the place of ``UNSUBSCRIBE`` in both bodies. ``payload`` is what a webhook gets.
    """

    message_id: str
    recipient: str
    subject: str
    text: str
    html: str
    created_at: datetime
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: tuple[str, ...] = ()
    list_id: str = ""
    payload: str = ""


# A non-character, which text from outside is never let in with.
UNSUBSCRIBE = "\ufdd0unsubscribe\ufdd1"
