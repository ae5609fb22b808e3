"""What the user asks of an audit, and the values that flow through one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from checker.errors import TargetError
from checker.model import AuditItem, DateEvidence, Document, Rule, Skipped
from checker.ports import Unread
from checker.ports.selection import EVERYTHING, Selection
from checker.stages.baseline import Baseline
from checker.stages.memento import Capture, Wanted

AUDIT = "audit"  # the source name under which an audit's requests leave

Result = AuditItem | Skipped


@dataclass(frozen=True, slots=True)
class Live:
    """A page that is fetched where it is examined, or the copy of one."""

    name: str
    capture: Capture | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One document to examine, with what a listing said of its dates."""

    what: Document | Unread | Live | Skipped
    hints: tuple[DateEvidence, ...] = ()
    path: str = ""  # the file that holds it, as from where the user stands
    share: float = 0.0  # of all that there is to do, how much is done with it

    @property
    def key(self) -> str:
        """What tells it from every other job of the audit."""
        return f"{self.path}\0{self.name}"

    @property
    def name(self) -> str:
        return self.what.name


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """What the user asked of an audit; ``as_of`` None means now."""

    base_url: str | None = None
    mapping: tuple[tuple[str, str], ...] = ()  # a document's name or path -> its original URL
    chosen: Selection = EVERYTHING  # of the files in folders
    offline: bool = False
    # The archive that holds the copies: a name, the address of a TimeGate, TimeMap or CDX server,
    # or a path. The targets are what they are compared with.
    against: str | None = None
    memento: Wanted = field(default_factory=Wanted)  # which copy of each page
    as_of: datetime | None = None
    policy: str | None = None
    select: tuple[Rule, ...] = ()
    ignore: tuple[Rule, ...] = ()
    baseline: Baseline = field(default_factory=Baseline)  # known findings, to be set aside
    # Called with each document's name and how much of everything is done, 0 to 1.
    progress: Callable[[str, float], None] | None = None
    # Called for a target that can't be read, which is skipped; with None it raises and ends all.
    unreadable: Callable[[TargetError], None] | None = None

    # A stop from the keyboard ends the audit with what there is, instead of passing through.
    stoppable: bool = False

    @property
    def rules(self) -> frozenset[Rule]:
        """Those that are applied, where the policy leaves them on."""
        return frozenset(self.select or Rule) - frozenset(self.ignore)

    def without_callbacks(self) -> "AuditOptions":
        """What may be sent to another process."""
        return replace(self, progress=None, unreadable=None)
