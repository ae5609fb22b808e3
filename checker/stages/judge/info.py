"""Every rule: what it sees, why it matters, how to configure it. The docs are held to this."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from checker.model import Evidence, Finding, Rule, Severity


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """One rule, explained in plain sentences; ``default`` is its severity without a policy."""

    rule: Rule
    default: Severity
    sees: str
    why: str
    configure: str


def _set(rule: Rule, severity: str, when: str) -> str:
    return f'Write `{rule.value} = "{severity}"` under `[policy.NAME.rules]` {when}.'


_ALL = (
    RuleInfo(
        Rule.SOURCE_RETRACTED,
        Severity.OUTDATED,
        "The source now bears a retraction or withdrawal that the copy lacks.",
        "Readers of the copy rely on something its own publisher no longer stands by.",
        _set(Rule.SOURCE_RETRACTED, "warning", "where retractions are handled by hand"),
    ),
    RuleInfo(
        Rule.SOURCE_CORRECTED,
        Severity.OUTDATED,
        "The source now bears a correction or clarification that the copy lacks.",
        "The copy still states what its publisher found to be wrong.",
        _set(Rule.SOURCE_CORRECTED, "warning", "if corrections alone are no reason for a banner"),
    ),
    RuleInfo(
        Rule.SOURCE_CHANGED,
        Severity.OUTDATED,
        "The source differs from the copy in substance: numbers, names, dates, negations, quotes,"
        " the headline or whole paragraphs.",
        "What the copy says is no longer what the source says.",
        _set(Rule.SOURCE_CHANGED, "warning", "for live blogs and other pages meant to change"),
    ),
    RuleInfo(
        Rule.SOURCE_REPLACED,
        Severity.OUTDATED,
        "Another page answers at the source's address, check after check: a soft 404, the home"
        " page or the section above, a parked domain, other content. Login, consent and pay walls"
        " don't count.",
        "The article is no longer there to be looked up, though the address seems to work.",
        _set(
            Rule.SOURCE_REPLACED,
            "info",
            "for pages that come and go; `[timing]` sets how long"
            " it must last (`replaced_checks`, `replaced_after`)",
        ),
    ),
    RuleInfo(
        Rule.SOURCE_GONE,
        Severity.OUTDATED,
        "The source answers 404, confirmed by several checks over days, or 410 once.",
        "The publisher took the article down; the copy is the last of it.",
        _set(
            Rule.SOURCE_GONE,
            "info",
            "if your archive exists to outlive its sources; `[timing]`"
            " sets how long it must last (`gone_checks`, `gone_after`)",
        ),
    ),
    RuleInfo(
        Rule.SOURCE_MOVED,
        Severity.INFO,
        "The address redirects permanently (301 or 308 at every hop), and the article is there.",
        "Links to the old address will break some day.",
        _set(Rule.SOURCE_MOVED, "warning", "to be told of addresses that need an update"),
    ),
    RuleInfo(
        Rule.SOURCE_VARIES,
        Severity.WARNING,
        "The source shows some texts in turn: one came back, and so did the one before it, within"
        " weeks. While it lasts a text that was seen before is not told again, and a copy that has"
        " one of them is not called changed.",
        "No single copy has what every reader of the source sees.",
        _set(Rule.SOURCE_VARIES, "outdated", "where a copy must stand for all that readers see"),
    ),
    RuleInfo(
        Rule.SOURCE_BLOCKED,
        Severity.WARNING,
        "For days somebody refuses to show the source: 401, 403, 451, robots.txt, a login, consent,"
        " pay or challenge wall.",
        "The copy can't be compared, so nobody knows whether it is current.",
        _set(
            Rule.SOURCE_BLOCKED,
            "off",
            "for sources known to refuse; `[timing]` `blocked_after` sets how long it must last",
        ),
    ),
    RuleInfo(
        Rule.SOURCE_UNREACHABLE,
        Severity.WARNING,
        "For days no useful answer has come from the source: no connection, server errors.",
        "The copy can't be compared, so nobody knows whether it is current.",
        _set(
            Rule.SOURCE_UNREACHABLE,
            "info",
            "for sources that are often away; `[timing]`"
            " `unreachable_after` sets how long it must last",
        ),
    ),
    RuleInfo(
        Rule.STEALTH_EDIT,
        Severity.WARNING,
        "The source changed in substance, while its own date stayed and no notice was added.",
        "Readers of the source are not told that it was edited.",
        _set(Rule.STEALTH_EDIT, "off", "for pages that never date their edits"),
    ),
    RuleInfo(
        Rule.STAMP_BUMP,
        Severity.WARNING,
        "The source's own date moved, while nothing but its looks changed.",
        "A new date makes old content seem fresh.",
        _set(Rule.STAMP_BUMP, "off", "for sites that stamp every page at every build"),
    ),
    RuleInfo(
        Rule.AGE_EXCEEDED,
        Severity.OUTDATED,
        "The newest trustworthy date (published, modified or reviewed) is older than the policy's"
        " lifetime, and no editor's review holds.",
        "Some kinds of text are not to be trusted after a while, even if nobody changed them.",
        'Set `lifetime` of the policy (`"never"` switches the rule off), or record an editor\'s'
        " word with `checker review ARTICLE --until DATE`.",
    ),
    RuleInfo(
        Rule.EXPIRED,
        Severity.OUTDATED,
        "An end that the page itself declares has passed: schema.org `expires`, `validThrough` or"
        " `endDate`, robots `unavailable_after`. A review made after that end outranks it.",
        "The publisher said until when it holds.",
        _set(Rule.EXPIRED, "info", "for reports of events, which stay true when these are over"),
    ),
    RuleInfo(
        Rule.REVIEW_OVERDUE,
        Severity.WARNING,
        "A review date that the page itself declares has passed, and no editor's review holds.",
        "The publisher promised to look at it again and did not say that it did.",
        _set(Rule.REVIEW_OVERDUE, "outdated", "for guidance that must not be used unreviewed"),
    ),
    RuleInfo(
        Rule.NO_TIMESTAMP,
        Severity.WARNING,
        "No date on the page can be trusted as its date; bounds are given where there are any.",
        "Without a date neither readers nor the checker can tell how old the text is.",
        _set(Rule.NO_TIMESTAMP, "off", "for reference pages that bear no date on purpose"),
    ),
    RuleInfo(
        Rule.TIMESTAMP_CONFLICT,
        Severity.WARNING,
        "The page's dates contradict each other: modified before published, two declared"
        " dates of publication more than a day apart, or a shown and a declared date that far"
        " apart.",
        "At least one of them is wrong, and the age may be judged by it.",
        _set(Rule.TIMESTAMP_CONFLICT, "info", "for sites whose templates are known to disagree"),
    ),
    RuleInfo(
        Rule.TIMESTAMP_IN_FUTURE,
        Severity.WARNING,
        "A date on the page lies more than a day after now, or after the copy was captured.",
        "It can't be true, or was scheduled and then forgotten.",
        _set(Rule.TIMESTAMP_IN_FUTURE, "off", "where pages are dated by their print edition"),
    ),
    RuleInfo(
        Rule.LAPSED_CLAIM,
        Severity.OUTDATED,
        "A statement about what is to come whose time has passed: “will meet on Friday”, “through"
        " Dec. 31”. Outdated if it is plain and exact to a month or better; a warning if it is"
        " hedged or names no more than a season or a year. A review made after that time outranks it.",
        "Read today it is wrong: what it announces has happened, or has not.",
        _set(Rule.LAPSED_CLAIM, "warning", "where old news is read as old news"),
    ),
    RuleInfo(
        Rule.RELATIVE_DATE,
        Severity.INFO,
        "Words such as “this week”, in a text without a date that would anchor them.",
        "Read later, they mean another week.",
        _set(Rule.RELATIVE_DATE, "warning", "to list the texts that need an edit"),
    ),
    RuleInfo(
        Rule.UNDATED_PROMISE,
        Severity.INFO,
        "A promise without a time, such as “will continue to”, in a text that has none beside it.",
        "Nothing tells when it stops being true, so somebody has to look.",
        _set(Rule.UNDATED_PROMISE, "warning", "for guidance and pages about services"),
    ),
    RuleInfo(
        Rule.OFFICE_HOLDER,
        Severity.WARNING,
        "Somebody whom the text names in an office has left it since, by a dated table that you can"
        " add to. “Former”, “then-”, sentences with a year and the like don't count. A review made"
        " after that day outranks it.",
        "Readers take it for a word on today's holder.",
        _set(Rule.OFFICE_HOLDER, "info", "where old news is read as old news"),
    ),
    RuleInfo(
        Rule.HAS_NOTICE,
        Severity.INFO,
        "The text already bears a notice of its publisher: archived, outdated, retracted or"
        " withdrawn.",
        "Readers are warned already, and the publisher agrees that it is old.",
        _set(Rule.HAS_NOTICE, "outdated", "to take the publisher's own notice as the verdict"),
    ),
)

RULES: Mapping[Rule, RuleInfo] = MappingProxyType({info.rule: info for info in _ALL})

_DOUBLE_STOP = re.compile(r"([.!?…]”)\.(?=$| This copy )")


def finding(rule: Rule, message: str, evidence: Evidence = Evidence()) -> Finding:  # noqa: B008 — frozen
    """A finding of the rule's default severity; the policy's comes later.

    A quote that ends its sentence ends the message too: no second full stop after it.
    """
    return Finding(rule, RULES[rule].default, _DOUBLE_STOP.sub(r"\1", message), evidence)
