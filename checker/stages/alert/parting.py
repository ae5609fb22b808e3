"""The page on which somebody ends the mail to them, in the language of that mail."""

from checker.stages.alert.phrases import phrases
from checker.stages.banner.render import templates
from checker.stages.banner.words import clean


def parting(what: str, address: str, language: str, nonce: str) -> str:
    """*what* is ``ask``, ``done``, ``unknown`` or ``away``; *nonce* lets its styles through."""
    say = phrases(language)
    content = {
        "say": say,
        "title": say[f"leave_{what}_title"],
        "line": say[f"leave_{what}"].format(clean(address, 254)),
        "asks": what == "ask",
        "nonce": nonce,
    }
    return templates().get_template("leave.html").render(content)
