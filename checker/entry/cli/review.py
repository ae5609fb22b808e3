"""``checker review``: what an editor says of an article, kept with who and when."""

import getpass
from typing import Annotated, assert_never

import typer

from checker.entry.cli.common import ArticleName, Config, a_day, application, counted, instant, say
from checker.model import Dismissal, EditorsWord, Reopening, Review, Rule, Snooze


def review(
    article: ArticleName,
    config: Config = None,
    until: Annotated[
        str | None,
        typer.Option(help="It is still right: the last day on which that holds.", metavar="DATE"),
    ] = None,
    dismiss: Annotated[
        Rule | None,
        typer.Option(
            help="What this rule found is no reason to act, until its evidence changes.",
            metavar="RULE",
        ),
    ] = None,
    snooze: Annotated[
        str | None,
        typer.Option(help="What was found can wait, up to and including this day.", metavar="DATE"),
    ] = None,
    reopen: Annotated[
        bool, typer.Option("--reopen", help="Take back all that was said of it before.")
    ] = False,
    note: Annotated[str, typer.Option(help="What you looked at, or why.")] = "",
    by: Annotated[
        str | None, typer.Option(help="Who you are. Default: the user's name.", show_default=False)
    ] = None,
) -> None:
    """Say what you found out about an article.

    A review (--until) outranks the rules on age until that day, never a retraction or correction.
    Give exactly one of --until, --dismiss, --snooze and --reopen. `checker article show` lists who
    said what and when.
    """
    if sum(bool(one) for one in (until, dismiss, snooze, reopen)) != 1:
        raise typer.BadParameter("give exactly one of --until, --dismiss, --snooze and --reopen")
    last = a_day(until or snooze or "9999-12-31")
    from checker.service import triage

    with application(config) as app:
        saying = triage.Saying(by or getpass.getuser(), app.service.context.ports.clock.now(), note)
        if last < saying.at.date():
            raise typer.BadParameter(f"{last} has passed; name a day to come")
        known = app.service.store.standing(app.service.article(article).id)
        word: EditorsWord
        if dismiss is not None:
            word = triage.dismissal(known, dismiss, saying)
        elif snooze is not None:
            word = triage.snooze(known, last, saying)
        elif until is not None:
            word = Review(saying.by, saying.at, last, note)
        else:
            word = Reopening(saying.by, saying.at, note)
        after = app.service.tell(str(known.article.id), word)
    what, words = said(word)
    status = after.verdict.status.value if after.verdict is not None else "not judged yet"
    say(f"{after.article.uri}: {what} {words}; now {status}")


def said(word: EditorsWord) -> tuple[str, str]:
    """A word as a line of the audit trail: what it is, and what it says."""
    note = f": {word.note}" if word.note else ""
    who = f"by {word.by} on {instant(word.at)}"
    match word:
        case Review(until=until):
            return "reviewed", f"{who}, valid until {until}{note}"
        case Dismissal(rule=rule):
            return "dismissed", f"{who}, {rule.value} until its evidence changes{note}"
        case Snooze(until=until, fingerprints=marks):
            return "snoozed", f"{who}, {counted(len(marks), 'finding')} until {until}{note}"
        case Reopening():
            return "reopened", f"{who}{note}"
        case _:
            assert_never(word)
