"""Rules, findings, policies, verdicts."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from checker.model.history import Variation
from checker.model.text import Comparison, Reading
from checker.model.web import Memento


class Severity(StrEnum):
    """``OUTDATED`` makes the verdict outdated; ``WARNING`` is reported; ``INFO`` on request."""

    OFF = "off"
    INFO = "info"
    WARNING = "warning"
    OUTDATED = "outdated"


SEVERITY_ORDER: tuple[Severity, ...] = tuple(Severity)


class Rule(StrEnum):
    """Every rule's id; what each sees and its default stand in ``docs/reference/rules.md``."""

    SOURCE_RETRACTED = "source-retracted"
    SOURCE_CORRECTED = "source-corrected"
    SOURCE_CHANGED = "source-changed"
    SOURCE_REPLACED = "source-replaced"
    SOURCE_GONE = "source-gone"
    SOURCE_MOVED = "source-moved"
    SOURCE_VARIES = "source-varies"
    SOURCE_BLOCKED = "source-blocked"
    SOURCE_UNREACHABLE = "source-unreachable"
    STEALTH_EDIT = "stealth-edit"
    STAMP_BUMP = "stamp-bump"
    AGE_EXCEEDED = "age-exceeded"
    EXPIRED = "expired"
    REVIEW_OVERDUE = "review-overdue"
    NO_TIMESTAMP = "no-timestamp"
    TIMESTAMP_CONFLICT = "timestamp-conflict"
    TIMESTAMP_IN_FUTURE = "timestamp-in-future"
    LAPSED_CLAIM = "lapsed-claim"
    RELATIVE_DATE = "relative-date"
    UNDATED_PROMISE = "undated-promise"
    OFFICE_HOLDER = "office-holder"
    HAS_NOTICE = "has-notice"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on: a quote, where it stands, and named values."""

    quote: str = ""
    place: str = ""
    values: tuple[tuple[str, str], ...] = ()


# Values that tell when and by what measure something was found, and so change by themselves.
_INCIDENTAL = frozenset(
    {"compared_at", "due", "limit", "matched_by", "policy", "similarity", "since"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's result. ``message`` is one plain sentence that needs no other context."""

    rule: Rule
    severity: Severity
    message: str
    evidence: Evidence = Evidence()

    @property
    def fingerprint(self) -> str:
        """The same as long as the rule finds the same evidence, on whatever day it looks.

        What somebody dismissed, or put into a baseline, is recognised by it.
        """
        kept = (one for one in self.evidence.values if one[0] not in _INCIDENTAL)
        rests_on = [self.rule.value, self.evidence.quote, *(f"{k}={v}" for k, v in kept)]
        said = "\x00".join(rests_on).encode("utf-8", "surrogatepass")
        return hashlib.sha256(said).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Hours:
    """The part of the day in which sources are asked, by the clock of *zone*; over midnight too."""

    starts: time
    ends: time
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is expected of a kind of article; ``lifetime`` None exempts it from age.

    ``matched_by`` names the configuration line that chose it.
    """

    name: str
    lifetime: timedelta | None
    severities: tuple[tuple[Rule, Severity], ...] = ()
    matched_by: str = ""
    weight: float = 1.0  # an edit of such an article is worth so many usual ones: checked oftener
    hours: Hours | None = None  # None: at any time
    check_min: timedelta | None = None  # None: as ``Timing`` says
    check_max: timedelta | None = None

    def severity(self, rule: Rule, default: Severity) -> Severity:
        return dict(self.severities).get(rule, default)


@dataclass(frozen=True, slots=True)
class PolicyMatch:
    """One line of ``policies.toml``: all given conditions must hold; first match wins."""

    policy: str
    path: str | None = None  # glob over the URI's path
    section: str | None = None
    genre: str | None = None  # schema.org type
    tag: str | None = None
    source: str | None = None
    kind: str | None = None  # of data/kinds.toml: "recipe", or a group such as "evergreen"
    line: str = ""  # "policies.toml:31: [[match]] 3", for explanations


@dataclass(frozen=True, slots=True)
class PolicySet:
    """All policies and the ordered lines that choose among them."""

    policies: tuple[Policy, ...]
    matches: tuple[PolicyMatch, ...]
    default: str
    default_line: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """An editor's word: checked at ``at``, valid until ``until`` (a day, inclusive)."""

    by: str
    at: datetime
    until: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """These findings of one rule are known and no reason to act, until their evidence changes."""

    by: str
    at: datetime
    rule: Rule
    fingerprints: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Snooze:
    """These findings can wait until ``until`` (a day, inclusive); others that come up can't."""

    by: str
    at: datetime
    until: date
    fingerprints: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reopening:
    """Every earlier word on the article is taken back."""

    by: str
    at: datetime
    note: str = ""


EditorsWord = (
    Review | Dismissal | Snooze | Reopening
)  # what an editor says of an article; never erased


class Status(StrEnum):
    CURRENT = "current"
    OUTDATED = "outdated"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one article, findings most serious first.

    ``outdated_since`` is when it was first judged outdated without a break; ``version`` names
    the rules that judged (trap 4). ``policy`` is the one that applied, ``policy_line`` the line
    of the configuration that chose it. ``set_aside`` are findings that somebody knows already: an
    editor dismissed them, or a baseline has them; they count for nothing else.
    """

    status: Status
    findings: tuple[Finding, ...]
    judged_at: datetime
    outdated_since: datetime | None = None
    policy: str = ""
    version: str = ""
    policy_line: str = ""
    set_aside: tuple[Finding, ...] = ()

    def has(self, rule: Rule) -> bool:
        return any(finding.rule is rule for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that judging one article looks at; the clock is the one other argument.

    ``compared`` says whether a comparison was asked for (an offline audit asks for none).
    ``gone_confirmed`` and the like are decided by ``stages/ask`` from the streaks. ``words`` is
    what editors said, oldest first; ``known`` are fingerprints of a baseline.
    """

    uri: str | None
    policy: Policy
    copy: Reading
    copy_memento: Memento | None = None
    source: Reading | None = None
    comparison: Comparison | None = None
    compared: bool = False
    gone: tuple[int, datetime] | None = None  # status and since when; confirmed
    replaced_since: datetime | None = None  # confirmed replacement
    blocked: tuple[str, datetime] | None = None  # by what and since when
    unreachable: tuple[str, datetime] | None = None
    moved_to: str | None = None
    varies: Variation | None = None  # the source shows some texts in turn
    compared_at: datetime | None = None  # when the source last answered usefully
    words: tuple[EditorsWord, ...] = ()
    known: tuple[str, ...] = ()
    previous: Verdict | None = None
