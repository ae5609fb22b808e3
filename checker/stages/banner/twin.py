"""What a banner says, for machines: schema.org as JSON-LD."""

import json
from datetime import UTC

from markupsafe import Markup

from checker.model import Banner
from checker.stages.banner.words import clean, safe_link

# Escaped so that no text ends the script element, and that XML needs no CDATA.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def twin_of(banner: Banner) -> Markup | None:
    """The JSON-LD of a banner, ASCII; None where it bears none.

    ``datePublished`` is never in it: what is stated here is of the copy's state, not of its origin.
    """
    twin = banner.twin
    if twin is None:
        return None
    told: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "creativeWorkStatus": clean(twin.work_status, 40),
    }
    named = {
        "isBasedOn": safe_link(twin.original),
        "archivedAt": safe_link(twin.memento),
        "dateModified": clean(twin.modified, 40),
    }
    told |= {name: value for name, value in named.items() if value}
    if twin.correction:
        text = clean(twin.correction, 400)
        told["correction"] = {"@type": "CorrectionComment", "text": text}
    told["sdDatePublished"] = banner.checked_at.astimezone(UTC).date().isoformat()
    line = json.dumps(told, separators=(",", ":"))
    return Markup("".join(_ESCAPES.get(letter, letter) for letter in line))  # noqa: S704 - escaped
