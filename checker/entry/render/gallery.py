"""A page of all banners, and the same as text."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from checker.model import BannerRules
from checker.stages import banner
from checker.stages.banner.render import templates


def gallery_html(languages: Sequence[str], now: datetime, rules: BannerRules) -> str:
    """One page; its styles are the banners' own, stated once."""
    shown = [
        (language, [(one.name, _bare(one)) for one in banner.samples(language, now, rules)])
        for language in languages
    ]
    page = templates().get_template("gallery.html")
    return page.render(languages=shown, stylesheet=banner.safe_link(rules.stylesheet))


def gallery_text(languages: Sequence[str], now: datetime, rules: BannerRules) -> str:
    """A block of lines for each variant."""
    return "\n\n".join(
        f"{language}: {one.name}\n{_lines(one)}"
        for language in languages
        for one in banner.samples(language, now, rules)
    )


def _bare(sample: banner.Sample) -> Markup:
    return Markup(banner.unstyled(banner.render(sample.banner)))  # noqa: S704 - render escapes


def _lines(sample: banner.Sample) -> str:
    notice = sample.banner
    link = [f"{notice.link_text}: {notice.link}"] if notice.link is not None else []
    return "\n".join(f"  {line}" for line in (notice.heading, *notice.sentences, *link))
