"""Text, notices, what was read from a page, and what differs between two versions of it."""

from dataclasses import dataclass
from enum import StrEnum

from checker.model.claims import Claim
from checker.model.dates import DateEvidence, Dates
from checker.model.offices import Holding


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    QUOTE = "quote"
    CAPTION = "caption"
    TABLE_ROW = "table-row"


@dataclass(frozen=True, slots=True)
class Block:
    """One unit of an article's text, white space folded."""

    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """An article's text and, beside it, everything the page shows.

    ``blocks`` is the article; ``page`` every visible block of the page, in order, so that a
    sentence counts as lost or gained only if the whole page lost or gained it. ``digest`` covers
    title and blocks, ``page_digest`` the page, both after normalisation; ``frame_digest`` where
    links lead and which elements with a meaning of their own there are. ``hidden`` is what is
    there for a click to show: what stands there is not lost.
    """

    title: str
    blocks: tuple[Block, ...]
    language: str | None
    digest: str
    page: tuple[str, ...] = ()
    page_digest: str = ""
    frame_digest: str = ""
    hidden: tuple[str, ...] = ()

    @property
    def words(self) -> int:
        return sum(len(block.text.split()) for block in self.blocks)


class NoticeKind(StrEnum):
    """What a publisher's own notice says of the text that bears it."""

    ARCHIVED = "archived"
    OUTDATED = "outdated"
    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    AMENDMENT = "amendment"
    UPDATE = "update"
    EDITORS_NOTE = "editors-note"
    RETRACTION = "retraction"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Notice:
    """A publisher's notice, quoted; ``date`` where the notice states one."""

    kind: NoticeKind
    quote: str
    language: str
    date: DateEvidence | None = None


@dataclass(frozen=True, slots=True)
class RelativeDate:
    """Words such as "earlier this month" and the sentence they stand in."""

    words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything derived from one representation that judging needs; kept beside it.

    ``version`` names the code that derived it: a reading of another version is derived again,
    quietly (trap 4). ``genre`` is the schema.org type; ``ignored_rules`` come from the page's
    ``<meta name="checker" content="ignore: …">``, ``owners`` from ``"owner: …"`` or front matter.
    ``shown_digest`` covers everything that the page shows, as it is, and ``stated_digest`` what it
    states for machines: where both are the same, so is all the rest.
    """

    digest: str
    title: str
    language: str | None
    dates: Dates
    notices: tuple[Notice, ...]
    relative_dates: tuple[RelativeDate, ...]
    text_digest: str
    page_digest: str
    words: int
    genre: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    ignored_rules: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    problem: str = ""  # why the body could not be read as a text; then the rest is empty
    version: str = ""
    claims: tuple[Claim, ...] = ()
    holders: tuple[Holding, ...] = ()  # named in office; those whose last term has an end
    shown_digest: str = ""
    stated_digest: str = ""


class Change(StrEnum):
    """How much differs, least to most; ``CHANGE_ORDER`` gives the order."""

    IDENTICAL = "identical"
    COSMETIC = "cosmetic"
    MINOR = "minor"
    SUBSTANTIVE = "substantive"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    REPLACED = "replaced"


CHANGE_ORDER: tuple[Change, ...] = tuple(Change)


class ReplacedKind(StrEnum):
    """What stands at the address instead of the article."""

    SOFT_404 = "soft-404"
    ERROR = "error"
    HOME_PAGE = "home-page"
    PARKED = "parked"
    OTHER_CONTENT = "other-content"
    REDIRECT_STUB = "redirect-stub"
    LOGIN = "login"
    CONSENT = "consent"
    PAYWALL = "paywall"
    CHALLENGE = "challenge"
    BLANK = "blank"
    SCRIPT_SHELL = "script-shell"
    OFFLINE = "offline"

    @property
    def is_wall(self) -> bool:
        """A wall hides the article; it says nothing of it (trap 2)."""
        return self in _WALLS


_WALLS = frozenset(
    {
        ReplacedKind.LOGIN,
        ReplacedKind.CONSENT,
        ReplacedKind.PAYWALL,
        ReplacedKind.CHALLENGE,
        ReplacedKind.BLANK,
        ReplacedKind.SCRIPT_SHELL,
        ReplacedKind.OFFLINE,
    }
)


class Direction(StrEnum):
    BAD = "bad"  # the article was there and is not any more
    RECOVERED = "recovered"  # the older version is the odd one
    BOTH_BAD = "both-bad"


@dataclass(frozen=True, slots=True)
class Replacement:
    kind: ReplacedKind
    direction: Direction
    quote: str  # what shows it


@dataclass(frozen=True, slots=True)
class Edit:
    """What became of one block: ``before`` empty is an insertion, ``after`` empty a deletion.

    ``removed`` and ``added`` are the words that differ; ``why`` names what makes the edit
    substantive ("number", "negation", "name", "paragraph", …) or is empty.
    """

    block: BlockKind
    before: str
    after: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction speaks of, as it stood and as it stands; equal where only the notice came."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StampMove:
    """The page's own newest date before and after, and whether it moved beyond its precision."""

    before: DateEvidence | None
    after: DateEvidence | None
    moved: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One side of a comparison."""

    text: Text
    dates: Dates
    notices: tuple[Notice, ...] = ()
    digest: str = ""  # of the body
    uri: str | None = None  # the address asked
    final_uri: str | None = None  # the address that answered


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two versions. ``similarity`` is 0…1 over the words of the article.

    ``noise`` names what was set aside as edited by nobody; ``notice`` is the correction or
    retraction that only the newer version bears, ``corrected`` the sentence that a correction
    speaks of, where it is clear; ``cut`` says that a bound cut the work short.
    """

    change: Change
    similarity: float
    edits: tuple[Edit, ...]
    title_changed: bool
    stamps: StampMove
    noise: tuple[str, ...] = ()
    replacement: Replacement | None = None
    notice: Notice | None = None
    cut: bool = False
    version: str = ""
    corrected: Corrected | None = None
