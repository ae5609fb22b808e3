"""One mail that tells all of a recipient's alerts, in plain text and in HTML alike."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from checker.data import text
from checker.model import UNSUBSCRIBE, Alert, AlertEvent, Mail, Recipient
from checker.stages.alert.entries import Detail, Speaker, order
from checker.stages.alert.payload import payload
from checker.stages.alert.phrases import isolated, phrases
from checker.stages.alert.sheet import sheet
from checker.stages.alert.subject import subject
from checker.stages.banner.render import templates
from checker.stages.banner.words import clean

if TYPE_CHECKING:
    from css_inline import CSSInliner

MAX_HTML = 98_000  # bytes; Gmail cuts a mail at 102 kB, and the unsubscribing address comes yet
# From rich to spare; the first that is small enough is taken.
_DETAILS = (Detail(), Detail(findings=2, edits=1), Detail(findings=1, quote=120, edits=0))
_DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*")
_MAX_TEXT_ARTICLES = 50


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sends: ``public_url`` is where people reach the web server, which one click needs;
    ``dashboard_url`` where articles have pages to link to; ``contact`` who reads mail
    that asks for no more, ``tool`` the program's name and version."""

    sender: str
    public_url: str | None = None
    contact: str | None = None
    tool: str = "archive-checker"
    dashboard_url: str | None = None

    @property
    def domain(self) -> str:
        _, at, domain = self.sender.rstrip("> ").rpartition("@")
        return domain if at and _DOMAIN.fullmatch(domain) else "archive-checker.invalid"


def compose(
    recipient: Recipient,
    alerts: tuple[Alert, ...],
    *,
    now: datetime,
    desk: Desk,
    token: str | None = None,
) -> Mail:
    """At most ``MAX_ARTICLES`` articles are shown, the rest is counted and in the attached table.

    The Message-ID follows from the alerts' keys and the recipient, so a mail composed again is
    recognised as the same; mails about one article alone are a thread. All text of the alerts is
    taken for hostile. *token* ends the mail to this recipient with one click, if there is a public
    address to click on.
    """
    told = tuple({alert.key: alert for alert in alerts}.values())
    changes = sorted((a for a in told if a.event is not AlertEvent.ADOPTION), key=order)
    adoptions = [a for a in told if a.event is AlertEvent.ADOPTION]
    say = phrases(recipient.language)
    mail = Mail(
        message_id=_message_id(recipient.address, told, desk),
        recipient=recipient.address,
        subject=subject(changes, adoptions, say),
        text="",
        html="",
        created_at=now,
        references=_thread(changes, desk) if not adoptions else (),
    )
    if recipient.address.startswith("webhook:"):
        return replace(mail, payload=payload([*changes, *adoptions], now=now, tool=desk.tool))
    wanted = unsubscribing(desk, recipient.address, token)
    composer = _Composer(Speaker(say, now, desk.dashboard_url), mail, changes, adoptions, wanted)
    return composer.mail(desk)


def unsubscribing(desk: Desk, address: str, token: str | None) -> tuple[str, ...]:
    """The addresses of List-Unsubscribe that work: the web's where one click is served, and the
    desk's where somebody reads it."""
    found = []
    if desk.public_url is not None and token is not None:
        found.append(f"{desk.public_url.rstrip('/')}/unsubscribe/{token}")
    if desk.contact is not None:
        about = quote(f"unsubscribe {address}")
        found.append(f"mailto:{quote(desk.contact, safe='@')}?subject={about}")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Composer:
    speaker: Speaker
    started: Mail
    changes: list[Alert]
    adoptions: list[Alert]
    unsubscribing: tuple[str, ...]

    def mail(self, desk: Desk) -> Mail:
        shown = Detail(articles=_MAX_TEXT_ARTICLES)
        words = templates().get_template("mail.txt").render(self._content(shown, isolated))
        attached = (sheet(self.changes),) if len(self.changes) > shown.articles else ()
        return replace(
            self.started,
            text=words.strip() + "\n",
            html=self._html(),
            attachments=attached,
            unsubscribe=self.unsubscribing,
            list_id=f"Archive checker <archive-checker.{desk.domain}>",
        )

    def _html(self) -> str:
        """As rich as fits; where even the sparest does not, with fewer articles."""
        articles = Detail().articles
        for detail in _DETAILS:
            found = self._rendered(detail)
            if len(found.encode("utf-8", "replace")) <= MAX_HTML:
                return found
        while articles > 1:
            articles //= 2
            found = self._rendered(replace(_DETAILS[-1], articles=articles))
            if len(found.encode("utf-8", "replace")) <= MAX_HTML:
                break
        return found

    def _rendered(self, detail: Detail) -> str:
        content = self._content(detail, lambda words: words)
        return _inlined(templates().get_template("mail.html").render(content)).strip() + "\n"

    def _content(self, detail: Detail, isolate: Any) -> dict[str, Any]:
        speaker, say = self.speaker, self.speaker.say
        reports = tuple(speaker.report(one) for one in self.adoptions)
        day, time = say.day(speaker.now), f"{speaker.now.astimezone(UTC):%H:%M}"
        web = speaker.dashboard
        return {
            "say": say,
            "subject": self.started.subject,
            "heading": self.started.subject.replace("\u2068", "").replace("\u2069", ""),
            "groups": tuple(speaker.groups(self.changes, detail)),
            "counts": speaker.counts(self.changes),
            "reports": reports,
            "only": not self.changes and len(reports) == 1,  # then the subject is title enough
            "all": f"{web.rstrip('/')}/articles" if web and len(self.changes) > 1 else "",
            "sent": say["sent"].format(day, time, clean(self.started.recipient, 254)),
            "unsubscribe": UNSUBSCRIBE if self.unsubscribing else "",
            "isolate": isolate,
        }


@cache
def _inliner() -> "CSSInliner":
    """Nothing is loaded. The template's own style element is marked to be kept: it is
    for the dark, which no attribute can say."""
    from css_inline import CSSInliner  # noqa: PLC0415 - who checks and mails nothing needs none

    return CSSInliner(extra_css=text("templates/mail.css"), load_remote_stylesheets=False)


def _inlined(html: str) -> str:
    return _inliner().inline(html.encode("utf-8", "replace").decode())


def _thread(changes: list[Alert], desk: Desk) -> tuple[str, ...]:
    """A name for all that is told of one article alone: mail programs put it together."""
    if len(changes) != 1 or not changes[0].uri:
        return ()
    digest = sha256(changes[0].uri.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return (f"<article.{digest}@{desk.domain}>",)


def _message_id(recipient: str, alerts: tuple[Alert, ...], desk: Desk) -> str:
    keys = "\n".join((*sorted(alert.key for alert in alerts), recipient))
    digest = sha256(keys.encode("utf-8", "surrogatepass")).hexdigest()[:40]
    return f"<{digest}@{desk.domain}>"
